"""The response cache: stores responses, and invalidates those that a write makes obsolete."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from spotify.interfaces.transport import HttpResponse

ALL_RESPONSES: Final = "*"
"""The scope of every response. To invalidate it empties the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedResponse:
    """A stored response, with everything that decides whether it may be served."""

    response: HttpResponse
    """The response."""
    received_at: float
    """When the response was received, in seconds since the epoch."""
    age: float
    """The response's age in seconds when it was received."""
    fresh_for: float
    """Seconds after `received_at` for which the response may be served without validation; 0 for never."""
    useful_for: float
    """Seconds after `received_at` for which to store it: `fresh_for`, or longer if it can be validated."""
    vary: tuple[tuple[str, str | None], ...] = ()
    """The request headers named by `Vary`, in lower case, each with its value in the request, None for a header that
    was missing. Without `Authorization`, which the key depends on.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheFinding:
    """The result of a lookup."""

    stamp: str | None = None
    """The stamp of the scopes, for `put`; None if the cache is unavailable, so that nothing can be stored."""
    responses: tuple[CachedResponse | None, ...] = ()
    """For each key the response stored under it, or None."""


class ResponseCache(Protocol):
    """Stores responses, and invalidates those that a write makes obsolete.

    Each response is in some scopes, always the same for the same key. Each scope has a stamp, which a write changes. A
    response is stored with the stamps that its scopes had *before it was requested*, and is found as long as they are
    unchanged: so a response that was in flight during a write is never found, however late it is stored.

    An implementation MUST bound its size. It MAY discard anything at any time, stamps too, but MUST NOT give a scope a
    stamp that it had before. It MUST NOT raise: a cache that is unavailable finds nothing and stores nothing. Keys and
    scopes are opaque, and contain no secrets. Many transports and processes MAY share a cache.
    """

    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        """Return the responses stored under the keys, and the stamp of the scopes that all of them are in.

        A scope without a stamp MUST be given one. Damaged and unknown entries MUST count as missing.
        """
        ...

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None:
        """Store a response, replacing an earlier one, if it is not too large.

        Args:
            key: The key to find it by.
            response: The response.
            stamp: The stamp that `get` returned before the response was requested.
        """
        ...

    async def discard(self, keys: Collection[str], /) -> None:
        """Discard the responses stored under the keys, as they turned out to be of no use."""
        ...

    async def invalidate(self, scopes: Collection[str], /) -> None:
        """Invalidate all responses in the scopes, including those in flight.

        If that is not possible now, nothing MUST be found through this object until it is done.
        """
        ...
