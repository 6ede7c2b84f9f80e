"""`WindowLimit`: the reserve and the shares of workers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.rate_limiting.in_process_rate_limiter import WindowLimit


@pytest.mark.parametrize(
    ("workers", "limits"), [(1, {"interactive": 200, "bulk": 160}), (8, {"interactive": 25, "bulk": 20})]
)
def test_bulk_calls_leave_the_reserve_and_workers_share_the_limit(workers, limits):
    assert WindowLimit(limit=200, window=30.0, reserve=0.2).by_priority(workers=workers) == limits


@given(limit=st.integers(1, 1000), workers=st.integers(1, 1000), reserve=st.floats(0, 0.99))
def test_shares_are_at_least_one_and_in_total_at_most_the_limit(limit, workers, reserve):
    limits = WindowLimit(limit=limit, window=30.0, reserve=reserve).by_priority(workers=workers)
    assert 1 <= limits["bulk"] <= limits["interactive"]
    assert workers * limits["interactive"] <= max(limit, workers)
