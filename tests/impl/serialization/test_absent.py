"""Absent and null, through both serializers."""

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
from spotify.testing.captured_logs import captured_logs
from tests.support.payloads import page, playlist, playlist_item, track

MEMBERS = {**playlist(), "tracks": page([playlist_item(item=track(2))])}
NULLABLE = ["description", "public", "owner", "images", "snapshot_id", "href", "items", "tracks", "followers"]

FITTING: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a name": {"name": "Blue"},
    "nulls": dict.fromkeys(NULLABLE),
    "an empty page": {"items": page([])},
    "a total": {"items": {"total": 3}},
    "an old name": {"tracks": page([playlist_item()])},
    "both names": {"tracks": page([playlist_item()]), "items": None},
    "everything": playlist(),
    "another shape of a number": {"followers": {"total": 4.9022656e7}},
    "what nobody knows": {"primary_color": "#FF0000"},
}
DAMAGED: dict[str, dict[str, Any]] = {
    "name": {"name": None},
    "description": {"description": 5},
    "collaborative": {"collaborative": "false"},
    "public": {"public": 0},
    "owner": {"owner": {"display_name": "Ada"}},
    "images": {"images": "https://i.scdn.co/image/1"},
    "external_urls": {"external_urls": None},
    "items": {"items": []},
    "followers": {"followers": {}},
}

for_each_fitting = pytest.mark.parametrize("payload", FITTING.values(), ids=FITTING)
for_each_damage = pytest.mark.parametrize(("member", "payload"), DAMAGED.items(), ids=DAMAGED)


def decode(serializer: Serializer, payload: dict[str, Any]) -> PartialPlaylist:
    return serializer.decode(json.dumps(payload).encode(), PartialPlaylist)


@for_each_fitting
def test_what_fits_is_decoded_as_from_plain_data(
    payload: dict[str, Any], serializer: Serializer, strict: Serializer
) -> None:
    with captured_logs() as events:
        assert (
            decode(serializer, payload)
            == decode(strict, payload)
            == PartialPlaylist.from_dict({name: value for name, value in payload.items() if name in MEMBERS})
        )
    assert events == []


@for_each_damage
def test_a_damaged_member_is_absent_and_not_null(member: str, payload: dict[str, Any], serializer: Serializer) -> None:
    with captured_logs() as events:
        found = decode(serializer, {**payload, "id": "1"})

    assert found == PartialPlaylist(id="1")
    assert [(event["event"], event["model"]) for event in events] == [("response_drift", "PartialPlaylist")]
    assert str(events[0]["path"]).startswith(f"$.{member}")


@for_each_damage
def test_a_damaged_member_is_refused_when_strict(member: str, payload: dict[str, Any], strict: Serializer) -> None:
    with pytest.raises(DecodeError, match=rf"does not match PartialPlaylist at \$\.{member}"):
        decode(strict, payload)


def test_the_old_name_stands_in_for_a_damaged_new_one(serializer: Serializer) -> None:
    found = decode(serializer, {"items": 5, "tracks": page([])})

    assert found.items == PartialPlaylistItemPage.from_dict(page([]))


def test_beside_damage_null_stays_null(serializer: Serializer) -> None:
    found = decode(serializer, {"name": 5, "description": None, "images": None, "items": None})

    assert found == PartialPlaylist(description=None, images=None, items=None)


@given(
    names=st.sets(st.sampled_from(sorted(MEMBERS))),
    nulls=st.sets(st.sampled_from(NULLABLE)),
    damaged=st.sets(st.sampled_from(sorted(MEMBERS)), max_size=2),
)
def test_whatever_comes_both_give_equal_objects(names: set[str], nulls: set[str], damaged: set[str]) -> None:
    payload = {
        **{name: MEMBERS[name] for name in names},
        **dict.fromkeys(nulls),
        **{name: {"x": 1} for name in damaged},
    }

    assert decode(MsgspecSerializer(), payload) == decode(DataclassesJsonSerializer(), payload)


def test_it_is_written_without_what_is_absent(serializer: Serializer) -> None:
    assert serializer.encode(PartialPlaylist(name="Blue", description=None)) == b'{"name":"Blue","description":null}'


@pytest.mark.parametrize("value", [ABSENT, {"description": ABSENT}, [ABSENT]])
def test_absent_itself_is_never_sent(value: object, serializer: Serializer) -> None:
    with pytest.raises(TypeError, match="ABSENT cannot be encoded as JSON"):
        serializer.encode(value)
