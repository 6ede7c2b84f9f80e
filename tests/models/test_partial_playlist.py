"""Absent and null fields of partial playlists."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, replace
from typing import Any, get_type_hints

import pytest

from spotify.errors import DecodeError
from spotify.models import (
    ABSENT,
    Absent,
    Followers,
    Image,
    PartialPlaylist,
    PartialPlaylistItemPage,
    Playlist,
    PlaylistOwner,
    SpotifyModel,
)
from tests.support.payloads import NOTHING, image, page, playlist, playlist_item

PAYLOADS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "nulls": {"description": None, "public": None, "owner": None, "images": None, "items": None, "followers": None},
    "empty": {"description": "", "images": [], "items": page([]), "external_urls": {}},
    "false": {"collaborative": False, "public": False},
    "everything": playlist(),
}

for_each_payload = pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)


def test_absent_is_false() -> None:
    assert not ABSENT


def test_absent_is_not_null() -> None:
    assert ABSENT is not None
    assert PartialPlaylist(description=None) != PartialPlaylist()


def test_absent_is_shown_by_its_name() -> None:
    assert (repr(ABSENT), str(ABSENT), f"{ABSENT}") == ("ABSENT",) * 3


def as_dict(value: Any) -> Any:
    return value.to_dict() if isinstance(value, SpotifyModel) else value


def test_there_is_one_absent() -> None:
    assert list(Absent) == [ABSENT]
    assert copy.copy(ABSENT) is copy.deepcopy(ABSENT) is pickle.loads(pickle.dumps(ABSENT)) is ABSENT


def test_it_has_the_fields_of_a_playlist() -> None:
    pages = dict.fromkeys(("items", "tracks"), PartialPlaylistItemPage | None)

    assert get_type_hints(PartialPlaylist) == {**get_type_hints(Playlist), **pages}


def test_every_field_can_be_absent() -> None:
    nothing = PartialPlaylist()

    assert {getattr(nothing, field.name) for field in fields(nothing)} == {ABSENT}


def test_it_has_slots_and_cannot_be_modified() -> None:
    assert not hasattr(PartialPlaylist(), "__dict__")
    with pytest.raises(AttributeError):
        PartialPlaylist().name = "Blue"  # type: ignore[misc]


@for_each_payload
def test_present_fields_equal_those_of_a_playlist(payload: dict[str, Any]) -> None:
    partial = PartialPlaylist.from_dict(payload)
    full = Playlist.from_dict({**playlist(), **payload})

    for field in fields(partial):
        expected = getattr(full, field.name) if field.name in payload else ABSENT
        assert as_dict(getattr(partial, field.name)) == as_dict(expected), field.name


@for_each_payload
def test_absent_fields_are_not_in_the_dict(payload: dict[str, Any]) -> None:
    assert PartialPlaylist.from_dict(payload).to_dict().keys() == payload.keys()


@for_each_payload
def test_it_survives_to_dict_and_to_json(payload: dict[str, Any]) -> None:
    partial = PartialPlaylist.from_dict(payload)

    assert PartialPlaylist.from_dict(partial.to_dict()) == partial
    assert PartialPlaylist.from_json(partial.to_json()) == partial


def test_objects_inside_are_the_ordinary_models() -> None:
    partial = PartialPlaylist.from_dict(
        {"owner": {"id": "someone"}, "images": [image()], "items": {"total": 3}, "followers": {"total": 7}}
    )

    assert partial == PartialPlaylist(
        owner=PlaylistOwner(id="someone", uri="spotify:user:someone"),
        images=[Image(url="https://i.scdn.co/image/1", height=640, width=640)],
        items=PartialPlaylistItemPage(total=3),
        followers=Followers(total=7),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (page([playlist_item()]), NOTHING, PartialPlaylistItemPage.from_dict(page([playlist_item()]))),
        (page([playlist_item()]), None, PartialPlaylistItemPage.from_dict(page([playlist_item()]))),
        (page([playlist_item()]), page([]), PartialPlaylistItemPage.from_dict(page([]))),
        (None, page([]), PartialPlaylistItemPage.from_dict(page([]))),
        (None, NOTHING, None),
        (None, None, None),
        (NOTHING, None, None),
        (NOTHING, NOTHING, ABSENT),
    ],
)
def test_old_and_new_name_fill_one_field(old: object, new: object, expected: object) -> None:
    payload: dict[str, Any] = {"tracks": old, "items": new}

    partial = PartialPlaylist.from_dict({name: value for name, value in payload.items() if value is not NOTHING})

    assert partial.items == expected
    assert "tracks" not in partial.to_dict()
    assert " tracks=" not in repr(partial)


def test_a_field_can_be_replaced_by_absent() -> None:
    old = PartialPlaylist.from_dict({"name": "Blue", "tracks": page([])})

    assert replace(old, items=ABSENT) == PartialPlaylist(name="Blue")


@pytest.mark.parametrize("damaged", [{"images": 5}, {"owner": 5}, {"items": []}])
def test_other_structures_raise_decode_error(damaged: dict[str, Any]) -> None:
    with pytest.raises(DecodeError, match="the data is not that of a"):
        PartialPlaylist.from_dict(damaged)
