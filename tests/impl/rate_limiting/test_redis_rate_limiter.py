import asyncio
import gc
import os
import sys
import time
from pathlib import Path

import pytest
from redis.asyncio import Redis

from spotify.errors import RateLimitError
from spotify.impl.rate_limiting import RedisRateLimiter
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.testing import captured_logs
from tests.support.rate_limit_workers import call, enter, is_kept_waiting, workers

ROOT = Path(__file__).parents[3]


def questions(proxy):
    return sum(b"EVAL" in each for each in proxy.requests)


async def permits(server, application="app"):
    """When each permit that Redis counts stops to, in seconds from now."""
    async with Redis.from_url(server.url) as redis:
        seconds, microseconds = await redis.time()
        now = seconds + microseconds / 1e6
        kept = await redis.zrange(f"spotify:rate:{{{application}}}:permits", 0, -1, withscores=True)
        return [until / 1e6 - now for _, until in kept]


async def test_a_gate_that_one_worker_closes_is_closed_for_all(redis_server):
    async with workers(redis_server.url) as (a, b):
        await a.pause(60.0)
        with pytest.raises(RateLimitError) as caught:
            await enter(b, max_wait=1.0)
    assert caught.value.retry_after == pytest.approx(60.0, abs=5.0)
    assert caught.value.may_have_been_executed is False


async def test_those_who_wait_elsewhere_are_told_that_the_gate_was_closed(redis_server):
    async with workers(redis_server.url, rate_limit=1, rate_window=1.0, reserve=0.0) as (a, b):
        await enter(a)
        waiting = asyncio.create_task(enter(b, max_wait=1.0))
        await asyncio.wait([waiting], timeout=0.05)
        await a.pause(60.0)
        with pytest.raises(RateLimitError):
            await waiting


async def test_whoever_waits_elsewhere_and_has_no_patience_is_told_at_once(redis_server):
    async with workers(redis_server.url, rate_limit=1, rate_window=1.0, reserve=0.0) as (a, b):
        await enter(a)
        patient = asyncio.create_task(enter(b, max_wait=3600.0))
        await asyncio.wait([patient], timeout=0.05)
        impatient = asyncio.create_task(enter(b, max_wait=1.0))
        await asyncio.wait([impatient], timeout=0.05)
        await a.pause(60.0)
        with pytest.raises(RateLimitError):
            await impatient
        assert not patient.done()
        patient.cancel()
        await asyncio.wait([patient])


async def test_the_gate_opens_for_all(redis_server):
    async with workers(redis_server.url) as (a, b):
        started = time.monotonic()
        await a.pause(0.3)
        assert (await enter(b))[0] - started >= 0.3


async def test_the_gate_of_another_application_is_another(redis_server):
    async with workers(redis_server.url) as (a, _), RedisRateLimiter(redis_server.url, application="other") as other:
        await a.pause(60.0)
        await enter(other, max_wait=0.0)


async def test_a_pause_of_no_length_changes_nothing(redis_server):
    async with workers(redis_server.url) as (a, b):
        await a.pause(0.0)
        await enter(b, 3, max_wait=0.0)


async def test_those_who_wait_at_once_share_a_round_trip(redis_proxy):
    async with workers(redis_proxy.url, rate_limit=200) as (a, _):
        await enter(a)
        before = questions(redis_proxy)
        await enter(a, 50)
    assert questions(redis_proxy) - before <= 2


async def test_a_call_after_the_other_takes_a_round_trip_each(redis_proxy):
    async with workers(redis_proxy.url, rate_limit=200) as (a, _):
        await enter(a)
        before = questions(redis_proxy)
        for _ in range(20):
            await enter(a)
        assert questions(redis_proxy) - before <= 20


async def test_the_limit_is_that_of_all_workers(redis_server):
    async with workers(redis_server.url, rate_limit=3, reserve=0.0) as (a, b):
        await enter(a, 2)
        await enter(b)
        assert await is_kept_waiting(a)
        assert await is_kept_waiting(b)


async def test_there_are_never_more_than_the_limit_in_a_window(redis_server):
    async with workers(redis_server.url, rate_limit=4, rate_window=0.3, reserve=0.0) as (a, b):
        of_a, of_b = await asyncio.gather(enter(a, 10), enter(b, 10))
    entries = sorted(of_a + of_b)
    for first, later in zip(entries, entries[4:], strict=False):
        assert later - first >= 0.3


async def test_no_worker_gets_much_more_than_another(redis_server):
    async with workers(redis_server.url, count=4, rate_limit=20, rate_window=0.3, reserve=0.0) as limiters:
        entered = await asyncio.gather(*(enter(limiter, 30) for limiter in limiters))
    # Whoever comes first may take all of the first window. There are 40 calls in the two after it.
    began = min(map(min, entered)) + 0.3
    shares = [sum(began <= entry < began + 0.6 for entry in entries) for entries in entered]
    assert all(8 <= share <= 12 for share in shares), shares


async def test_bulk_calls_leave_the_reserve_to_interactive_calls_of_others(redis_server):
    async with workers(redis_server.url, rate_limit=4, reserve=0.5) as (a, b):
        await enter(a, 2, priority="bulk")
        assert await is_kept_waiting(a, priority="bulk")
        await enter(b, 2)


async def test_an_interactive_call_is_not_kept_waiting_by_bulk_calls_before_it(redis_server):
    async with workers(redis_server.url, rate_limit=4, reserve=0.5) as (a, _):
        waiting = asyncio.create_task(enter(a, 5, priority="bulk"))
        await asyncio.wait([waiting], timeout=0.05)
        await enter(a, 2)
        waiting.cancel()


async def test_permits_of_callers_who_gave_up_are_given_back(redis_server, redis_proxy):
    async with workers(redis_proxy.url, rate_limit=3, rate_window=1.0, reserve=0.0) as (a, b):
        redis_proxy.forward_replies.clear()
        waiting = [asyncio.create_task(enter(a)) for _ in range(3)]
        await asyncio.wait(waiting, timeout=0.1)
        for task in waiting:
            task.cancel()
        redis_proxy.forward_replies.set()
        await asyncio.wait(waiting)
        await enter(b, 3)


async def test_permits_from_before_a_pause_are_not_used_after_it(redis_proxy, redis_client):
    """Or they would go past the shared gate, which lets one out first."""
    async with workers(redis_proxy.url, timeout=5.0) as (a, _):
        redis_proxy.forward_replies.clear()
        waiting = [asyncio.create_task(enter(a)) for _ in range(3)]
        await asyncio.wait(waiting, timeout=0.1)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        redis_proxy.forward_replies.set()
        await a._workers.get().pacer._exchange  # they are granted, and nobody is there to use them
        await a.pause(0.05)
        await enter(a)
        assert await redis_client.hget("spotify:rate:{app}:gate", "passed") == b"1"


async def test_one_who_has_nothing_more_to_do_tells_of_its_answers(redis_server):
    async with workers(redis_server.url, rate_limit=1, rate_window=0.2, reserve=0.0) as (a, b):
        await enter(a)
        await enter(b)


async def test_permits_of_a_dead_worker_come_back(redis_server):
    bounds = {"rate_limit": 1, "rate_window": 0.2, "lease": 0.2, "reserve": 0.0}
    async with workers(redis_server.url, **bounds) as (dead, b), dead.slot(call()):
        began = time.monotonic()
        [entered] = await enter(b)
        assert entered - began >= 0.35


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError])
async def test_a_slot_is_given_back_whatever_ends_the_block(redis_server, error):
    async with workers(redis_server.url, max_concurrency=1) as (a, _):
        with pytest.raises(error):
            async with a.slot(call()):
                raise error
        await enter(a)


async def test_no_more_than_so_many_of_one_worker_are_on_the_wire(redis_server):
    async with workers(redis_server.url, max_concurrency=2, rate_limit=50) as (a, b), a.slot(call()), a.slot(call()):
        assert await is_kept_waiting(a)
        await enter(b)


async def test_closing_tells_what_there_is_to_tell_and_leaves_no_task_behind(redis_server):
    limiter = RedisRateLimiter(redis_server.url, application="app", rate_limit=10)
    before = asyncio.all_tasks()
    await enter(limiter, 3)
    await limiter.close()
    assert asyncio.all_tasks() == before
    assert [until <= 30.0 for until in await permits(redis_server)] == [True] * 3


async def test_closing_twice_or_unused_does_no_harm(redis_server):
    limiter = RedisRateLimiter(redis_server.url, application="app")
    await limiter.close()
    await limiter.close()


async def test_a_closed_limiter_can_be_used_again(redis_server):
    limiter = RedisRateLimiter(redis_server.url, application="app", rate_limit=10)
    await enter(limiter)
    await limiter.close()
    await enter(limiter)
    await limiter.close()


async def test_a_client_that_was_given_stays_open(redis_server):
    async with Redis.from_url(redis_server.url) as redis:
        async with RedisRateLimiter(redis, application="app", rate_limit=10) as limiter:
            await enter(limiter)
        assert await redis.ping()


def test_one_limiter_serves_two_loops_one_after_the_other(redis_server):
    limiter = RedisRateLimiter(redis_server.url, application="app", rate_limit=10, rate_window=1.0)

    async def use():
        await enter(limiter, 5)
        await limiter.close()

    asyncio.run(use())
    asyncio.run(use())


def test_a_loop_that_ends_with_requests_on_the_wire_leaves_no_task_behind(redis_server, caplog):
    async def hold(limiter):
        async with limiter.slot(call()):
            await asyncio.sleep(60)

    async def end_early():
        async with Redis.from_url(redis_server.url) as redis:
            limiter = RedisRateLimiter(redis, application="app", rate_limit=5)
            held = [asyncio.create_task(hold(limiter)) for _ in range(5)]
            await asyncio.wait(held, timeout=0.1)

    asyncio.run(end_early())
    gc.collect()  # what is still pending then is complained of
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
async def test_a_forked_process_is_another_worker(redis_server):
    program = ROOT / "tests" / "support" / "forking_worker.py"
    process = await asyncio.create_subprocess_exec(
        sys.executable, program, redis_server.url, env={"PYTHONPATH": str(ROOT)}, cwd=ROOT
    )
    try:
        async with asyncio.timeout(60):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert len(await permits(redis_server)) == 4


async def test_waiting_for_redis_is_no_event(redis_server):
    with captured_logs() as events:
        async with workers(redis_server.url, rate_limit=10) as (a, _):
            await enter(a, 3)
    assert events == []


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ({"application": " "}, "application"),
        ({"max_concurrency": 0}, "max_concurrency must be 1 or more"),
        ({"rate_limit": 0}, "rate_limit must be 1 or more"),
        ({"rate_window": 0.0}, "rate_window must be more than 0"),
        ({"rate_window": float("nan")}, "rate_window must be more than 0"),
        ({"lease": -1.0}, "lease must be more than 0"),
        ({"reserve": 1.0}, "reserve must be less than 1"),
        ({"timeout": 0.0}, "timeout must be more than 0"),
        ({"when_away": "wait"}, "when_away must be 'local' or 'refuse'"),
    ],
)
def test_what_is_out_of_bounds_is_refused(argument, said):
    with pytest.raises(ValueError, match=said):
        RedisRateLimiter("redis://localhost", **{"application": "app", **argument})


def test_it_is_a_rate_limiter_whose_password_shows_nowhere():
    limiter: RateLimiter = RedisRateLimiter("redis://:hunter2@localhost", application="app")
    assert repr(limiter) == "<RedisRateLimiter in Redis at localhost:6379>"
