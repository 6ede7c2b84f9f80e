import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.errors import (
    AuthenticationError,
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    QuotaExceededError,
    RateLimitError,
    ResponseTooLargeError,
    ServerError,
    TransportError,
    TransportTimeoutError,
)
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.interfaces.operation import Operation
from spotify.interfaces.retry import Attempt, GiveUp, Retry

READ = Operation(id="read", method="GET", path="/x", idempotent=True)
APPEND = Operation(id="append", method="POST", path="/x", idempotent=False)


def policy(base_delay=0.5, max_delay=8.0, rng=None):
    return BackoffRetryPolicy(base_delay=base_delay, max_delay=max_delay, rng=rng or random.Random(7))


def attempt(error, *, number=1, operation=READ, idempotent=None, executed=False, max_retries=3, max_retry_wait=30.0):
    return Attempt(
        number=number,
        operation=operation,
        idempotent=operation.idempotent if idempotent is None else idempotent,
        error=error,
        may_have_been_executed=executed,
        elapsed=0.0,
        max_retries=max_retries,
        max_retry_wait=max_retry_wait,
    )


def api_error(kind, status, retry_after=None):
    return kind("no", status_code=status, retry_after=retry_after)


@pytest.mark.parametrize(
    "error",
    [
        api_error(RateLimitError, 429, 2.0),
        api_error(RateLimitError, 429),
        api_error(ServerError, 500),
        api_error(ServerError, 502),
        TransportError("cut", sent=True),
        TransportTimeoutError("late", sent=True),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_may_pass_is_tried_again(error):
    assert isinstance(policy().decide(attempt(error)), Retry)


@pytest.mark.parametrize(
    "error",
    [
        api_error(BadRequestError, 400),
        api_error(AuthenticationError, 401),
        api_error(ForbiddenError, 403),
        api_error(NotFoundError, 404),
        ResponseTooLargeError("huge", sent=True),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_will_not_pass_is_not_tried_again(error):
    assert policy().decide(attempt(error)) == GiveUp("not_retryable")


def test_a_spent_quota_is_never_tried_again():
    assert policy().decide(attempt(api_error(QuotaExceededError, 429, 1.0))) == GiveUp("quota_exceeded")


@pytest.mark.parametrize("error", [TransportError("cut", sent=True), api_error(ServerError, 500)])
def test_a_write_that_may_have_happened_is_not_repeated(error):
    decision = policy().decide(attempt(error, operation=APPEND, executed=True))
    assert decision == GiveUp("may_have_been_executed")


@pytest.mark.parametrize(
    "error",
    [TransportError("refused", sent=False), api_error(RateLimitError, 429, 1.0), api_error(ServerError, 503, 1.0)],
)
def test_a_write_that_did_not_happen_is_repeated(error):
    assert isinstance(policy().decide(attempt(error, operation=APPEND, executed=False)), Retry)


def test_a_harmless_operation_is_repeated_though_it_may_have_happened():
    assert isinstance(policy().decide(attempt(api_error(ServerError, 500), executed=True)), Retry)


def test_retries_end():
    error = api_error(ServerError, 500)
    assert isinstance(policy().decide(attempt(error, number=2, max_retries=2)), Retry)
    assert policy().decide(attempt(error, number=3, max_retries=2)) == GiveUp("retries_exhausted")


def test_no_retries_means_one_attempt():
    assert policy().decide(attempt(api_error(ServerError, 500), max_retries=0)) == GiveUp("retries_exhausted")


def test_a_wait_of_hours_is_refused():
    assert policy().decide(attempt(api_error(RateLimitError, 429, 79_892.0))) == GiveUp("wait_too_long")


def test_how_long_a_wait_may_be_is_the_call_s_to_say():
    patient = attempt(api_error(RateLimitError, 429, 600.0), max_retry_wait=600.0)
    assert policy().decide(patient) == Retry(600.0)


def test_a_harmless_use_of_an_operation_that_is_not_harmless_is_repeated():
    replacement = attempt(api_error(ServerError, 502), operation=APPEND, idempotent=True, executed=True)
    assert isinstance(policy().decide(replacement), Retry)


@given(
    number=st.integers(1, 10_000),
    base=st.floats(0.001, 10),
    longest=st.floats(0.001, 100),
    seed=st.integers(),
)
def test_a_backoff_stays_within_its_doubling_bound(number, base, longest, seed):
    chosen = policy(base_delay=base, max_delay=longest, rng=random.Random(seed))
    decision = chosen.decide(attempt(api_error(ServerError, 500), number=number, max_retries=10_000))
    assert isinstance(decision, Retry)
    assert 0.0 <= decision.delay <= longest
    assert number > 64 or decision.delay <= base * 2.0 ** (number - 1)


@given(asked=st.floats(0, 30), seed=st.integers())
def test_retry_after_is_a_lower_bound(asked, seed):
    decision = policy(rng=random.Random(seed)).decide(attempt(api_error(RateLimitError, 429, asked)))
    assert isinstance(decision, Retry)
    assert decision.delay >= asked


def test_the_jitter_is_full():
    delays = [policy(rng=random.Random(seed)).decide(attempt(api_error(ServerError, 500))).delay for seed in range(400)]
    assert min(delays) < 0.05
    assert max(delays) > 0.45


def test_whoever_is_told_to_come_back_at_once_backs_off_all_the_same():
    class Most(random.Random):
        def uniform(self, _low, high):
            return high

    decision = policy(base_delay=4.0, rng=Most()).decide(attempt(api_error(RateLimitError, 429, 0.5)))
    assert decision == Retry(4.0)
