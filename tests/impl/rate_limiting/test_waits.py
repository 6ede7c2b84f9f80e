"""The rule for waits: a call that would wait too long fails at once."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.errors import WaitTooLongError
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.impl.rate_limiting.in_process_rate_limiter import RollingWindow
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission
from spotify.testing import FakeClock

READ = Operation(id="read", method="GET", path="/x", idempotent=True)


def call(priority="interactive", *, max_wait=30.0, **fields):
    return Admission(operation=READ, priority=priority, since=0.0, max_wait=max_wait, **fields)


async def enter(limiter, admission):
    async with limiter.slot(admission):
        pass


async def fill(limiter, count):
    for _ in range(count):
        await enter(limiter, call())


def limiter(clock, **bounds):
    return InProcessRateLimiter(**{"max_concurrency": 50, "clock": clock, "rate_limit": 2, **bounds})


@pytest.mark.parametrize("priority", ["interactive", "bulk"])
async def test_a_wait_for_the_window_longer_than_max_wait_fails_at_once(priority):
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await fill(rate_limiter, 2)
    clock.advance(10.0)
    with pytest.raises(WaitTooLongError, match=r"rate_limit.* max_retry_wait \(19 s\)") as caught:
        await enter(rate_limiter, call(priority, max_wait=19.0))
    assert clock.sleeps == []
    assert caught.value.retry_after == 20.0
    assert caught.value.retry_at.timestamp() == clock.time() + 20.0
    assert caught.value.operation == "read"
    assert caught.value.may_have_been_executed is False


async def test_a_wait_for_the_window_up_to_max_wait_is_waited_out():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await fill(rate_limiter, 2)
    clock.advance(10.0)
    await enter(rate_limiter, call(max_wait=20.0))
    assert clock.monotonic() == 30.0


async def test_while_all_requests_of_the_window_are_in_flight_the_wait_is_a_window():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    async with rate_limiter.slot(call()), rate_limiter.slot(call()):
        with pytest.raises(WaitTooLongError) as caught:
            await enter(rate_limiter, call(max_wait=29.0))
    assert caught.value.retry_after == 30.0


@pytest.mark.parametrize("priority", ["interactive", "bulk"])
async def test_a_wait_that_would_end_after_the_deadline_fails_at_once(priority):
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await fill(rate_limiter, 2)
    with pytest.raises(WaitTooLongError, match=r"deadline \(25 s\)") as caught:
        await enter(rate_limiter, call(priority, deadline=25.0))
    assert clock.sleeps == []
    assert caught.value.retry_after == 30.0


async def test_a_pause_that_would_end_after_the_deadline_fails_at_once():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await rate_limiter.pause(20.0)
    with pytest.raises(WaitTooLongError, match=r"Spotify is rate limiting .* deadline"):
        await enter(rate_limiter, call(deadline=20.0))
    assert clock.sleeps == []


async def outcomes(rate_limiter, admissions):
    results = await asyncio.gather(*(enter(rate_limiter, each) for each in admissions), return_exceptions=True)
    return ["failed" if isinstance(result, WaitTooLongError) else result for result in results]


async def test_an_interactive_call_counts_the_calls_before_it():
    clock = FakeClock()
    assert await outcomes(limiter(clock), [call() for _ in range(6)]) == [None] * 4 + ["failed"] * 2
    assert clock.monotonic() == 30.0


async def test_bulk_calls_wait_for_each_other_as_long_as_it_takes():
    clock = FakeClock()
    assert await outcomes(limiter(clock), [call("bulk") for _ in range(10)]) == [None] * 10
    assert clock.monotonic() == 120.0


async def test_bulk_calls_that_cannot_all_meet_the_deadline_fail_at_once():
    clock = FakeClock()
    admissions = [call("bulk", deadline=50.0) for _ in range(6)]
    assert await outcomes(limiter(clock), admissions) == [None] * 4 + ["failed"] * 2


async def test_calls_before_that_are_cancelled_do_not_fail_those_behind():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await fill(rate_limiter, 2)
    cancelled = [asyncio.create_task(enter(rate_limiter, call(max_wait=300.0))) for _ in range(4)]
    last = asyncio.create_task(enter(rate_limiter, call(max_wait=90.0)))
    await asyncio.sleep(0)
    for task in cancelled:
        task.cancel()
    await last
    assert clock.monotonic() == 30.0


async def test_without_a_window_a_full_queue_is_waited_for():
    rate_limiter = limiter(FakeClock(), max_concurrency=1, rate_limit=None)
    async with rate_limiter.slot(call()):
        waiting = asyncio.create_task(enter(rate_limiter, call(max_wait=0.0)))
        await asyncio.sleep(0)
    await waiting


@given(
    responses=st.lists(st.floats(0, 30), max_size=8).map(sorted),
    in_flight=st.integers(0, 4),
    limit=st.integers(1, 6),
    ahead=st.integers(0, 12),
)
def test_the_shortest_wait_is_that_of_requests_with_immediate_responses(responses, in_flight, limit, ahead):
    window = RollingWindow(30.0)
    for time in responses:
        window.record_response(time)
    shortest = window.shortest_wait(30.0, in_flight=in_flight, limit=limit, ahead=ahead)

    now = 30.0
    for _ in range(in_flight):
        window.record_response(now)
    for _ in range(ahead):
        now += window.delay_until_ready(now, in_flight=0, limit=limit)
        window.record_response(now)
    assert now + window.delay_until_ready(now, in_flight=0, limit=limit) - 30.0 == pytest.approx(shortest, abs=1e-6)
