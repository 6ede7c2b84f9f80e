"""`RedisRateLimiter`: pauses and limits that workers share."""

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
from spotify.testing import FakeClock, captured_logs
from tests.support.rate_limit_workers import HastyClock, call, enter, is_kept_waiting, workers

ROOT = Path(__file__).parents[3]


def exchanges(proxy):
    return sum(b"EVAL" in request for request in proxy.requests)


async def expiries(redis):
    """The seconds until each permit in Redis expires."""
    seconds, microseconds = await redis.time()
    now = seconds + microseconds / 1e6
    permits = await redis.zrange("spotify:rate:{app}:permits", 0, -1, withscores=True)
    return [expires_at / 1e6 - now for _, expires_at in permits]


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_pause_of_one_worker_applies_to_all(redis_server):
    async with workers(redis_server.url) as (a, b):
        await a.pause(600.0)
        with pytest.raises(RateLimitError) as caught:
            await enter(b, max_wait=1.0)
    assert caught.value.retry_after == pytest.approx(600.0, abs=60.0)
    assert caught.value.may_have_been_executed is False


async def test_calls_that_wait_in_another_worker_see_the_pause(redis_server):
    async with workers(redis_server.url, rate_limit=1, reserve=0.0, clock=HastyClock()) as (a, b), a.slot(call()):
        waiting = asyncio.create_task(enter(b, max_wait=1.0))
        await asyncio.wait([waiting], timeout=0.05)
        await a.pause(600.0)
        with pytest.raises(RateLimitError):
            await waiting


async def test_a_pause_fails_only_the_calls_with_a_shorter_max_wait(redis_server):
    async with workers(redis_server.url, rate_limit=1, rate_window=4.0, reserve=0.0) as (a, b), a.slot(call()):
        patient = asyncio.create_task(enter(b, max_wait=3600.0))
        await settle()
        impatient = asyncio.create_task(enter(b, max_wait=1.0))
        await settle()
        await a.pause(600.0)
        with pytest.raises(RateLimitError):
            await impatient
        assert not patient.done()
        patient.cancel()
        await asyncio.wait([patient])


async def test_a_pause_ends_for_all_workers(redis_server):
    async with workers(redis_server.url) as (a, b):
        started = time.monotonic()
        await a.pause(0.3)
        assert (await enter(b))[0] - started >= 0.3


async def test_a_pause_does_not_apply_to_another_application(redis_server):
    async with (
        workers(redis_server.url) as (a, _),
        RedisRateLimiter(redis_server.url, application="other", timeout=5.0) as other,
    ):
        await a.pause(600.0)
        await enter(other, max_wait=0.0)


async def test_a_pause_of_zero_seconds_has_no_effect(redis_server):
    async with workers(redis_server.url) as (a, b):
        await a.pause(0.0)
        await enter(b, 3, max_wait=0.0)


async def test_concurrent_calls_share_a_round_trip(redis_proxy):
    async with workers(redis_proxy.url, rate_limit=200) as (a, _):
        await enter(a)
        before = exchanges(redis_proxy)
        await enter(a, 50)
    assert exchanges(redis_proxy) - before <= 2


async def test_sequential_calls_take_one_round_trip_each(redis_proxy):
    async with workers(redis_proxy.url, rate_limit=200, clock=FakeClock()) as (a, _):
        await enter(a)
        before = exchanges(redis_proxy)
        for _ in range(20):
            await enter(a)
        assert exchanges(redis_proxy) - before <= 20


async def test_all_workers_share_the_limit(redis_server):
    async with workers(redis_server.url, rate_limit=3, reserve=0.0) as (a, b):
        await enter(a, 2)
        await enter(b)
        assert await is_kept_waiting(a)
        assert await is_kept_waiting(b)


async def test_no_window_has_more_requests_than_the_limit(redis_server):
    async with workers(redis_server.url, rate_limit=4, rate_window=0.2, reserve=0.0) as (a, b):
        of_a, of_b = await asyncio.gather(enter(a, 8), enter(b, 8))
    entries = sorted(of_a + of_b)
    for first, later in zip(entries, entries[4:], strict=False):
        assert later - first >= 0.2


async def test_bulk_calls_leave_the_reserve_to_interactive_calls_of_others(redis_server):
    async with workers(redis_server.url, rate_limit=4, reserve=0.5) as (a, b):
        await enter(a, 2, priority="bulk")
        assert await is_kept_waiting(a, priority="bulk")
        await enter(b, 2)


async def test_an_interactive_call_does_not_wait_for_earlier_bulk_calls(redis_server):
    async with workers(redis_server.url, rate_limit=4, reserve=0.5) as (a, _):
        waiting = asyncio.create_task(enter(a, 5, priority="bulk"))
        await asyncio.wait([waiting], timeout=0.05)
        await enter(a, 2)
        waiting.cancel()


async def test_permits_of_cancelled_calls_are_returned(redis_proxy):
    async with workers(redis_proxy.url, rate_limit=3, reserve=0.0, clock=HastyClock()) as (a, b):
        redis_proxy.forward_replies.clear()
        waiting = [asyncio.create_task(enter(a)) for _ in range(3)]
        await redis_proxy.wait_for_requests(1)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        redis_proxy.forward_replies.set()
        await enter(b, 3)


async def test_permits_from_before_a_pause_are_not_used_after_it(redis_proxy, redis_client):
    """They would bypass the gate, which lets one request through first."""
    async with workers(redis_proxy.url) as (a, _):
        redis_proxy.forward_replies.clear()
        waiting = [asyncio.create_task(enter(a)) for _ in range(3)]
        await redis_proxy.wait_for_requests(1)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        redis_proxy.forward_replies.set()
        await a._workers.get().pacer._exchange  # the permits are granted, and no call is left to use them
        await a.pause(0.05)
        await enter(a)
        assert await redis_client.hget("spotify:rate:{app}:gate", "passed") == b"1"


async def test_an_idle_worker_reports_its_responses(redis_server):
    async with workers(redis_server.url, rate_limit=1, rate_window=0.2, reserve=0.0) as (a, b):
        await enter(a)
        await enter(b)


async def test_permits_of_a_dead_worker_expire(redis_server):
    bounds = {"rate_limit": 1, "rate_window": 0.2, "lease": 0.2, "reserve": 0.0}
    async with workers(redis_server.url, **bounds) as (dead, b):
        started = time.monotonic()
        async with dead.slot(call()):
            [entered] = await enter(b)
        assert entered - started >= 0.4


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError])
async def test_a_slot_is_released_on_any_error(redis_server, error):
    async with workers(redis_server.url, max_concurrency=1) as (a, _):
        with pytest.raises(error):
            async with a.slot(call()):
                raise error
        await enter(a)


async def test_each_worker_has_its_own_concurrency_limit(redis_server):
    async with workers(redis_server.url, max_concurrency=2, rate_limit=50) as (a, b), a.slot(call()), a.slot(call()):
        assert await is_kept_waiting(a)
        await enter(b)


async def test_closing_sends_a_last_report_and_leaves_no_task(redis_server, redis_client):
    limiter = RedisRateLimiter(redis_server.url, application="app", rate_limit=10, timeout=5.0)
    before = asyncio.all_tasks()
    await enter(limiter, 3)
    await limiter.close()
    assert asyncio.all_tasks() == before
    assert [expiry <= 30.0 for expiry in await expiries(redis_client)] == [True] * 3


async def test_an_unused_limiter_can_be_closed_twice(redis_server):
    limiter = RedisRateLimiter(redis_server.url, application="app")
    await limiter.close()
    await limiter.close()


async def test_a_closed_limiter_can_be_used_again(redis_server):
    limiter = RedisRateLimiter(redis_server.url, application="app", rate_limit=10)
    await enter(limiter)
    await limiter.close()
    await enter(limiter)
    await limiter.close()


async def test_a_client_passed_by_the_caller_stays_open(redis_client):
    async with RedisRateLimiter(redis_client, application="app", rate_limit=10) as limiter:
        await enter(limiter)
    assert await redis_client.ping()


def test_one_limiter_works_in_one_event_loop_after_another(redis_server):
    limiter = RedisRateLimiter(redis_server.url, application="app", rate_limit=10)

    async def use():
        await enter(limiter, 5)
        await limiter.close()

    asyncio.run(use())
    asyncio.run(use())


def test_an_event_loop_that_ends_early_leaves_no_task(redis_server, caplog):
    async def hold(limiter):
        async with limiter.slot(call()):
            await asyncio.sleep(60)

    async def end_early():
        async with Redis.from_url(redis_server.url) as redis:
            limiter = RedisRateLimiter(redis, application="app", rate_limit=5)
            held = [asyncio.create_task(hold(limiter)) for _ in range(5)]
            await asyncio.wait(held, timeout=0.1)

    asyncio.run(end_early())
    gc.collect()  # reports pending tasks
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
async def test_a_forked_process_is_another_worker(redis_server, redis_client):
    program = ROOT / "tests" / "support" / "forking_worker.py"
    process = await asyncio.create_subprocess_exec(
        sys.executable, program, redis_server.url, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT
    )
    try:
        async with asyncio.timeout(120):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert len(await expiries(redis_client)) == 4


async def test_a_wait_for_redis_is_not_logged(redis_server):
    with captured_logs() as events:
        async with workers(redis_server.url, rate_limit=10) as (a, _):
            await enter(a, 3)
    assert events == []


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"application": " "}, "application"),
        ({"max_concurrency": 0}, "max_concurrency must be 1 or more"),
        ({"rate_limit": 0}, "rate_limit must be 1 or more"),
        ({"rate_window": 0.0}, "rate_window must be more than 0"),
        ({"rate_window": float("nan")}, "rate_window must be more than 0"),
        ({"lease": -1.0}, "lease must be more than 0"),
        ({"reserve": 1.0}, "reserve must be less than 1"),
        ({"timeout": 0.0}, "timeout must be more than 0"),
        ({"when_unavailable": "wait"}, "when_unavailable must be 'local' or 'refuse'"),
    ],
)
def test_arguments_out_of_bounds_raise(argument, message):
    with pytest.raises(ValueError, match=message):
        RedisRateLimiter("redis://localhost", **{"application": "app", **argument})


def test_the_repr_does_not_show_the_password():
    limiter: RateLimiter = RedisRateLimiter("redis://:hunter2@localhost", application="app")
    assert repr(limiter) == "<RedisRateLimiter in Redis at localhost:6379>"
