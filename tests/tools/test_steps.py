"""The steps between two lists of URIs: correct for all lists, and few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.tools.steps import Insert, Move, Remove, Replace, simulated, steps_between

URIS = st.lists(st.sampled_from([f"spotify:track:{number}" for number in range(8)]), max_size=16)


def tracks(*numbers):
    return [f"spotify:track:{number}" for number in numbers]


@given(before=URIS, after=URIS, keep_dates=st.booleans())
def test_the_steps_turn_one_list_into_the_other(before, after, keep_dates):
    steps = steps_between(before, after, keep_dates=keep_dates)
    assert simulated(before, steps) == after
    assert not (keep_dates and any(isinstance(step, Replace) for step in steps))
    assert keep_dates or len(steps) <= max(1, -(-len(after) // 100))


@given(st.permutations(tracks(*range(12))))
def test_a_permutation_moves_no_more_items_than_it_has_to(after):
    before = tracks(*range(12))
    steps = steps_between(before, after, keep_dates=True)
    assert simulated(before, steps) == after
    assert all(isinstance(step, Move) for step in steps)
    assert len(steps) < 12


def test_equal_lists_need_no_step():
    assert steps_between(tracks(1, 2), tracks(1, 2), keep_dates=False) == ()


def test_a_block_is_moved_in_one_call():
    assert steps_between(tracks(*range(6)), tracks(3, 4, 5, 0, 1, 2), keep_dates=True) == (Move(3, 3, 0),)


def test_a_duplicate_is_removed_everywhere_and_added_again():
    steps = steps_between(tracks(1, 2, 1, 3), tracks(1, 2, 3), keep_dates=True)
    assert steps == (Remove(("spotify:track:1",)), Insert(0, ("spotify:track:1",)))


def test_replacing_is_used_only_if_it_takes_fewer_calls():
    before = tracks(*range(300))
    assert len(steps_between(before, before[::-1], keep_dates=False)) == 3
    assert isinstance(steps_between(before, before[::-1], keep_dates=False)[0], Replace)
    assert steps_between(before, before[1:], keep_dates=False) == (Remove(("spotify:track:0",)),)


def test_each_call_has_at_most_100_uris():
    steps = steps_between(tracks(*range(250)), tracks(*range(250, 500)), keep_dates=True)
    assert [len(step.uris) for step in steps] == [100, 100, 50] * 2


def test_local_files_and_missing_items_can_be_moved():
    local = "spotify:local:a:b:c:1"
    assert steps_between([*tracks(1), "", local], [local, "", *tracks(1)], keep_dates=False)


@pytest.mark.parametrize(
    ("before", "after"),
    [([], [""]), (["spotify:local:a:b:c:1", ""], [""]), (tracks(1), ["spotify:local:a:b:c:1"])],
)
def test_local_files_and_missing_items_cannot_be_added_or_removed(before, after):
    with pytest.raises(ValueError, match="local files and missing items"):
        steps_between(before, after, keep_dates=False)


def test_a_local_file_is_removed_by_replacing_all_items():
    assert steps_between(["spotify:local:a:b:c:1", *tracks(1)], tracks(1), keep_dates=True) == (
        Replace(tuple(tracks(1))),
    )
