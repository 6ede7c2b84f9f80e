"""`RedisResponseCache` with a real Redis, also one that is unavailable, slow or has damaged data."""

import asyncio
from random import Random

import pytest
from redis.asyncio import Redis

from spotify.impl.caching import RedisResponseCache
from spotify.impl.token_stores import RedisTokenStore
from spotify.interfaces import ALL_RESPONSES, CacheFinding
from spotify.testing import FakeClock, captured_logs
from tests.support.cache_exchanges import cached
from tests.support.rate_limit_workers import until
from tests.support.token_samples import KEY, token

INCOMPRESSIBLE = Random(1).randbytes(50_000)
SCOPES = (ALL_RESPONSES, "/playlists/P")
ONE = cached(b"1")
PAUSE = 10.0


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def redis(redis_client):
    return redis_client


@pytest.fixture
def cache(redis, clock):
    return RedisResponseCache(redis, pause=PAUSE, timeout=5.0, clock=clock)


async def put(cache, key="a", response=ONE):
    await cache.put(key, response, (await cache.get((), SCOPES)).stamp)


async def has(cache, key="a"):
    return (await cache.get((key,), SCOPES)).responses == (ONE,)


async def test_two_processes_share_one_cache(cache, redis):
    await put(cache)
    other = RedisResponseCache(redis, timeout=5.0)
    assert await has(other)
    await other.invalidate(["/playlists/P"])
    assert not await has(cache)


async def test_prefixes_do_not_share_responses(cache, redis):
    await put(cache)
    assert not await has(RedisResponseCache(redis, prefix="other:", timeout=5.0))


async def test_a_lookup_takes_one_round_trip(redis_proxy):
    async with Redis.from_url(redis_proxy.url) as redis:
        cache = RedisResponseCache(redis, timeout=5.0)
        await put(cache)
        redis_proxy.requests.clear()
        assert await has(cache)
        assert len(redis_proxy.requests) == 1


async def test_a_response_is_stored_for_as_long_as_it_is_useful(cache, redis):
    await put(cache, response=cached(useful_for=60.0))
    assert 0 < await redis.pttl("spotify:cache:a") <= 60_000


async def test_no_response_is_stored_longer_than_max_age(redis):
    cache = RedisResponseCache(redis, max_age=30.0, timeout=5.0)
    await put(cache, response=cached(useful_for=1e9))
    assert 0 < await redis.ttl("spotify:cache:a") <= 30
    assert 0 < await redis.ttl("spotify:cache-stamp:/playlists/P") <= 30


async def test_a_large_response_is_not_stored(redis):
    cache = RedisResponseCache(redis, max_entry_bytes=1000, timeout=5.0)
    await put(cache, response=cached(INCOMPRESSIBLE[:1000]))
    assert await redis.exists("spotify:cache:a") == 0


async def test_a_response_with_a_header_that_is_not_utf_8_is_not_stored(cache, redis):
    await put(cache, response=cached(x=b"caf\xe9".decode(errors="surrogateescape")))
    assert await redis.exists("spotify:cache:a") == 0


@pytest.mark.parametrize("damage", [b"", b"x", b"\x80" * 200])
async def test_a_damaged_entry_is_missing_and_can_be_replaced(cache, redis, damage):
    await put(cache)
    await redis.set("spotify:cache:a", damage)
    assert not await has(cache)
    await put(cache)
    assert await has(cache)


async def test_another_type_of_value_is_missing(cache, redis):
    await put(cache)
    await redis.delete("spotify:cache:a")
    await redis.hset("spotify:cache:a", "x", "y")
    assert not await has(cache)


async def test_another_type_of_value_for_a_stamp_is_a_miss(cache, redis):
    await redis.hset("spotify:cache-stamp:/playlists/P", "x", "y")
    assert await cache.get(("a",), SCOPES) == CacheFinding()


async def test_a_url_can_be_passed_instead_of_a_client(redis_server):
    cache = RedisResponseCache(redis_server.url, timeout=5.0)
    await put(cache)
    assert await has(cache)
    await cache.close()
    assert await has(cache)
    await cache.close()


async def test_after_the_loss_of_a_stamp_its_responses_are_missing(cache, redis):
    await put(cache)
    await redis.delete("spotify:cache-stamp:/playlists/P")
    assert not await has(cache)


async def test_an_emptied_redis_is_an_empty_cache(cache, redis):
    await put(cache)
    await redis.flushall()
    assert not await has(cache)
    await put(cache)
    assert await has(cache)


async def test_a_full_redis_stores_nothing_and_raises_nothing(cache, redis):
    await put(cache)
    await redis.config_set("maxmemory", "1")
    await put(cache, "b")
    assert await cache.get(("b",), SCOPES) == CacheFinding()


async def test_volatile_lru_evicts_responses_but_keeps_tokens(redis_server, cache, redis):
    used = (await redis.info("memory"))["used_memory"]
    await redis.config_set("maxmemory", used + 2_000_000)
    await redis.config_set("maxmemory-policy", "volatile-lru")
    async with RedisTokenStore(redis_server.url, timeout=30.0) as store:
        await store.save(KEY, token(1))
        with captured_logs() as events:
            for number in range(100):
                await put(cache, str(number), cached(INCOMPRESSIBLE))
        assert await store.load(KEY) == token(1)
        async with store.lock(KEY):
            await store.save(KEY, token(2))
        assert await store.load(KEY) == token(2)
    assert events == []  # Redis refused nothing
    # Which responses remain is random: all were used within the resolution of Redis' LRU clock, one second.
    assert (await redis.info("stats"))["evicted_keys"] > 20
    stored = {key.decode().rpartition(":")[2] for key in await redis.keys("spotify:cache:*")}
    assert len(stored) > 20
    for name in map(str, range(100)):
        (found,) = (await cache.get((name,), SCOPES)).responses
        assert found is None or (found == cached(INCOMPRESSIBLE) and name in stored)
    await redis.config_set("maxmemory", 0)
    await put(cache)
    assert await has(cache)


async def test_a_killed_redis_is_a_miss_and_is_used_again_after_a_restart(redis_server, cache, clock):
    await put(cache)
    redis_server.kill()
    assert await cache.get(("a",), SCOPES) == CacheFinding()
    await cache.put("a", ONE, "1.1")
    redis_server.start()
    clock.advance(PAUSE)
    await put(cache)
    assert await has(cache)


async def test_a_hanging_redis_is_a_miss_and_is_used_again_later(redis_server, redis, cache):
    await put(cache)
    clock = FakeClock()
    impatient = RedisResponseCache(redis, pause=PAUSE, timeout=0.1, clock=clock)
    redis_server.pause()
    assert await impatient.get(("a",), SCOPES) == CacheFinding()
    redis_server.resume()

    async def is_used():
        clock.advance(PAUSE)
        return await has(impatient)

    await until(is_used)


async def test_a_redis_that_failed_is_not_used_during_the_pause(redis_proxy, clock):
    async with Redis.from_url(redis_proxy.url) as redis:
        cache = RedisResponseCache(redis, pause=PAUSE, timeout=5.0, clock=clock)
        redis_proxy.go_down()
        await cache.get(("a",), SCOPES)
        redis_proxy.is_down = False
        clock.advance(PAUSE - 0.1)
        await cache.get(("a",), SCOPES)
        await cache.invalidate(["/me"])
        assert redis_proxy.requests == []
        clock.advance(0.1)
        await cache.get(("a",), SCOPES)
        assert redis_proxy.requests != []


async def test_waiting_for_a_connection_does_not_count_as_a_slow_redis(redis_server):
    class TimedCache(RedisResponseCache):
        timed = 0

        async def _find(self, keys, scopes):
            self.timed += 1
            assert self.timed == 1  # the time-out of the waiting calls has not begun
            try:
                return await super()._find(keys, scopes)
            finally:
                self.timed -= 1

    async with Redis.from_url(redis_server.url, max_connections=1) as redis:
        cache = TimedCache(redis, timeout=5.0)
        await put(cache)
        assert await asyncio.gather(*(has(cache) for _ in range(30))) == [True] * 30


async def test_of_many_concurrent_calls_only_the_first_wait_for_a_hanging_redis(redis_proxy, clock):
    async with Redis.from_url(redis_proxy.url, max_connections=2) as redis:
        cache = RedisResponseCache(redis, pause=PAUSE, timeout=0.2, clock=clock)
        await asyncio.gather(put(cache), put(cache))
        redis_proxy.forward_replies.clear()
        redis_proxy.requests.clear()
        assert await asyncio.gather(*(has(cache) for _ in range(50))) == [False] * 50
        assert len(redis_proxy.requests) <= 2


async def test_an_outage_and_its_end_are_each_logged_once(redis_server, cache, clock):
    redis_server.kill()
    with captured_logs() as events:
        for _ in range(3):
            await cache.get(("a",), SCOPES)
            clock.advance(PAUSE)
        redis_server.start()
        await put(cache)
        await put(cache)
    assert [(event["event"], event["level"]) for event in events] == [
        ("redis_unavailable", "warning"),
        ("redis_available", "info"),
    ]


async def test_a_late_reply_is_not_mistaken_for_the_next_one(redis_proxy, clock):
    """A connection with an outstanding reply must not be used again."""
    async with Redis.from_url(redis_proxy.url, max_connections=1) as redis:
        other = RedisResponseCache(redis, timeout=5.0)
        await put(other, "a", cached(b"a"))
        redis_proxy.forward_replies.clear()
        await RedisResponseCache(redis, timeout=0.05).get(("a",), SCOPES)
        redis_proxy.forward_replies.set()
        assert (await other.get(("b",), SCOPES)).responses == (None,)
        assert (await other.get(("a",), SCOPES)).responses == (cached(b"a"),)


async def test_a_write_during_an_outage_is_applied_before_anything_is_found(persistent_redis_server, clock):
    async with Redis.from_url(persistent_redis_server.url) as redis:
        cache = RedisResponseCache(redis, pause=PAUSE, timeout=5.0, clock=clock)
        await put(cache)
        persistent_redis_server.kill()
        await cache.invalidate(["/playlists/P"])
        persistent_redis_server.start()
        assert await cache.get(("a",), SCOPES) == CacheFinding()  # not used during the pause
        clock.advance(PAUSE)
        assert not await has(cache)
        assert not await has(RedisResponseCache(redis, timeout=5.0))


async def test_nothing_is_stored_while_a_write_is_pending(redis_proxy, redis_server, clock):
    async with Redis.from_url(redis_proxy.url) as redis, Redis.from_url(redis_server.url) as direct:
        stamp = (await RedisResponseCache(redis, timeout=5.0).get((), SCOPES)).stamp
        cache = RedisResponseCache(redis, pause=0.0, timeout=0.1, clock=clock)
        redis_proxy.forward_requests.clear()
        await cache.invalidate(["/playlists/P"])
        redis_proxy.forward_requests.set()
        await cache.put("a", ONE, stamp)
        assert await direct.exists("spotify:cache:a") == 0


async def test_of_two_concurrent_writes_neither_is_lost(redis_proxy, clock):
    """The reply to the first does not settle the second, whose own reply was lost."""
    async with Redis.from_url(redis_proxy.url) as redis:
        cache = RedisResponseCache(redis, pause=0.0, timeout=5.0, clock=clock)
        await put(cache)
        is_sent = asyncio.Event()

        async def note(_request):
            is_sent.set()

        redis_proxy.forward_replies.clear()
        redis_proxy.on_request = note
        first = asyncio.create_task(cache.invalidate(["/playlists/P"]))
        await is_sent.wait()
        second = asyncio.create_task(cache.invalidate(["/playlists/P"]))
        await asyncio.sleep(0)
        second.cancel()
        redis_proxy.forward_replies.set()
        await first
        assert list(cache._pending.snapshot()) == ["/playlists/P"]
        await cache.get(("a",), SCOPES)
        assert not cache._pending


async def test_many_writes_during_an_outage_take_bounded_memory(persistent_redis_server, clock):
    async with Redis.from_url(persistent_redis_server.url) as redis:
        cache = RedisResponseCache(redis, pause=PAUSE, timeout=5.0, clock=clock)
        await put(cache)
        persistent_redis_server.kill()
        await cache.invalidate(SCOPES[1:])
        for number in range(1500):
            await cache.invalidate([f"/playlists/{number}"])
        assert len(cache._pending.snapshot()) <= 1000
        persistent_redis_server.start()
        clock.advance(PAUSE)
        assert not await has(cache)


@pytest.mark.parametrize(
    "arguments",
    [{"timeout": 0}, {"timeout": float("nan")}, {"pause": -1}, {"max_age": 0.5}, {"max_age": float("inf")}],
)
def test_arguments_out_of_bounds_raise(arguments):
    with pytest.raises(ValueError, match=f"{next(iter(arguments))} must be"):
        RedisResponseCache(Redis(), **arguments)


@pytest.mark.parametrize("redis", [Redis(decode_responses=True), "redis://x.example?decode_responses=1"], ids=type)
def test_a_client_that_decodes_responses_raises(redis):
    with pytest.raises(ValueError, match="decode_responses=False"):
        RedisResponseCache(redis)
