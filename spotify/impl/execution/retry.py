"""Retries: the default policy, the budget of a client, and delays for polling."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from spotify._event_loops import thread_lock
from spotify.errors import (
    ApiError,
    AuthProviderError,
    QuotaExceededError,
    RateLimitError,
    ResponseTooLargeError,
    ServerError,
    TransportError,
)
from spotify.interfaces.retry import Attempt, GiveUp, GiveUpReason, Retry

_TEMPORARY: Final = (AuthProviderError, RateLimitError, ServerError, TransportError)


class BackoffRetryPolicy:
    """`RetryPolicy` with exponential backoff and full jitter.

    Requests that were not executed (no connection, 429, 503 with `Retry-After`) are retried; those that may have been
    (other 5xx, timeouts, broken connections) only if they are idempotent. `Retry-After` is a lower bound of the delay;
    a value above the attempt's `max_retry_wait` ends the call instead.

    The delay is random between 0 and a bound that doubles with each attempt, up to `max_retry_wait`, so that clients
    that failed together do not retry together: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """

    def __init__(
        self,
        *,
        base_delay: float,
        max_delay: float,
        rng: random.Random | None = None,
    ) -> None:
        """Set the bounds.

        Args:
            base_delay: The bound of the first delay in seconds.
            max_delay: The highest bound in seconds.
            rng: The source of randomness; None for the system's.
        """
        self._base_delay = base_delay
        self._max_delay = max_delay
        # Not `random.Random()`: a forked process would inherit its state, and retry together with its parent.
        self._rng = rng or random.SystemRandom()

    def decide(self, attempt: Attempt, /) -> Retry | GiveUp:
        """Return what to do after this attempt."""
        if reason := _reason_not_to_retry(attempt):
            return GiveUp(reason)
        if attempt.number > attempt.max_retries:
            return GiveUp("retries_exhausted")
        retry_after = attempt.error.retry_after if isinstance(attempt.error, ApiError) else None
        if retry_after is not None and retry_after > attempt.max_retry_wait:
            return GiveUp("wait_too_long")
        return Retry(max(retry_after or 0.0, self._backoff(attempt)))

    def _backoff(self, attempt: Attempt) -> float:
        # The exponent is limited because 2.0 ** 5000 overflows.
        bound = self._base_delay * 2.0 ** min(attempt.number - 1, 64)
        return self._rng.uniform(0.0, min(bound, self._max_delay, attempt.max_retry_wait))


def _reason_not_to_retry(attempt: Attempt) -> GiveUpReason | None:
    """Return why a retry would be useless or unsafe; None if it is neither."""
    error = attempt.error
    if isinstance(error, QuotaExceededError):
        return "quota_exceeded"
    if isinstance(error, ResponseTooLargeError) or not isinstance(error, _TEMPORARY):
        return "not_retryable"
    if attempt.may_have_been_executed and not attempt.idempotent:
        return "may_have_been_executed"
    return None


_RETRIES_PER_SUCCESS: Final = 0.1


class RetryBudget:
    """A token bucket: each retry takes a token, each successful request adds a part of one.

    In an outage every call fails, and retries would multiply the load just when the service can serve the least. With a
    budget, retries stop after a while and calls raise their first error until some succeed again. It can be used by
    several threads.
    """

    __slots__ = ("_capacity", "_left", "_lock")

    def __init__(self, capacity: int | None) -> None:
        """Fill the bucket.

        Args:
            capacity: The number of retries, 0 or more; None for no limit. Each successful request adds a tenth of one.
        """
        self._capacity = capacity
        self._left = float(capacity or 0)
        self._lock = thread_lock()

    def spend(self) -> bool:
        """Take one retry; return False if there is none left."""
        if self._capacity is None:
            return True
        with self._lock:
            if self._left < 1.0:
                return False
            self._left -= 1.0
            return True

    def earn(self) -> None:
        """Record a successful request."""
        if self._capacity is not None and self._left < self._capacity:
            with self._lock:
                self._left = min(float(self._capacity), self._left + _RETRIES_PER_SUCCESS)


def backoff_delays(rng: random.Random, *, first: float, longest: float) -> Iterator[float]:
    """Yield delays indefinitely. Each is 1.5 times the previous one, up to a maximum.

    Each is shortened at random by up to a half, so that clients that started together do not retry together.

    Args:
        rng: The source of randomness.
        first: The bound of the first delay in seconds.
        longest: The bound of the later delays in seconds.
    """
    delay = first
    while True:
        yield delay * rng.uniform(0.5, 1.0)
        delay = min(longest, delay * 1.5)
