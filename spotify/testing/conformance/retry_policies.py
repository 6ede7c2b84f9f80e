"""The rules of `RetryPolicy`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from spotify.errors import ApiError, NotFoundError, RateLimitError, ServerError, TransportError
from spotify.interfaces.retry import Attempt, GiveUp, Retry, RetryPolicy
from spotify.operations import BY_ID
from spotify.testing.conformance.rules import require, run_rules


async def check_retry_policy(factory: Callable[[], RetryPolicy]) -> None:
    """Check that a retry policy keeps the rules of the protocol `RetryPolicy`.

    ::

        await check_retry_policy(lambda: BackoffRetryPolicy(base_delay=0.5, max_delay=30.0))

    Args:
        factory: Returns a new policy.

    Raises:
        ConformanceError: It breaks rules; the message names them and says what happened.
    """
    await run_rules(
        "retry policy",
        [
            ("decides every attempt with Retry or GiveUp", lambda: _decides_everything(factory())),
            ("does not repeat a write that may have been executed", lambda: _repeats_no_write(factory())),
            ("respects max_retries", lambda: _respects_max_retries(factory())),
            ("has no state", lambda: _has_no_state(factory())),
        ],
    )


def _attempts(number: int = 1, max_retries: int = 3) -> Iterator[Attempt]:
    errors: list[ApiError | TransportError] = [
        ServerError("unavailable", status_code=503),
        RateLimitError("too many", status_code=429, retry_after=2.0),
        RateLimitError("too many", status_code=429, retry_after=None),
        NotFoundError("missing", status_code=404),
        TransportError("reset", sent=True),
        TransportError("refused", sent=False),
    ]
    for operation in (BY_ID["get-an-album"], BY_ID["add-items-to-playlist"], BY_ID["save-library-items"]):
        for error in errors:
            sent = isinstance(error, ServerError) or (isinstance(error, TransportError) and error.sent)
            for executed in {sent, False}:
                yield Attempt(
                    number=number,
                    operation=operation,
                    idempotent=operation.idempotent,
                    error=error,
                    may_have_been_executed=executed,
                    elapsed=0.5,
                    max_retries=max_retries,
                    max_retry_wait=60.0,
                )


async def _decides_everything(policy: RetryPolicy) -> None:
    for attempt in _attempts():
        decision = _checked(policy.decide(attempt), attempt)
        if isinstance(decision, Retry):
            require(0 <= decision.delay < math.inf, f"it retries {attempt.error!r} after {decision.delay!r} seconds")


def _checked(decision: object, attempt: Attempt) -> object:
    require(isinstance(decision, Retry | GiveUp), f"it returned {decision!r} for {attempt.error!r}")
    return decision


async def _repeats_no_write(policy: RetryPolicy) -> None:
    for attempt in _attempts():
        if attempt.may_have_been_executed and not attempt.idempotent:
            decision = policy.decide(attempt)
            require(
                isinstance(decision, GiveUp),
                f"it repeats {attempt.operation.id} after {attempt.error!r}, which may have been executed",
            )


async def _respects_max_retries(policy: RetryPolicy) -> None:
    for number, maximum in ((1, 0), (4, 3)):
        for attempt in _attempts(number, maximum):
            require(
                isinstance(policy.decide(attempt), GiveUp),
                f"it retries {attempt.error!r} after attempt {number} with max_retries={maximum}",
            )


async def _has_no_state(policy: RetryPolicy) -> None:
    first, second = ([isinstance(policy.decide(attempt), Retry) for attempt in _attempts()] for _ in range(2))
    require(first == second, "it decides the same attempts in another way the second time")
