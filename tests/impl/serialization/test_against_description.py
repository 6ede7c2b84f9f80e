"""Answers made up from the API description, there and back again. Whether they are right: see `test_right_values`."""

from __future__ import annotations

import json
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.models import SpotifyModel
from spotify.testing.captured_logs import captured_logs
from tests.support.api_description import requires_description
from tests.support.described_answers import a_few, answers, outcome
from tests.support.described_models import RESPONSES, SCHEMAS
from tests.support.schema_payloads import SchemaPayloads, damaged

pytestmark = requires_description

FAST, SLOW = MsgspecSerializer(), DataclassesJsonSerializer()
STRICT_FAST, STRICT_SLOW = MsgspecSerializer(strict=True), DataclassesJsonSerializer(strict=True)

RESPONSE = pytest.mark.parametrize("name", RESPONSES)


@RESPONSE
@a_few(5)
@given(data=st.data())
def test_what_was_repaired_survives_a_round_trip(name: str, data: st.DataObject) -> None:
    with captured_logs():
        found = outcome(FAST, json.dumps(data.draw(damaged(answers(name)))).encode(), RESPONSES[name])

    if isinstance(found, SpotifyModel):
        assert type(found).from_json(found.to_json()) == found
        with captured_logs():
            assert FAST.decode(FAST.encode(found), type(found)) == found


def test_the_descriptions_examples_fit_the_models() -> None:
    payloads = SchemaPayloads.load()
    seen = 0
    for name, model in SCHEMAS.items():
        hints = get_type_hints(model)
        for field, schema in payloads.properties(payloads.schema(name)).items():
            example = payloads.resolve(schema).get("example")
            if example is not None:
                seen += 1
                value = json.dumps(example.strip() if isinstance(example, str) else example, default=str).encode()
                assert STRICT_SLOW.decode(value, hints[field]) == STRICT_FAST.decode(value, hints[field]), (name, field)
    assert seen > 20
