"""`to_dict`, `to_json`, `from_dict` and `from_json` of all models."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify import models
from spotify.errors import DecodeError
from spotify.impl.serialization import MsgspecSerializer
from spotify.models import SpotifyModel, UnknownItem
from spotify.testing.log_capture import captured_logs
from tests.contract.models import model_of_response
from tests.contract.schema_strategies import MODES, damaged, max_examples, response_schemas, responses
from tests.support.decoding import decode_or_error
from tests.support.failures import failures
from tests.support.payloads import (
    KNOWN_SHAPES,
    Shape,
    album,
    artist,
    episode,
    page,
    playback,
    playlist,
    playlist_item,
    simplified_album,
    track,
)

SERIALIZER = MsgspecSerializer()
SHAPES = {
    shape.name: shape for shape in KNOWN_SHAPES if isinstance(shape.into, type) and issubclass(shape.into, SpotifyModel)
}


def expected_data(value: Any) -> Any:
    """Return the JSON data of a value, from the annotations of the models alone."""
    if isinstance(value, UnknownItem):
        return value.raw
    if isinstance(value, SpotifyModel):
        members = [(field, getattr(value, field.name)) for field in fields(value)]  # type: ignore[arg-type]
        return {field.name: expected_data(item) for field, item in members if not is_left_out(field, item)}
    if isinstance(value, list):
        return [expected_data(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, Enum) else value


def is_left_out(field: Any, value: Any) -> bool:
    exclude = field.metadata.get("dataclasses_json", {}).get("exclude")
    return exclude is not None and exclude(value)


def expected_text(value: SpotifyModel) -> str:
    return json.dumps(expected_data(value), ensure_ascii=False, separators=(",", ":"))


def assert_written(model: SpotifyModel) -> None:
    assert model.to_dict() == expected_data(model)
    assert list(model.to_dict()) == list(expected_data(model))
    assert model.to_json() == expected_text(model)


def test_known_shapes_are_written_with_all_fields() -> None:
    def check(shape: Shape) -> None:
        model = SERIALIZER.decode(shape.data, shape.into)
        assert_written(model)
        assert type(model).from_dict(model.to_dict()) == model
        assert type(model).from_json(model.to_json()) == model
        assert type(model).from_json(model.to_json().encode()) == model

    assert failures(check, SHAPES) == {}


@pytest.mark.parametrize("operation_id", sorted(response_schemas()))
@max_examples(3)
@given(data=st.data())
def test_any_response_is_written_with_all_fields(operation_id: str, data: st.DataObject) -> None:
    strategy = st.sampled_from(MODES).flatmap(lambda mode: responses(operation_id, mode))
    sent = data.draw(strategy | damaged(responses(operation_id)))

    with captured_logs():
        result = decode_or_error(SERIALIZER, json.dumps(sent).encode(), model_of_response(operation_id))

    if isinstance(result, SpotifyModel):
        written = result.to_dict()
        assert written == expected_data(result)
        assert json.loads(result.to_json()) == written
        assert type(result).from_dict(written) == result
        assert type(result).from_json(result.to_json()) == result


@given(
    moment=st.datetimes(),
    offset=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_times_are_written_in_iso_8601(moment: datetime, offset: timezone) -> None:
    saved = models.SavedTrack(added_at=moment.replace(tzinfo=offset))

    assert saved.to_dict()["added_at"] == expected_data(saved.added_at)
    assert json.loads(saved.to_json())["added_at"] == expected_data(saved.added_at)


def test_objects_of_subclasses_are_written_as_what_they_are() -> None:
    full = models.Track(album=models.Album.from_dict(album()), artists=[models.Artist.from_dict(artist())])

    assert_written(full)
    assert full.to_dict()["album"] == models.Album.from_dict(album()).to_dict()


def test_items_of_a_page_of_any_type_are_written() -> None:
    assert_written(models.Page(items=[models.Album.from_dict(album()), None, 1]))


def test_fields_without_a_value_are_left_out() -> None:
    several = models.SeveralTracks(tracks=[None], unreadable=[0])

    assert several.to_dict() == {"tracks": [None], "unreadable": [0]}
    assert replace(several, unreadable=[]).to_dict() == {"tracks": [None]}
    assert models.PartialPlaylist(name="Blue").to_json() == '{"name":"Blue"}'


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**64), 10**30])
def test_large_integers_are_written(number: int) -> None:
    followers = models.Followers(total=number)

    assert followers.to_json() == f'{{"total":{number},"href":null}}'
    assert models.Followers.from_json(followers.to_json()) == followers
    raw = {"type": "hologram", "size": number}
    entry = models.PlaylistItem(item=UnknownItem(raw=raw))
    assert entry.to_dict()["item"] == raw
    assert models.PlaylistItem.from_json(entry.to_json()) == entry


class Word(StrEnum):
    BLUE = "blue"


class Text(str):
    __slots__ = ()


def test_subclasses_of_str_are_written_as_str() -> None:
    for value in (Word.BLUE, Text("blue")):
        image = models.Image(url=value)
        assert image.to_json() == '{"url":"blue","height":null,"width":null}'
        assert type(image.to_dict()["url"]) is str


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (models.AudioFeatures(id="1", tempo=math.nan), "NaN or infinity"),
        (models.AudioFeatures(id="1", tempo=-math.inf), "NaN or infinity"),
        (models.PlaylistItem(item=UnknownItem(raw={"gain": math.nan})), "NaN or infinity"),
        (models.Image(url="\ud800"), "a lone surrogate"),
        (models.PlaylistItem(item=UnknownItem(raw={"name": "\ud800"})), "a lone surrogate"),
        (models.AudioFeatures(id="\ud800"), "a lone surrogate"),
    ],
)
def test_values_that_json_does_not_have_raise_value_error(model: SpotifyModel, reason: str) -> None:
    with pytest.raises(ValueError, match=f"cannot be encoded as JSON: .*{reason}"):
        model.to_json()


def test_other_types_raise_type_error() -> None:
    for write in (models.Image(url=object()).to_json, models.Image(url=object()).to_dict):  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="a value of type object cannot be encoded as JSON"):
            write()


DAMAGED: dict[str, tuple[type[SpotifyModel], Any, str]] = {
    "a str for an int": (models.Track, track(duration_ms="201000"), "$.duration_ms"),
    "a number for a str": (models.Track, track(album=simplified_album(name=5)), "$.album.name"),
    "an int for a bool": (models.SavedTrackPage, page([{"track": track(explicit=1)}]), "$.items[0].track.explicit"),
    "a damaged item": (models.Playlist, playlist(items=page([playlist_item(item=episode(name=5))])),
                       "$.items.items[0].item.name"),
    "markets": (models.Track, track(available_markets=["DE", 5]), "$.available_markets[1]"),
    "a time": (models.PlaylistItem, {"added_at": "yesterday"}, "$.added_at"),
    "another list": (models.PlaybackState, playback(device=[]), "$.device"),
}  # fmt: skip


@pytest.mark.parametrize(("model", "data", "path"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_data_raises_decode_error_with_its_path(model: type[SpotifyModel], data: Any, path: str) -> None:
    with captured_logs() as events:
        for read, argument in ((model.from_dict, data), (model.from_json, json.dumps(data))):
            with pytest.raises(DecodeError, match=f"the data is not that of an? {model.__name__}$") as caught:
                read(argument)
            assert caught.value.path == path
            assert caught.value.__cause__ is None
            assert caught.value.__context__ is None

    assert events == []


def test_members_that_follow_from_others_are_restored() -> None:
    data = track(id="", uri="spotify:track:6rqhFgbbKwnb9MLmUQDhG6")
    del data["id"]

    assert models.SavedTrack.from_dict({"track": data}).track == models.Track.from_dict(
        {**data, "id": "6rqhFgbbKwnb9MLmUQDhG6"}
    )
