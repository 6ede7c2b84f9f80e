"""Properties of all models and their conversion to and from JSON."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any

import pytest

from spotify import models
from spotify.errors import DecodeError
from spotify.models import SpotifyModel
from tests.support.failures import failures
from tests.support.payloads import KNOWN_SHAPES, Shape, page, track

MODELS: dict[str, Any] = {
    name: model
    for name in models.__all__
    if isinstance(model := getattr(models, name), type) and issubclass(model, SpotifyModel) and is_dataclass(model)
}
SHAPES = {
    shape.name: shape for shape in KNOWN_SHAPES if isinstance(shape.into, type) and issubclass(shape.into, SpotifyModel)
}


def test_every_model_is_frozen_slotted_and_keyword_only() -> None:
    def check(model: Any) -> None:
        assert model.__dataclass_params__.frozen
        assert "__slots__" in vars(model)
        assert not any("__dict__" in vars(base) for base in model.__mro__ if base is not object)
        assert all(field.kw_only for field in fields(model))

    assert len(MODELS) > 100
    assert failures(check, MODELS) == {}


def test_no_model_has_a_field_annotated_with_a_string() -> None:
    """dataclasses-json evaluates such an annotation again for each object, which makes decoding a quarter slower.

    `from __future__ import annotations` turns all annotations of a module into strings.
    """

    def check(model: Any) -> None:
        assert not [field.name for field in fields(model) if isinstance(field.type, str)]

    assert failures(check, MODELS) == {}


def test_every_model_has_a_docstring_of_its_own() -> None:
    """`dataclass` gives a class without one its signature."""

    def check(model: Any) -> None:
        assert not (model.__doc__ or "").startswith(f"{model.__name__}(")

    assert failures(check, MODELS) == {}


def test_a_model_has_no_dict() -> None:
    assert not hasattr(models.Track.from_dict(track()), "__dict__")


def test_a_model_cannot_be_modified() -> None:
    image = models.Image(url="u")

    with pytest.raises(FrozenInstanceError):
        image.url = "v"  # type: ignore[misc]


def test_a_model_survives_to_dict_to_json_pickle_and_copy() -> None:
    def check(shape: Shape) -> None:
        model = shape.into.from_dict(shape.payload)
        assert shape.into.from_dict(model.to_dict()) == model
        assert shape.into.from_json(model.to_json()) == model
        assert pickle.loads(pickle.dumps(model)) == model == copy.deepcopy(model)

    assert len(SHAPES) > 50
    assert failures(check, SHAPES) == {}


def test_to_dict_returns_plain_json_data() -> None:
    def check(shape: Shape) -> None:
        data = shape.into.from_dict(shape.payload).to_dict()
        assert json.loads(json.dumps(data)) == data
        assert all(type(string) is str for string in strings(data))

    assert failures(check, SHAPES) == {}


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [string for item in value.values() for string in strings(item)]
    if isinstance(value, list):
        return [string for item in value for string in strings(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "s3cret", '{"album": "s3cret"}', "[" * 100_000])
def test_other_json_raises_decode_error_without_the_data(text: str) -> None:
    with pytest.raises(DecodeError, match="Track") as caught:
        models.Track.from_json(text)

    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


def test_a_missing_field_is_named() -> None:
    with pytest.raises(DecodeError, match="the data is not that of an ArtistPage: 'items' is missing"):
        models.ArtistPage.from_dict({})


def test_an_invalid_timestamp_raises_decode_error() -> None:
    with pytest.raises(DecodeError, match=r"the data is not that of a PlaylistItem$"):
        models.PlaylistItem.from_dict({"added_at": "s3cret"})


def test_present_skips_nulls() -> None:
    result = models.TrackSearchPage.from_dict(page([None, track(1), None, track(2)]))

    assert [item.name for item in result.present()] == ["Track 1", "Track 2"]


@pytest.mark.parametrize("text", [None, 5, {"uri": "x"}, object()], ids=type)
def test_from_json_refuses_other_types(text: Any) -> None:
    with pytest.raises(TypeError, match="text must be a str or bytes, not"):
        models.Album.from_json(text)
