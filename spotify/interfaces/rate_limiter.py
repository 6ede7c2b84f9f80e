"""The rate limiter: who may send now."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from spotify.interfaces.operation import Operation

Priority: TypeAlias = Literal["interactive", "bulk"]
"""Whether somebody waits for this very answer, or it is one of many requests of a longer piece of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Who wants to send one request.

    Attributes:
        operation: What is to be called.
        priority: `interactive` calls go before `bulk` ones.
        since: When the call began, by the clock's `monotonic`. Of one priority, the oldest call goes first.
        max_wait: Seconds; the longest that it will wait for Spotify to take calls again, 0 or more.
    """

    operation: Operation
    priority: Priority
    since: float
    max_wait: float


class RateLimiter(Protocol):
    """Bounds how many requests are on the wire, and stops all of them while Spotify refuses calls.

    An implementation MAY span processes. It MUST release a slot whatever ends the block, cancellation included. After
    a pause it MUST let callers out one after the other, not all at once.
    """

    def slot(self, admission: Admission, /) -> AbstractAsyncContextManager[None]:
        """Return a context that is entered when one more request may be sent, and left when its answer is there.

        Raises:
            RateLimitError: On entering, without a wait: Spotify takes no calls for longer than `admission.max_wait`.
        """
        ...

    async def pause(self, seconds: float, /) -> None:
        """Let nobody enter for that many seconds from now, 0 or more. A shorter pause MUST NOT end a longer one.

        Called inside the slot of the request that was refused, so that nobody takes its place first.
        """
        ...
