import math

from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.execution.retry import RetryBudget


def test_it_is_full_at_first_and_then_spent():
    budget = RetryBudget(3)
    assert [budget.spend() for _ in range(5)] == [True, True, True, False, False]


def test_ten_calls_that_succeed_pay_for_one_retry():
    budget = RetryBudget(1)
    budget.spend()
    for _ in range(9):
        budget.earn()
    assert not budget.spend()
    for _ in range(2):
        budget.earn()
    assert budget.spend()


def test_it_never_holds_more_than_at_first():
    budget = RetryBudget(2)
    for _ in range(1_000):
        budget.earn()
    assert [budget.spend() for _ in range(3)] == [True, True, False]


def test_without_a_bound_there_is_always_enough():
    budget = RetryBudget(None)
    assert all(budget.spend() for _ in range(1_000))


@given(capacity=st.integers(0, 50), successes=st.lists(st.booleans(), max_size=400))
def test_retries_are_bounded_by_the_capacity_and_a_tenth_of_the_successes(capacity, successes):
    budget, spent = RetryBudget(capacity), 0
    for succeeded in successes:
        if succeeded:
            budget.earn()
        else:
            spent += budget.spend()
    assert spent <= capacity + math.ceil(sum(successes) / 10)
