"""Decoded responses survive encoding and decoding. `test_right_values` checks that they are decoded correctly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.serialization import MsgspecSerializer
from spotify.models import SpotifyModel
from spotify.testing.captured_logs import captured_logs
from tests.contract.models import RESPONSES
from tests.contract.schema_strategies import damaged, max_examples, responses
from tests.support.decoding import decode_or_error

SERIALIZER = MsgspecSerializer()


@pytest.mark.parametrize("name", RESPONSES)
@max_examples(5)
@given(data=st.data())
def test_a_repaired_response_survives_a_round_trip(name: str, data: st.DataObject) -> None:
    with captured_logs():
        result = decode_or_error(SERIALIZER, json.dumps(data.draw(damaged(responses(name)))).encode(), RESPONSES[name])

    if isinstance(result, SpotifyModel):
        assert type(result).from_json(result.to_json()) == result
        with captured_logs():
            assert SERIALIZER.decode(SERIALIZER.encode(result), type(result)) == result
