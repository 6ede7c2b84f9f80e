"""Faults on the connection: resets, cut or slow bodies, delays."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from spotify.testing import FakeClock, Fault, SpotifySandbox
from tests.support.sandbox_http import Caller
from tests.testing.sandbox.conftest import NOW
from tests.testing.sandbox.faults.test_damage import is_saved, save


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Faults must not make the server log or print."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []
    assert capfd.readouterr().err == ""


class Raw:
    """The bytes of a response up to the end of the connection."""

    def __init__(self, received: bytes) -> None:
        self.head, _, self.body = received.partition(b"\r\n\r\n")


def port_of(sandbox: SpotifySandbox) -> int:
    return int(sandbox.url.rpartition(":")[2])


async def raw(call: Caller, method: str, path: str, *, accept_encoding: str = "identity") -> Raw:
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(call.sandbox))
    lines = [
        f"{method} /v1{path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {call.token}",
        f"Accept-Encoding: {accept_encoding}",
        "Connection: close",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        return Raw(await reader.read())
    finally:
        writer.close()


class TestReset:
    async def test_a_reset_sends_nothing_and_executes_nothing(self, call: Caller) -> None:
        call.sandbox.fail("PUT *", Fault.reset())

        with pytest.raises(aiohttp.ClientOSError):
            await save(call)

        assert not await is_saved(call)

    async def test_the_request_can_be_executed_first(self, call: Caller) -> None:
        call.sandbox.fail("PUT *", Fault.reset(executed=True))

        with pytest.raises(aiohttp.ClientOSError):
            await save(call)

        assert await is_saved(call)

    async def test_the_connection_is_reset(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.reset())

        with pytest.raises(ConnectionResetError):
            await raw(call, "GET", "/me")

    async def test_a_graceful_reset_closes_the_connection(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.reset(graceful=True))

        assert (await raw(call, "GET", "/me")).head == b""

    async def test_the_next_request_gets_a_response(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.reset(), times=1)
        with pytest.raises(aiohttp.ClientOSError):
            await call.get("/me")

        assert (await call.get("/me")).status == 200


class TestCut:
    async def test_before_the_content_length(self, call: Caller) -> None:
        complete = await raw(call, "GET", "/me")
        call.sandbox.fail("*", Fault.cut("length"))

        half = await raw(call, "GET", "/me")

        assert f"Content-Length: {len(complete.body)}".encode() in half.head
        assert half.body == complete.body[: len(complete.body) // 2]

    async def test_before_the_last_chunk(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.cut("chunked"))

        half = await raw(call, "GET", "/me")

        assert b"Transfer-Encoding: chunked" in half.head
        assert half.body
        assert not half.body.endswith(b"0\r\n\r\n")

    async def test_inside_the_compressed_data(self, call: Caller) -> None:
        complete = await raw(call, "GET", "/me")
        call.sandbox.fail("*", Fault.cut("gzip"))

        half = await raw(call, "GET", "/me", accept_encoding="gzip")

        assert b"Content-Encoding: gzip" in half.head
        assert f"Content-Length: {len(half.body)}".encode() in half.head
        with pytest.raises(EOFError):
            gzip.decompress(half.body)
        assert complete.body.startswith(zlib.decompressobj(wbits=31).decompress(half.body))

    @pytest.mark.parametrize("at", ["length", "chunked", "gzip"])
    async def test_the_request_is_executed(self, call: Caller, at: Any) -> None:
        call.sandbox.fail("PUT *", Fault.cut(at))

        await raw(call, "PUT", f"/me/library?uris=spotify:album:{call.sandbox.catalogue.albums[1].id}")

        assert await is_saved(call)

    @pytest.mark.parametrize("at", ["length", "chunked"])
    async def test_a_response_without_a_body_announces_one(self, call: Caller, at: Any) -> None:
        path = f"/me/following?type=artist&ids={call.sandbox.catalogue.artists[0].id}"
        assert (await call("PUT", path)).status == 204
        call.sandbox.fail("PUT *", Fault.cut(at))

        with pytest.raises(aiohttp.ClientPayloadError):
            await call("PUT", path)
        assert call.sandbox.requests[-1].status == 200


class TestSurplus:
    async def test_the_response_is_sent_twice_and_the_request_executed_once(self, call: Caller) -> None:
        once = await raw(call, "GET", "/me")
        call.sandbox.fail("*", Fault.surplus(), times=1)

        twice = await raw(call, "GET", "/me")

        assert twice.body == once.body + twice.head + b"\r\n\r\n" + once.body
        assert call.sandbox.executions["get-current-users-profile"] == 2

    async def test_a_response_without_a_body_can_be_sent_twice(self, call: Caller) -> None:
        path = f"/me/following?type=artist&ids={call.sandbox.catalogue.artists[0].id}"
        call.sandbox.fail("*", Fault.surplus(), times=1)

        twice = await raw(call, "PUT", path)

        assert twice.head.startswith(b"HTTP/1.1 204 No Content")
        assert twice.body == twice.head + b"\r\n\r\n"

    async def test_both_responses_arrive_together(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.surplus())
        request = f"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {call.token}\r\n\r\n".encode()

        def read_once() -> bytes:
            """Return what the first read yields, in a thread, which runs while the server sends."""
            with socket.create_connection(("127.0.0.1", port_of(call.sandbox))) as client:
                client.sendall(request)
                return client.recv(100_000)

        received = [await asyncio.to_thread(read_once) for _ in range(50)]

        assert [each.count(b"HTTP/1.1 200 OK") for each in received] == [2] * 50

    async def test_the_second_response_follows_after_the_pause(self, delayed_call: Caller, clock: FakeClock) -> None:
        delayed_call.sandbox.fail("*", Fault.surplus(pause=3.0), times=1)

        await raw(delayed_call, "GET", "/me")

        assert clock.sleeps == [3.0]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def delayed_call(clock: FakeClock) -> AsyncIterator[Caller]:
    """A caller of a sandbox that sleeps by `clock`."""
    async with SpotifySandbox(time=lambda: NOW, sleep=clock.sleep) as sandbox, aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))


class TestSlowness:
    async def test_a_dripping_body_is_complete(self, delayed_call: Caller, clock: FakeClock) -> None:
        complete = await raw(delayed_call, "GET", "/me")
        delayed_call.sandbox.fail("*", Fault.drip(piece=100, pause=0.5))

        dripped = await raw(delayed_call, "GET", "/me")

        assert dripped.body == complete.body
        assert clock.sleeps == [0.5] * ((len(complete.body) - 1) // 100)

    async def test_dripping_ends_when_the_client_disconnects(self) -> None:
        dripping, wake_up, sleeps = asyncio.Event(), asyncio.Event(), 0

        async def sleep(_seconds: float) -> None:
            nonlocal sleeps
            sleeps += 1
            dripping.set()
            await wake_up.wait()

        async with SpotifySandbox(sleep=sleep) as sandbox, aiohttp.ClientSession() as session:
            call = Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
            sandbox.fail("*", Fault.drip(piece=1, pause=0.5), times=1)
            async with session.get(f"{sandbox.api_url}/me") as response:
                await dripping.wait()
                response.close()
            await call.get("/me")  # the server has noticed by then
            wake_up.set()
            await call.get("/me")

        assert sleeps == 1

    async def test_delays_are_before_and_after_the_execution(self, delayed_call: Caller, clock: FakeClock) -> None:
        slept_before: list[list[float]] = []
        delayed_call.sandbox.add_observer(lambda _exchange: slept_before.append([*clock.sleeps]))
        delayed_call.sandbox.fail("*", Fault.delay(before=2.0, after=3.0))

        assert (await delayed_call.get("/me")).status == 200

        assert (slept_before, clock.sleeps) == ([[2.0]], [2.0, 3.0])

    async def test_any_fault_can_have_a_delay(self, delayed_call: Caller, clock: FakeClock) -> None:
        delayed_call.sandbox.fail("*", Fault.status(503).with_delay(before=2.0, after=1.0))

        assert (await delayed_call.get("/me")).status == 503

        assert clock.sleeps == [2.0, 1.0]

    async def test_stopping_cancels_delays(self) -> None:
        sleeping, cancelled = asyncio.Event(), asyncio.Event()

        async def sleep(_seconds: float) -> None:
            sleeping.set()
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        async with SpotifySandbox(sleep=sleep) as sandbox, aiohttp.ClientSession() as session:
            session._retry_connection = False
            sandbox.fail("*", Fault.delay(before=3600.0))
            call = asyncio.create_task(session.get(f"{sandbox.api_url}/me"))
            await sleeping.wait()

            stopping = asyncio.create_task(sandbox.stop())
            for _ in range(3):
                await asyncio.sleep(0)

            # Without the cancellation, the server would wait for a second.
            assert cancelled.is_set()
            await stopping
            with pytest.raises(aiohttp.ClientError):
                await call

    async def test_a_delayed_request_is_executed_after_the_client_disconnected(self) -> None:
        sleeping, wake_up = asyncio.Event(), asyncio.Event()

        async def sleep(_seconds: float) -> None:
            sleeping.set()
            await wake_up.wait()

        executed = asyncio.Event()
        async with SpotifySandbox(sleep=sleep) as sandbox, aiohttp.ClientSession() as session:
            sandbox.add_observer(lambda _exchange: executed.set())
            call = Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
            sandbox.fail("PUT *", Fault.delay(before=60.0))
            saving = asyncio.create_task(save(call))
            await sleeping.wait()
            saving.cancel()
            await asyncio.wait([saving])
            assert sandbox.executions["save-library-items"] == 0

            wake_up.set()
            await executed.wait()

            assert sandbox.executions["save-library-items"] == 1

    @pytest.mark.parametrize(
        ("fault", "status"), [(Fault.status(504, executed=True), 504), (Fault.reset(executed=True), 0)]
    )
    async def test_a_request_can_be_executed_after_its_response(self, fault: Fault, status: int) -> None:
        wake_up, executed = asyncio.Event(), asyncio.Event()

        async def sleep(_seconds: float) -> None:
            await wake_up.wait()

        async with SpotifySandbox(sleep=sleep) as sandbox, aiohttp.ClientSession() as session:
            session._retry_connection = False
            sandbox.add_observer(lambda _exchange: executed.set())
            call = Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
            sandbox.fail("PUT *", fault.with_delay(execution=40.0))
            try:
                received = (await save(call)).status
            except aiohttp.ClientError:
                received = 0
            assert (received, sandbox.executions["save-library-items"]) == (status, 0)

            wake_up.set()
            await executed.wait()

            assert (sandbox.executions["save-library-items"], sandbox.requests[-1].status) == (1, status)
