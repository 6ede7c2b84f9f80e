"""The behaviour that all response caches share."""

import pytest

from spotify.impl.caching import MemoryResponseCache, RedisResponseCache
from spotify.impl.caching.sqlite_response_cache import SqliteResponseCache
from spotify.interfaces import ALL_RESPONSES
from tests.support.cache_exchanges import cached

SCOPES = (ALL_RESPONSES, "/playlists/P")
ONE, OTHER = cached(b"1"), cached(b"2")


@pytest.fixture
def memory_cache():
    return MemoryResponseCache()


@pytest.fixture
def redis_cache(redis_client):
    return RedisResponseCache(redis_client, timeout=5.0)


@pytest.fixture
async def sqlite_cache(tmp_path):
    cache = SqliteResponseCache(tmp_path / "responses.sqlite3")
    yield cache
    await cache.close()


@pytest.fixture(params=["memory_cache", "redis_cache", "sqlite_cache"])
def cache(request):
    return request.getfixturevalue(request.param)


async def found(cache, *keys, scopes=SCOPES):
    return (await cache.get(keys, scopes)).responses


async def stamp(cache, scopes=SCOPES):
    return (await cache.get((), scopes)).stamp


async def test_it_is_empty_initially(cache):
    finding = await cache.get(("a", "b"), SCOPES)
    assert finding.responses == (None, None)
    assert finding.stamp is not None


async def test_a_response_is_found_under_its_key(cache):
    await cache.put("a", ONE, await stamp(cache))
    await cache.put("b", OTHER, await stamp(cache))
    assert await found(cache, "b", "c", "a") == (OTHER, None, ONE)


async def test_a_response_replaces_an_earlier_one(cache):
    await cache.put("a", ONE, await stamp(cache))
    await cache.put("a", OTHER, await stamp(cache))
    assert await found(cache, "a") == (OTHER,)


async def test_a_discarded_response_is_not_found(cache):
    for key in ("a", "b"):
        await cache.put(key, ONE, await stamp(cache))
    await cache.discard(["a", "c"])
    assert await found(cache, "a", "b") == (None, ONE)


async def test_a_stamp_does_not_change_without_a_write(cache):
    assert await stamp(cache) == await stamp(cache)


@pytest.mark.parametrize("scope", SCOPES)
async def test_an_invalidated_response_is_not_found(cache, scope):
    await cache.put("a", ONE, await stamp(cache))
    await cache.invalidate([scope])
    assert await found(cache, "a") == (None,)


async def test_other_scopes_are_not_invalidated(cache):
    await cache.put("a", ONE, await stamp(cache))
    await cache.invalidate(["/playlists/Q", "/me/playlists"])
    assert await found(cache, "a") == (ONE,)


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_response_in_flight_during_a_write_is_not_found(cache, scope):
    before = await stamp(cache)
    await cache.invalidate([scope])
    await cache.put("a", ONE, before)
    assert await found(cache, "a") == (None,)


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
