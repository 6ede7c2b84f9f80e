"""Answers made up from the API description: every value that is sent arrives, whatever happens to the one beside it."""

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
    """Yield where an object that is written again has not what was sent.

    It may have more, enumerations in another case, moments in another form, and the newer of two names.
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
        for place, (value, other) in enumerate(zip(sent, written, strict=False)):
            yield from lost(value, other, f"{path}[{place}]")
    elif not is_same(sent, written):
        yield path


def is_same(sent: Any, written: Any) -> bool:
    if isinstance(sent, str) and isinstance(written, str):
        return sent.lower() == written.lower() or moment(sent) == moment(written) != sent
    return type(sent) in {type(written), int, float} and sent == written


def moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def plain(found: Any) -> Any:
    if isinstance(found, list):
        return [plain(each) for each in found]
    return found.to_dict() if isinstance(found, SpotifyModel) else found


def test_every_answer_of_every_operation_is_among_them() -> None:
    answered = ContractDocument.load().success_responses()

    assert len(answered) > 60
    assert set(answered.values()) <= set(RESPONSES)


@for_each_response
@max_examples(8)
@given(data=st.data())
def test_what_is_sent_is_what_arrives(name: str, data: st.DataObject) -> None:
    sent = data.draw(responses(name))
    answer = json.dumps(sent).encode()

    with captured_logs() as events:
        found = [serializer.decode(answer, RESPONSES[name]) for serializer in (*SERIALIZERS, *STRICT)]

    assert found == [expected_response(sent, RESPONSES[name])] * 4
    assert events == []
    if name not in RESHAPED:
        assert list(lost(sent, plain(found[0]))) == []


#: What the description has in another shape than the models, which take both.
RESHAPED = {"OneCurrentlyPlaying", "OneCurrentlyPlayingTrack", "PagingSavedAudiobookObject"}


@for_each_response
@max_examples(8)
@given(data=st.data())
def test_damage_is_an_error_or_takes_nothing_with_it_but_itself(name: str, data: st.DataObject) -> None:
    sent = data.draw(damaged(responses(name)))
    answer = json.dumps(sent).encode()

    with captured_logs():
        fast, slow = (decode_or_error(serializer, answer, RESPONSES[name]) for serializer in SERIALIZERS)
    strict_fast, strict_slow = (decode_or_error(serializer, answer, RESPONSES[name]) for serializer in STRICT)

    assert (fast, strict_fast) == (slow, strict_slow)
    assert (DAMAGED if isinstance(fast, str) else fast) == expected_response(sent, RESPONSES[name])
    assert isinstance(strict_fast, str) or strict_fast == fast
