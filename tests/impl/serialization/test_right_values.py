"""Responses that the contract allows are decoded in full; damaged values lose only themselves."""

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
from spotify.testing.log_capture import captured_logs
from tests.contract.models import model_of_response
from tests.contract.schema_strategies import DAMAGED as DAMAGED_MEMBER
from tests.contract.schema_strategies import (
    MODES,
    UNDECLARED,
    damaged,
    damaged_once,
    max_examples,
    response_schemas,
    responses,
)
from tests.support.decoding import decode_or_error
from tests.support.expected_models import DAMAGED, expected_response

SERIALIZERS = [MsgspecSerializer(), DataclassesJsonSerializer()]
STRICT = [MsgspecSerializer(strict=True), DataclassesJsonSerializer(strict=True)]
OLD_NAMES = {"track": "item", "tracks": "items"}
OLDER_NAMES = {name: old for old, name in OLD_NAMES.items()}
#: Every operation, once for each schema with its model.
OPERATIONS = sorted(
    {(str(schema), model_of_response(name)): name for name, schema in response_schemas().items()}.values()
)

for_each_response = pytest.mark.parametrize("operation_id", OPERATIONS)


def lost(sent: Any, written: Any, path: str = "$") -> Iterator[str]:
    """Yield the paths of values that a decoded and encoded object has lost.

    It may have more members, enumerations in another case, datetimes in another format, and the newer of two names. It
    may lack members that the contract does not declare.
    """
    if sent is DAMAGED_MEMBER:
        return
    if isinstance(sent, dict) and isinstance(written, dict):
        for key, value in sent.items():
            if (other := counterpart(key, sent, written)) is not DAMAGED_MEMBER:
                yield from lost(value, other, f"{path}.{key}")
    elif isinstance(sent, list) and isinstance(written, list):
        if len(written) == len(sent) - 1 and DAMAGED_MEMBER in sent:
            sent = [entry for entry in sent if entry is not DAMAGED_MEMBER]
        yield from (f"{path}[{len(written)}]" for _ in range(abs(len(sent) - len(written))))
        for index, (value, other) in enumerate(zip(sent, written, strict=False)):
            yield from lost(value, other, f"{path}[{index}]")
    elif not is_same(sent, written):
        yield path


def counterpart(key: str, sent: Any, written: Any) -> Any:
    """Return the written value of a member, `DAMAGED_MEMBER` if it may be lost: undeclared, or sent under two names."""
    newer, older = OLD_NAMES.get(key), OLDER_NAMES.get(key)
    if newer in written:
        is_kept = sent[key] is not None and sent.get(newer) in (None, DAMAGED_MEMBER)
        return written[newer] if is_kept else DAMAGED_MEMBER
    is_replaced = sent[key] is None and sent.get(older) is not None
    return DAMAGED_MEMBER if key in UNDECLARED or is_replaced else written.get(key)


def is_same(sent: Any, written: Any) -> bool:
    if sent is None and written in ([], {"items": []}):
        return True
    if isinstance(sent, dict) and written is None:
        return all(value is DAMAGED_MEMBER for value in sent.values()) and sent != {}
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


@for_each_response
@max_examples(8)
@given(data=st.data())
def test_valid_responses_are_decoded_in_full(operation_id: str, data: st.DataObject) -> None:
    into = model_of_response(operation_id)
    sent = data.draw(st.sampled_from(MODES).flatmap(lambda mode: responses(operation_id, mode)))
    body = json.dumps(sent).encode()

    with captured_logs() as events:
        results = [serializer.decode(body, into) for serializer in (*SERIALIZERS, *STRICT)]

    assert results == [expected_response(sent, into)] * 4
    assert events == []
    assert list(lost(sent, plain(results[0]))) == []


@for_each_response
@max_examples(6)
@given(data=st.data())
def test_one_damaged_value_leaves_everything_else(operation_id: str, data: st.DataObject) -> None:
    into = model_of_response(operation_id)
    sent, rest = data.draw(damaged_once(responses(operation_id)))
    body = json.dumps(sent).encode()

    with captured_logs():
        fast, slow = (decode_or_error(serializer, body, into) for serializer in SERIALIZERS)

    assert fast == slow
    if isinstance(fast, str):
        assert is_essential(rest)
    else:
        assert list(lost(without_damaged_numbers(rest), plain(fast))) == []


def is_essential(rest: Any) -> bool:
    """Return whether the list or the page that a response consists of is damaged."""
    rest = without_damaged_numbers(rest)
    while isinstance(rest, dict) and len(rest) == 1:
        (rest,) = rest.values()
    return rest is DAMAGED_MEMBER or isinstance(rest, list)


def without_damaged_numbers(rest: Any) -> Any:
    """Return a value in which a list of numbers is damaged if one of them is."""
    if isinstance(rest, dict):
        return {key: without_damaged_numbers(value) for key, value in rest.items()}
    if isinstance(rest, list):
        are_numbers = any(isinstance(entry, int | float) for entry in rest)
        return DAMAGED_MEMBER if DAMAGED_MEMBER in rest and are_numbers else [without_damaged_numbers(e) for e in rest]
    return rest


@for_each_response
@max_examples(5)
@given(data=st.data())
def test_damaged_values_are_errors_or_lose_only_themselves(operation_id: str, data: st.DataObject) -> None:
    into = model_of_response(operation_id)
    sent = data.draw(damaged(responses(operation_id)))
    body = json.dumps(sent).encode()

    with captured_logs():
        fast, slow = (decode_or_error(serializer, body, into) for serializer in SERIALIZERS)
    strict_fast, strict_slow = (decode_or_error(serializer, body, into) for serializer in STRICT)

    assert (fast, strict_fast) == (slow, strict_slow)
    assert (DAMAGED if isinstance(fast, str) else fast) == expected_response(sent, into)
    assert isinstance(strict_fast, str) or strict_fast == fast
