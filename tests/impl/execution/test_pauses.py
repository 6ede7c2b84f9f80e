import random
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.execution.response_errors import growing_pauses

seconds = st.floats(min_value=0.001, max_value=10.0)


@given(first=seconds, longest=seconds, seed=st.integers())
def test_no_pause_is_longer_than_the_bound_nor_shorter_than_half_of_what_it_grew_to(first, longest, seed):
    pauses = list(islice(growing_pauses(random.Random(seed), first=first, longest=longest), 30))
    assert first / 2 <= pauses[0] <= first
    assert all(pause <= longest for pause in pauses[1:])
    assert pauses[-1] >= min(longest, first * 1.5**29) / 2


def test_they_grow_by_half_each():
    class Never(random.Random):
        def uniform(self, a, b):
            return b

    assert list(islice(growing_pauses(Never(), first=0.1, longest=0.3), 5)) == [
        0.1,
        0.1 * 1.5,
        0.1 * 1.5 * 1.5,
        0.3,
        0.3,
    ]
