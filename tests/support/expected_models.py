"""What an answer has to be decoded to, told by the annotations of the models and the rules for what is damaged.

It knows neither serializer, and builds the models by their constructors: what both agree on can still be wrong.
"""

from __future__ import annotations

import math
from dataclasses import MISSING, fields
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from spotify.models import ABSENT, Episode, PlayableItem, SpotifyModel, Track, UnknownItem

#: In the place of what cannot be mended.
DAMAGED: Final = object()

_NUMBERS: Final = {bool, int, float}
_PLAYABLE: Final = {"track": Track, "episode": Episode}


def expected_answer(sent: Any, into: Any) -> Any:
    """Return what an answer has to become; `DAMAGED` where that is an error, as an error in its place is."""
    is_model = isinstance(into, type) and issubclass(into, SpotifyModel)
    if is_model and isinstance(sent, dict) and "error" in sent and not _annotations(into).keys() & sent.keys():
        return DAMAGED
    return expected(sent, into)


def expected(sent: Any, into: Any) -> Any:
    """Return what plain JSON data has to become; `DAMAGED` where that is an error."""
    if get_origin(into) in (Union, UnionType):
        (present,) = [each for each in get_args(into) if each is not NoneType]
        found = None if sent is None else expected(sent, present)
        return None if found is DAMAGED else found
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
    found = [expected(each, item) for each in sent]
    if item in _NUMBERS:
        return DAMAGED if DAMAGED in found else found
    return [each for each in found if each is not DAMAGED]


def _playable(sent: Any) -> Any:
    if not isinstance(sent, dict):
        return DAMAGED
    kind = sent.get("type")
    model = _PLAYABLE.get(kind.lower()) if isinstance(kind, str) else None
    found = DAMAGED if model is None else _model(sent, model)
    return UnknownItem(raw=_kept(sent)) if found is DAMAGED else found


@cache
def _annotations(model: type[SpotifyModel]) -> dict[str, Any]:
    return get_type_hints(model)


def _model(sent: Any, model: type[Any]) -> Any:
    if not isinstance(sent, dict):
        return DAMAGED
    sent = model.reshape(sent)
    members: dict[str, Any] = {}
    for each in fields(model):
        required = each.default is MISSING and each.default_factory is MISSING
        found = DAMAGED
        if each.name in sent:
            found = expected(sent[each.name], _annotations(model)[each.name])
            if each.default is ABSENT and found is None and sent[each.name] is not None:
                found = DAMAGED  # where null and absent differ, damage is not null
        if found is not DAMAGED:
            members[each.name] = found
        elif required:
            return DAMAGED
    return model(**members)


def _scalar(sent: Any, into: Any) -> Any:
    if issubclass(into, bool):
        return sent if isinstance(sent, bool) else DAMAGED
    if into in (int, float):
        return _number(sent, into)
    if not isinstance(sent, str) or not _is_text(sent):
        return DAMAGED
    if issubclass(into, Enum):
        return into(sent)
    return _moment(sent) if into is datetime else sent


def _number(sent: Any, into: Any) -> Any:
    if isinstance(sent, bool) or not isinstance(sent, int | float):
        return DAMAGED
    try:
        if not math.isfinite(sent) or (into is int and sent != int(sent)):
            return DAMAGED
        return into(sent)
    except OverflowError:
        return sent if into is int else DAMAGED


def _moment(sent: str) -> Any:
    try:
        return datetime.fromisoformat(sent)
    except ValueError:
        return DAMAGED


def _is_text(sent: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in sent)


def _kept(sent: Any) -> Any:
    """Return data as an unknown item keeps it: with null in the place of what could not be written again."""
    if isinstance(sent, str):
        return sent if _is_text(sent) else None
    if isinstance(sent, list):
        return [_kept(each) for each in sent]
    if isinstance(sent, dict):
        return {name: _kept(each) for name, each in sent.items() if _is_text(name)}
    return sent
