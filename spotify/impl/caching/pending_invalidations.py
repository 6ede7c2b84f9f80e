"""The invalidations that a cache outside this process has not executed yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count
from typing import Final

from spotify._event_loops import thread_lock
from spotify.interfaces.response_cache import ALL_RESPONSES

# With more scopes, all responses count as invalid.
_MOST_SCOPES: Final = 1000


class PendingInvalidations:
    """The scopes to invalidate. While there are any, nothing may be found in the cache."""

    __slots__ = ("_lock", "_scopes", "_write_numbers")

    def __init__(self) -> None:
        """Create an instance without scopes."""
        self._scopes: dict[str, int] = {}  # each with the number of the latest write
        self._write_numbers = count()
        self._lock = thread_lock()

    def __bool__(self) -> bool:
        return bool(self._scopes)

    def add(self, scopes: Collection[str]) -> None:
        """Add the scopes of a write."""
        with self._lock:
            self._scopes.update(dict.fromkeys(scopes, next(self._write_numbers)))
            if len(self._scopes) > _MOST_SCOPES:
                self._scopes = {ALL_RESPONSES: next(self._write_numbers)}

    def snapshot(self) -> Mapping[str, int]:
        """Return the scopes to invalidate now, for `remove`."""
        with self._lock:
            return dict(self._scopes)

    def remove(self, invalidated: Mapping[str, int]) -> None:
        """Remove what was invalidated, except scopes that a later write has added again."""
        with self._lock:
            self._scopes = {scope: write for scope, write in self._scopes.items() if invalidated.get(scope) != write}
