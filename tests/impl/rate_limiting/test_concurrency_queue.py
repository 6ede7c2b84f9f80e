"""`ConcurrencyQueue`: the floor of bulk calls, and several event loops."""

import asyncio
import threading

import pytest

from spotify.errors import WaitTooLongError
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.impl.rate_limiting.concurrency_queue import BULK_FLOOR
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission
from spotify.testing import FakeClock
from tests.support.threads import run_in_threads

READ = Operation(id="read", method="GET", path="/x", idempotent=True)


def call(priority="interactive", *, since=0.0):
    return Admission(operation=READ, priority=priority, since=since, max_wait=1e6)


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


async def send_all(rate_limiter, admissions):
    """Send a request for each admission; return their priorities in the order in which they were sent."""
    order = []

    async def send(admission):
        async with rate_limiter.slot(admission):
            order.append(admission.priority)
            await asyncio.sleep(0)

    await asyncio.gather(*(send(admission) for admission in admissions))
    return order


@pytest.mark.parametrize("bounds", [{"max_concurrency": 1}, {"max_concurrency": 50, "rate_limit": 10, "reserve": 0.5}])
async def test_one_request_in_ten_is_a_bulk_request_while_some_wait(bounds):
    rate_limiter = InProcessRateLimiter(clock=FakeClock(), **bounds)
    await rate_limiter.pause(1.0)  # so that all wait
    order = await send_all(rate_limiter, [call("bulk")] * 10 + [call()] * 90)
    assert BULK_FLOOR == 10
    assert [order[first : first + 10].count("bulk") for first in range(0, 100, 10)] == [1] * 10


async def test_a_new_interactive_call_does_not_overtake_a_bulk_call_that_is_due():
    rate_limiter = InProcessRateLimiter(max_concurrency=1, clock=FakeClock())
    order = []

    async def send(priority):
        async with rate_limiter.slot(call(priority)):
            order.append(priority)

    async with rate_limiter.slot(call()):
        waiting = [asyncio.create_task(send("bulk"))]
        await settle()
        waiting += [asyncio.create_task(send("interactive")) for _ in range(9)]
        await settle()
    await asyncio.gather(*waiting, *(send("interactive") for _ in range(5)))
    assert order.index("bulk") == 9


async def test_interactive_calls_before_bulk_calls_wait_do_not_count_for_the_floor():
    rate_limiter = InProcessRateLimiter(max_concurrency=1, clock=FakeClock())
    await send_all(rate_limiter, [call()] * 20)
    await rate_limiter.pause(1.0)
    assert (await send_all(rate_limiter, [call("bulk"), call(), call()]))[0] == "interactive"


async def test_the_limits_apply_to_the_event_loops_of_all_threads_together():
    rate_limiter = InProcessRateLimiter(max_concurrency=3, clock=FakeClock())
    lock, in_flight, most = threading.Lock(), 0, 0

    async def send():
        nonlocal in_flight, most
        async with rate_limiter.slot(call()):
            with lock:
                in_flight += 1
                most = max(most, in_flight)
            await asyncio.sleep(0)
            with lock:
                in_flight -= 1

    async def send_many(_):
        await asyncio.gather(*(send() for _ in range(100)))

    await run_in_threads(4, send_many)
    assert most <= 3
    assert in_flight == 0


async def test_a_window_has_at_most_the_limit_for_all_threads_together():
    rate_limiter = InProcessRateLimiter(max_concurrency=50, clock=FakeClock(), rate_limit=20)
    refused = Admission(operation=READ, priority="interactive", since=0.0, max_wait=1.0)
    sent = []

    async def send(number):
        try:
            async with rate_limiter.slot(refused):
                sent.append(number)
                await asyncio.sleep(0)
        except WaitTooLongError:
            return 1
        return 0

    async def send_many(number):
        return sum([await send(number) for _ in range(20)])

    assert sum(await run_in_threads(4, send_many)) == 60
    assert len(sent) == 20


async def test_a_pause_wakes_the_calls_of_all_threads():
    rate_limiter = InProcessRateLimiter(max_concurrency=1, clock=FakeClock())
    all_wait = threading.Barrier(3)

    async def wait(_):
        waiting = asyncio.create_task(send_all(rate_limiter, [call()]))
        await settle()
        all_wait.wait()
        await waiting

    async def pause_and_release():
        async with rate_limiter.slot(call()):
            await asyncio.to_thread(all_wait.wait)
            await rate_limiter.pause(1.0)

    await asyncio.gather(run_in_threads(2, wait), pause_and_release())


def test_an_event_loop_that_is_closed_leaves_its_slots():
    rate_limiter = InProcessRateLimiter(max_concurrency=1, clock=FakeClock())
    loop = asyncio.new_event_loop()
    loop.run_until_complete(rate_limiter.slot(call()).__aenter__())
    loop.close()
    assert asyncio.run(send_all(rate_limiter, [call()])) == ["interactive"]


def test_calls_of_a_stopped_event_loop_do_not_hold_up_others():
    rate_limiter = InProcessRateLimiter(max_concurrency=1, clock=FakeClock())
    loop = asyncio.new_event_loop()
    loop.run_until_complete(rate_limiter.pause(5.0))
    earlier = loop.create_task(send_all(rate_limiter, [call(since=1.0)]))
    loop.run_until_complete(asyncio.sleep(0))
    assert asyncio.run(send_all(rate_limiter, [call(since=2.0)])) == ["interactive"]
    assert not earlier.done()
    assert loop.run_until_complete(earlier) == ["interactive"]
    loop.close()
