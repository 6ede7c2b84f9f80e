import asyncio

import pytest

from spotify.errors import RateLimitError
from spotify.impl.in_process_rate_limiter import InProcessRateLimiter
from spotify.testing import FakeClock


def limiter(clock, *, max_concurrency=2, max_wait=30.0):
    return InProcessRateLimiter(max_concurrency=max_concurrency, max_wait=max_wait, clock=clock)


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_no_more_than_so_many_are_inside():
    gate = limiter(FakeClock(), max_concurrency=2)
    inside, most, leave = 0, 0, asyncio.Event()

    async def enter():
        nonlocal inside, most
        async with gate.slot():
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


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError])
async def test_a_slot_is_given_back_whatever_ends_the_block(error):
    gate = limiter(FakeClock(), max_concurrency=1)
    with pytest.raises(error):
        async with gate.slot():
            raise error
    async with asyncio.timeout(1), gate.slot():
        pass


async def test_a_pause_stops_everyone_for_that_long():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(5.0)
    async with gate.slot():
        assert clock.monotonic() == 5.0


async def test_a_shorter_pause_does_not_end_a_longer_one():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(10.0)
    await gate.pause(1.0)
    async with gate.slot():
        assert clock.monotonic() == 10.0


async def test_a_gate_that_closes_again_during_the_wait_is_waited_for():
    clock = FakeClock()
    gate = limiter(clock)
    await gate.pause(5.0)

    async def enter():
        async with gate.slot():
            return clock.monotonic()

    entering = asyncio.create_task(enter())
    await asyncio.sleep(0)
    await gate.pause(20.0)
    assert await entering == 20.0


async def test_nobody_is_kept_for_longer_than_they_will_wait():
    clock = FakeClock()
    gate = limiter(clock, max_wait=30.0)
    await gate.pause(79_892.0)
    with pytest.raises(RateLimitError) as caught:
        async with gate.slot():
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
    async with gate.slot():
        pass


def test_one_limiter_serves_two_loops_one_after_the_other():
    gate = limiter(FakeClock(), max_concurrency=1)

    async def crowd():
        async def enter():
            async with gate.slot():
                await asyncio.sleep(0)

        await asyncio.gather(*(enter() for _ in range(5)))

    asyncio.run(crowd())
    asyncio.run(crowd())
