"""The response cache in the memory of one process."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import count
from typing import Final

from cachetools import LRUCache

from spotify._checks import check_range
from spotify._event_loops import thread_lock
from spotify.interfaces.response_cache import CachedResponse, CacheFinding

# Bytes of an entry besides its body and headers: objects, dictionaries, the key.
_OVERHEAD: Final = 2048
# The largest response is this fraction of the cache.
_LARGEST_FRACTION: Final = 8


class MemoryResponseCache:
    """`ResponseCache` in memory, which discards the least recently used responses first.

    Threads can share one. It is not shared with other processes, and does not see their writes.
    """

    __slots__ = ("_entries", "_largest", "_lock", "_max_entries", "_numbers", "_stamps")

    def __init__(self, *, max_bytes: int = 64 * 1024 * 1024, max_entries: int = 10_000) -> None:
        """Create an empty cache.

        Args:
            max_bytes: The approximate memory for all responses, 1 or more. A response larger than an eighth of it is
                not stored.
            max_entries: The most responses, 1 or more.

        Raises:
            TypeError: A bound is not an int.
            ValueError: A bound is less than 1.
        """
        check_range("max_bytes", max_bytes, at_least=1)
        check_range("max_entries", max_entries, at_least=1)
        self._lock = thread_lock()  # a read changes the order of use
        self._largest = max_bytes // _LARGEST_FRACTION
        self._max_entries = max_entries
        self._entries: LRUCache[str, tuple[str, CachedResponse]] = LRUCache(
            max_bytes, getsizeof=lambda entry: _size(entry[1])
        )
        self._stamps: LRUCache[str, int] = LRUCache(max_entries + 1)
        self._numbers = count()

    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        """Return the responses stored under the keys, and the stamp of the scopes."""
        with self._lock:
            stamp = ".".join(str(self._stamp(scope)) for scope in scopes)
            return CacheFinding(stamp=stamp, responses=tuple(self._find(key, stamp) for key in keys))

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None:
        """Store a response, if it is not too large."""
        with self._lock:
            if _size(response) > self._largest:
                self._entries.pop(key, None)
                return
            self._entries[key] = (stamp, response)
            while len(self._entries) > self._max_entries:
                self._entries.popitem()

    async def discard(self, keys: Collection[str], /) -> None:
        """Discard the responses stored under the keys."""
        with self._lock:
            for key in keys:
                self._entries.pop(key, None)

    async def invalidate(self, scopes: Collection[str], /) -> None:
        """Invalidate all responses in the scopes."""
        with self._lock:
            for scope in scopes:
                self._stamps.pop(scope, None)

    def _stamp(self, scope: str) -> int:
        stamp = self._stamps.get(scope)
        if stamp is None:
            stamp = self._stamps[scope] = next(self._numbers)
        return stamp

    def _find(self, key: str, stamp: str) -> CachedResponse | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] != stamp:
            del self._entries[key]
            return None
        return entry[1]


def _size(cached: CachedResponse) -> int:
    response = cached.response
    return _OVERHEAD + len(response.body) + sum(len(name) + len(value) for name, value in response.headers.items())
