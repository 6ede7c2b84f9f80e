"""Retries: the default policy, the budget of a client, delays for polling, and the decision about one call."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final, TypeGuard

from spotify._event_loops import thread_lock
from spotify.config import ClientConfig
from spotify.errors import (
    ApiError,
    AuthProviderError,
    QuotaExceededError,
    RateLimitError,
    ResponseTooLargeError,
    ServerError,
    SpotifyError,
    TransportError,
    WaitTooLongError,
)
from spotify.impl.execution.call_state import CallState
from spotify.impl.execution.shared_requests import FailedRequest
from spotify.interfaces.clock import Clock
from spotify.interfaces.retry import Attempt, GiveUp, GiveUpReason, Retry, RetryPolicy

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


def delay_before_retry(
    error: SpotifyError,
    failed: FailedRequest,
    state: CallState,
    *,
    config: ClientConfig,
    policy: RetryPolicy,
    budget: RetryBudget,
    clock: Clock,
) -> float:
    """Return the seconds to wait before the next attempt.

    Args:
        error: The error of the attempt; it is completed and raised if there is to be no other attempt.
        failed: The request, which other calls may share.
        state: The call.
        config: The settings of the call.
        policy: Decides whether and when.
        budget: Limits the retries of all calls together.
        clock: Time.

    Raises:
        SpotifyError: `error`.
    """
    if not _can_be_decided(error):
        # There is no token, or the client is closed.
        error.may_have_been_executed = error.may_have_been_executed or state.may_have_been_executed
        state.fail_attempt(failed, may_have_been_executed=error.may_have_been_executed)
        raise error
    decision = _decide(error, failed, state, config=config, policy=policy, budget=budget, clock=clock)
    # An earlier attempt that timed out may have been executed, although this one was refused.
    state.fail_attempt(failed, may_have_been_executed=error.may_have_been_executed)
    error.may_have_been_executed = state.may_have_been_executed
    if isinstance(decision, Retry):
        state.schedule_retry(type(error), decision.delay)
        return decision.delay
    error.operation = state.operation.id
    state.reason = decision.reason
    raise error


def _can_be_decided(error: SpotifyError) -> TypeGuard[ApiError | AuthProviderError | TransportError]:
    """Return whether the retry policy decides about an error."""
    return isinstance(error, ApiError | TransportError) or (isinstance(error, AuthProviderError) and error.transient)


def may_wait_longer(failed: FailedRequest, state: CallState, config: ClientConfig) -> bool:
    """Return whether a shared request was refused for a wait that another call does not allow, and this one does."""
    if failed.refused_to is None or failed.refused_to is state:
        return False
    error = failed.error()
    seconds = error.retry_after if isinstance(error, ApiError) else None
    if seconds is None or seconds > config.max_retry_wait:
        return False
    return config.deadline is None or seconds < config.deadline - state.elapsed()


def _decide(
    error: ApiError | AuthProviderError | TransportError,
    failed: FailedRequest,
    state: CallState,
    *,
    config: ClientConfig,
    policy: RetryPolicy,
    budget: RetryBudget,
    clock: Clock,
) -> Retry | GiveUp:
    if isinstance(error, WaitTooLongError):
        return GiveUp("wait_too_long")  # a retry would be the wait that the call does not allow
    elapsed = state.elapsed()
    decision = policy.decide(
        Attempt(
            number=state.attempt,
            operation=state.operation,
            idempotent=state.idempotent,
            error=error,
            may_have_been_executed=error.may_have_been_executed,
            elapsed=elapsed,
            max_retries=config.max_retries,
            max_retry_wait=config.max_retry_wait,
        )
    )
    if isinstance(decision, GiveUp):
        return decision
    if decision.delay > config.max_retry_wait:
        return GiveUp("wait_too_long")
    now = clock.monotonic()
    delay = decision.delay if failed.retry_at is None else max(0.0, failed.retry_at - now)
    if config.deadline is not None and delay >= config.deadline - elapsed:
        return GiveUp("deadline")
    if failed.retry_at is None:
        # After a 429 the delay comes from `Retry-After`, and the limiter spreads the retries.
        if not isinstance(error, RateLimitError) and not budget.spend():
            return GiveUp("retry_budget_spent")
        failed.retry_at = now + delay
    return Retry(delay)
