"""What to remove from a playlist, in as many requests as it takes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.bulk.playlist_items import Removal, removal_batches, removals_of
from spotify.services.playlists import PlaylistsService
from tests.support.scripted_executor import PlaylistOnPaper, track_uris

TRACK, OTHER = track_uris(2)
PLAYLIST = "0" * 22


def test_an_item_is_its_uri_and_its_positions() -> None:
    (removal,) = removals_of([{"uri": TRACK, "positions": [7, 3]}])

    assert removal.body() == {"uri": TRACK, "positions": [3, 7]}


def test_an_item_without_positions_is_its_uri_alone() -> None:
    (removal,) = removals_of([{"uri": TRACK}])

    assert removal.body() == {"uri": TRACK}


def test_a_url_and_a_local_file_are_items() -> None:
    url = "https://open.spotify.com/track/" + TRACK[-22:]
    local = "spotify:local:Somebody::Take+1:61"

    assert [removal.uri for removal in removals_of([{"uri": url}, {"uri": local}])] == [TRACK, local]


def test_the_same_item_is_removed_once() -> None:
    assert removals_of([{"uri": TRACK}, {"uri": OTHER}, {"uri": TRACK}]) == [Removal(TRACK), Removal(OTHER)]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], "at least one"),
        ([{"uri": "spotify:album:" + "0" * 22}], r"items\[0\]: .* is an album"),
        ([{"uri": TRACK}, {"uri": "0" * 22}], r"items\[1\]: "),
        ([{"uri": TRACK, "position": 3}], r"items\[0\] has an unknown member 'position'"),
        ([{"uri": TRACK, "positions": []}], r"items\[0\]\['positions'\] must not be empty"),
        ([{"uri": TRACK, "positions": [0, -1]}], r"items\[0\]\['positions'\] must be 0 or more, not -1"),
    ],
)
def test_what_is_no_item_is_refused(items: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        removals_of(items)


@pytest.mark.parametrize(
    ("items", "said"),
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
def test_what_is_of_the_wrong_type_is_refused(items: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        removals_of(items)


def test_what_fits_into_one_request_is_sent_as_it_was_given() -> None:
    removals = [Removal(TRACK, (1, 5)), Removal(OTHER)]

    assert removal_batches(removals, 2) == [removals]


def test_of_more_the_last_positions_go_first_and_what_is_everywhere_goes_last() -> None:
    removals = [Removal(OTHER), Removal(TRACK, (1, 5)), Removal(OTHER, (3,))]

    assert removal_batches(removals, 2) == [
        [Removal(TRACK, (5,)), Removal(OTHER, (3,))],
        [Removal(TRACK, (1,)), Removal(OTHER)],
    ]


@given(
    entries=st.lists(st.sampled_from(track_uris(300)), min_size=101, max_size=400),
    snapshot_id=st.sampled_from([None, "start"]),
    data=st.data(),
)
async def test_many_requests_remove_what_one_would(
    entries: list[str], snapshot_id: str | None, data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(entries) - 1), min_size=1))
    everywhere = data.draw(st.sets(st.sampled_from(entries), max_size=150))
    items: list[Any] = [{"uri": entries[place], "positions": [place]} for place in sorted(chosen)]
    items += [{"uri": uri} for uri in sorted(everywhere)]
    paper = PlaylistOnPaper(entries)

    await PlaylistsService(paper).remove_items(PLAYLIST, items=items, snapshot_id=snapshot_id)

    assert paper.uris == [uri for place, uri in enumerate(entries) if place not in chosen and uri not in everywhere]
