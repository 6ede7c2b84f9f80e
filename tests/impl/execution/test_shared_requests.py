"""Calls that share a failed request: one retry, one entry in the log, one error each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from spotify._concurrency import SingleFlight
from spotify.config import ClientConfig
from spotify.errors import (
    DeadlineExceededError,
    EndpointUnavailableError,
    ServerError,
    SpotifyError,
    TransportError,
    WaitTooLongError,
)
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.executor import Call
from spotify.interfaces.rate_limiter import Admission
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.operations.catalogue import GET_CATEGORIES
from spotify.quota import Quota
from spotify.testing import FakeClock, FakeTransport, Fault, SpotifySandbox, captured_logs
from tests.support.executor_setup import APPEND, OK, READ, ExecutorSetup, RecordingLimiter, YieldingTransport


def setup_with(*statuses: int, retry_budget: int = 1, **config: object) -> ExecutorSetup:
    setup = ExecutorSetup(transport=YieldingTransport(), retry_budget=retry_budget, **config)
    for status in statuses:
        setup.transport.answer("GET /x/{id}", json=OK if status == 200 else None, status=status)
    return setup


async def test_callers_of_a_failed_read_share_its_retry_and_the_budget_for_it() -> None:
    setup = setup_with(500, 200)

    assert await asyncio.gather(*(setup.read() for _ in range(500))) == [OK] * 500

    setup.transport.assert_all_answered()


async def test_they_share_each_later_retry_too() -> None:
    setup = setup_with(500, 502, 503, 200, retry_budget=3)

    assert await asyncio.gather(*(setup.read() for _ in range(50))) == [OK] * 50

    setup.transport.assert_all_answered()


async def test_they_share_the_retry_after_a_lost_response() -> None:
    setup = ExecutorSetup(transport=YieldingTransport(), retry_budget=1)
    setup.transport.fail("GET /x/{id}", TransportError("cut", sent=True))
    setup.transport.answer("GET /x/{id}", json=OK)

    assert await asyncio.gather(*(setup.read() for _ in range(50))) == [OK] * 50


async def test_they_share_the_request_with_a_new_token_after_a_401() -> None:
    setup = setup_with(401, 200)

    with captured_logs() as events:
        assert await asyncio.gather(*(setup.read() for _ in range(50))) == [OK] * 50

    assert [event["event"] for event in events].count("token_invalidated") == 1
    assert len(setup.transport.requests) == 2


async def test_a_shared_success_restores_a_tenth_of_a_retry_and_not_more() -> None:
    setup = setup_with(500, 500, 200, 500, retry_budget=2, max_retries=2)
    await asyncio.gather(*(setup.read() for _ in range(50)))

    with pytest.raises(ServerError):
        await setup.read()


async def test_the_log_has_one_entry_per_request() -> None:
    setup = setup_with(500, 200, 500, max_retries=1)
    without_retries = setup.executor.with_config(replace(setup.config, max_retries=0))

    with captured_logs() as events:
        await asyncio.gather(*(setup.read() for _ in range(50)))
        await asyncio.gather(*(setup.read(without_retries) for _ in range(50)), return_exceptions=True)

    assert [event["event"] for event in events] == [
        "request_sent",
        "retry_scheduled",
        "request_sent",
        "request_succeeded",
        "request_sent",
        "request_failed",
    ]


async def test_each_caller_retries_as_often_as_its_own_settings_allow() -> None:
    setup = setup_with(500, 500, 200, retry_budget=2)
    views = [setup.executor.with_config(replace(setup.config, max_retries=number)) for number in (0, 1, 2)]

    results = await asyncio.gather(*(setup.read(view) for view in views), return_exceptions=True)

    assert [type(result) for result in results] == [ServerError, ServerError, dict]
    setup.transport.assert_all_answered()


async def test_a_caller_whose_deadline_is_before_the_retry_does_not_wait_for_it() -> None:
    setup = ExecutorSetup(transport=HeldRead(), retry_budget=1, deadline=10.0)
    setup.transport.answer("GET /x/{id}", status=500)
    setup.transport.answer("GET /x/{id}", json=OK)
    early = asyncio.create_task(setup.read())
    await asyncio.sleep(0)
    setup.clock.advance(9.5)
    late = asyncio.create_task(setup.read())
    await asyncio.sleep(0)
    setup.transport.release.set()

    assert await late == OK
    with pytest.raises(ServerError):
        await early


class HeldLimiter(RecordingLimiter):
    """A rate limiter that decides about the first request when `release` is set.

    The wait is then 5 seconds: too long for that call, and allowed for later ones.
    """

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self.release = asyncio.Event()
        self._clock = clock

    @asynccontextmanager
    async def slot(self, admission: Admission, /) -> AsyncIterator[None]:
        await self.release.wait()
        if self._clock.monotonic() + 5.0 >= admission.deadline:
            raise WaitTooLongError("The wait would be too long", status_code=429, retry_after=5.0)
        async with super().slot(admission):
            yield


async def read_at(setup: ExecutorSetup, *times: float) -> list[asyncio.Task[dict[str, int]]]:
    """Start a read at each of these times, by the clock."""
    calls: list[asyncio.Task[dict[str, int]]] = []
    for time in times:
        setup.clock.advance(time - setup.clock.monotonic())
        calls.append(asyncio.ensure_future(setup.read()))
        await asyncio.sleep(0)
    return calls


async def test_a_wait_too_long_for_the_first_caller_does_not_fail_one_with_more_time() -> None:
    clock = FakeClock()
    limiter = HeldLimiter(clock)
    setup = ExecutorSetup(transport=YieldingTransport(), limiter=limiter, clock=clock, deadline=10.0)
    setup.transport.answer("GET /x/{id}", json=OK)
    calls = await read_at(setup, 0.0, 2.0, 6.0, 8.0)
    limiter.release.set()

    results = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(result) for result in results] == [WaitTooLongError, WaitTooLongError, dict, dict]
    assert len(setup.transport.requests) == len(limiter.admissions) == 1


async def test_a_rate_limiter_that_refuses_every_call_ends_each_of_them() -> None:
    class Refusing(RecordingLimiter):
        @asynccontextmanager
        async def slot(self, admission: Admission, /) -> AsyncIterator[None]:
            self.admissions.append(admission)
            await asyncio.sleep(0)
            raise WaitTooLongError("Never", status_code=429, retry_after=0.1)
            yield

    setup = ExecutorSetup(limiter=Refusing(), deadline=10.0)

    results = await asyncio.gather(*(setup.read() for _ in range(5)), return_exceptions=True)

    assert [type(result) for result in results] == [WaitTooLongError] * 5
    assert len(setup.limiter.admissions) == 5


class HeldRead(FakeTransport):
    """Responds once `release` is set."""

    def __init__(self) -> None:
        super().__init__(operations=(READ, APPEND))
        self.release = asyncio.Event()

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        await self.release.wait()
        return await super().send(request)


async def test_each_caller_of_a_lost_response_gets_an_error_of_its_own() -> None:
    setup = ExecutorSetup(transport=YieldingTransport(), max_retries=0)
    lost = TransportError("cut", sent=True)
    lost.__cause__ = OSError("cable")
    setup.transport.fail("GET /x/{id}", lost)

    errors = await asyncio.gather(*(setup.read() for _ in range(3)), return_exceptions=True)

    assert [str(error) for error in errors] == ["cut (get-x)"] * 3
    assert len({id(error) for error in errors}) == 3
    for error in errors:
        assert isinstance(error, TransportError)
        assert error.may_have_been_executed
        assert error.__cause__ is lost.__cause__


@pytest.mark.parametrize("steps", range(12))
async def test_a_caller_cancelled_at_any_step_leaves_the_others_one_retry(steps: int) -> None:
    setup = setup_with(500, 200, 200, 200)
    calls = [asyncio.create_task(setup.read()) for _ in range(5)]
    for _ in range(steps):
        await asyncio.sleep(0)
    calls[0].cancel()

    assert (await asyncio.gather(*calls, return_exceptions=True))[1:] == [OK] * 4

    # The first caller sends the request; if it is cancelled meanwhile, another one sends it again.
    assert len(setup.transport.requests) <= 3


class SharedTokenRequest:
    """An auth provider whose calls share one token request, which fails at first."""

    def __init__(self) -> None:
        self.requests = 0
        self._token: str | None = None
        self._flights: SingleFlight[str] = SingleFlight(on_cancel="finish")

    async def get_access_token(self) -> str:
        if self._token is None:
            self._token = await self._flights.run(self._request)
        return self._token

    async def _request(self) -> str:
        self.requests += 1
        await asyncio.sleep(0)
        if self.requests == 1:
            raise ServerError("Bad gateway", status_code=502)
        return "token"


async def test_calls_share_the_retry_of_a_failed_token_request() -> None:
    auth = SharedTokenRequest()
    setup = ExecutorSetup(auth_provider=auth, retry_budget=1)
    setup.transport.answer("POST /x", status=201, times=50)

    with captured_logs() as events:
        await asyncio.gather(*(setup.append() for _ in range(50)))

    assert auth.requests == 2
    assert [event["event"] for event in events].count("retry_scheduled") == 1


async def test_a_later_failed_token_request_has_a_retry_of_its_own() -> None:
    auth = SharedTokenRequest()
    setup = ExecutorSetup(auth_provider=auth, retry_budget=1)
    setup.transport.answer("POST /x", status=201)
    await setup.append()
    auth._token, auth.requests = None, 0

    with pytest.raises(ServerError):
        await setup.append()


async def test_a_refusal_that_calls_share_counts_once_against_the_operation() -> None:
    setup = ExecutorSetup(transport=YieldingTransport(), quota=Quota("auto"))
    body = {"error": {"status": 403, "message": "Forbidden"}}
    setup.transport.answer(f"GET {GET_CATEGORIES.path}", status=403, json=body)
    call: Call[object] = Call(operation=GET_CATEGORIES, into=object, arguments={})

    errors = await asyncio.gather(*(setup.executor.execute(call) for _ in range(5)), return_exceptions=True)

    assert [type(error) for error in errors] == [EndpointUnavailableError] * 5
    assert len(setup.executor._components.quota.evidence[GET_CATEGORIES.id]) == 1


async def test_over_a_socket_500_identical_reads_survive_one_500() -> None:
    config = ClientConfig(retry_budget=1, retry_base_delay=0.01)
    async with SpotifySandbox() as sandbox, sandbox.client(config=config) as client:
        album = sandbox.catalogue.albums[0]
        sandbox.fail("*", Fault.status(500), times=1)

        albums = await asyncio.gather(*(client.albums.get(album.id) for _ in range(500)))

        assert {each.id for each in albums} == {album.id}
        assert [exchange.status for exchange in sandbox.requests] == [500, 200]


@pytest.mark.parametrize("fault", [Fault.status(500), Fault.reset()], ids=str)
async def test_over_a_socket_callers_fail_together_when_the_retries_end(fault: Fault) -> None:
    config = ClientConfig(retry_budget=1, retry_base_delay=0.01)
    async with SpotifySandbox() as sandbox, sandbox.client(config=config) as client:
        sandbox.fail("*", fault, times=2)

        async def error_of() -> SpotifyError | None:
            try:
                await client.albums.get(sandbox.catalogue.albums[0].id)
            except SpotifyError as error:
                return error
            return None

        errors = await asyncio.gather(*(error_of() for _ in range(100)))

        assert len({id(error) for error in errors}) == 100
        assert len({str(error) for error in errors}) == 1
        assert len(sandbox.requests) == 2


async def test_a_deadline_ends_a_call_while_it_waits_for_the_shared_retry() -> None:
    class Endless(SystemClock):
        async def sleep(self, seconds: float, /) -> None:
            await asyncio.Event().wait()

    setup = setup_with(500, clock=Endless(), deadline=0.05, retry_budget=1)
    setup.executor._components.retry_policy._base_delay = 0.001

    errors = await asyncio.gather(*(setup.read() for _ in range(3)), return_exceptions=True)

    assert [type(error) for error in errors] == [DeadlineExceededError] * 3
