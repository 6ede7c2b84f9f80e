"""The retry policy: what to do after an attempt that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from spotify.errors import ApiError, TransportError
from spotify.interfaces.operation import Operation

GiveUpReason = Literal[
    "deadline",
    "may_have_been_executed",
    "not_retryable",
    "quota_exceeded",
    "retries_exhausted",
    "retry_budget_spent",
    "wait_too_long",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt that failed.

    Attributes:
        number: 1 for the first.
        operation: What was asked for.
        idempotent: Whether sending it twice leaves what sending it once leaves: as `operation.idempotent`, unless this
            use of it is more harmless than others. To move a playlist's items twice moves them on, to replace them
            twice does not, and both are the same operation.
        error: How it failed.
        may_have_been_executed: Whether this attempt may have had its effect all the same. False when getting a token or
            connecting is what failed, and when the API refused.
        elapsed: Seconds since the call began, its waits included.
        max_retries: The most attempts after the first, by the settings or the call's own options.
        max_retry_wait: Seconds; the longest `Retry-After` that the caller waits out, likewise.
    """

    number: int
    operation: Operation
    idempotent: bool
    error: ApiError | TransportError
    may_have_been_executed: bool
    elapsed: float
    max_retries: int
    max_retry_wait: float


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
    may have been executed and is not idempotent, and SHOULD keep to `max_retries` and `max_retry_wait`. The first 401
    does not reach it where the token can be replaced: the executor answers that by itself. A retry that it grants is
    still refused where it would come after the deadline, or where retries have used up their budget.
    """

    def decide(self, attempt: Attempt, /) -> Retry | GiveUp:
        """Return what to do after this attempt."""
        ...
