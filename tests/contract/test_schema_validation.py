"""The compiled validator accepts nothing that the validator of OpenAPI rejects."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.api_contract import ApiContract
from tests.contract.schema_strategies import damaged, max_examples
from tests.contract.schema_validation import SchemaValidation, recognizes
from tests.support import payloads

RESPONSES: Final[dict[str, Any]] = {
    "get-an-album": payloads.album(),
    "get-a-show": payloads.show(episodes=payloads.page([payloads.simplified_episode()])),
    "get-an-audiobook": payloads.audiobook(chapters=payloads.page([payloads.chapter()])),
    "get-playlist": payloads.playlist(),
    "get-playlists-items": payloads.page(
        [
            payloads.playlist_item(),
            payloads.playlist_item(item=payloads.episode(), track=payloads.episode()),
            payloads.playlist_item(item=None, track=None),
        ]
    ),
    "get-information-about-the-users-current-playback": payloads.playback(context=None),
    "get-recently-played": payloads.cursor_page([payloads.play_history()]),
}


@pytest.fixture(scope="module")
def validation() -> SchemaValidation:
    return ApiContract.load()._validation


def compiled(validation: SchemaValidation, operation_id: str, *, partial: bool) -> tuple[Any, Any]:
    (schema,) = ApiContract.load().operations[operation_id].responses[200].values()
    return validation._compile(schema, partial)


@pytest.mark.parametrize("operation_id", RESPONSES)
@pytest.mark.parametrize("partial", [False, True])
def test_valid_responses_are_recognized(validation: SchemaValidation, operation_id: str, partial: bool) -> None:
    fast, complete = compiled(validation, operation_id, partial=partial)

    assert complete.is_valid(RESPONSES[operation_id])
    assert fast.is_valid(RESPONSES[operation_id])


@pytest.mark.parametrize("operation_id", RESPONSES)
@max_examples(40)
@given(data=st.data())
def test_no_damaged_response_is_recognized(
    validation: SchemaValidation, operation_id: str, data: st.DataObject
) -> None:
    fast, complete = compiled(validation, operation_id, partial=data.draw(st.booleans()))
    value = data.draw(damaged(st.just(RESPONSES[operation_id])))

    assert not recognizes(fast, value) or complete.is_valid(value)


OBJECT: Final = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string", "enum": ["a", "b"]}}}
SCHEMAS: Final[dict[str, Any]] = {
    "A": {"allOf": [OBJECT, {"type": "object", "properties": {"n": {"type": "integer", "format": "int64"}}}]},
    "B": {"allOf": [OBJECT], "properties": {"at": {"type": "string", "format": "date-time", "nullable": True}}},
    "Either": {
        "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
        "discriminator": {
            "propertyName": "type",
            "mapping": {"a": "#/components/schemas/A", "b": "#/components/schemas/B"},
        },
    },
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"type": "a", "n": 2**63 - 1}, True),
        ({"type": "a", "n": 2**63}, False),
        ({"type": "a", "n": 1.5}, False),
        ({"type": "a", "n": None}, False),
        ({"type": "b", "at": None}, True),
        ({"type": "b", "at": "2024-01-01T00:00:00Z"}, True),
        ({"type": "b", "at": "2024-13-01T00:00:00Z"}, False),
        ({"type": "c"}, False),
        ({"n": 1}, False),
        ([], False),
    ],
)
def test_both_validators_agree_on_each_kind_of_schema(value: object, expected: bool) -> None:
    validation = SchemaValidation({"openapi": "3.0.3", "components": {"schemas": SCHEMAS}})
    fast, complete = validation._compile({"$ref": "#/components/schemas/Either"}, partial=False)

    assert (fast.is_valid(value), complete.is_valid(value)) == (expected, expected)
