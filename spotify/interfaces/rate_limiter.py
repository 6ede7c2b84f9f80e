"""The rate limiter: when a request may be sent."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from spotify.interfaces.operation import Operation

Priority: TypeAlias = Literal["interactive", "bulk"]
"""`interactive` for a single call, `bulk` for one of many requests of a larger task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A request that asks for a slot.

    Attributes:
        operation: The operation to call.
        priority: `interactive` requests are sent before `bulk` ones.
        since: When the call began, by the clock's `monotonic`. Within a priority, the oldest call is first.
        max_wait: The longest pause after a 429 to wait for in seconds, 0 or more.
    """

    operation: Operation
    priority: Priority
    since: float
    max_wait: float


class RateLimiter(Protocol):
    """Limits concurrent requests, and pauses all of them after a 429.

    An implementation MAY span processes. It MUST release a slot however the block ends, including by cancellation.
    After a pause it MUST resume requests gradually, not all at once.
    """

    def slot(self, admission: Admission, /) -> AbstractAsyncContextManager[None]:
        """Return a context manager that waits on entry until the request may be sent. Exit it after the response.

        Raises:
            RateLimitError: On entry, without waiting: the pause is longer than `admission.max_wait`.
        """
        ...

    async def pause(self, seconds: float, /) -> None:
        """Pause for `seconds`, 0 or more. It MUST NOT shorten a longer pause that is already active.

        Called inside the slot of the refused request, so that no other request is sent first.
        """
        ...
