"""Absent and null fields of a partial playlist, with both serializers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.errors import DecodeError
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.interfaces.serializer import Serializer
from spotify.models import ABSENT, PartialPlaylist, PartialPlaylistItemPage
from spotify.testing.log_capture import captured_logs
from tests.support.failures import failures
from tests.support.payloads import page, playlist, playlist_item, track

FIELDS = {**playlist(), "tracks": page([playlist_item(item=track(2))])}
NULLABLE = ["description", "public", "owner", "images", "snapshot_id", "href", "items", "tracks", "followers"]

VALID: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a name": {"name": "Blue"},
    "nulls": dict.fromkeys(NULLABLE),
    "an empty page": {"items": page([])},
    "a total": {"items": {"total": 3}},
    "an old name": {"tracks": page([playlist_item()])},
    "both names": {"tracks": page([playlist_item()]), "items": None},
    "everything": playlist(),
    "a number in scientific notation": {"followers": {"total": 4.9022656e7}},
    "an unknown field": {"primary_color": "#FF0000"},
}
DAMAGED: dict[str, dict[str, Any]] = {
    "name": {"name": None},
    "description": {"description": 5},
    "collaborative": {"collaborative": "false"},
    "public": {"public": 0},
    "owner": {"owner": "Ada"},
    "images": {"images": "https://i.scdn.co/image/1"},
    "external_urls": {"external_urls": None},
    "items": {"items": []},
    "followers": {"followers": 3},
}


def decode(serializer: Serializer, payload: dict[str, Any]) -> PartialPlaylist:
    return serializer.decode(json.dumps(payload).encode(), PartialPlaylist)


def test_a_valid_response_is_decoded_as_by_from_dict(serializer: Serializer, strict: Serializer) -> None:
    def check(payload: dict[str, Any]) -> None:
        known = {name: value for name, value in payload.items() if name in FIELDS}
        with captured_logs() as events:
            assert decode(serializer, payload) == decode(strict, payload) == PartialPlaylist.from_dict(known)
        assert events == []

    assert failures(check, VALID) == {}


def test_a_damaged_field_is_absent_and_not_null(serializer: Serializer) -> None:
    def check(payload: dict[str, Any]) -> None:
        (field,) = payload
        with captured_logs() as events:
            assert decode(serializer, {**payload, "id": "1"}) == PartialPlaylist(id="1")
        assert [(event["event"], event["model"]) for event in events] == [("response_drift", "PartialPlaylist")]
        assert str(events[0]["path"]).startswith(f"$.{field}")

    assert failures(check, DAMAGED) == {}


def test_a_damaged_field_is_refused_if_strict(strict: Serializer) -> None:
    def check(payload: dict[str, Any]) -> None:
        (field,) = payload
        with pytest.raises(DecodeError, match=rf"does not match PartialPlaylist at \$\.{field}"):
            decode(strict, payload)

    assert failures(check, DAMAGED) == {}


def test_the_old_name_is_used_if_the_new_one_is_damaged(serializer: Serializer) -> None:
    decoded = decode(serializer, {"items": 5, "tracks": page([])})

    assert decoded.items == PartialPlaylistItemPage.from_dict(page([]))


def test_null_remains_null_beside_a_damaged_field(serializer: Serializer) -> None:
    decoded = decode(serializer, {"name": 5, "description": None, "images": None, "items": None})

    assert decoded == PartialPlaylist(description=None, images=None, items=None)


@given(
    names=st.sets(st.sampled_from(sorted(FIELDS))),
    nulls=st.sets(st.sampled_from(NULLABLE)),
    damaged=st.sets(st.sampled_from(sorted(FIELDS)), max_size=2),
)
def test_both_serializers_return_equal_partial_playlists(names: set[str], nulls: set[str], damaged: set[str]) -> None:
    payload = {
        **{name: FIELDS[name] for name in names},
        **dict.fromkeys(nulls),
        **{name: {"x": 1} for name in damaged},
    }

    assert decode(MsgspecSerializer(), payload) == decode(DataclassesJsonSerializer(), payload)


def test_absent_fields_are_not_encoded(serializer: Serializer) -> None:
    assert serializer.encode(PartialPlaylist(name="Blue", description=None)) == b'{"name":"Blue","description":null}'


@pytest.mark.parametrize("value", [ABSENT, {"description": ABSENT}, [ABSENT]])
def test_absent_itself_cannot_be_encoded(value: object, serializer: Serializer) -> None:
    with pytest.raises(TypeError, match="ABSENT cannot be encoded as JSON"):
        serializer.encode(value)
