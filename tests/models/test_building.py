"""`build` makes the objects that the serializers return, from documents that another library has parsed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify import models
from spotify.errors import DecodeError
from spotify.impl.serialization import MsgspecSerializer
from spotify.models import build
from spotify.testing.log_capture import captured_logs
from tests.contract.models import model_of_response
from tests.contract.schema_strategies import damaged, max_examples, response_schemas, responses
from tests.support.failures import failures
from tests.support.payloads import DAMAGED_SHAPES, KNOWN_SHAPES, NULL_SHAPES, Shape, track


def assert_built_as_decoded(data: Any, into: Any) -> None:
    body = json.dumps(data).encode()
    for strict in (False, True):
        outcomes = [
            outcome(lambda strict=strict: MsgspecSerializer(strict=strict).decode(body, into)),
            outcome(lambda strict=strict: build(data, into, strict=strict)),
        ]
        assert outcomes[0] == outcomes[1]


def outcome(make: Any) -> tuple[object, str]:
    with captured_logs() as events:
        try:
            result = make()
        except DecodeError as error:
            result = (str(error), error.path, error.__cause__, error.__context__)
    return result, str(events)


def test_known_and_damaged_shapes_are_built_as_they_are_decoded() -> None:
    shapes = {shape.name: shape for shape in KNOWN_SHAPES + NULL_SHAPES + DAMAGED_SHAPES}

    def check(shape: Shape) -> None:
        assert_built_as_decoded(shape.payload, shape.into)

    assert failures(check, shapes) == {}


@pytest.mark.parametrize("operation_id", sorted(response_schemas()))
@max_examples(2)
@given(data=st.data())
def test_responses_are_built_as_they_are_decoded(operation_id: str, data: st.DataObject) -> None:
    sent = data.draw(responses(operation_id) | damaged(responses(operation_id)))

    assert_built_as_decoded(sent, model_of_response(operation_id))


@pytest.mark.parametrize(
    ("data", "into", "expected"),
    [
        ([True, False], list[bool], [True, False]),
        ({"a": {"url": "u"}}, dict[str, models.Image], {"a": models.Image(url="u")}),
        (None, models.Image | None, None),
        ({"type": "new"}, models.PlayableItem, models.UnknownItem(raw={"type": "new"})),
    ],
)
def test_generic_types_are_built(data: Any, into: Any, expected: object) -> None:
    assert build(data, into) == expected


def test_the_data_is_not_modified() -> None:
    data = track(name=5)
    before = json.dumps(data)

    with captured_logs():
        build(data, models.Track)

    assert json.dumps(data) == before


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    ("data_with", "into"),
    [
        (lambda number: {"url": "u", "height": number}, models.Image),
        (lambda number: {"item": {"type": "new", "x": [{"y": number}]}}, models.PlaylistItem),
        (lambda number: {"url": 5, "unknown": [number]}, models.Image),
        (lambda number: [number], list[float]),
    ],
)
def test_nan_and_infinity_are_refused(data_with: Callable[[float], Any], into: Any, number: float) -> None:
    for strict in (False, True):
        with pytest.raises(DecodeError, match="contains NaN or an infinity"):
            build(data_with(number), into, strict=strict)


def test_data_that_contains_itself_is_refused() -> None:
    data: dict[str, Any] = {"type": "new"}
    data["a"] = data["b"] = [data]

    with pytest.raises(DecodeError, match="nested too deeply"):
        build(data, models.PlayableItem)


def test_other_types_raise_type_error() -> None:
    with pytest.raises(TypeError, match="cannot decode into"):
        build([], set[str])


def test_a_document_parsed_by_another_library_is_built() -> None:
    assert build(orjson.loads(json.dumps(track())), models.Track) == models.Track.from_dict(track())
