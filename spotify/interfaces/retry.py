"""The retry policy: what to do after a failed attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from spotify.errors import ApiError, AuthProviderError, TransportError
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
    """A failed attempt."""

    number: int
    """The number of the attempt, 1 for the first."""
    operation: Operation
    """The operation that was called."""
    idempotent: bool
    """Whether executing the request twice has the effect of executing it once. It differs from `operation.idempotent`
    where that depends on the arguments: replacing a playlist's items is idempotent, reordering them is not, and both
    are the same operation.
    """
    error: ApiError | AuthProviderError | TransportError
    """The error. An `AuthProviderError` is `transient`."""
    may_have_been_executed: bool
    """Whether this attempt may have been executed although it failed. False if getting a token or connecting failed,
    and if the API refused the request.
    """
    elapsed: float
    """Seconds since the call began, including waits."""
    max_retries: int
    """The highest number of retries, from the settings or the call's options."""
    max_retry_wait: float
    """The longest delay before the next attempt in seconds, from the settings or the call's options."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Send the request again."""

    delay: float
    """Seconds until the request is sent again, 0 or more."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Raise the error."""

    reason: GiveUpReason | str
    """Why, for the log."""


class RetryPolicy(Protocol):
    """Decides whether a request is sent again, and after which delay.

    An implementation MUST be pure: it uses no clock, does not log and does not sleep; randomness is injected. It MUST
    NOT retry a request that may have been executed and is not idempotent, and SHOULD respect `max_retries` and
    `max_retry_wait`. If the token can be replaced, the executor handles the first 401 without the policy. The executor
    overrides a `Retry` whose delay is longer than `max_retry_wait` or would end after the deadline, or for which the
    retry budget is spent.
    """

    def decide(self, attempt: Attempt, /) -> Retry | GiveUp:
        """Return what to do after this attempt."""
        ...
