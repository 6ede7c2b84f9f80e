"""Faults on the wire: connections that end, bodies that are cut or slow, delays."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from spotify.testing import Fault, SpotifySandbox
from tests.support.sandbox_http import Caller
from tests.testing.sandbox.conftest import NOW
from tests.testing.sandbox.faults.test_damage import is_saved, save


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever a fault does, the server says nothing about it."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []
    assert capfd.readouterr().err == ""


class Raw:
    """Bytes of an answer as they came, to the end of the connection."""

    def __init__(self, received: bytes) -> None:
        self.head, _, self.body = received.partition(b"\r\n\r\n")


async def raw(call: Caller, method: str, path: str, *, accept_encoding: str = "identity") -> Raw:
    port = int(call.sandbox.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
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
    async def test_nothing_is_answered_and_nothing_executed(self, call: Caller) -> None:
        call.sandbox.fail("PUT *", Fault.reset())

        with pytest.raises(aiohttp.ClientOSError):
            await save(call)

        assert not await is_saved(call)

    async def test_the_request_may_be_executed_before(self, call: Caller) -> None:
        call.sandbox.fail("PUT *", Fault.reset(executed=True))

        with pytest.raises(aiohttp.ClientOSError):
            await save(call)

        assert await is_saved(call)

    async def test_it_is_a_reset_on_the_wire(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.reset())

        with pytest.raises(ConnectionResetError):
            await raw(call, "GET", "/me")

    async def test_a_graceful_one_closes_the_connection_in_order(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.reset(graceful=True))

        assert (await raw(call, "GET", "/me")).head == b""

    async def test_the_next_request_is_answered(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.reset(), times=1)
        with pytest.raises(aiohttp.ClientOSError):
            await call.get("/me")

        assert (await call.get("/me")).status == 200


class TestCut:
    async def test_short_of_its_length(self, call: Caller) -> None:
        whole = await raw(call, "GET", "/me")
        call.sandbox.fail("*", Fault.cut("length"))

        half = await raw(call, "GET", "/me")

        assert f"Content-Length: {len(whole.body)}".encode() in half.head
        assert half.body == whole.body[: len(whole.body) // 2]

    async def test_before_the_last_chunk(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.cut("chunked"))

        half = await raw(call, "GET", "/me")

        assert b"Transfer-Encoding: chunked" in half.head
        assert half.body
        assert not half.body.endswith(b"0\r\n\r\n")

    async def test_inside_the_compressed_data(self, call: Caller) -> None:
        whole = await raw(call, "GET", "/me")
        call.sandbox.fail("*", Fault.cut("gzip"))

        half = await raw(call, "GET", "/me", accept_encoding="gzip")

        assert b"Content-Encoding: gzip" in half.head
        assert f"Content-Length: {len(half.body)}".encode() in half.head
        with pytest.raises(EOFError):
            gzip.decompress(half.body)
        assert whole.body.startswith(zlib.decompressobj(wbits=31).decompress(half.body))

    @pytest.mark.parametrize("at", ["length", "chunked", "gzip"])
    async def test_the_request_is_executed(self, call: Caller, at: Any) -> None:
        call.sandbox.fail("PUT *", Fault.cut(at))

        await raw(call, "PUT", f"/me/library?uris=spotify:album:{call.sandbox.catalogue.albums[1].id}")

        assert await is_saved(call)

    @pytest.mark.parametrize("at", ["length", "chunked"])
    async def test_an_answer_without_a_body_gets_one_that_never_comes(self, call: Caller, at: Any) -> None:
        path = f"/me/following?type=artist&ids={call.sandbox.catalogue.artists[0].id}"
        assert (await call("PUT", path)).status == 204
        call.sandbox.fail("PUT *", Fault.cut(at))

        with pytest.raises(aiohttp.ClientPayloadError):
            await call("PUT", path)
        assert call.sandbox.requests[-1].status == 200


class Sleeper:
    """Sleeps that take no time and are written down."""

    def __init__(self) -> None:
        self.sleeps: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
async def patient(sleeper: Sleeper) -> AsyncIterator[Caller]:
    """A caller of a sandbox that waits by `sleeper`."""
    async with SpotifySandbox(time=lambda: NOW, sleep=sleeper) as sandbox, aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))


class TestSlowness:
    async def test_a_dripping_body_is_whole_in_the_end(self, patient: Caller, sleeper: Sleeper) -> None:
        whole = await raw(patient, "GET", "/me")
        patient.sandbox.fail("*", Fault.drip(piece=100, pause=0.5))

        dripped = await raw(patient, "GET", "/me")

        assert dripped.body == whole.body
        assert sleeper.sleeps == [0.5] * ((len(whole.body) - 1) // 100)

    async def test_a_caller_who_leaves_ends_the_dripping(self) -> None:
        dripping, go_on, sleeps = asyncio.Event(), asyncio.Event(), 0

        async def sleep(_seconds: float) -> None:
            nonlocal sleeps
            sleeps += 1
            dripping.set()
            await go_on.wait()

        async with SpotifySandbox(sleep=sleep) as sandbox, aiohttp.ClientSession() as session:
            call = Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
            sandbox.fail("*", Fault.drip(piece=1, pause=0.5), times=1)
            async with session.get(f"{sandbox.api_url}/me") as response:
                await dripping.wait()
                response.close()
            await call.get("/me")  # the server has noticed by then
            go_on.set()
            await call.get("/me")

        assert sleeps == 1

    async def test_delays_surround_the_execution(self, patient: Caller, sleeper: Sleeper) -> None:
        slept_before: list[list[float]] = []
        patient.sandbox.add_observer(lambda _exchange: slept_before.append([*sleeper.sleeps]))
        patient.sandbox.fail("*", Fault.delay(before=2.0, after=3.0))

        assert (await patient.get("/me")).status == 200

        assert (slept_before, sleeper.sleeps) == ([[2.0]], [2.0, 3.0])

    async def test_a_delay_goes_with_any_fault(self, patient: Caller, sleeper: Sleeper) -> None:
        patient.sandbox.fail("*", Fault.status(503).with_delay(before=2.0, after=1.0))

        assert (await patient.get("/me")).status == 503

        assert sleeper.sleeps == [2.0, 1.0]

    async def test_stopping_does_not_wait_for_delays(self) -> None:
        waiting = asyncio.Event()

        async def sleep(seconds: float) -> None:
            waiting.set()
            await asyncio.sleep(seconds)

        async with SpotifySandbox(sleep=sleep) as sandbox, aiohttp.ClientSession() as session:
            session._retry_connection = False
            sandbox.fail("*", Fault.delay(before=3600.0))
            call = asyncio.create_task(session.get(f"{sandbox.api_url}/me"))
            await waiting.wait()

            started = asyncio.get_running_loop().time()
            await sandbox.stop()
            assert asyncio.get_running_loop().time() - started < 0.9

            with pytest.raises(aiohttp.ClientError):
                await call

    async def test_what_is_delayed_is_executed_although_its_caller_has_left(self) -> None:
        waiting, go_on = asyncio.Event(), asyncio.Event()

        async def sleep(_seconds: float) -> None:
            waiting.set()
            await go_on.wait()

        executed = asyncio.Event()
        async with SpotifySandbox(sleep=sleep) as sandbox, aiohttp.ClientSession() as session:
            sandbox.add_observer(lambda _exchange: executed.set())
            call = Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
            sandbox.fail("PUT *", Fault.delay(before=60.0))
            saving = asyncio.create_task(save(call))
            await waiting.wait()
            saving.cancel()
            await asyncio.wait([saving])
            assert sandbox.executions["save-library-items"] == 0

            go_on.set()
            await executed.wait()

            assert sandbox.executions["save-library-items"] == 1
