"""`RedisRateLimiter` with a Redis that is unavailable, slow or restarted."""

import asyncio

import pytest
from redis.asyncio import Redis

from spotify.errors import RateLimiterError, RateLimitError
from spotify.impl.rate_limiting import RedisRateLimiter
from spotify.testing import FakeClock, captured_logs
from tests.support.rate_limit_workers import HastyClock, enter, is_kept_waiting, until, workers

SHORT = 0.25
"""The timeout in seconds for tests in which Redis does not reply."""


@pytest.fixture
def clock():
    return HastyClock()


def names(events):
    return [event["event"] for event in events if event["event"].startswith("redis")]


def exchanges(proxy):
    return sum(b"EVAL" in request for request in proxy.requests)


async def enter_until_available(limiter, clock, events):
    async def is_available():
        clock.advance(1.0)
        await enter(limiter)
        return names(events)[-1] == "redis_available"

    await until(is_available)


async def test_a_redis_that_never_ran_fails_no_call(redis_server):
    redis_server.kill()
    with captured_logs() as events:
        async with workers(redis_server.url, rate_limit=10) as (a, _):
            await enter(a, 5)
            await enter(a, 3)
    assert names(events) == ["redis_unavailable"]
    assert "127.0.0.1" in events[0]["server"]


async def test_a_killed_redis_fails_no_call_and_is_used_again_after_a_restart(redis_server, clock):
    with captured_logs() as events:
        async with workers(redis_server.url, rate_limit=100, clock=clock) as (a, b):
            await enter(a, 5)
            redis_server.kill()
            await enter(a, 5)
            redis_server.start()
            await enter_until_available(a, clock, events)
            await a.pause(60.0)
            with pytest.raises(RateLimitError):
                await enter(b, max_wait=1.0)
    assert names(events) == ["redis_unavailable", "redis_available"]


async def test_calls_wait_for_a_hanging_redis_only_once(redis_proxy):
    async with workers(redis_proxy.url, rate_limit=100, timeout=SHORT, clock=FakeClock()) as (a, _):
        await enter(a)
        redis_proxy.forward_replies.clear()
        before = exchanges(redis_proxy)
        await enter(a, 5)
        for _ in range(20):
            await enter(a)
        assert exchanges(redis_proxy) - before <= 1
        redis_proxy.forward_replies.set()


async def test_a_slow_redis_counts_as_unavailable(redis_proxy, clock):
    with captured_logs() as events:
        async with workers(redis_proxy.url, rate_limit=100, timeout=SHORT, clock=clock) as (a, _):
            await enter(a)
            redis_proxy.forward_replies.clear()
            await enter(a, 5)
            redis_proxy.forward_replies.set()
            await enter_until_available(a, clock, events)
    assert names(events) == ["redis_unavailable", "redis_available"]


async def test_connections_that_break_fail_no_call(redis_proxy, clock):
    async def cut(_request):
        redis_proxy.cut()

    with captured_logs() as events:
        async with workers(redis_proxy.url, rate_limit=1000, clock=clock, max_concurrency=5) as (a, b):
            for _ in range(3):
                await asyncio.gather(enter(a, 20), enter(b, 20))
                redis_proxy.on_request = cut
                await asyncio.gather(enter(a, 20), enter(b, 20))
                redis_proxy.on_request = None
                await enter_until_available(a, clock, events)
    assert names(events).count("redis_unavailable") >= 3


async def test_no_call_is_lost_during_any_outages_of_redis(redis_server, clock):
    async with workers(redis_server.url, rate_limit=1000, timeout=SHORT, clock=clock, max_concurrency=3) as (a, b):
        entered = asyncio.Semaphore(0)

        async def work(limiter):
            for _ in range(25):
                await enter(limiter, 3)
                entered.release()

        working = [asyncio.create_task(work(limiter)) for limiter in (a, b)]
        outages = (redis_server.kill, redis_server.start, redis_server.pause, redis_server.resume, redis_server.restart)
        for happens in outages:
            for _ in range(8):
                await entered.acquire()
            happens()
            clock.advance(1.0)
        await asyncio.gather(*working)


async def test_during_an_outage_a_worker_keeps_to_its_fair_share(redis_server):
    async with workers(redis_server.url, rate_limit=4, reserve=0.0) as (a, b):
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


async def test_requests_sent_during_an_outage_count_after_it(redis_proxy, redis_client, clock):
    async with workers(redis_proxy.url, rate_limit=8, reserve=0.0, clock=clock) as (a, b):
        await enter(b)
        await enter(a)
        redis_proxy.go_down()
        await enter(a, 2)
        redis_proxy.is_down = False
        clock.advance(1.0)
        await enter(a)
        await a.close()
        assert await permits(redis_client) == 1 + 4


async def test_for_a_window_after_an_outage_a_worker_keeps_to_its_fair_share(redis_proxy, clock):
    with captured_logs() as events:
        async with workers(redis_proxy.url, rate_limit=8, reserve=0.0, clock=clock) as (a, b):
            await enter(b)
            await enter(a)
            redis_proxy.go_down()
            await enter(a)
            redis_proxy.is_down = False
            clock.advance(1.0)
            await enter(a)
            await until(lambda: len(names(events)) == 2)
            clock.is_hasty = False
            await enter(a)
            assert await is_kept_waiting(a)  # b may have sent requests during the outage


async def test_lost_data_is_reported_again_after_a_restart(redis_server):
    async with workers(redis_server.url, rate_limit=8, reserve=0.0) as (a, _):
        await enter(a, 3)
        redis_server.restart()
        await enter(a)
        async with Redis.from_url(redis_server.url) as redis:
            assert await permits(redis) == 4


async def test_for_a_window_after_a_restart_a_worker_keeps_to_its_fair_share(redis_server):
    async with workers(redis_server.url, rate_limit=8, reserve=0.0) as (a, b):
        await enter(b, 4)
        await enter(a)
        redis_server.restart()  # b sent 4 requests, and has nothing to send now
        await enter(a, 3)
        assert await is_kept_waiting(a)


async def test_a_pause_during_an_outage_reaches_other_workers_after_it(redis_server, clock):
    async with workers(redis_server.url, clock=clock) as (a, b):
        await enter(b)
        redis_server.kill()
        await a.pause(3600.0)
        with pytest.raises(RateLimitError):
            await enter(a, max_wait=1.0)
        redis_server.start()
        await until(lambda: gate_is_closed(redis_server))
        with pytest.raises(RateLimitError):
            await enter(b, max_wait=1.0)


async def test_with_refuse_nothing_is_sent_during_an_outage(redis_server, clock):
    async with workers(redis_server.url, when_unavailable="refuse", clock=clock) as (a, _):
        await enter(a)
        redis_server.kill()
        for _ in range(2):
            with pytest.raises(RateLimiterError, match="Redis at 127") as caught:
                await enter(a)
        assert caught.value.may_have_been_executed is False
        redis_server.start()
        clock.advance(1.0)
        await enter(a)


async def test_refused_calls_do_not_use_redis(redis_proxy):
    async with workers(redis_proxy.url, when_unavailable="refuse", timeout=SHORT, clock=FakeClock()) as (a, _):
        redis_proxy.forward_requests.clear()
        with pytest.raises(RateLimiterError):
            await enter(a)
        before = len(redis_proxy.requests)
        for _ in range(20):
            with pytest.raises(RateLimiterError):
                await enter(a)
        assert len(redis_proxy.requests) == before
        redis_proxy.forward_requests.set()


async def test_invalid_data_in_redis_fails_no_call(redis_server, redis_client):
    await redis_client.set("spotify:rate:{app}:permits", "not a sorted set")
    with captured_logs() as events:
        async with workers(redis_server.url, rate_limit=10) as (a, _):
            await enter(a, 3)
    assert names(events) == ["redis_unavailable"]


async def test_closing_during_an_outage_leaves_no_task(redis_server):
    before = asyncio.all_tasks()
    limiter = RedisRateLimiter(redis_server.url, application="app", rate_limit=10, timeout=5.0)
    await enter(limiter)
    redis_server.kill()
    await limiter.pause(60.0)
    await limiter.close()
    assert asyncio.all_tasks() == before


async def permits(redis):
    return await redis.zcard("spotify:rate:{app}:permits")


async def gate_is_closed(server):
    async with Redis.from_url(server.url) as redis:
        return await redis.hexists("spotify:rate:{app}:gate", "opens_at")
