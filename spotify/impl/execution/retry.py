"""Exponential back-off with full jitter, and the rules of what may be sent again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from spotify.errors import (
    ApiError,
    QuotaExceededError,
    RateLimitError,
    ResponseTooLargeError,
    ServerError,
    TransportError,
)
from spotify.interfaces.retry import Attempt, GiveUp, GiveUpReason, Retry

# What may be over the next time. A 404 or a 403 will not be.
_PASSING: Final = (RateLimitError, ServerError, TransportError)


class BackoffRetryPolicy:
    """`RetryPolicy` that waits a random time up to a bound which doubles with each attempt.

    Sent again: what was certainly not executed (no connection, 429, 503 with `Retry-After`); and, if the operation is
    idempotent, what may have been (other 5xx, time-outs, cut connections). `Retry-After` is a lower bound of the wait;
    one above the attempt's `max_retry_wait` ends the call at once instead.

    Full jitter, because clients that fail together would otherwise come back together:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
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
            base_delay: Seconds; the bound of the first back-off.
            max_delay: Seconds; where the bound stops doubling.
            rng: Where the jitter comes from; None for a generator of its own.
        """
        self._base_delay = base_delay
        self._max_delay = max_delay
        # A forked process would inherit the state of another generator, and back off in step with its parent.
        self._rng = rng or random.SystemRandom()

    def decide(self, attempt: Attempt, /) -> Retry | GiveUp:
        """Return what to do after this attempt."""
        if reason := _refusal(attempt):
            return GiveUp(reason)
        if attempt.number > attempt.max_retries:
            return GiveUp("retries_exhausted")
        asked = attempt.error.retry_after if isinstance(attempt.error, ApiError) else None
        if asked is not None and asked > attempt.max_retry_wait:
            return GiveUp("wait_too_long")
        return Retry(max(asked or 0.0, self._backoff(attempt.number)))

    def _backoff(self, number: int) -> float:
        # The exponent is bounded before it is used: 2.0 ** 5000 does not fit a float.
        bound = min(self._max_delay, self._base_delay * 2.0 ** min(number - 1, 64))
        return self._rng.uniform(0.0, bound)


def _refusal(attempt: Attempt) -> GiveUpReason | None:
    """Return why sending it again would be useless or dangerous; None if it may be sent again."""
    error = attempt.error
    if isinstance(error, QuotaExceededError):
        return "quota_exceeded"
    if isinstance(error, ResponseTooLargeError) or not isinstance(error, _PASSING):
        return "not_retryable"
    if attempt.may_have_been_executed and not attempt.idempotent:
        return "may_have_been_executed"
    return None


_EARNED: Final = 0.1


class RetryBudget:
    """A token bucket that retries are paid from, and that successes fill.

    In an outage every call fails, and each of them would be sent several times: just when a service has the least to
    give, it would be asked for the most. With a budget, retries run out after a while, and calls fail with their first
    error until some succeed again; in normal times it is never noticed.
    """

    __slots__ = ("_capacity", "_left")

    def __init__(self, capacity: int | None) -> None:
        """Fill the bucket.

        Args:
            capacity: How many retries it holds, 0 or more; None for no bound. Each call that succeeds brings a tenth
                of one back.
        """
        self._capacity = capacity
        self._left = float(capacity or 0)

    def spend(self) -> bool:
        """Pay for one retry; tell whether there was enough for it."""
        if self._capacity is None:
            return True
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True

    def earn(self) -> None:
        """Note that a call succeeded."""
        if self._capacity is not None:
            self._left = min(float(self._capacity), self._left + _EARNED)


def backoff_delays(rng: random.Random, *, first: float, longest: float) -> Iterator[float]:
    """Yield delays without end, each half as long again as the previous one, up to a bound.

    Each is shortened at random by up to a half, so that waiters that started together do not retry together.

    Args:
        rng: The source of randomness.
        first: The bound of the first delay in seconds.
        longest: The bound of the later delays in seconds.
    """
    delay = first
    while True:
        yield delay * rng.uniform(0.5, 1.0)
        delay = min(longest, delay * 1.5)
