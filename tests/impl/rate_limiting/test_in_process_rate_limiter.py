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


async def test_no_more_than_so_many_are_inside():
    gate = limiter(FakeClock(), max_concurrency=2)
    inside, most, leave = 0, 0, asyncio.Event()

    async def enter():
        nonlocal inside, most
        async with gate.slot(call()):
            inside += 1
            most = max(most, inside)
            await leave.wait()
            inside -= 1

    entering = [asyncio.create_task(enter()) for _ in range(10)]
    await settle()
    assert inside == 2
    leave.set()
    await asyncio.gather(*entering)
    assert most == 2


async def test_a_newcomer_does_not_overtake_who_was_just_told_to_go():
    gate = limiter(FakeClock(), max_concurrency=1)
    order = []

    async def enter(name):
        async with gate.slot(call()):
            order.append(name)

    async with gate.slot(call()):
        waiting = asyncio.create_task(enter("first"))
        await settle()
    await enter("newcomer")
    await waiting
    assert order == ["first", "newcomer"]


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError])
async def test_a_slot_is_given_back_whatever_ends_the_block(error):
    gate = limiter(FakeClock(), max_concurrency=1)
    with pytest.raises(error):
        async with gate.slot(call()):
            raise error
    async with asyncio.timeout(1), gate.slot(call()):
        pass


async def test_a_pause_stops_everyone_for_that_long():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(5.0)
    async with gate.slot(call()):
        assert clock.monotonic() == 5.0


async def test_a_shorter_pause_does_not_end_a_longer_one():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(10.0)
    await gate.pause(1.0)
    async with gate.slot(call()):
        assert clock.monotonic() == 10.0


async def test_a_gate_that_closes_again_during_the_wait_is_waited_for():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(5.0)

    async def enter():
        async with gate.slot(call()):
            return clock.monotonic()

    entering = asyncio.create_task(enter())
    await asyncio.sleep(0)
    await gate.pause(20.0)
    assert await entering == 20.0


async def test_nobody_is_kept_for_longer_than_they_will_wait():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(79_892.0)
    with pytest.raises(RateLimitError) as caught:
        async with gate.slot(call()):
            pass
    assert caught.value.retry_after == 79_892.0
    assert caught.value.retry_at.timestamp() == clock.time() + 79_892.0
    assert caught.value.may_have_been_executed is False
    assert clock.sleeps == []


async def test_the_gate_opens_again():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(79_892.0)
    clock.advance(79_892.0)
    async with gate.slot(call()):
        pass


def test_one_limiter_serves_two_loops_one_after_the_other():
    gate = limiter(FakeClock(), max_concurrency=1)

    async def crowd():
        async def enter():
            async with gate.slot(call()):
                await asyncio.sleep(0)

        await asyncio.gather(*(enter() for _ in range(5)))

    asyncio.run(crowd())
    asyncio.run(crowd())


async def crowd(gate, clock, admissions, *, stay=1):
    """Let each admission in when it is its turn; return the order of entry, by index, and the times."""
    order, times = [], []

    async def enter(number, admission):
        async with gate.slot(admission):
            order.append(number)
            times.append(clock.monotonic())
            for _ in range(stay):
                await asyncio.sleep(0)

    await asyncio.gather(*(enter(number, admission) for number, admission in enumerate(admissions)))
    return order, times


async def test_after_a_pause_the_oldest_goes_first():
    clock = FakeClock()
    gate = limiter(clock, max_concurrency=1)
    await gate.pause(5.0)
    order, _ = await crowd(gate, clock, [call(since=3.0), call(since=1.0), call(since=2.0)])
    assert order == [1, 2, 0]


async def test_after_a_pause_nobody_storms_the_gate():
    clock = FakeClock()
    gate = limiter(clock, max_concurrency=50)
    await gate.pause(5.0)
    inside, most_at_first = 0, []

    async def enter():
        nonlocal inside
        async with gate.slot(call()):
            inside += 1
            most_at_first.append(inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(enter() for _ in range(200)))
    assert most_at_first[:3] == [1, 1, 2]
    assert len(most_at_first) == 200


async def test_interactive_calls_go_before_bulk_ones():
    clock = FakeClock()
    gate = limiter(clock, max_concurrency=1)
    await gate.pause(5.0)
    order, _ = await crowd(gate, clock, [call("bulk", since=0.0), call("bulk", since=1.0), call(since=2.0)])
    assert order == [2, 0, 1]


async def test_each_waits_only_as_long_as_it_will():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(20.0)
    patient = asyncio.create_task(crowd(gate, clock, [call(max_wait=30.0)]))
    with pytest.raises(RateLimitError):
        await crowd(gate, clock, [call(max_wait=10.0)])
    assert await patient == ([0], [20.0])


class StandingClock(FakeClock):
    """Sleeps for good: somebody who waits for time to pass goes on waiting."""

    async def sleep(self, seconds):
        await asyncio.Event().wait()


async def test_those_who_wait_are_refused_when_the_pause_grows_past_their_patience():
    gate = limiter(StandingClock())
    await gate.pause(20.0)
    first, *others = [asyncio.create_task(crowd(gate, FakeClock(), [call(since=float(n))])) for n in range(5)]
    await settle()
    await gate.pause(79_892.0)
    for refused in others:
        with pytest.raises(RateLimitError):
            await refused
    first.cancel()


async def test_no_more_than_the_limit_go_in_a_window():
    clock = FakeClock()
    gate = limiter(clock, max_concurrency=50, rate_limit=10, rate_window=30.0)
    _, times = await crowd(gate, clock, [call() for _ in range(35)])
    assert [int(moment) for moment in times] == [0] * 10 + [30] * 10 + [60] * 10 + [90] * 5


async def test_bulk_work_leaves_room_for_interactive_calls():
    clock = FakeClock()
    gate = limiter(clock, max_concurrency=50, rate_limit=10, rate_window=30.0, reserve=0.2)
    _, times = await crowd(gate, clock, [call("bulk") for _ in range(8)])
    assert times == [0.0] * 8
    waiting = asyncio.create_task(crowd(gate, clock, [call("bulk")]))
    _, times = await crowd(gate, clock, [call(), call()])
    assert times == [0.0, 0.0]
    _, times = await waiting
    assert times == [30.0]


@pytest.mark.parametrize("steps", range(8))
async def test_cancelling_whoever_waits_leaves_the_way_free(steps):
    clock = FakeClock()
    gate = limiter(clock, max_concurrency=1)
    await gate.pause(5.0)
    waiting = [asyncio.create_task(crowd(gate, clock, [call(since=float(n))])) for n in range(4)]
    for _ in range(steps):
        await asyncio.sleep(0)
    for each in waiting[:2]:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert not waiting[2].cancelled()
    assert not waiting[3].cancelled()
    async with asyncio.timeout(1), gate.slot(call()):
        pass


async def test_a_wait_is_an_event():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(5.0)
    with captured_logs() as events:
        async with gate.slot(call("bulk")):
            pass
    (event,) = events
    assert (event["event"], event["operation"], event["priority"]) == ("send_delayed", "read", "bulk")
    assert (event["reason"], event["seconds"]) == ("rate_limited", 5.0)
