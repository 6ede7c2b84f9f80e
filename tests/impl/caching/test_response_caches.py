"""The behaviour that all response caches share."""

import contextlib
import itertools

import pytest

from spotify.impl.caching import MemoryResponseCache, RedisResponseCache
from spotify.impl.caching.sqlite_response_cache import SqliteResponseCache
from spotify.interfaces import ALL_RESPONSES
from spotify.testing import check_response_cache
from tests.support.cache_exchanges import cached

SCOPES = (ALL_RESPONSES, "/playlists/P")
ONE, OTHER = cached(b"1"), cached(b"2")


@pytest.fixture(params=["memory", "Redis", "SQLite"])
async def cache_factory(request, tmp_path):
    """Returns a new cache with its own responses at each call."""
    numbers = itertools.count()
    redis_url = request.getfixturevalue("redis_server").url if request.param == "Redis" else ""
    async with contextlib.AsyncExitStack() as stack:

        def create_in_redis():
            cache = RedisResponseCache(redis_url, prefix=f"cache-{next(numbers)}", timeout=5.0)
            stack.push_async_callback(cache.close)
            return cache

        def create_in_sqlite():
            cache = SqliteResponseCache(tmp_path / f"{next(numbers)}.sqlite3")
            stack.push_async_callback(cache.close)
            return cache

        yield {"memory": MemoryResponseCache, "Redis": create_in_redis, "SQLite": create_in_sqlite}[request.param]


@pytest.fixture
def cache(cache_factory):
    return cache_factory()


async def found(cache, *keys, scopes=SCOPES):
    return (await cache.get(keys, scopes)).responses


async def stamp(cache, scopes=SCOPES):
    return (await cache.get((), scopes)).stamp


async def test_cache_passes_the_conformance_check(cache_factory):
    await check_response_cache(cache_factory)


async def test_a_response_is_found_under_its_key(cache):
    await cache.put("a", ONE, await stamp(cache))
    await cache.put("b", OTHER, await stamp(cache))
    assert await found(cache, "b", "c", "a") == (OTHER, None, ONE)


async def test_a_discarded_response_is_not_found(cache):
    for key in ("a", "b"):
        await cache.put(key, ONE, await stamp(cache))
    await cache.discard(["a", "c"])
    assert await found(cache, "a", "b") == (None, ONE)


async def test_a_response_from_after_the_write_is_found(cache):
    await cache.invalidate(SCOPES)
    await cache.put("a", ONE, await stamp(cache))
    assert await found(cache, "a") == (ONE,)


async def test_no_stamp_is_reused(cache):
    seen = set()
    for _ in range(20):
        seen.add(await stamp(cache))
        await cache.invalidate(["/playlists/P"])
    assert len(seen) == 20
