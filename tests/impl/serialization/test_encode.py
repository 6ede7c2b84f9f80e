"""Encoding of request bodies."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify import models
from spotify.credentials import Secret
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.interfaces.serializer import Serializer
from tests.support.payloads import playlist_item


def test_a_body_is_compact_utf8(serializer: Serializer) -> None:
    body = {"uris": ["spotify:track:1"], "position": 0, "name": "Ünï", "public": None, "flag": True}

    assert serializer.encode(body) == (
        '{"uris":["spotify:track:1"],"position":0,"name":"Ünï","public":null,"flag":true}'.encode()
    )


def test_a_tuple_is_encoded_as_an_array(serializer: Serializer) -> None:
    assert serializer.encode((1, 2.5)) == b"[1,2.5]"


def test_an_enumeration_is_encoded_as_its_value(serializer: Serializer) -> None:
    assert serializer.encode([models.AlbumType("Mixtape")]) == b'["Mixtape"]'


def test_a_model_is_encoded_as_its_dict(serializer: Serializer) -> None:
    model = models.PlaylistItem.from_dict(playlist_item())

    assert json.loads(serializer.encode({"entry": model})) == {"entry": model.to_dict()}


@pytest.mark.parametrize("value", [{1, 2}, b"bytes", object(), {1: 2}, Secret("s3cret"), [print]])
def test_types_without_a_json_representation_raise_type_error(serializer: Serializer, value: object) -> None:
    with pytest.raises(TypeError, match="cannot be encoded as JSON: expected"):
        serializer.encode(value)


def circular_list() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value", [float("nan"), float("-inf"), "\ud800", {"\ud800": 1}, 2**64, -(2**63), circular_list()]
)
def test_values_without_a_json_representation_raise_value_error(serializer: Serializer, value: object) -> None:
    with pytest.raises(ValueError, match="cannot be encoded as JSON"):
        serializer.encode(value)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(value=JSON_VALUES)
def test_both_serializers_encode_the_same_data(value: object) -> None:
    fast, slow = MsgspecSerializer().encode(value), DataclassesJsonSerializer().encode(value)

    assert json.loads(fast) == json.loads(slow) == value
