import asyncio
import time

import pytest
from redis.asyncio import Redis

from spotify.errors import RateLimiterError, RateLimitError
from spotify.impl.rate_limiting import RedisRateLimiter
from spotify.testing import captured_logs
from tests.support.rate_limit_workers import HastyClock, enter, is_kept_waiting, workers

TIMEOUT = 0.25
"""Seconds that the limiters here wait for Redis."""


@pytest.fixture
def clock():
    return HastyClock()


def names(events):
    return [event["event"] for event in events if event["event"].startswith("redis")]


async def test_a_redis_that_was_never_there_fails_no_call(redis_server):
    redis_server.kill()
    with captured_logs() as events:
        async with workers(redis_server.url, rate_limit=10) as (a, _):
            await enter(a, 5)
            await enter(a, 3)
    assert names(events) == ["redis_unavailable"]
    assert "127.0.0.1" in events[0]["server"]


async def test_a_redis_that_is_killed_fails_no_call_and_is_used_again_when_it_is_back(redis_server, clock):
    with captured_logs() as events:
        async with workers(redis_server.url, rate_limit=100, clock=clock, timeout=TIMEOUT) as (a, b):
            await enter(a, 5)
            redis_server.kill()
            await enter(a, 5)
            redis_server.start()
            clock.advance(1.0)
            await enter(a, 5)  # finds out
            await _until(lambda: len(names(events)) == 2)
            await a.pause(60.0)
            with pytest.raises(RateLimitError):
                await enter(b, max_wait=1.0)
    assert names(events) == ["redis_unavailable", "redis_available"]


async def test_calls_that_wait_for_a_redis_that_hangs_wait_once(redis_server):
    async with workers(redis_server.url, rate_limit=100, timeout=TIMEOUT) as (a, _):
        await enter(a)
        redis_server.pause()
        began = time.monotonic()
        await enter(a, 5)
        for _ in range(20):
            await enter(a)
        redis_server.resume()
        assert time.monotonic() - began < 5 * TIMEOUT


async def test_a_redis_that_is_too_slow_is_one_that_is_away(redis_proxy, clock):
    with captured_logs() as events:
        async with workers(redis_proxy.url, rate_limit=100, timeout=TIMEOUT, clock=clock) as (a, _):
            await enter(a)
            redis_proxy.forward_replies.clear()
            await enter(a, 5)
            redis_proxy.forward_replies.set()
            clock.advance(1.0)
            await enter(a)
            await _until(lambda: len(names(events)) == 2)
    assert names(events) == ["redis_unavailable", "redis_available"]


async def test_connections_that_break_in_the_middle_of_work_fail_no_call(redis_proxy):
    async with workers(redis_proxy.url, rate_limit=1000, max_concurrency=5) as (a, b):
        entering = [asyncio.create_task(enter(limiter, 100)) for limiter in (a, b)]
        for _ in range(5):
            await asyncio.sleep(0.01)
            redis_proxy.cut()
        await asyncio.gather(*entering)


async def test_no_call_is_lost_whatever_happens_to_redis(redis_server, clock):
    async with workers(redis_server.url, rate_limit=1000, timeout=TIMEOUT, clock=clock, max_concurrency=3) as (a, b):

        async def work(limiter):
            for _ in range(100):
                await enter(limiter, 3)

        working = [asyncio.create_task(work(limiter)) for limiter in (a, b)]
        for harm in (redis_server.kill, redis_server.start, redis_server.pause, redis_server.resume):
            await asyncio.sleep(0.05)
            harm()
            clock.advance(1.0)
        redis_server.restart()
        clock.advance(1.0)
        await asyncio.gather(*working)


async def test_while_redis_is_away_a_worker_keeps_to_its_fair_share(redis_server):
    async with workers(redis_server.url, rate_limit=4, reserve=0.0, timeout=TIMEOUT) as (a, b):
        await enter(b)
        await enter(a)
        redis_server.kill()
        await enter(a)
        assert await is_kept_waiting(a)


async def test_a_worker_that_never_reached_redis_has_the_whole_limit(redis_server):
    redis_server.kill()
    async with workers(redis_server.url, rate_limit=4, reserve=0.0) as (a, _):
        await enter(a, 4)
        assert await is_kept_waiting(a)


async def test_what_was_sent_while_redis_was_away_counts_when_it_is_back(redis_server, clock):
    async with workers(redis_server.url, rate_limit=8, reserve=0.0, timeout=TIMEOUT, clock=clock) as (a, b):
        await enter(b)
        await enter(a)
        redis_server.pause()
        await enter(a, 2)
        redis_server.resume()
        clock.advance(1.0)
        await enter(a)
        await a.close()
        assert await _permits(redis_server) == 1 + 4


async def test_a_worker_keeps_to_its_fair_share_for_a_window_after_redis_is_back(redis_server, clock):
    with captured_logs() as events:
        async with workers(redis_server.url, rate_limit=8, reserve=0.0, timeout=TIMEOUT, clock=clock) as (a, b):
            await enter(b)
            await enter(a)
            redis_server.pause()
            await enter(a)
            redis_server.resume()
            clock.advance(1.0)
            await enter(a)
            await _until(lambda: len(names(events)) == 2)
            clock.is_hasty = False
            await enter(a)
            assert await is_kept_waiting(a)  # for what b may have sent meanwhile


async def test_what_a_restarted_redis_forgot_is_told_again(redis_server):
    async with workers(redis_server.url, rate_limit=8, reserve=0.0) as (a, _):
        await enter(a, 3)
        redis_server.restart()
        await enter(a)
        assert await _permits(redis_server) == 4


async def test_after_a_restart_a_worker_keeps_to_its_fair_share_for_a_window(redis_server):
    async with workers(redis_server.url, rate_limit=8, reserve=0.0) as (a, b):
        await enter(b, 4)
        await enter(a)
        redis_server.restart()  # and b, which sent four, has nothing to send now
        await enter(a, 3)
        assert await is_kept_waiting(a)


async def test_a_pause_that_redis_could_not_be_told_of_holds_here_at_once_and_elsewhere_later(redis_server, clock):
    async with workers(redis_server.url, timeout=TIMEOUT, clock=clock) as (a, b):
        await enter(b)
        redis_server.kill()
        await a.pause(3600.0)
        with pytest.raises(RateLimitError):
            await enter(a, max_wait=1.0)
        redis_server.start()
        await _until(lambda: _gate_is_closed(redis_server))
        with pytest.raises(RateLimitError):
            await enter(b, max_wait=1.0)


async def test_if_told_so_nothing_is_sent_without_redis(redis_server, clock):
    async with workers(redis_server.url, when_away="refuse", timeout=TIMEOUT, clock=clock) as (a, _):
        await enter(a)
        redis_server.kill()
        for _ in range(2):
            with pytest.raises(RateLimiterError, match="Redis at 127") as caught:
                await enter(a)
        assert caught.value.may_have_been_executed is False
        redis_server.start()
        clock.advance(1.0)
        await enter(a)


async def test_refused_calls_do_not_ask_a_redis_that_is_away(redis_proxy):
    async with workers(redis_proxy.url, when_away="refuse", timeout=TIMEOUT) as (a, _):
        await enter(a)
        redis_proxy.forward_requests.clear()
        with pytest.raises(RateLimiterError):
            await enter(a)
        asked = len(redis_proxy.requests)
        for _ in range(20):
            with pytest.raises(RateLimiterError):
                await enter(a)
        assert len(redis_proxy.requests) == asked
        redis_proxy.forward_requests.set()


async def test_an_answer_that_makes_no_sense_fails_no_call(redis_server):
    async with Redis.from_url(redis_server.url) as redis:
        await redis.set("spotify:rate:{app}:permits", "not a sorted set")
    with captured_logs() as events:
        async with workers(redis_server.url, rate_limit=10) as (a, _):
            await enter(a, 3)
    assert names(events) == ["redis_unavailable"]


async def test_a_closed_limiter_leaves_no_task_though_redis_is_away(redis_server):
    before = asyncio.all_tasks()
    limiter = RedisRateLimiter(redis_server.url, application="app", rate_limit=10, timeout=TIMEOUT)
    await enter(limiter)
    redis_server.kill()
    await limiter.pause(60.0)
    await limiter.close()
    assert asyncio.all_tasks() == before


async def _until(condition):
    async with asyncio.timeout(10):
        while True:
            value = condition()
            if await value if asyncio.iscoroutine(value) else value:
                return
            await asyncio.sleep(0.01)


async def _permits(server):
    async with Redis.from_url(server.url) as redis:
        return await redis.zcard("spotify:rate:{app}:permits")


async def _gate_is_closed(server):
    async with Redis.from_url(server.url) as redis:
        return await redis.hexists("spotify:rate:{app}:gate", "opens_at")
