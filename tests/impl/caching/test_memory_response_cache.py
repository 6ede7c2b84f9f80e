"""The bounds of `MemoryResponseCache`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.caching import MemoryResponseCache
from spotify.interfaces import ALL_RESPONSES
from tests.support.cache_exchanges import cached

SCOPES = (ALL_RESPONSES, "s")


async def put(cache, key, body=b"", scopes=SCOPES):
    await cache.put(key, cached(body), (await cache.get((), scopes)).stamp)


async def has(cache, key, scopes=SCOPES):
    return (await cache.get((key,), scopes)).responses != (None,)


async def test_the_least_recently_used_is_discarded_first():
    cache = MemoryResponseCache(max_entries=2)
    await put(cache, "a")
    await put(cache, "b")
    assert await has(cache, "a")
    await put(cache, "c")
    assert [await has(cache, key) for key in "abc"] == [True, False, True]


async def test_a_response_that_is_too_large_discards_the_earlier_one():
    cache = MemoryResponseCache(max_bytes=80_000)
    await put(cache, "a")
    await put(cache, "a", b"x" * 10_000)
    assert not await has(cache, "a")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12_000)), max_size=30))
async def test_no_bound_is_exceeded(entries):
    cache = MemoryResponseCache(max_bytes=100_000, max_entries=9)
    for key, size in entries:
        await put(cache, str(key), b"x" * size)
        bodies = [entry[1].response.body for entry in cache._entries.values()]
        assert len(bodies) <= 9
        assert sum(map(len, bodies)) <= 100_000


async def test_stamps_are_bounded_and_without_one_responses_are_missing():
    cache = MemoryResponseCache(max_entries=2)
    await put(cache, "a", scopes=(ALL_RESPONSES, "first"))
    for number in range(10):
        await cache.get((), (ALL_RESPONSES, f"s{number}"))
    assert len(cache._stamps) == 3
    assert not await has(cache, "a", scopes=(ALL_RESPONSES, "first"))


@pytest.mark.parametrize("bounds", [{"max_bytes": 0}, {"max_entries": 0}])
def test_bounds_less_than_one_raise(bounds):
    with pytest.raises(ValueError, match="must be 1 or more"):
        MemoryResponseCache(**bounds)
