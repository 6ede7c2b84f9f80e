"""`AiohttpTransport` against small servers on sockets."""

import asyncio
import contextlib
import gzip
import multiprocessing
import os
import re
import socket
import struct
import sys
import zlib
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.errors import (
    ClientClosedError,
    ResponseTooLargeError,
    TransportError,
    TransportTimeoutError,
)
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.transport import HttpRequest, is_unsent
from spotify.testing import Fault, SpotifySandbox
from tests.support.error_text import all_text_of


@contextlib.asynccontextmanager
async def serving(handler):
    """Run an aiohttp server with one handler for all paths; yields its origin."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def raw_server(*scripts):
    """Run a server with one script per connection; yields its origin and the request lines."""
    requests = []
    remaining = iter(scripts)

    async def connected(reader, writer):
        script = next(remaining)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await script(reader, writer, requests)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", requests
    finally:
        server.close()
        await server.wait_closed()


async def read_head(reader, requests):
    requests.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])


def config(origin="https://api.spotify.com", **changes):
    return replace(ClientConfig(api_url=f"{origin}/v1", accounts_url=origin), **changes)


@contextlib.asynccontextmanager
async def transport(origin, *, session=None, **changes):
    made = AiohttpTransport(config(origin, **changes), session=session)
    try:
        yield made
    finally:
        await made.close()


def get(url, **more):
    return HttpRequest(method="GET", url=url, **more)


async def hello(_request):
    return web.Response(text="hello", headers={"X-Thing": "1"})


async def test_repeated_headers_are_joined():
    async def handler(_request):
        response = web.Response()
        response.headers.extend([("Cache-Control", "no-store"), ("cache-control", "max-age=60")])
        return response

    async with serving(handler) as origin, transport(origin) as client:
        response = await client.send(get(f"{origin}/v1/x"))
    assert response.headers["cache-control"] == "no-store, max-age=60"


async def test_a_response_has_status_headers_and_body():
    async with serving(hello) as origin, transport(origin) as client:
        response = await client.send(get(f"{origin}/v1/x"))
    assert (response.status, response.body, response.headers["x-thing"]) == (200, b"hello", "1")


@pytest.mark.parametrize("status", [204, 304, 400, 401, 404, 429, 500, 503])
async def test_any_status_is_returned(status):
    async def handler(_request):
        return web.Response(status=status)

    async with serving(handler) as origin, transport(origin) as client:
        assert (await client.send(get(f"{origin}/v1/x"))).status == status


async def test_the_request_is_sent_unchanged():
    seen = {}

    async def handler(request):
        seen.update(
            line=f"{request.method} {request.raw_path}",
            body=await request.read(),
            agent=request.headers["User-Agent"],
            authorization=request.headers["Authorization"],
            accepts=request.headers["Accept-Encoding"],
        )
        return web.Response()

    async with serving(handler) as origin, transport(origin, user_agent="mine/1") as client:
        await client.send(
            HttpRequest(
                method="PUT",
                url=f"{origin}/v1/users/a%2Fb?uris=spotify:album:x,y",
                body=b"{}",
                authorization=Secret("Bearer t"),
            )
        )
    assert seen["line"] == "PUT /v1/users/a%2Fb?uris=spotify:album:x,y"
    assert (seen["body"], seen["agent"], seen["authorization"]) == (b"{}", "mine/1", "Bearer t")
    assert "gzip" in seen["accepts"]


async def test_a_compressed_body_is_decompressed():
    async def handler(_request):
        return web.Response(body=gzip.compress(b"hello" * 1000), headers={"Content-Encoding": "gzip"})

    async with serving(handler) as origin, transport(origin) as client:
        assert (await client.send(get(f"{origin}/v1/x"))).body == b"hello" * 1000


async def test_a_redirect_is_not_followed():
    paths = []

    async def handler(request):
        paths.append(request.path)
        return web.Response(status=302, headers={"Location": "/v1/elsewhere"})

    async with serving(handler) as origin, transport(origin) as client:
        assert (await client.send(get(f"{origin}/v1/x", authorization=Secret("Bearer t")))).status == 302
    assert paths == ["/v1/x"]


async def test_authorization_is_sent_to_configured_hosts_only():
    async with serving(hello) as origin, transport("http://127.0.0.1:1") as client:
        with pytest.raises(ValueError, match="authorization"):
            await client.send(get(f"{origin}/v1/x", authorization=Secret("Bearer t")))


@pytest.mark.parametrize("packed", [False, True])
async def test_a_body_above_the_size_limit_is_discarded(packed):
    async def handler(_request):
        body = b"x" * 100_000
        if packed:
            return web.Response(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        return web.Response(body=body)

    async with serving(handler) as origin, transport(origin, max_response_bytes=50_000) as client:
        with pytest.raises(ResponseTooLargeError, match="50000"):
            await client.send(get(f"{origin}/v1/x"))


async def test_a_refused_connection_was_not_sent():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with transport(origin) as client:
            with pytest.raises(TransportError, match=r"Could not connect to 127\.0\.0\.1 ") as caught:
                await client.send(get(f"{origin}/v1/x"))
    assert caught.value.sent is False


async def test_an_unknown_host_was_not_sent():
    origin = "https://nowhere.invalid"
    async with transport(origin) as client:
        with pytest.raises(TransportError, match=r"Could not resolve nowhere\.invalid ") as caught:
            await client.send(get(f"{origin}/v1/x"))
    assert caught.value.sent is False


async def test_an_unverified_certificate_was_not_sent():
    async def handshake_refused(reader, writer, _requests):
        await reader.read(10)
        writer.write(b"this is not tls\r\n\r\n")
        await writer.drain()

    async with raw_server(handshake_refused) as (origin, _):
        secure = origin.replace("http:", "https:")
        async with transport(secure) as client:
            with pytest.raises(TransportError) as caught:
                await client.send(get(f"{secure}/v1/x"))
    assert caught.value.sent is False


async def test_a_request_without_a_response_in_time_was_sent():
    async def handler(_request):
        await asyncio.sleep(30)

    async with serving(handler) as origin, transport(origin) as client:
        with pytest.raises(TransportTimeoutError, match=r"0\.05 s") as caught:
            await client.send(get(f"{origin}/v1/x", timeout=0.05))
    assert caught.value.sent is True


async def test_a_request_whose_connection_was_closed_was_sent():
    async def cut(reader, _writer, requests):
        await read_head(reader, requests)

    async with raw_server(cut) as (origin, requests), transport(origin) as client:
        with pytest.raises(TransportError) as caught:
            await client.send(get(f"{origin}/v1/x"))
    assert caught.value.sent is True
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "The response from 127.0.0.1 ended before it was"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "ended before it was complete"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            "The response from 127.0.0.1 cannot be decompressed: its content is not what its Content-Encoding says",
        ),
        (b"this is no http\r\n\r\n", "The response from 127.0.0.1 is not valid HTTP ("),
        (b"", "The connection to 127.0.0.1 was closed before there was a response ("),
    ],
    ids=["short body", "cut chunks", "not gzip", "not http", "nothing"],
)
async def test_an_invalid_response_raises_an_error_that_says_what_is_wrong(answer, message):
    async def broken(reader, writer, requests):
        await read_head(reader, requests)
        writer.write(answer)
        await writer.drain()

    async with raw_server(broken) as (origin, _), transport(origin) as client:
        with pytest.raises(TransportError) as caught:
            await client.send(get(f"{origin}/v1/x"))
    assert caught.value.sent is True
    assert message in str(caught.value)


PLAIN = b'{"name": "Blue Hour", "number": 12345678}'
PACKED = {
    "gzip": gzip.compress(PLAIN),
    "x-gzip": gzip.compress(PLAIN[:9]) + gzip.compress(PLAIN[9:]),
    "deflate": zlib.compress(PLAIN),
    "DEFLATE": zlib.compress(PLAIN, wbits=-15),
    "identity": PLAIN,
}


async def body_of(body, encoding, chunked):
    """Return the body that the transport returns for a complete response with an encoded body."""

    async def respond(reader, writer, requests):
        await read_head(reader, requests)
        length = f"Content-Length: {len(body)}\r\n\r\n".encode()
        chunk = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
        chunks = b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n"
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n".encode())
        writer.write(chunks if chunked else length + body)

    async with raw_server(respond) as (origin, _), transport(origin) as client:
        return (await client.send(get(f"{origin}/v1/x"))).body


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("encoding", PACKED)
async def test_a_complete_compressed_body_is_decompressed(encoding, chunked):
    assert await body_of(PACKED[encoding], encoding, chunked) == PLAIN


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "DEFLATE"])
async def test_a_part_of_a_compressed_body_is_an_error_wherever_it_ends(encoding):
    packed, served = PACKED[encoding], 0

    async def respond(reader, writer, requests):
        nonlocal served
        while True:
            await read_head(reader, requests)
            served += 1
            head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {served}\r\n\r\n"
            writer.write(head.encode() + packed[:served])

    complete = len(gzip.compress(PLAIN[:9])) if encoding == "x-gzip" else None  # its first member is complete
    async with raw_server(*[respond] * len(packed)) as (origin, _), transport(origin) as client:
        for length in range(1, len(packed)):
            if length == complete:
                assert (await client.send(get(f"{origin}/v1/x"))).body == PLAIN[:9]
                continue
            with pytest.raises(
                TransportError, match="cannot be decompressed: it ended before it was complete"
            ) as caught:
                await client.send(get(f"{origin}/v1/x"))
            assert caught.value.sent


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip"])
async def test_a_body_in_an_encoding_that_was_not_requested_is_an_error(encoding):
    with pytest.raises(TransportError, match="its Content-Encoding is none of gzip, deflate"):
        await body_of(b"x", encoding, chunked=False)


async def test_bytes_after_a_compressed_body_are_an_error():
    with pytest.raises(TransportError, match="its content is not what its Content-Encoding says"):
        await body_of(PACKED["gzip"] + b"more", "gzip", chunked=False)


@pytest.mark.parametrize("chunked", [False, True])
async def test_an_empty_body_with_an_encoding_is_empty(chunked):
    assert await body_of(b"", "gzip", chunked=chunked) == b""


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
async def test_a_response_that_has_no_body_can_have_an_encoding(status):
    assert await body_until_the_connection_ends(b"", status=status) == b""


async def test_a_body_that_ends_with_its_connection_is_incomplete_if_it_is_empty():
    assert await body_until_the_connection_ends(PACKED["gzip"]) == PLAIN
    with pytest.raises(TransportError, match="it ended before it was complete"):
        await body_until_the_connection_ends(b"")


async def body_until_the_connection_ends(body, *, status="200 OK"):
    """Return the body that the transport returns for a response that does not say where it ends."""

    async def respond(reader, writer, requests):
        await read_head(reader, requests)
        writer.write(f"HTTP/1.1 {status}\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n".encode() + body)

    async with raw_server(respond) as (origin, _), transport(origin) as client:
        return (await client.send(get(f"{origin}/v1/x"))).body


@pytest.mark.parametrize("count", [1, 2, 99, 100])
async def test_zeros_after_a_gzip_body_are_padding(count):
    members = [gzip.compress(b"%d," % number) + b"\0" * 512 for number in range(count)]
    assert await body_of(b"".join(members), "gzip", chunked=False) == b"".join(b"%d," % each for each in range(count))


async def test_a_gzip_body_has_a_limited_number_of_members():
    with pytest.raises(TransportError, match="it has more than 100 gzip members"):
        await body_of(gzip.compress(b"") * 200_000, "gzip", chunked=False)


async def test_a_compressed_response_that_the_sandbox_cuts_is_an_error():
    async with SpotifySandbox() as sandbox, sandbox.client(max_retries=0) as client:
        sandbox.fail("*", Fault.cut("gzip"))
        for call in (client.users.get_current_profile, client.player.skip_to_next):
            with pytest.raises(TransportError, match="it ended before it was complete") as caught:
                await call()
            assert caught.value.may_have_been_executed


async def test_a_given_session_decompresses_in_the_same_way():
    async def respond(reader, writer, requests):
        await read_head(reader, requests)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 30\r\n\r\n" + PACKED["gzip"][:30])

    async with raw_server(respond) as (origin, _), transport(origin, session=aiohttp.ClientSession) as client:
        with pytest.raises(TransportError, match="ended before it was complete"):
            await client.send(get(f"{origin}/v1/x"))


@pytest.mark.parametrize("has_session", [False, True])
async def test_a_request_that_is_cancelled_before_there_is_a_connection_was_not_sent(has_session):
    accepted = asyncio.Event()

    async def accept(reader, writer):
        accepted.set()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    origin = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, transport(origin, session=aiohttp.ClientSession if has_session else None) as client:
        sending = asyncio.create_task(client.send(get(f"{origin}/v1/x")))
        await accepted.wait()  # the TLS handshake never ends
        sending.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await sending
    assert is_unsent(caught.value)


async def test_a_request_that_is_cancelled_while_it_waits_for_its_response_was_sent():
    received = asyncio.Event()

    async def receive(reader, _writer, requests):
        await read_head(reader, requests)
        received.set()
        await reader.read()

    async with raw_server(receive) as (origin, _), transport(origin) as client:
        sending = asyncio.create_task(client.send(get(f"{origin}/v1/x")))
        await received.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await sending
    assert not is_unsent(caught.value)


async def test_a_reset_connection_is_an_error_that_says_so():
    async def reset(reader, writer, requests):
        await read_head(reader, requests)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with raw_server(reset) as (origin, _), transport(origin) as client:
        with pytest.raises(TransportError, match=r"Connection reset by peer\)$") as caught:
            await client.send(get(f"{origin}/v1/x"))
    assert caught.value.sent is True


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_a_request_without_a_body_has_no_content_type(method):
    async def answer(reader, writer, requests):
        await read_head(reader, requests)
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()

    async with raw_server(answer) as (origin, requests), transport(origin) as client:
        await client.send(HttpRequest(method=method, url=f"{origin}/v1/x", headers={}, body=None, timeout=5.0))
    assert b"content-type" not in requests[0].lower()


@pytest.mark.parametrize("has_session", [False, True])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_request_over_a_closed_connection_is_not_repeated(method, has_session):
    async def answer_then_cut(reader, writer, requests):
        await read_head(reader, requests)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        await read_head(reader, requests)

    async def answer(reader, writer, requests):
        await read_head(reader, requests)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()

    async with contextlib.AsyncExitStack() as stack:
        origin, requests = await stack.enter_async_context(raw_server(answer_then_cut, answer))
        session = await stack.enter_async_context(aiohttp.ClientSession()) if has_session else None
        client = await stack.enter_async_context(transport(origin, session=session))
        await client.send(HttpRequest(method=method, url=f"{origin}/v1/first"))
        with pytest.raises(TransportError):
            await client.send(HttpRequest(method=method, url=f"{origin}/v1/second"))
    assert [line.split()[1] for line in requests] == [b"/v1/first", b"/v1/second"]


def test_a_given_session_whose_automatic_retries_cannot_be_switched_off_is_refused():
    session = object()
    with pytest.raises(RuntimeError, match=f"aiohttp {re.escape(aiohttp.__version__)} is not supported.*object has no"):
        AiohttpTransport(config(), session=session)


async def test_an_aiohttp_whose_automatic_retries_cannot_be_switched_off_is_refused(monkeypatch):
    opened = []
    new_session = aiohttp.ClientSession

    def old_session(**options):
        session = new_session(**options)
        del session._retry_connection
        opened.append(session)
        return session

    async with serving(hello) as origin, transport(origin) as client:
        monkeypatch.setattr(aiohttp, "ClientSession", old_session)
        with pytest.raises(RuntimeError, match=f"aiohttp {re.escape(aiohttp.__version__)} is not supported"):
            await client.send(get(f"{origin}/v1/x"))
    assert [session.closed for session in opened] == [True]


async def test_connections_are_reused_and_limited():
    connections, inside, peak = set(), 0, 0

    async def handler(request):
        nonlocal inside, peak
        connections.add(request.transport.get_extra_info("peername"))
        inside += 1
        peak = max(peak, inside)
        await asyncio.sleep(0)
        inside -= 1
        return web.Response()

    async with serving(handler) as origin, transport(origin, max_concurrency=3) as client:
        await asyncio.gather(*(client.send(get(f"{origin}/v1/x")) for _ in range(30)))
    assert peak <= 3
    assert len(connections) <= 3


async def test_cookies_are_not_stored():
    seen = []

    async def handler(request):
        seen.append(dict(request.cookies))
        answer = web.Response()
        answer.set_cookie("sp", "1")
        return answer

    async with serving(handler) as origin, transport(origin) as client:
        for _ in range(2):
            await client.send(get(f"{origin}/v1/x"))
    assert seen == [{}, {}]


async def test_a_request_is_sent_to_the_proxy():
    seen = []

    async def proxy(request):
        seen.append(str(request.url))
        return web.Response(text="through")

    async with serving(proxy) as proxy_origin, transport("http://127.0.0.1:9", proxy=proxy_origin) as client:
        response = await client.send(get("http://127.0.0.1:9/v1/x"))
    assert response.body == b"through"
    assert len(seen) == 1


async def test_a_given_session_stays_open():
    async with serving(hello) as origin, aiohttp.ClientSession() as session:
        async with transport(origin, session=session) as client:
            await client.send(get(f"{origin}/v1/x"))
        assert not session.closed


async def test_closing_ends_a_running_request():
    started = asyncio.Event()

    async def handler(_request):
        started.set()
        await asyncio.sleep(30)

    async with serving(handler) as origin:
        client = AiohttpTransport(config(origin))
        call = asyncio.create_task(client.send(get(f"{origin}/v1/x")))
        await started.wait()
        await client.close()
        with pytest.raises(ClientClosedError, match="during the call"):
            await call


def test_a_transport_works_in_two_event_loops_one_after_the_other():
    transports = []

    async def use():
        async with serving(hello) as origin:
            if not transports:
                transports.append(AiohttpTransport(config(origin)))
            response = await transports[0].send(get(f"{origin}/v1/x"))
        return response.body

    async def use_and_close():
        body = await use()
        await transports[0].close()
        return body

    assert asyncio.run(use()) == b"hello"
    assert asyncio.run(use_and_close()) == b"hello"


def test_a_transport_can_be_created_without_an_event_loop():
    AiohttpTransport(config())


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"this is no http\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000,
    ],
    ids=["cut", "not http", "no header", "long header"],
)
async def test_no_error_shows_the_token(answer):
    async def broken(reader, writer, requests):
        await read_head(reader, requests)
        writer.write(answer)
        await writer.drain()

    async with raw_server(broken) as (origin, _), transport(origin) as client:
        with pytest.raises(TransportError) as caught:
            await client.send(get(f"{origin}/v1/x", authorization=Secret("Bearer hush")))
    assert "hush" not in all_text_of(caught.value)


async def test_a_timeout_does_not_show_the_token():
    gone = asyncio.Event()

    async def silent(reader, _writer, requests):
        await read_head(reader, requests)
        await reader.read()
        gone.set()

    async with raw_server(silent) as (origin, _), transport(origin) as client:
        with pytest.raises(TransportTimeoutError) as caught:
            await client.send(get(f"{origin}/v1/x", authorization=Secret("Bearer hush"), timeout=0.05))
        await gone.wait()
    assert "hush" not in all_text_of(caught.value)


async def test_a_request_refused_by_the_proxy_was_not_sent():
    async def proxy(reader, writer, requests):
        await read_head(reader, requests)
        writer.write(b"HTTP/1.1 502 No way\r\n\r\n")
        await writer.drain()

    async with raw_server(proxy) as (origin, _), transport("https://api.example.com", proxy=origin) as client:
        with pytest.raises(
            TransportError, match=r"proxy 127\.0\.0\.1:\d+ for api\.example\.com answered with status 502"
        ) as caught:
            await client.send(get("https://api.example.com/v1/x"))
    assert caught.value.sent is False


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 407 Who are you\r\n\r\n", b"this is no http\r\n\r\n"], ids=["refused", "not http"]
)
async def test_a_failing_proxy_does_not_show_its_password(answer):
    async def proxy(reader, writer, requests):
        await read_head(reader, requests)
        writer.write(answer)
        await writer.drain()

    async with raw_server(proxy) as (origin, _):
        address = origin.replace("http://", "http://user:s3same@")
        async with transport("https://api.example.com", proxy=address) as client:
            with pytest.raises(TransportError) as caught:
                await client.send(get("https://api.example.com/v1/x"))
    report = all_text_of(caught.value)
    assert "s3same" not in report
    assert "dXNlcjpzM3NhbWU" not in report


@pytest.mark.parametrize(("seconds", "connecting"), [(30.0, 0.3), (0.2, 10.0)])
async def test_a_request_without_a_connection_in_time_was_not_sent(seconds, connecting):
    arrived, release = asyncio.Event(), asyncio.Event()

    async def handler(_request):
        arrived.set()
        await release.wait()
        return web.Response()

    async with (
        serving(handler) as origin,
        transport(origin, max_concurrency=1, connect_timeout=connecting) as sending,
    ):
        first = asyncio.create_task(sending.send(get(f"{origin}/1")))
        await arrived.wait()
        with pytest.raises(TransportTimeoutError, match="all connections are in use") as caught:
            await sending.send(get(f"{origin}/2", timeout=seconds))
        release.set()
        await first
    assert caught.value.sent is False


async def test_an_unclosed_transport_warns():
    async def handler(_request):
        return web.Response()

    async with serving(handler) as origin:
        forgotten = AiohttpTransport(config(origin))
        await forgotten.send(get(origin))
        session = forgotten._sessions.find()
        with pytest.warns(ResourceWarning, match="unclosed Spotify client"):
            forgotten.__del__()
        await session.close()


async def test_an_unused_transport_does_not_warn():
    unused = AiohttpTransport(config())
    unused.__del__()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
async def test_a_forked_process_opens_new_connections():
    connections = set()

    async def handler(request):
        connections.add(request.transport.get_extra_info("peername"))
        return web.Response(text="ok")

    async with serving(handler) as origin, transport(origin) as sending:
        await sending.send(get(origin))
        child = multiprocessing.get_context("fork").Process(target=send_in_child, args=(sending, origin))
        child.start()
        await asyncio.to_thread(child.join)
        await sending.send(get(origin))
    assert child.exitcode == 0
    assert len(connections) == 2


def send_in_child(sending, origin):
    async def main():
        answer = await sending.send(get(origin))
        await sending.close()
        return answer.body

    sys.exit(asyncio.run(main()) != b"ok")
