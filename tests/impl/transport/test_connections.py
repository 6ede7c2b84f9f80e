"""Which kept connections are used again: over sockets, against servers that send too much."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp.connector import AddrInfoType
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.errors import TransportError
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.transport import HttpRequest
from spotify.testing import captured_logs


def response(body: bytes, *, status: bytes = b"200 OK", headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), headers, body)


SURPLUS = response(b"surplus")


@dataclass
class EchoServer:
    """Responds with the access token of the request.

    Attributes:
        origin: Its address.
        surplus: Returns the bytes to send after the response to a token.
        together: Whether both are sent at once; otherwise the surplus follows when the client is idle.
        writers: The connections so far.
        used: The numbers of the connections that were used, one per request.
    """

    origin: str = ""
    surplus: Callable[[bytes], bytes] = lambda _token: b""
    together: bool = False
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    used: list[int] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(self.writers)
        self.writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                token = head.partition(b"Bearer ")[2].partition(b"\r\n")[0]
                self.used.append(number)
                sent, surplus = response(token), self.surplus(token)
                if self.together:
                    writer.write(sent + surplus)
                else:
                    writer.write(sent)
                    await writer.drain()
                    await idle()
                    writer.write(surplus)
        writer.close()


async def idle() -> None:
    """Let bytes that were sent within this process arrive."""
    for _ in range(20):
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def echo_server(
    surplus: Callable[[bytes], bytes] = lambda _token: b"", *, together: bool = False, tls: ssl.SSLContext | None = None
) -> AsyncIterator[EchoServer]:
    echo = EchoServer(surplus=surplus, together=together)
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0, ssl=tls)
    echo.origin = f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield echo
    finally:
        for writer in echo.writers:
            writer.close()
        server.close()
        await server.wait_closed()


@contextlib.asynccontextmanager
async def transport(
    origin: str, *, session: aiohttp.ClientSession | None = None, **changes: object
) -> AsyncIterator[AiohttpTransport]:
    config = ClientConfig(api_url=f"{origin}/v1", accounts_url=origin, **changes)  # type: ignore[arg-type]
    made = AiohttpTransport(config, session=session)
    try:
        yield made
    finally:
        await made.close()


async def ask(sending: AiohttpTransport, origin: str, token: str, *, method: str = "GET") -> str:
    """Return the token that the server responds with."""
    request = HttpRequest(method=method, url=f"{origin}/v1/me", authorization=Secret(f"Bearer {token}"), timeout=5.0)
    body = (await sending.send(request)).body.decode()
    await idle()
    return body


async def test_a_clean_connection_is_used_again() -> None:
    async with echo_server() as server, transport(server.origin) as sending:
        for _ in range(5):
            assert await ask(sending, server.origin, "ana") == "ana"

    assert server.used == [0] * 5


@pytest.mark.parametrize("together", [False, True], ids=["while idle", "with the response"])
@pytest.mark.parametrize(
    "surplus",
    [
        SURPLUS,
        SURPLUS * 3,
        response(b"", status=b"204 No Content"),
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nsurplus\r\n0\r\n\r\ntail",
        b"longer than the content length",
    ],
    ids=["response", "three", "no content", "continue", "half a body", "chunked", "garbage"],
)
async def test_a_connection_with_unread_bytes_is_not_used_again(surplus: bytes, together: bool) -> None:
    async with echo_server(lambda _token: surplus, together=together) as server, transport(server.origin) as sending:
        received: list[str] = []
        for _ in range(4):
            try:
                received.append(await ask(sending, server.origin, "ana"))
            except TransportError:  # garbage directly after the response makes it invalid
                received.append("ana")

    assert received == ["ana"] * 4
    assert server.used == [0, 1, 2, 3]


@pytest.mark.parametrize("partial", [b"\r\n", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nX: y\r\n"])
async def test_a_part_of_a_response_does_not_become_part_of_the_next_one(partial: bytes) -> None:
    async with echo_server(lambda _token: partial) as server, transport(server.origin) as sending:
        assert [await ask(sending, server.origin, "ana") for _ in range(4)] == ["ana"] * 4


async def test_a_response_too_many_reaches_no_other_user() -> None:
    async with echo_server(response) as server, transport(server.origin) as sending:
        received = [await ask(sending, server.origin, user) for user in ("ana", "bob", "cid", "dan")]

    assert received == ["ana", "bob", "cid", "dan"]


async def test_a_response_too_many_that_arrives_late_reaches_no_other_user() -> None:
    # The server sends it when it has received the next request on the connection, which no check can precede.
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        previous = b""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                token = head.partition(b"Bearer ")[2].partition(b"\r\n")[0]
                writer.write(response(previous or token))
                previous = token
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, transport(origin) as sending:
        received = [await ask(sending, origin, user) for user in ("ana", "bob", "cid", "dan", "ana", "bob")]

    assert received == ["ana", "bob", "cid", "dan", "ana", "bob"]


def socket_with_small_buffer(address: AddrInfoType) -> socket.socket:
    made = socket.socket(*address[:3])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    return made


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (
            b"202 Accepted",
            "127.0.0.1 sent status 202 before it received the request: it may be the response to another request, "
            "sent=True",
        ),
        (b"413 Payload Too Large", "413"),
    ],
    ids=["success", "refusal"],
)
async def test_a_success_before_the_end_of_the_upload_is_an_error(status: bytes, expected: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(response(b"", status=status))
        with contextlib.suppress(ConnectionError):
            await until_closed.wait()
        writer.close()

    until_closed = asyncio.Event()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = await asyncio.start_server(serve, sock=listener, limit=1_000)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(socket_factory=socket_with_small_buffer))
    async with server, session, transport(origin, session=session) as sending:
        request = HttpRequest(method="PUT", url=f"{origin}/v1/me", body=bytes(500_000), timeout=5.0)
        try:
            outcome = str((await sending.send(request)).status)
        except TransportError as error:
            outcome = f"{error}, sent={error.sent}"
        until_closed.set()
        await idle()

    assert outcome == expected


async def test_bytes_that_the_event_loop_has_not_read_yet_are_found() -> None:
    # The process stands still while the response arrives: the server runs in a thread, and the event loop is blocked.
    send_surplus, surplus_sent = threading.Event(), threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def serve() -> None:
        first, _ = listener.accept()
        first.recv(10_000)
        first.sendall(response(b"one"))
        send_surplus.wait(10)
        first.sendall(SURPLUS)
        surplus_sent.set()
        second, _ = listener.accept()
        second.recv(10_000)
        second.sendall(response(b"two"))
        for each in (first, second, listener):
            each.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    async with transport(origin) as sending:
        first = await ask(sending, origin, "ana")
        send_surplus.set()
        surplus_sent.wait(10)
        second = await ask(sending, origin, "ana")
    thread.join(10)

    assert (first, second) == ("one", "two")


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
async def test_the_body_of_a_response_without_one_is_not_the_next_response(status: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(response(SURPLUS, status=status))
            await reader.readuntil(b"\r\n\r\n")
            writer.write(response(b"next"))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, transport(origin) as sending:
        with contextlib.suppress(TransportError):
            assert await ask(sending, origin, "ana") == ""
        with contextlib.suppress(TransportError):
            assert await ask(sending, origin, "ana") != "surplus"


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_the_response_to_a_cancelled_request_is_not_the_next_response(method: str) -> None:
    arrived, release = asyncio.Event(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                token = head.partition(b"Bearer ")[2].partition(b"\r\n")[0]
                if token == b"cancelled":
                    arrived.set()
                    await release.wait()
                writer.write(response(token))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, transport(origin, max_concurrency=1) as sending:
        call = asyncio.create_task(ask(sending, origin, "cancelled", method=method))
        await arrived.wait()
        call.cancel()
        await asyncio.wait([call])
        release.set()

        assert [await ask(sending, origin, "next", method=method) for _ in range(3)] == ["next"] * 3


async def test_users_do_not_share_connections() -> None:
    async with echo_server() as server, transport(server.origin) as sending:
        for user in ("ana", "bob", "ana", "bob"):
            assert await ask(sending, server.origin, user) == user

    assert server.used == [0, 1, 0, 1]


async def test_at_most_max_concurrency_idle_connections_are_kept() -> None:
    async with echo_server() as server, transport(server.origin, max_concurrency=3) as sending:
        for number in range(20):
            await ask(sending, server.origin, f"user-{number}")
        await idle()
        is_open = [not writer.is_closing() for writer in server.writers]

        assert is_open == [False] * 17 + [True] * 3
        assert await ask(sending, server.origin, "user-19") == "user-19"
        assert server.used[-1] == 19


async def test_connections_that_the_server_closed_do_not_count_as_idle() -> None:
    async with echo_server() as server, transport(server.origin, max_concurrency=2) as sending:
        await ask(sending, server.origin, "kept")
        for number in range(5):
            await ask(sending, server.origin, f"user-{number}")
            server.writers[-1].close()
            await idle()

        await ask(sending, server.origin, "kept")

    assert server.used[-1] == 0


async def test_a_token_request_has_a_connection_of_its_own() -> None:
    heads: list[bytes] = []
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                heads.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(response(b"{}"))  # and does not close the connection
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, transport(origin) as sending:
        for path in ("/v1/me", "/api/token", "/api/token", "/v1/me"):
            await sending.send(HttpRequest(method="POST", url=f"{origin}{path}"))

    assert connections == 3
    assert [b"Connection: close" in head for head in heads] == [False, True, True, False]


async def test_a_server_that_responds_before_the_request_is_refused() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(SURPLUS)
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    session = aiohttp.ClientSession(trace_configs=[_waiting_after_connecting()])
    async with server, session, transport(origin, session=session) as sending:
        with pytest.raises(TransportError):
            await ask(sending, origin, "ana")
        await idle()


def _waiting_after_connecting() -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()

    async def wait(*_: object) -> None:
        await idle()

    trace.on_connection_create_end.append(wait)
    return trace


async def test_a_response_too_many_is_logged() -> None:
    async with echo_server(lambda _token: SURPLUS) as server, transport(server.origin) as sending:
        with captured_logs() as events:
            for _ in range(2):
                await ask(sending, server.origin, "ana")

    assert [event for event in events if event["event"] == "surplus_response"] == [
        {
            "event": "surplus_response",
            "host": "127.0.0.1",
            "level": "warning",
            "logger": "spotify.impl.transport.connections",
        }
    ]


async def test_over_a_proxy_a_connection_with_unread_bytes_is_not_used_again() -> None:
    origin = "http://127.0.0.1:9"
    async with echo_server(response) as proxy, transport(origin, proxy=proxy.origin) as sending:
        received = [await ask(sending, origin, user) for user in ("ana", "ana", "bob", "cid")]

    assert received == ["ana", "ana", "bob", "cid"]
    assert proxy.used == [0, 1, 2, 3]


async def test_the_connections_of_a_given_session_follow_the_same_rules() -> None:
    async with echo_server(response) as server, aiohttp.ClientSession() as session:
        for users in (("ana", "bob", "bob"), ("cid", "cid")):
            async with transport(server.origin, session=session) as sending:
                assert [await ask(sending, server.origin, user) for user in users] == list(users)

    assert server.used == [0, 1, 2, 3, 4]


async def test_a_given_session_keeps_clean_connections_for_their_user() -> None:
    async with echo_server() as server, aiohttp.ClientSession() as session:
        for _ in range(2):
            async with transport(server.origin, session=session) as sending:
                for user in ("ana", "ana", "bob"):
                    assert await ask(sending, server.origin, user) == user

    assert server.used == [0, 0, 1, 2, 2, 3]


async def test_an_aiohttp_with_another_connection_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spotify.impl.transport.connections._HASH", None)
    async with echo_server() as server, transport(server.origin) as sending:
        with pytest.raises(RuntimeError, match=f"aiohttp {re.escape(aiohttp.__version__)} is not supported"):
            await ask(sending, server.origin, "ana")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


async def test_an_untrusted_certificate_is_an_error_that_names_it_and_the_reason(certificate: Path) -> None:
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    async with echo_server(response, tls=serving) as server, transport(server.origin) as sending:
        with pytest.raises(TransportError) as caught:
            await ask(sending, server.origin, "ana")

    address = server.origin.removeprefix("https://")
    assert f"the TLS certificate of {address} is not valid: self-signed certificate" in str(caught.value)
    assert caught.value.sent is False


@pytest.mark.parametrize("has_surplus", [False, True])
async def test_over_tls_the_same_rules_apply(certificate: Path, has_surplus: bool) -> None:
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    connector = aiohttp.TCPConnector(ssl=trusting)
    async with (
        echo_server(response if has_surplus else lambda _token: b"", tls=serving) as server,
        aiohttp.ClientSession(connector=connector) as session,
        transport(server.origin, session=session) as sending,
    ):
        assert [await ask(sending, server.origin, "ana") for _ in range(4)] == ["ana"] * 4

    assert server.used == ([0, 1, 2, 3] if has_surplus else [0, 0, 0, 0])


@contextlib.asynccontextmanager
async def tunnelling_proxy() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A proxy for CONNECT; yields its address and the request lines that it received."""
    received: list[bytes] = []
    writers: list[asyncio.StreamWriter] = []
    tunnels: list[asyncio.Future[object]] = []

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        received.append(head.partition(b"\r\n")[0])
        host, _, port = head.split()[1].partition(b":")
        server_reader, server_writer = await asyncio.open_connection(host.decode(), int(port))
        writers.extend((writer, server_writer))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        tunnels.append(asyncio.gather(copy(reader, server_writer), copy(server_reader, writer)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", received
    finally:
        for writer in writers:
            writer.close()
        await asyncio.gather(*tunnels)
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("has_surplus", [False, True])
async def test_through_a_tunnel_the_same_rules_apply(certificate: Path, has_surplus: bool) -> None:
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    users = ["ana", "ana", "bob"]
    surplus = response if has_surplus else lambda _token: b""
    async with (
        tunnelling_proxy() as (proxy, tunnels),
        echo_server(surplus, together=True, tls=serving) as server,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting)) as session,
        transport(server.origin, session=session, proxy=proxy) as sending,
    ):
        assert [await ask(sending, server.origin, user) for user in users] == users

    assert server.used == ([0, 1, 2] if has_surplus else [0, 0, 1])
    assert tunnels == [f"CONNECT {server.origin.removeprefix('https://')} HTTP/1.1".encode()] * len(set(server.used))
