"""Removing items from a playlist, in one or more requests."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.bulk.playlist_items import Removal, removal_batches, removals_of
from spotify.services.playlists import PlaylistsService
from tests.support.scripted_executor import InMemoryPlaylist, track_uris

TRACK, OTHER = track_uris(2)
PLAYLIST = "0" * 22


def test_the_body_of_a_removal_has_its_uri_and_sorted_positions() -> None:
    (removal,) = removals_of([{"uri": TRACK, "positions": [7, 3]}])

    assert removal.body() == {"uri": TRACK, "positions": [3, 7]}


def test_the_body_of_a_removal_without_positions_has_its_uri_alone() -> None:
    (removal,) = removals_of([{"uri": TRACK}])

    assert removal.body() == {"uri": TRACK}


def test_urls_can_be_removed() -> None:
    assert removals_of([{"uri": "https://open.spotify.com/track/" + TRACK[-22:]}]) == [Removal(TRACK)]


def test_duplicate_removals_are_merged() -> None:
    assert removals_of([{"uri": TRACK}, {"uri": OTHER}, {"uri": TRACK}]) == [Removal(TRACK), Removal(OTHER)]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([], "at least one"),
        ([{"uri": "spotify:album:" + "0" * 22}], r"items\[0\]: .* is an album"),
        ([{"uri": TRACK}, {"uri": "0" * 22}], r"items\[1\]: "),
        ([{"uri": "spotify:local:Somebody::Take+1:61"}], r"items\[0\]: .* is a local file"),
        ([{"uri": TRACK, "position": 3}], r"items\[0\] has an unknown member 'position'"),
        ([{"uri": TRACK, "positions": []}], r"items\[0\]\['positions'\] must not be empty"),
        ([{"uri": TRACK, "positions": [0, -1]}], r"items\[0\]\['positions'\] must be 0 or more, not -1"),
    ],
)
def test_invalid_items_raise_value_error(items: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        removals_of(items)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (TRACK, "several mappings"),
        ({"uri": TRACK}, "several mappings"),
        (3, "not int"),
        ([TRACK], r"items\[0\] must be a mapping"),
        ([{"positions": [3]}], r"items\[0\]\['uri'\] must be a str, not NoneType"),
        ([{"uri": TRACK, "positions": 3}], r"items\[0\]\['positions'\] must be several integers"),
        ([{"uri": TRACK, "positions": "3"}], r"items\[0\]\['positions'\] must be several integers"),
        ([{"uri": TRACK, "positions": ["3"]}], r"items\[0\]\['positions'\] must be an integer"),
        ([{"uri": TRACK, "positions": [True]}], r"items\[0\]\['positions'\] must be an integer"),
    ],
)
def test_items_of_the_wrong_type_raise_type_error(items: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        removals_of(items)


def test_removals_that_fit_into_one_request_stay_as_they_are() -> None:
    removals = [Removal(TRACK, (1, 5)), Removal(OTHER)]

    assert removal_batches(removals, 2) == [removals]


def test_batches_remove_the_last_positions_first_and_every_occurrence_last() -> None:
    removals = [Removal(OTHER), Removal(TRACK, (1, 5)), Removal(OTHER, (3,))]

    assert removal_batches(removals, 2) == [
        [Removal(TRACK, (5,)), Removal(OTHER, (3,))],
        [Removal(TRACK, (1,)), Removal(OTHER)],
    ]


@given(seed=st.integers(0, 2**32), count=st.integers(101, 400), snapshot_id=st.sampled_from([None, "start"]))
async def test_splitting_a_removal_does_not_change_its_result(seed: int, count: int, snapshot_id: str | None) -> None:
    rng = Random(seed)  # lists of this length are slow to generate with hypothesis
    entries = rng.choices(track_uris(300), k=count)
    positions = sorted(rng.sample(range(count), rng.randint(1, count)))
    removed = set(rng.sample(entries, rng.randint(0, min(count, 150))))
    items: list[Any] = [{"uri": entries[position], "positions": [position]} for position in positions]
    items += [{"uri": uri} for uri in sorted(removed)]
    playlist = InMemoryPlaylist(entries)

    await PlaylistsService(playlist).remove_items(PLAYLIST, items=items, snapshot_id=snapshot_id)

    assert playlist.uris == [
        uri for position, uri in enumerate(entries) if position not in set(positions) and uri not in removed
    ]
