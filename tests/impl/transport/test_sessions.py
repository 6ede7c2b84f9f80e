"""Sessions and connectors that the application provides, name resolution, and IPv6."""

import asyncio
import contextlib
import socket

import aiohttp
import pytest
from aiohttp import web
from aiohttp_socks import ProxyConnector

from spotify import AiohttpTransport, ClientConfig
from spotify.credentials import Secret
from spotify.interfaces.transport import HttpRequest
from tests.support.raw_server import raw_server
from tests.support.socks_server import socks_server

CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"


def get(origin):
    return HttpRequest(method="GET", url=f"{origin}/v1/x", timeout=20.0)


class Recorded:
    """A factory that records what it made."""

    def __init__(self, make):
        self.make = make
        self.made = []

    def __call__(self):
        self.made.append(self.make())
        return self.made[-1]


@pytest.mark.parametrize(
    ("argument", "kind"), [("session", aiohttp.ClientSession), ("connector", aiohttp.TCPConnector)]
)
def test_a_factory_is_called_in_each_event_loop_and_closed_with_the_transport(argument, kind):
    factory = Recorded(kind)
    transport = AiohttpTransport(**{argument: factory})  # no event loop runs here
    assert factory.made == []

    async def send_twice():
        # The sockets of an event loop that ends would be left to the garbage collector.
        async with raw_server(CLOSING, closes=True) as server:
            for _ in range(2):
                assert (await transport.send(get(server.origin))).status == 200

    async def send_and_close():
        await send_twice()
        await transport.close()

    asyncio.run(send_twice())
    asyncio.run(send_and_close())
    assert len(factory.made) == 2
    assert all(made.closed for made in factory.made)


@pytest.mark.parametrize(("argument", "expected"), [("session", "ClientSession"), ("connector", "BaseConnector")])
async def test_a_factory_that_returns_something_else_is_named(argument, expected):
    async with AiohttpTransport(**{argument: lambda: None}) as transport:
        with pytest.raises(TypeError, match=f"what the {argument} factory returns must be a {expected}, not NoneType"):
            await transport.send(get("http://127.0.0.1:1"))


async def test_a_connector_instead_of_a_factory_is_refused():
    async with aiohttp.TCPConnector() as connector:
        with pytest.raises(TypeError, match="connector must be a function that returns a connector, not TCPConnector"):
            AiohttpTransport(connector=connector)


def test_a_session_and_a_connector_exclude_each_other():
    with pytest.raises(ValueError, match="pass session or connector, not both"):
        AiohttpTransport(session=aiohttp.ClientSession, connector=aiohttp.TCPConnector)


def test_a_given_session_in_another_event_loop_is_refused_with_advice():
    made = []

    async def create():
        session = aiohttp.ClientSession()
        made.append((session, AiohttpTransport(session=session)))
        await session.close()

    async def use():
        await made[0][1].send(get("http://127.0.0.1:1"))

    asyncio.run(create())
    with pytest.raises(RuntimeError, match="created in another event loop: pass a function that creates one"):
        asyncio.run(use())


async def test_connections_of_a_connector_factory_are_not_shared_by_users():
    peers = []

    async def handler(request):
        peers.append(request.transport.get_extra_info("peername"))
        return web.Response()

    runner = web.AppRunner(web.Application(), shutdown_timeout=0.05)
    runner.app.router.add_get("/v1/x", handler)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with AiohttpTransport(ClientConfig(api_url=f"{origin}/v1"), connector=aiohttp.TCPConnector) as transport:
        for user in ("a", "b", "a", "b"):
            request = HttpRequest(method="GET", url=f"{origin}/v1/x", authorization=Secret(f"Bearer {user}"))
            await transport.send(request)
    await runner.cleanup()
    assert peers[0] == peers[2] != peers[1] == peers[3]


async def test_requests_pass_through_a_socks_proxy():
    async with (
        raw_server() as server,
        socks_server() as (url, targets),
        AiohttpTransport(connector=lambda: ProxyConnector.from_url(url)) as transport,
    ):
        for _ in range(2):
            assert (await transport.send(get(server.origin))).status == 200
    assert targets == [server.origin.removeprefix("http://")]


async def test_only_encodings_of_the_standard_library_are_accepted():
    async with raw_server() as server, AiohttpTransport() as transport:
        await transport.send(get(server.origin))
    assert [value for name, value in server.requests[0].headers if name == "accept-encoding"] == ["gzip, deflate"]


@pytest.mark.parametrize("kind", ["own", "factory", "given"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_every_kind_of_session_sends_the_same_headers(kind, method):
    async with raw_server() as server, aiohttp.ClientSession(headers={"User-Agent": "other"}) as given:
        session = {"own": None, "factory": aiohttp.ClientSession, "given": given}[kind]
        async with AiohttpTransport(ClientConfig(user_agent="mine/1"), session=session) as transport:
            await transport.send(HttpRequest(method=method, url=f"{server.origin}/", headers={"Accept": "a/b"}))
    sent = {name: value for name, value in server.requests[0].headers if name not in {"host", "content-length"}}
    assert sent == {"user-agent": "mine/1", "accept-encoding": "gzip, deflate", "accept": "a/b"}


async def test_names_are_resolved_by_the_system_whatever_is_installed(monkeypatch):
    def refused(**_options):
        raise AssertionError("aiodns was used")

    monkeypatch.setattr("aiohttp.connector.DefaultResolver", refused)
    async with raw_server() as server, AiohttpTransport() as transport:
        port = server.origin.rpartition(":")[2]
        assert (await transport.send(get(f"http://localhost:{port}"))).status == 200


class _TwoAddresses(aiohttp.abc.AbstractResolver):
    """Resolves every name to an IPv6 address first, and then to an IPv4 address."""

    async def resolve(self, host, port=0, family=socket.AF_UNSPEC):
        return [
            {"hostname": host, "host": address, "port": port, "family": each, "proto": 0, "flags": 0}
            for address, each in (("::1", socket.AF_INET6), ("127.0.0.1", socket.AF_INET))
        ]

    async def close(self):
        pass


def two_address_connector():
    return aiohttp.TCPConnector(resolver=_TwoAddresses())


@contextlib.contextmanager
def silent_listener(port):
    """A listener on ::1 that does not accept connections: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket(socket.AF_INET6))
        listener.bind(("::1", port))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket(socket.AF_INET6))
            waiting.setblocking(False)
            waiting.connect_ex(("::1", port))
        yield


@pytest.mark.parametrize("is_silent", [False, True])
async def test_an_unreachable_ipv6_address_does_not_prevent_ipv4(is_silent):
    async with raw_server() as server:
        port = int(server.origin.rpartition(":")[2])
        with silent_listener(port) if is_silent else contextlib.nullcontext():
            config = ClientConfig(connect_timeout=15.0)
            async with AiohttpTransport(config, connector=two_address_connector) as transport:
                assert (await transport.send(get(f"http://both.test:{port}"))).status == 200
