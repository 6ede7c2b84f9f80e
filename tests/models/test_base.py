"""The way to and from JSON, and pages."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, fields, is_dataclass
from inspect import cleandoc
from typing import Any

import pytest

from spotify import models
from spotify.errors import DecodeError
from spotify.models import SpotifyModel
from tests.support.payloads import KNOWN_SHAPES, Shape, page, track

MODELS: list[Any] = [
    found
    for name in models.__all__
    if isinstance(found := getattr(models, name), type) and issubclass(found, SpotifyModel) and is_dataclass(found)
]
SHAPES = [shape for shape in KNOWN_SHAPES if isinstance(shape.into, type) and issubclass(shape.into, SpotifyModel)]

MODEL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
SHAPE = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)


@MODEL
def test_every_model_is_frozen_slotted_and_keyword_only(model: Any) -> None:
    parameters = model.__dataclass_params__

    assert parameters.frozen
    assert "__slots__" in vars(model)
    assert not any("__dict__" in vars(base) for base in model.__mro__ if base is not object)
    assert all(field.kw_only for field in fields(model))


@MODEL
def test_every_model_says_what_it_is(model: Any) -> None:
    own = {field.name for field in fields(model) if field.repr and field.name in vars(model).get("__annotations__", {})}
    documented = {
        line.split(":")[0].strip() for line in cleandoc(model.__doc__ or "").splitlines() if line.startswith("    ")
    }

    assert not (model.__doc__ or "").startswith(f"{model.__name__}(")
    if not issubclass(model, models.Page | models.CursorPage):
        assert own <= documented | {"type"}


def test_a_model_has_no_dict() -> None:
    assert not hasattr(models.Track.from_dict(track()), "__dict__")


def test_a_model_cannot_be_changed() -> None:
    image = models.Image(url="u")

    with pytest.raises(FrozenInstanceError):
        image.url = "v"  # type: ignore[misc]


@SHAPE
def test_to_dict_and_back(shape: Shape) -> None:
    model = shape.into.from_dict(shape.payload)

    assert shape.into.from_dict(model.to_dict()) == model


@SHAPE
def test_to_json_and_back(shape: Shape) -> None:
    model = shape.into.from_dict(shape.payload)

    assert shape.into.from_json(model.to_json()) == model


@SHAPE
def test_to_dict_is_plain_json(shape: Shape) -> None:
    plain = shape.into.from_dict(shape.payload).to_dict()

    assert json.loads(json.dumps(plain)) == plain
    assert all(type(text) is str for text in texts(plain))


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


@SHAPE
def test_a_model_can_be_pickled_and_copied(shape: Shape) -> None:
    model = shape.into.from_dict(shape.payload)

    assert pickle.loads(pickle.dumps(model)) == model == copy.deepcopy(model)


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "s3cret", '{"s3cret": 1}', "[" * 100_000, '{"type": "s3cret"}'])
def test_json_that_is_not_that_of_the_model_is_a_decode_error(text: str) -> None:
    with pytest.raises(DecodeError, match="Track") as caught:
        models.Track.from_json(text)

    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


def test_a_missing_member_is_named() -> None:
    with pytest.raises(DecodeError, match="the data is not that of an Image: 'url' is missing"):
        models.Image.from_dict({})


def test_a_wrong_moment_is_a_decode_error() -> None:
    with pytest.raises(DecodeError, match=r"the data is not that of a PlaylistItem$"):
        models.PlaylistItem.from_dict({"added_at": "s3cret"})


def test_present_skips_nulls() -> None:
    found = models.TrackSearchPage.from_dict(page([None, track(1), None, track(2)]))

    assert [item.name for item in found.present()] == ["Track 1", "Track 2"]


@pytest.mark.parametrize("text", [None, 5, {"uri": "x"}, object()], ids=type)
def test_json_is_text(text: Any) -> None:
    with pytest.raises(TypeError, match="text must be a str or bytes, not"):
        models.Album.from_json(text)
