"""The rate limiter: when a request may be sent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from spotify._value_classes import value_class
from spotify.interfaces.operation import Operation

Priority: TypeAlias = Literal["interactive", "bulk"]
"""`interactive` for a single call, `bulk` for one of many requests of a larger task."""

PauseReason: TypeAlias = Literal["rate_limit", "quota_exceeded"]
"""Why Spotify refuses requests: too many within 30 seconds or of one operation, or a daily quota that is used up."""


@value_class(frozen=True, slots=True, kw_only=True)
class Admission:
    """A request that asks for a slot."""

    operation: Operation
    """The operation to call."""
    priority: Priority
    """`interactive` requests are sent before `bulk` ones."""
    since: float
    """When the call began, by the clock's `monotonic`. Within a priority, the oldest call is first."""
    max_wait: float
    """The longest wait in seconds, 0 or more: of an interactive request until it is sent, of a bulk request until the
    next bulk request is sent.
    """
    deadline: float = math.inf
    """When the call ends, by the clock's `monotonic`; infinity for no deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause that is active."""

    operation: str | None
    """The id of the paused operation; None for all requests."""
    seconds: float
    """The seconds left, more than 0."""
    reason: PauseReason
    """Why."""


class RateLimiter(Protocol):
    """Limits concurrent requests, and pauses after a 429: all requests, or those of one operation.

    An implementation MAY span processes. It MUST release a slot however the block ends, including by cancellation.
    After a pause it MUST resume requests gradually, not all at once. A wait that is known to be longer than
    `Admission.max_wait`, or to end after `Admission.deadline`, MUST raise `WaitTooLongError` at once. It MUST be usable
    in several event loops, also at the same time in several threads.
    """

    def slot(self, admission: Admission, /) -> AbstractAsyncContextManager[None]:
        """Return a context manager that waits on entry until the request may be sent. Exit it after the response.

        Raises:
            WaitTooLongError: On entry, as soon as it is known that the wait is longer than the admission allows.
            QuotaExceededError: The same, if a quota is used up.
        """
        ...

    async def pause(self, seconds: float, /, *, operation: Operation | None, reason: PauseReason) -> None:
        """Pause for `seconds`, 0 or more. It MUST NOT shorten a longer pause that is already active.

        Called inside the slot of the refused request, so that no other request is sent first. If another operation is
        paused already, it MUST pause all requests.

        Args:
            seconds: The length of the pause.
            operation: The operation whose requests to pause; None for all requests.
            reason: Why, for the errors of requests that are not sent.
        """
        ...


@runtime_checkable
class SupportsPauses(Protocol):
    """A rate limiter that reports its pauses, for `client.usage`."""

    def pauses(self) -> Sequence[Pause]:
        """Return the pauses that are active, as far as this process knows."""
        ...
