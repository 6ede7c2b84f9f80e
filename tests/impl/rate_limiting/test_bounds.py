import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.rate_limiting.window_limit import Bounds


@pytest.mark.parametrize(
    ("workers", "most"), [(1, {"interactive": 200, "bulk": 160}), (8, {"interactive": 25, "bulk": 20})]
)
def test_bulk_calls_leave_the_reserve_and_workers_share_the_rest(workers, most):
    assert Bounds(limit=200, window=30.0, reserve=0.2).most(workers=workers) == most


@given(limit=st.integers(1, 1000), workers=st.integers(1, 1000), reserve=st.floats(0, 0.99))
def test_shares_are_at_least_one_and_together_no_more_than_the_limit_where_that_can_be(limit, workers, reserve):
    most = Bounds(limit=limit, window=30.0, reserve=reserve).most(workers=workers)
    assert 1 <= most["bulk"] <= most["interactive"]
    assert workers * most["interactive"] <= max(limit, workers)
