"""With a real Redis, also one that is away, hangs, is slow or damaged."""

import asyncio

import pytest
from redis.asyncio import Redis

from spotify.impl.caching import RedisResponseCache
from spotify.impl.token_stores import RedisTokenStore
from spotify.interfaces import ALL_RESPONSES, CacheFinding
from spotify.testing import FakeClock, captured_logs
from tests.support.cache_exchanges import cached
from tests.support.token_samples import KEY, token

SCOPES = (ALL_RESPONSES, "/playlists/P")
ONE = cached(b"1")
PAUSE = 10.0


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def redis(redis_server):
    async with Redis.from_url(redis_server.url) as redis:
        yield redis


@pytest.fixture
def cache(redis, clock):
    return RedisResponseCache(redis, pause=PAUSE, timeout=5.0, clock=clock)


@pytest.fixture
def impatient(redis, clock):
    return RedisResponseCache(redis, pause=PAUSE, timeout=0.5, clock=clock)


async def put(cache, key="a", response=ONE):
    await cache.put(key, response, (await cache.get((), SCOPES)).stamp)


async def has(cache, key="a"):
    return (await cache.get((key,), SCOPES)).responses == (ONE,)


async def test_two_processes_share_one_cache(cache, redis):
    await put(cache)
    other = RedisResponseCache(redis)
    assert await has(other)
    await other.invalidate(["/playlists/P"])
    assert not await has(cache)


async def test_two_prefixes_share_nothing(cache, redis):
    await put(cache)
    assert not await has(RedisResponseCache(redis, prefix="other:"))


async def test_a_read_is_one_round_trip(redis_proxy):
    async with Redis.from_url(redis_proxy.url) as redis:
        cache = RedisResponseCache(redis, timeout=5.0)
        await put(cache)
        redis_proxy.requests.clear()
        assert await has(cache)
        assert len(redis_proxy.requests) == 1


async def test_an_answer_stays_as_long_as_it_is_of_use(cache, redis):
    await put(cache, response=cached(useful_for=60.0))
    assert 59_000 < await redis.pttl("spotify:cache:a") <= 60_000


async def test_no_answer_stays_longer_than_allowed(redis):
    cache = RedisResponseCache(redis, max_age=30.0, timeout=5.0)
    await put(cache, response=cached(useful_for=1e9))
    assert await redis.ttl("spotify:cache:a") <= 30
    assert await redis.ttl("spotify:cache-stamp:/playlists/P") <= 30


async def test_a_large_entry_is_not_kept(redis):
    cache = RedisResponseCache(redis, max_entry_bytes=1000, timeout=5.0)
    await put(cache, response=cached(b"x" * 1000))
    assert await redis.exists("spotify:cache:a") == 0


async def test_an_answer_with_a_header_that_is_no_text_is_not_kept(cache, redis):
    await put(cache, response=cached(x=b"caf\xe9".decode(errors="surrogateescape")))
    assert await redis.exists("spotify:cache:a") == 0


@pytest.mark.parametrize("damage", [b"", b"x", b"\x80" * 200])
async def test_a_damaged_entry_is_absent_and_can_be_put_anew(cache, redis, damage):
    await put(cache)
    await redis.set("spotify:cache:a", damage)
    assert not await has(cache)
    await put(cache)
    assert await has(cache)


async def test_something_else_under_a_key_is_absent(cache, redis):
    await put(cache)
    await redis.delete("spotify:cache:a")
    await redis.hset("spotify:cache:a", "x", "y")
    assert not await has(cache)


async def test_something_else_under_the_name_of_a_stamp_is_a_miss(cache, redis):
    await redis.hset("spotify:cache-stamp:/playlists/P", "x", "y")
    assert await cache.get(("a",), SCOPES) == CacheFinding()


async def test_a_url_does_for_a_client(redis_server):
    cache = RedisResponseCache(redis_server.url, timeout=5.0)
    await put(cache)
    assert await has(cache)
    await cache.close()
    assert await has(cache)
    await cache.close()


async def test_a_redis_that_forgot_its_stamps_has_no_answers(cache, redis):
    await put(cache)
    await redis.delete("spotify:cache-stamp:/playlists/P")
    assert not await has(cache)


async def test_a_redis_that_was_emptied_is_an_empty_cache(cache, redis):
    await put(cache)
    await redis.flushall()
    assert not await has(cache)
    await put(cache)
    assert await has(cache)


async def test_a_full_redis_keeps_nothing_and_raises_nothing(cache, redis):
    await put(cache)
    await redis.config_set("maxmemory", "1")
    await put(cache, "b")
    assert await cache.get(("b",), SCOPES) == CacheFinding()


async def test_a_redis_that_evicts_what_has_an_end_makes_room_for_answers_and_keeps_tokens(redis_server, cache, redis):
    used = (await redis.info("memory"))["used_memory"]
    await redis.config_set("maxmemory", used + 2_000_000)
    await redis.config_set("maxmemory-policy", "volatile-lru")
    async with RedisTokenStore(redis_server.url) as store:
        await store.save(KEY, token(1))
        for number in range(100):
            await put(cache, str(number), cached(bytes(50_000)))
        assert await store.load(KEY) == token(1)
        async with store.lock(KEY):
            await store.save(KEY, token(2))
        assert await store.load(KEY) == token(2)
    assert (await redis.info("stats"))["evicted_keys"] > 20
    assert (await cache.get(("99",), SCOPES)).responses == (cached(bytes(50_000)),)


async def test_a_killed_redis_has_nothing_and_is_there_again(redis_server, cache, clock):
    await put(cache)
    redis_server.kill()
    assert await cache.get(("a",), SCOPES) == CacheFinding()
    await cache.put("a", ONE, "1.1")
    redis_server.start()
    clock.advance(PAUSE)
    await put(cache)
    assert await has(cache)


async def test_a_redis_that_hangs_is_given_up_and_there_again(redis_server, impatient, clock):
    await put(impatient)
    redis_server.pause()
    assert await impatient.get(("a",), SCOPES) == CacheFinding()
    redis_server.resume()
    clock.advance(PAUSE)
    assert await has(impatient)


async def test_a_redis_that_failed_is_left_alone_for_a_while(redis_proxy, clock):
    async with Redis.from_url(redis_proxy.url) as redis:
        cache = RedisResponseCache(redis, pause=PAUSE, timeout=0.05, clock=clock)
        redis_proxy.forward_replies.clear()
        await cache.get(("a",), SCOPES)
        asked = len(redis_proxy.requests)
        clock.advance(PAUSE - 0.1)
        await cache.get(("a",), SCOPES)
        await cache.invalidate(["/me"])
        assert len(redis_proxy.requests) == asked
        clock.advance(0.1)
        redis_proxy.forward_replies.set()
        await cache.get(("a",), SCOPES)
        assert len(redis_proxy.requests) > asked


async def test_many_calls_at_once_wait_for_each_other_and_that_is_not_taken_for_a_slow_redis(redis_proxy):
    """The first is answered after a good part of the time-out, the last after many times that."""

    async def dawdle(_):
        await asyncio.sleep(0.02)

    async with Redis.from_url(redis_proxy.url, max_connections=1) as redis:
        cache = RedisResponseCache(redis, timeout=0.25)
        await put(cache)
        redis_proxy.on_reply = dawdle
        with captured_logs() as events:
            assert await asyncio.gather(*(has(cache) for _ in range(30))) == [True] * 30
        assert events == []


async def test_of_many_calls_at_once_the_first_find_out_that_redis_hangs(redis_proxy, clock):
    async with Redis.from_url(redis_proxy.url, max_connections=2) as redis:
        cache = RedisResponseCache(redis, pause=PAUSE, timeout=0.2, clock=clock)
        await asyncio.gather(put(cache), put(cache))
        redis_proxy.forward_replies.clear()
        redis_proxy.requests.clear()
        assert await asyncio.gather(*(has(cache) for _ in range(50))) == [False] * 50
        assert len(redis_proxy.requests) <= 2


async def test_an_outage_is_logged_once_and_so_is_its_end(redis_server, cache, clock):
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


async def test_answers_that_arrive_late_are_not_taken_for_others(redis_proxy, clock):
    """A connection whose answer was not waited for must not be used again."""
    async with Redis.from_url(redis_proxy.url, max_connections=1) as redis:
        patient = RedisResponseCache(redis, timeout=5.0)
        await put(patient, "a", cached(b"a"))
        redis_proxy.forward_replies.clear()
        await RedisResponseCache(redis, timeout=0.05).get(("a",), SCOPES)
        redis_proxy.forward_replies.set()
        assert (await patient.get(("b",), SCOPES)).responses == (None,)
        assert (await patient.get(("a",), SCOPES)).responses == (cached(b"a"),)


async def test_a_write_during_an_outage_is_made_up_for_before_anything_is_found(persistent_redis_server, clock):
    async with Redis.from_url(persistent_redis_server.url) as redis:
        cache = RedisResponseCache(redis, pause=PAUSE, timeout=5.0, clock=clock)
        await put(cache)
        persistent_redis_server.kill()
        await cache.invalidate(["/playlists/P"])
        persistent_redis_server.start()
        assert await cache.get(("a",), SCOPES) == CacheFinding()  # left alone
        clock.advance(PAUSE)
        assert not await has(cache)
        assert not await has(RedisResponseCache(redis))


async def test_nothing_is_put_while_a_write_is_not_made_up_for(redis_proxy, redis_server, clock):
    async with Redis.from_url(redis_proxy.url) as redis, Redis.from_url(redis_server.url) as direct:
        cache = RedisResponseCache(redis, pause=0.0, timeout=0.2, clock=clock)
        stamp = (await cache.get((), SCOPES)).stamp
        redis_proxy.forward_requests.clear()
        await cache.invalidate(["/playlists/P"])
        redis_proxy.forward_requests.set()
        await cache.put("a", ONE, stamp)
        assert await direct.exists("spotify:cache:a") == 0


async def test_two_writes_at_once_are_both_made_up_for(redis_proxy, clock):
    """The first one's answer does not settle the second, whose own was lost."""
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
        assert list(cache._pending) == ["/playlists/P"]
        await cache.get(("a",), SCOPES)
        assert not cache._pending


async def test_many_writes_during_an_outage_take_bounded_memory_and_all_are_made_up_for(persistent_redis_server, clock):
    async with Redis.from_url(persistent_redis_server.url) as redis:
        cache = RedisResponseCache(redis, pause=PAUSE, timeout=5.0, clock=clock)
        await put(cache)
        persistent_redis_server.kill()
        await cache.invalidate(SCOPES[1:])
        for number in range(1500):
            await cache.invalidate([f"/playlists/{number}"])
        assert len(cache._pending) <= 1000
        persistent_redis_server.start()
        clock.advance(PAUSE)
        assert not await has(cache)


@pytest.mark.parametrize(
    "wrong",
    [{"timeout": 0}, {"timeout": float("nan")}, {"pause": -1}, {"max_age": 0.5}, {"max_age": float("inf")}],
)
def test_wrong_bounds_are_refused(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be"):
        RedisResponseCache(Redis(), **wrong)


@pytest.mark.parametrize("redis", [Redis(decode_responses=True), "redis://x.example?decode_responses=1"], ids=type)
def test_a_client_that_decodes_is_refused(redis):
    with pytest.raises(ValueError, match="decode_responses=False"):
        RedisResponseCache(redis)
