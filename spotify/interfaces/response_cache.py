"""The response cache: where answers are kept, to be given again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from spotify.interfaces.transport import HttpResponse

ALL_RESPONSES: Final = "*"
"""The scope that every answer is in. To invalidate it empties the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedResponse:
    """An answer as it is kept, with all that decides whether it may be given again.

    Attributes:
        response: The answer.
        received_at: When it came, in seconds since the epoch.
        age: How many seconds old it was then.
        fresh_for: Seconds from then on for which it may be given again unasked; 0 if never.
        useful_for: Seconds from then on for which it is worth keeping: `fresh_for`, or longer where the server can be
            asked whether it still holds.
        vary: The request headers that it depends on, in lower case, each with the value that it had in the request;
            None for a header that was not there. `Authorization` is not among them: it is in the key.
    """

    response: HttpResponse
    received_at: float
    age: float
    fresh_for: float
    useful_for: float
    vary: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheFinding:
    """What a cache has.

    Attributes:
        stamp: What the scopes stand at, for `put`; None if the cache cannot be asked now: then nothing can be put.
        responses: For each key that was asked for the answer kept under it, or None.
    """

    stamp: str | None = None
    responses: tuple[CachedResponse | None, ...] = ()


class ResponseCache(Protocol):
    """Keeps answers, and forgets those that a write made obsolete.

    Every answer is in some scopes, always the same for the same key. Each scope has a stamp, which a write changes. An
    answer is put with the stamps that its scopes had *before it was asked for*, and is found as long as they have them
    still: so one that was on its way when a write happened is never found, however late it is put.

    An implementation MUST bound what it keeps. It MAY forget anything at any time, stamps as well: then it MUST NOT
    give a scope a stamp that it had before. It MUST NOT raise: one that cannot be reached has nothing, and keeps
    nothing. Keys and scopes are opaque; they hold no secret. It MAY be shared by many transports and processes.
    """

    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        """Return what is kept under the keys, and the stamp of the scopes that all of them are in.

        A scope without a stamp MUST get one. Damaged and unknown entries MUST count as absent.
        """
        ...

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None:
        """Keep an answer in the place of the one before, if it is not too large.

        Args:
            key: Where to find it again.
            response: The answer.
            stamp: What `get` returned before the answer was asked for.
        """
        ...

    async def invalidate(self, scopes: Collection[str], /) -> None:
        """Let no answer be found any more that is in one of the scopes, nor one that is on its way.

        If it cannot be done now, nothing MUST be found through this object until it is done.
        """
        ...
