"""`InProcessRateLimiter`: concurrency, pauses, order and the rate limit."""

import asyncio

import pytest

from spotify.errors import RateLimitError
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission
from spotify.testing import FakeClock, captured_logs

READ = Operation(id="read", method="GET", path="/x", idempotent=True)


def limiter(clock, *, max_concurrency=2, **bounds):
    return InProcessRateLimiter(max_concurrency=max_concurrency, clock=clock, **bounds)


def call(priority="interactive", *, since=0.0, max_wait=30.0):
    return Admission(operation=READ, priority=priority, since=since, max_wait=max_wait)


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_new_call_does_not_overtake_one_that_was_woken():
    rate_limiter = limiter(FakeClock(), max_concurrency=1)
    order = []

    async def enter(name):
        async with rate_limiter.slot(call()):
            order.append(name)

    async with rate_limiter.slot(call()):
        waiting = asyncio.create_task(enter("first"))
        await settle()
    await enter("new")
    await waiting
    assert order == ["first", "new"]


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError])
async def test_a_slot_is_released_on_any_error(error):
    rate_limiter = limiter(FakeClock(), max_concurrency=1)
    with pytest.raises(error):
        async with rate_limiter.slot(call()):
            raise error
    async with asyncio.timeout(60), rate_limiter.slot(call()):
        pass


async def test_a_pause_delays_requests():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await rate_limiter.pause(5.0)
    async with rate_limiter.slot(call()):
        assert clock.monotonic() == 5.0


async def test_a_shorter_pause_does_not_shorten_a_longer_one():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await rate_limiter.pause(10.0)
    await rate_limiter.pause(1.0)
    async with rate_limiter.slot(call()):
        assert clock.monotonic() == 10.0


async def test_a_pause_during_the_wait_prolongs_it():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await rate_limiter.pause(5.0)

    async def enter():
        async with rate_limiter.slot(call()):
            return clock.monotonic()

    entering = asyncio.create_task(enter())
    await asyncio.sleep(0)
    await rate_limiter.pause(20.0)
    assert await entering == 20.0


@pytest.mark.parametrize("operation", [None, READ], ids=["all requests", "its operation"])
async def test_a_pause_delays_a_request_that_got_its_slot_and_is_not_sent_yet(operation):
    clock = FakeClock()
    rate_limiter = limiter(clock, max_concurrency=1)
    started_at = []

    async def enter():
        async with rate_limiter.slot(call()):
            started_at.append(clock.monotonic())

    async with rate_limiter.slot(call()):
        waiting = asyncio.create_task(enter())
        await settle()
    await rate_limiter.pause(7.0, operation=operation)  # before the task of the other request runs again
    await waiting
    assert started_at == [7.0]


async def test_a_pause_longer_than_max_wait_raises_at_once():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await rate_limiter.pause(79_892.0)
    with pytest.raises(RateLimitError) as caught:
        async with rate_limiter.slot(call()):
            pass
    assert caught.value.retry_after == 79_892.0
    assert caught.value.retry_at.timestamp() == clock.time() + 79_892.0
    assert caught.value.may_have_been_executed is False
    assert clock.sleeps == []


async def test_a_long_pause_ends():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await rate_limiter.pause(79_892.0)
    clock.advance(79_892.0)
    async with rate_limiter.slot(call()):
        pass


def test_one_limiter_works_in_one_event_loop_after_another():
    rate_limiter = limiter(FakeClock(), max_concurrency=1)

    async def send_some():
        async def enter():
            async with rate_limiter.slot(call()):
                await asyncio.sleep(0)

        await asyncio.gather(*(enter() for _ in range(5)))

    asyncio.run(send_some())
    asyncio.run(send_some())


async def send_all(rate_limiter, clock, admissions):
    """Send a request for each admission; return the order in which they were sent, by index, and the times."""
    order, times = [], []

    async def enter(number, admission):
        async with rate_limiter.slot(admission):
            order.append(number)
            times.append(clock.monotonic())
            await asyncio.sleep(0)

    await asyncio.gather(*(enter(number, admission) for number, admission in enumerate(admissions)))
    return order, times


async def test_after_a_pause_the_oldest_call_goes_first():
    clock = FakeClock()
    rate_limiter = limiter(clock, max_concurrency=1)
    await rate_limiter.pause(5.0)
    order, _ = await send_all(rate_limiter, clock, [call(since=3.0), call(since=1.0), call(since=2.0)])
    assert order == [1, 2, 0]


async def test_after_a_pause_requests_resume_gradually():
    clock = FakeClock()
    rate_limiter = limiter(clock, max_concurrency=50)
    await rate_limiter.pause(5.0)
    in_flight, counts = 0, []

    async def enter():
        nonlocal in_flight
        async with rate_limiter.slot(call()):
            in_flight += 1
            counts.append(in_flight)
            await asyncio.sleep(0)
            in_flight -= 1

    await asyncio.gather(*(enter() for _ in range(200)))
    assert counts[:3] == [1, 1, 2]
    assert len(counts) == 200


async def test_interactive_calls_go_before_bulk_ones():
    clock = FakeClock()
    rate_limiter = limiter(clock, max_concurrency=1)
    await rate_limiter.pause(5.0)
    order, _ = await send_all(rate_limiter, clock, [call("bulk", since=0.0), call("bulk", since=1.0), call(since=2.0)])
    assert order == [2, 0, 1]


async def test_each_call_has_its_own_max_wait():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await rate_limiter.pause(20.0)
    patient = asyncio.create_task(send_all(rate_limiter, clock, [call(max_wait=30.0)]))
    with pytest.raises(RateLimitError):
        await send_all(rate_limiter, clock, [call(max_wait=10.0)])
    assert await patient == ([0], [20.0])


class StandingClock(FakeClock):
    """A clock whose sleep never ends."""

    async def sleep(self, seconds):
        await asyncio.Event().wait()


async def test_waiting_calls_raise_if_the_pause_grows_past_their_max_wait():
    rate_limiter = limiter(StandingClock())
    await rate_limiter.pause(20.0)
    first, *others = [
        asyncio.create_task(send_all(rate_limiter, FakeClock(), [call(since=float(n))])) for n in range(5)
    ]
    await settle()
    await rate_limiter.pause(79_892.0)
    for other in others:
        with pytest.raises(RateLimitError):
            await other
    first.cancel()


async def test_a_window_has_at_most_the_limit():
    clock = FakeClock()
    rate_limiter = limiter(clock, max_concurrency=50, rate_limit=10, rate_window=30.0)
    _, times = await send_all(rate_limiter, clock, [call(max_wait=90.0) for _ in range(35)])
    assert [int(time) for time in times] == [0] * 10 + [30] * 10 + [60] * 10 + [90] * 5


async def test_bulk_calls_leave_the_reserve_for_interactive_calls():
    clock = FakeClock()
    rate_limiter = limiter(clock, max_concurrency=50, rate_limit=10, rate_window=30.0, reserve=0.2)
    _, times = await send_all(rate_limiter, clock, [call("bulk") for _ in range(8)])
    assert times == [0.0] * 8
    waiting = asyncio.create_task(send_all(rate_limiter, clock, [call("bulk")]))
    _, times = await send_all(rate_limiter, clock, [call(), call()])
    assert times == [0.0, 0.0]
    _, times = await waiting
    assert times == [30.0]


@pytest.mark.parametrize("steps", range(8))
async def test_cancelled_calls_do_not_block_the_others(steps):
    clock = FakeClock()
    rate_limiter = limiter(clock, max_concurrency=1)
    await rate_limiter.pause(5.0)
    waiting = [asyncio.create_task(send_all(rate_limiter, clock, [call(since=float(n))])) for n in range(4)]
    for _ in range(steps):
        await asyncio.sleep(0)
    for task in waiting[:2]:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert not waiting[2].cancelled()
    assert not waiting[3].cancelled()
    async with asyncio.timeout(60), rate_limiter.slot(call()):
        pass


async def test_a_wait_is_logged():
    clock = FakeClock()
    rate_limiter = limiter(clock)
    await rate_limiter.pause(5.0)
    with captured_logs() as events:
        async with rate_limiter.slot(call("bulk")):
            pass
    (event,) = events
    assert (event["event"], event["operation"], event["priority"]) == ("send_delayed", "read", "bulk")
    assert (event["reason"], event["seconds"]) == ("rate_limited", 5.0)
