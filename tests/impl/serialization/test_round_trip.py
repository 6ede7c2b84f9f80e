"""Decoded responses survive encoding and decoding. `test_right_values` checks that they are decoded correctly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.serialization import MsgspecSerializer
from spotify.models import SpotifyModel
from spotify.testing.log_capture import captured_logs
from tests.contract.models import model_of_response
from tests.contract.schema_strategies import damaged, max_examples, response_schemas, responses
from tests.support.decoding import decode_or_error

SERIALIZER = MsgspecSerializer()


@pytest.mark.parametrize("operation_id", sorted(response_schemas()))
@max_examples(3)
@given(data=st.data())
def test_a_repaired_response_survives_a_round_trip(operation_id: str, data: st.DataObject) -> None:
    body = json.dumps(data.draw(damaged(responses(operation_id)))).encode()

    with captured_logs():
        result = decode_or_error(SERIALIZER, body, model_of_response(operation_id))

    if isinstance(result, SpotifyModel):
        assert type(result).from_json(result.to_json()) == result
        with captured_logs():
            assert SERIALIZER.decode(SERIALIZER.encode(result), type(result)) == result
