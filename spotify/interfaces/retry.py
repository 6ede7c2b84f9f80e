"""The retry policy: what to do after an attempt that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from spotify.errors import ApiError, TransportError
from spotify.interfaces.operation import Operation

GiveUpReason = Literal[
    "not_retryable", "may_have_been_executed", "quota_exceeded", "retries_exhausted", "wait_too_long"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt that failed.

    Attributes:
        number: 1 for the first.
        operation: What was asked for; `operation.idempotent` says whether sending it twice is harmless.
        error: How it failed.
        may_have_been_executed: Whether this attempt may have had its effect all the same. False when getting a token or
            connecting is what failed, and when the API refused.
        elapsed: Seconds since the call began, its waits included.
    """

    number: int
    operation: Operation
    error: ApiError | TransportError
    may_have_been_executed: bool
    elapsed: float


@dataclass(frozen=True, slots=True)
class Retry:
    """Send it again after `delay` seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Raise the error. `reason` goes to the log."""

    reason: GiveUpReason | str


class RetryPolicy(Protocol):
    """Decides whether, and after what wait, a call is sent again.

    An implementation MUST be pure: no clock, no log, no sleep (randomness is injected). It MUST NOT repeat a write that
    may have been executed and is not idempotent. A 401 never reaches it: the executor answers that by itself.
    """

    def decide(self, attempt: Attempt, /) -> Retry | GiveUp:
        """Return what to do after this attempt."""
        ...
