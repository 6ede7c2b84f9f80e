"""`BackoffRetryPolicy`, the retry budget and polling delays."""

import math
import random
from itertools import islice

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
from spotify.impl.execution.retry import BackoffRetryPolicy, RetryBudget, backoff_delays
from spotify.interfaces.operation import Operation
from spotify.interfaces.retry import Attempt, GiveUp, Retry
from tests.support.executor_setup import NoJitter

READ = Operation(id="read", method="GET", path="/x", idempotent=True)
APPEND = Operation(id="append", method="POST", path="/x", idempotent=False)
SECONDS = st.floats(min_value=0.001, max_value=10.0)


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


class TestBackoffRetryPolicy:
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
    def test_temporary_errors_are_retried(self, error):
        assert isinstance(policy().decide(attempt(error)), Retry)

    def test_a_backoff_is_never_longer_than_max_retry_wait(self):
        decision = policy(rng=NoJitter()).decide(attempt(api_error(ServerError, 500), number=3, max_retry_wait=1.5))
        assert decision == Retry(1.5)

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
    def test_permanent_errors_are_not_retried(self, error):
        assert policy().decide(attempt(error)) == GiveUp("not_retryable")

    def test_an_exceeded_quota_is_never_retried(self):
        assert policy().decide(attempt(api_error(QuotaExceededError, 429, 1.0))) == GiveUp("quota_exceeded")

    @pytest.mark.parametrize("error", [TransportError("cut", sent=True), api_error(ServerError, 500)])
    def test_a_write_that_may_have_been_executed_is_not_retried(self, error):
        decision = policy().decide(attempt(error, operation=APPEND, executed=True))
        assert decision == GiveUp("may_have_been_executed")

    @pytest.mark.parametrize(
        "error",
        [TransportError("refused", sent=False), api_error(RateLimitError, 429, 1.0), api_error(ServerError, 503, 1.0)],
    )
    def test_a_write_that_was_not_executed_is_retried(self, error):
        assert isinstance(policy().decide(attempt(error, operation=APPEND, executed=False)), Retry)

    def test_an_idempotent_operation_is_retried_even_if_it_may_have_been_executed(self):
        assert isinstance(policy().decide(attempt(api_error(ServerError, 500), executed=True)), Retry)

    def test_at_most_max_retries_are_made(self):
        error = api_error(ServerError, 500)
        assert isinstance(policy().decide(attempt(error, number=2, max_retries=2)), Retry)
        assert policy().decide(attempt(error, number=3, max_retries=2)) == GiveUp("retries_exhausted")

    def test_max_retries_of_zero_means_one_attempt(self):
        assert policy().decide(attempt(api_error(ServerError, 500), max_retries=0)) == GiveUp("retries_exhausted")

    def test_a_retry_after_above_max_retry_wait_is_not_waited_out(self):
        assert policy().decide(attempt(api_error(RateLimitError, 429, 79_892.0))) == GiveUp("wait_too_long")

    def test_the_attempt_sets_max_retry_wait(self):
        patient = attempt(api_error(RateLimitError, 429, 600.0), max_retry_wait=600.0)
        assert policy().decide(patient) == Retry(600.0)

    def test_an_idempotent_use_of_another_operation_is_retried(self):
        replacement = attempt(api_error(ServerError, 502), operation=APPEND, idempotent=True, executed=True)
        assert isinstance(policy().decide(replacement), Retry)

    @given(
        number=st.integers(1, 10_000),
        base=st.floats(0.001, 10),
        longest=st.floats(0.001, 100),
        seed=st.integers(),
    )
    def test_a_backoff_stays_within_its_doubling_bound(self, number, base, longest, seed):
        chosen = policy(base_delay=base, max_delay=longest, rng=random.Random(seed))
        decision = chosen.decide(attempt(api_error(ServerError, 500), number=number, max_retries=10_000))
        assert isinstance(decision, Retry)
        assert 0.0 <= decision.delay <= longest
        assert number > 64 or decision.delay <= base * 2.0 ** (number - 1)

    @given(retry_after=st.floats(0, 30), seed=st.integers())
    def test_retry_after_is_a_lower_bound(self, retry_after, seed):
        decision = policy(rng=random.Random(seed)).decide(attempt(api_error(RateLimitError, 429, retry_after)))
        assert isinstance(decision, Retry)
        assert decision.delay >= retry_after

    def test_the_jitter_is_full(self):
        delays = [
            policy(rng=random.Random(seed)).decide(attempt(api_error(ServerError, 500))).delay for seed in range(400)
        ]
        assert min(delays) < 0.05
        assert max(delays) > 0.45

    def test_a_short_retry_after_does_not_shorten_the_backoff(self):
        decision = policy(base_delay=4.0, rng=NoJitter()).decide(attempt(api_error(RateLimitError, 429, 0.5)))
        assert decision == Retry(4.0)


class TestRetryBudget:
    def test_it_is_full_at_first(self):
        budget = RetryBudget(3)
        assert [budget.spend() for _ in range(5)] == [True, True, True, False, False]

    def test_ten_successes_pay_for_one_retry(self):
        budget = RetryBudget(1)
        budget.spend()
        for _ in range(9):
            budget.earn()
        assert not budget.spend()
        for _ in range(2):
            budget.earn()
        assert budget.spend()

    def test_it_never_holds_more_than_its_capacity(self):
        budget = RetryBudget(2)
        for _ in range(1_000):
            budget.earn()
        assert [budget.spend() for _ in range(3)] == [True, True, False]

    def test_without_a_capacity_it_is_unlimited(self):
        budget = RetryBudget(None)
        assert all(budget.spend() for _ in range(1_000))

    @given(capacity=st.integers(0, 50), successes=st.lists(st.booleans(), max_size=400))
    def test_retries_are_bounded_by_capacity_and_a_tenth_of_the_successes(self, capacity, successes):
        budget, spent = RetryBudget(capacity), 0
        for succeeded in successes:
            if succeeded:
                budget.earn()
            else:
                spent += budget.spend()
        assert spent <= capacity + math.ceil(sum(successes) / 10)


class TestBackoffDelays:
    @given(first=SECONDS, longest=SECONDS, seed=st.integers())
    def test_a_delay_is_between_half_its_bound_and_its_bound(self, first, longest, seed):
        delays = list(islice(backoff_delays(random.Random(seed), first=first, longest=longest), 30))
        assert first / 2 <= delays[0] <= first
        assert all(delay <= longest for delay in delays[1:])
        assert delays[-1] >= min(longest, first * 1.5**29) / 2

    def test_the_bound_grows_by_half(self):
        delays = backoff_delays(NoJitter(), first=0.1, longest=0.3)
        assert list(islice(delays, 5)) == [0.1, 0.1 * 1.5, 0.1 * 1.5 * 1.5, 0.3, 0.3]
