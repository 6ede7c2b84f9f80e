"""Decides whether a call sends its request again after a failed attempt."""

from __future__ import annotations

from typing import TypeGuard

from spotify.config import ClientConfig
from spotify.errors import ApiError, AuthProviderError, RateLimitError, SpotifyError, TransportError, WaitTooLongError
from spotify.impl.execution.call_state import CallState
from spotify.impl.execution.components import SharedComponents
from spotify.impl.execution.shared_requests import FailedRequest
from spotify.interfaces.retry import Attempt, GiveUp, Retry


def delay_before_retry(
    error: SpotifyError,
    failed: FailedRequest,
    state: CallState,
    *,
    config: ClientConfig,
    components: SharedComponents,
) -> float:
    """Return the seconds to wait before the next attempt.

    Args:
        error: The error of the attempt; it is completed and raised if there is to be no other attempt.
        failed: The request, which other calls may share.
        state: The call.
        config: The settings of the call.
        components: The retry policy, the retry budget and the clock.

    Raises:
        SpotifyError: `error`.
    """
    if not _can_be_decided(error):
        # There is no token, or the client is closed.
        error.may_have_been_executed = error.may_have_been_executed or state.may_have_been_executed
        state.fail_attempt(failed, may_have_been_executed=error.may_have_been_executed)
        raise error
    decision = _decide(error, failed, state, config, components)
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
    config: ClientConfig,
    components: SharedComponents,
) -> Retry | GiveUp:
    if isinstance(error, WaitTooLongError):
        return GiveUp("wait_too_long")  # a retry would be the wait that the call does not allow
    elapsed = state.elapsed()
    decision = components.retry_policy.decide(
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
    now = components.clock.monotonic()
    delay = decision.delay if failed.retry_at is None else max(0.0, failed.retry_at - now)
    if config.deadline is not None and delay >= config.deadline - elapsed:
        return GiveUp("deadline")
    if failed.retry_at is None:
        # After a 429 the delay comes from `Retry-After`, and the limiter spreads the retries.
        if not isinstance(error, RateLimitError) and not components.retry_budget.spend():
            return GiveUp("retry_budget_spent")
        failed.retry_at = now + delay
    return Retry(delay)
