"""The rate limit: which calls are admitted, and `Retry-After`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable

import aiohttp
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spotify.testing import FakeClock, Fault, SpotifySandbox
from spotify.testing.sandbox.http.call_limits import RateLimit
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.sandbox_http import Caller, Reply

ARRIVALS = st.lists(st.floats(0, 1000) | st.integers(0, 60).map(float), max_size=60).map(sorted)
LIMITS = st.integers(1, 6)
WINDOWS = st.floats(0.1, 100) | st.sampled_from([1.0, 30.0])


@given(ARRIVALS, LIMITS, WINDOWS)
def test_a_call_is_rejected_exactly_if_the_window_is_full(arrivals: list[float], limit: int, window: float) -> None:
    rate_limit = RateLimit(limit, window, penalty=False)
    admitted: list[float] = []

    for now in arrivals:
        in_window = sum(earlier + window > now for earlier in admitted)
        is_admitted = rate_limit.admit(now) is None
        assert is_admitted == (in_window < limit)
        if is_admitted:
            admitted.append(now)


@given(ARRIVALS, LIMITS, WINDOWS)
def test_with_the_penalty_rejected_calls_count(arrivals: list[float], limit: int, window: float) -> None:
    rate_limit = RateLimit(limit, window, penalty=True)
    seen: list[float] = []

    for now in arrivals:
        in_window = sum(earlier + window > now for earlier in seen)
        assert (rate_limit.admit(now) is None) == (in_window < limit)
        seen.append(now)


@given(ARRIVALS, LIMITS, WINDOWS, st.booleans())
@example([0.0, 1.7610636548428076], 1, 63.0, True)
@example([0.1, 0.30000000000000004], 1, 1.2, False)
def test_retry_after_is_the_first_whole_second_at_which_a_call_is_admitted(
    arrivals: list[float], limit: int, window: float, penalty: bool
) -> None:
    for stop in range(len(arrivals)):
        rate_limit = RateLimit(limit, window, penalty=penalty)
        waits = [rate_limit.admit(now) for now in arrivals[: stop + 1]]
        seconds = waits[-1]
        if seconds is None:
            continue
        assert seconds >= 1
        if seconds > 1:
            too_early = RateLimit(limit, window, penalty=penalty)
            for now in arrivals[: stop + 1]:
                too_early.admit(now)
            assert too_early.admit(arrivals[stop] + seconds - 1) is not None
        assert rate_limit.admit(arrivals[stop] + seconds) is None


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def call(clock: FakeClock, checker: ExchangeChecker) -> AsyncIterator[Caller]:
    """Calls a sandbox with a limit of three calls in 30 seconds."""
    async with SpotifySandbox(rate_limit=3, time=clock.time) as sandbox, aiohttp.ClientSession() as session:
        sandbox.add_observer(checker)
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))


async def statuses(*calls: Awaitable[Reply]) -> list[int]:
    return [reply.status for reply in await asyncio.gather(*calls)]


async def test_a_call_beyond_the_limit_gets_429_and_retry_after(call: Caller, clock: FakeClock) -> None:
    await statuses(*(call.get("/me") for _ in range(3)))
    clock.advance(9.5)

    reply = await call.get("/me")

    assert (reply.status, reply.message) == (429, "API rate limit exceeded")
    assert reply.headers["Retry-After"] == "21"


async def test_a_call_is_admitted_after_retry_after(call: Caller, clock: FakeClock) -> None:
    await statuses(*(call.get("/me") for _ in range(4)))

    clock.advance(30)

    assert (await call.get("/me")).status == 200


async def test_all_clients_and_users_share_the_limit(call: Caller) -> None:
    other = call.acting(user=call.sandbox.catalogue.users[1].id)

    assert await statuses(call.get("/me"), other.get("/me"), call.as_application().get("/markets")) == [200] * 3
    assert await statuses(call.get("/me"), other.get("/me")) == [429] * 2


async def test_rejected_calls_make_the_wait_longer(call: Caller, clock: FakeClock) -> None:
    await statuses(*(call.get("/me") for _ in range(3)))
    clock.advance(10)

    waits = [(await call.get("/me")).headers["Retry-After"] for _ in range(4)]

    assert waits == ["20", "20", "30", "30"]


async def test_without_the_penalty_rejected_calls_do_not_count(clock: FakeClock) -> None:
    async with (
        SpotifySandbox(rate_limit=3, rate_penalty=False, time=clock.time) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        call = Caller(sandbox, session, sandbox.issue_token())
        await statuses(*(call.get("/markets") for _ in range(10)))
        clock.advance(30)

        assert (await call.get("/markets")).status == 200


async def test_rate_window_is_the_length_of_the_window(clock: FakeClock) -> None:
    async with (
        SpotifySandbox(rate_limit=1, rate_window=5, time=clock.time) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        call = Caller(sandbox, session, sandbox.issue_token())
        await call.get("/markets")

        assert (await call.get("/markets")).headers["Retry-After"] == "5"


async def test_rejected_calls_are_logged_and_not_executed(call: Caller, clock: FakeClock) -> None:
    await statuses(*(call.get("/me") for _ in range(3)))
    clock.advance(1)

    await call("PUT", f"/me/library?uris=spotify:album:{call.sandbox.catalogue.albums[1].id}")

    exchange = call.sandbox.requests[-1]
    assert (exchange.operation_id, exchange.status, exchange.executed) == ("save-library-items", 429, False)
    assert call.sandbox.executions == {"get-current-users-profile": 3}
    assert call.sandbox.rate_limited == [clock.time()]


async def test_the_token_endpoint_is_not_limited(call: Caller) -> None:
    await statuses(*(call.get("/me") for _ in range(4)))

    async with call.session.post(f"{call.sandbox.accounts_url}/api/token") as response:
        assert response.status == 415


async def test_a_fault_replaces_retry_after(call: Caller) -> None:
    await statuses(*(call.get("/me") for _ in range(3)))
    call.sandbox.fail("*", Fault.status(429, retry_after=86_400))

    assert (await call.get("/me")).headers["Retry-After"] == "86400"


async def test_a_fault_does_not_execute_a_rejected_call(call: Caller) -> None:
    await statuses(*(call.get("/me") for _ in range(3)))
    call.sandbox.fail("*", Fault.status(500, executed=True))

    assert (await call.get("/me")).status == 500
    assert not call.sandbox.requests[-1].executed


@pytest.mark.parametrize(
    ("calls", "window", "message"),
    [
        (0, 30.0, "rate_limit must be 1 or more, not 0"),
        (1, 0.0, "rate_window must be more than 0 and finite, not 0.0"),
        (None, float("inf"), "rate_window must be more than 0 and finite, not inf"),
    ],
)
def test_invalid_limits_are_rejected(calls: int | None, window: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpotifySandbox(rate_limit=calls, rate_window=window)
