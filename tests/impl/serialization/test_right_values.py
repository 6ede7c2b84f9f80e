"""Generated responses are decoded to the expected models, with and without damaged values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.models import SpotifyModel
from spotify.testing.captured_logs import captured_logs
from tests.contract.document import ContractDocument
from tests.contract.models import RESPONSES
from tests.contract.schema_strategies import damaged, max_examples, responses
from tests.support.decoding import decode_or_error
from tests.support.expected_models import DAMAGED, expected_response

SERIALIZERS = [MsgspecSerializer(), DataclassesJsonSerializer()]
STRICT = [MsgspecSerializer(strict=True), DataclassesJsonSerializer(strict=True)]
OLD_NAMES = {"track": "item", "tracks": "items"}

for_each_response = pytest.mark.parametrize("name", RESPONSES)


def lost(sent: Any, written: Any, path: str = "$") -> Iterator[str]:
    """Yield the paths of values that a decoded and encoded object has lost.

    It may have more members, enumerations in another case, datetimes in another format, and the newer of two names.
    """
    if isinstance(sent, dict) and isinstance(written, dict):
        for key, value in sent.items():
            newer = OLD_NAMES.get(key, "")
            if newer not in written:
                yield from lost(value, written.get(key), f"{path}.{key}")
            elif sent.get(newer) is None:
                yield from lost(value, written[newer], f"{path}.{key}")
    elif isinstance(sent, list) and isinstance(written, list):
        yield from (f"{path}[{len(written)}]" for _ in range(abs(len(sent) - len(written))))
        for index, (value, other) in enumerate(zip(sent, written, strict=False)):
            yield from lost(value, other, f"{path}[{index}]")
    elif not is_same(sent, written):
        yield path


def is_same(sent: Any, written: Any) -> bool:
    if isinstance(sent, str) and isinstance(written, str):
        return sent.lower() == written.lower() or parsed(sent) == parsed(written) != sent
    return type(sent) in {type(written), int, float} and sent == written


def parsed(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value.to_dict() if isinstance(value, SpotifyModel) else value


def test_every_successful_response_has_a_model() -> None:
    names = ContractDocument.load().success_responses()

    assert len(names) > 60
    assert set(names.values()) <= set(RESPONSES)


@for_each_response
@max_examples(8)
@given(data=st.data())
def test_valid_responses_are_decoded_in_full(name: str, data: st.DataObject) -> None:
    sent = data.draw(responses(name))
    body = json.dumps(sent).encode()

    with captured_logs() as events:
        results = [serializer.decode(body, RESPONSES[name]) for serializer in (*SERIALIZERS, *STRICT)]

    assert results == [expected_response(sent, RESPONSES[name])] * 4
    assert events == []
    if name not in RESHAPED:
        assert list(lost(sent, plain(results[0]))) == []


#: Responses whose schema has another shape than the models, which accept both.
RESHAPED = {"OneCurrentlyPlaying", "OneCurrentlyPlayingTrack", "PagingSavedAudiobookObject"}


@for_each_response
@max_examples(8)
@given(data=st.data())
def test_damaged_values_are_errors_or_lose_only_themselves(name: str, data: st.DataObject) -> None:
    sent = data.draw(damaged(responses(name)))
    body = json.dumps(sent).encode()

    with captured_logs():
        fast, slow = (decode_or_error(serializer, body, RESPONSES[name]) for serializer in SERIALIZERS)
    strict_fast, strict_slow = (decode_or_error(serializer, body, RESPONSES[name]) for serializer in STRICT)

    assert (fast, strict_fast) == (slow, strict_slow)
    assert (DAMAGED if isinstance(fast, str) else fast) == expected_response(sent, RESPONSES[name])
    assert isinstance(strict_fast, str) or strict_fast == fast
