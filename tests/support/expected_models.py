"""The expected result of decoding, from the annotations of the models and the rules for damaged data.

It is independent of both serializers, which could agree on a wrong result, and creates models by their constructors.
"""

from __future__ import annotations

import math
from dataclasses import MISSING, fields
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from spotify.models import (
    ABSENT,
    AddedItem,
    CursorPage,
    Markets,
    Page,
    PlayableItem,
    PlayHistory,
    Several,
    SpotifyModel,
    UnknownItem,
)
from spotify.models.playable import playable_class

#: The list that a response consists of, although it may be absent.
_ESSENTIAL: Final = {("markets", Markets)}

#: Stands for data that cannot be repaired.
DAMAGED: Final = object()

_NUMBERS: Final = {bool, int, float}
_PAGES: Final = (Page, CursorPage)


def expected_response(sent: Any, into: Any) -> Any:
    """Return the expected result of a response; `DAMAGED` for an error, also if the body is an error object."""
    is_model = isinstance(into, type) and issubclass(into, SpotifyModel)
    if is_model and isinstance(sent, dict) and "error" in sent and not _annotations(into).keys() & sent.keys():
        return DAMAGED
    return expected(sent, into)


def expected(sent: Any, into: Any) -> Any:
    """Return the expected result of JSON data; `DAMAGED` for an error."""
    if get_origin(into) in (Union, UnionType):
        (present,) = [argument for argument in get_args(into) if argument is not NoneType]
        result = None if sent is None else expected(sent, present)
        return None if result is DAMAGED else result
    if get_origin(into) is list:
        return _list(sent, get_args(into)[0])
    if into is PlayableItem:
        return _playable(sent)
    if issubclass(into, SpotifyModel):
        return _model(sent, into)
    return _scalar(sent, into)


def _list(sent: Any, item: Any) -> Any:
    if not isinstance(sent, list):
        return DAMAGED
    results = [expected(entry, item) for entry in sent]
    if item in _NUMBERS:
        return DAMAGED if DAMAGED in results else results
    if item is PlayableItem:
        return [UnknownItem(raw={}) if result is DAMAGED else result for result in results]
    if isinstance(item, type) and issubclass(item, AddedItem | PlayHistory):
        return [item() if result is DAMAGED else result for result in results]
    return [result for result in results if result is not DAMAGED]


def _playable(sent: Any) -> Any:
    if not isinstance(sent, dict):
        return DAMAGED
    if isinstance(sent.get("type"), str) and not _is_valid_str(sent["type"]):
        sent = {**sent, "type": None}
    model = playable_class(sent)
    return UnknownItem(raw=_raw(sent)) if model is None else _model(sent, model)


@cache
def _annotations(model: type[SpotifyModel]) -> dict[str, Any]:
    return get_type_hints(model)


def _model(sent: Any, model: type[Any]) -> Any:
    if not isinstance(sent, dict):
        return DAMAGED
    sent = model.reshape(sent)
    members: dict[str, Any] = {}
    for field in fields(model):
        hint = _annotations(model)[field.name]
        is_page = isinstance(hint, type) and issubclass(hint, _PAGES)
        required = field.default is MISSING and field.default_factory is MISSING
        value = DAMAGED
        if field.name in sent:
            value = _null(hint) if sent[field.name] is None else expected(sent[field.name], hint)
            if field.default is ABSENT and value is None and sent[field.name] is not None:
                value = DAMAGED  # if null and absent differ, damaged data is absent
        if value is not DAMAGED:
            members[field.name] = value
        elif f"{field.name}_damaged" in _annotations(model) and (required or field.name in sent):
            if _annotations(model).keys().isdisjoint(sent):
                return DAMAGED
            members |= {field.name: [], f"{field.name}_damaged": True}
        elif is_page and field.name in sent and not (_annotations(model).keys() - {field.name}).isdisjoint(sent):
            members[field.name] = hint(items=[], items_damaged=True)
        elif required or (field.name in sent and (is_page or _is_essential(field, model))):
            return DAMAGED
    return model(**members, **_unreadable(sent, members, model))


def _unreadable(sent: Any, members: dict[str, Any], model: type[Any]) -> dict[str, list[int]]:
    if not issubclass(model, Several):
        return {}
    (name,) = [field.name for field in fields(model) if field.name != "unreadable"]
    pairs = zip(sent[name] or (), members[name], strict=True)
    return {"unreadable": [index for index, pair in enumerate(pairs) if pair[1] is None and pair[0] is not None]}


def _null(hint: Any) -> Any:
    if get_origin(hint) is list:
        return []
    if isinstance(hint, type) and issubclass(hint, _PAGES):
        return hint(items=[])
    return expected(None, hint)


def _is_essential(field: Any, model: type[Any]) -> bool:
    return (field.name, model) in _ESSENTIAL


def _scalar(sent: Any, into: Any) -> Any:
    if issubclass(into, bool):
        return sent if isinstance(sent, bool) else DAMAGED
    if into in (int, float):
        return _number(sent, into)
    if not isinstance(sent, str) or not _is_valid_str(sent):
        return DAMAGED
    if issubclass(into, Enum):
        return into(sent)
    return _datetime(sent) if into is datetime else sent


def _number(sent: Any, into: Any) -> Any:
    if isinstance(sent, bool) or not isinstance(sent, int | float):
        return DAMAGED
    try:
        if not math.isfinite(sent) or (into is int and sent != int(sent)):
            return DAMAGED
        return into(sent)
    except OverflowError:
        return sent if into is int else DAMAGED


def _datetime(sent: str) -> Any:
    try:
        return datetime.fromisoformat(sent)
    except ValueError:
        return DAMAGED


def _is_valid_str(sent: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in sent)


def _raw(sent: Any) -> Any:
    """Return the `raw` data of an unknown item: strings that cannot be encoded are None."""
    if isinstance(sent, str):
        return sent if _is_valid_str(sent) else None
    if isinstance(sent, list):
        return [_raw(entry) for entry in sent]
    if isinstance(sent, dict):
        return {name: _raw(value) for name, value in sent.items() if _is_valid_str(name)}
    return sent
