"""Turn an answer that does not fit its model into the nearest one that does, and say where it did not.

Driven by the types of the models' fields. What does not fit is damaged:

- A damaged field takes its default: the field is left out.
- A damaged entry of a list is left out, or is None where the list may hold None. In a list of numbers or booleans,
  where positions count, one damaged entry damages the list.
- A damaged track or episode, where either may stand, becomes an `UnknownItem`.
- A damaged required field damages its object.

Not damage, and silently put right: a whole number written as `3.0` or `4.9E7`, a number without fraction where one may
be, and the other shapes that a model knows (`SpotifyModel.reshape`). A text is never taken for a number or a boolean,
nor a number for a boolean or a moment.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Final, TypeAlias, Union, cast, get_args, get_origin, get_type_hints

from spotify._checks import is_text
from spotify.errors import DecodeError
from spotify.impl.serialization.drift import DAMAGED, Damage, Findings
from spotify.impl.serialization.json_text import MAX_DEPTH, is_error, parse_timestamp
from spotify.logs import get_logger
from spotify.models import ABSENT, JsonValue, PlayableItem, SpotifyModel, UnknownItem
from spotify.models.playable import playable_class

_Check: TypeAlias = Callable[[object, Findings], object]


def repair(data: JsonValue, into: object) -> tuple[object, Findings]:
    """Return the data such that it fits a type, or `DAMAGED`, and what did not fit.

    Args:
        data: Plain JSON data. It is not changed.
        into: A model, `str`, `int`, `float`, `bool`, `datetime`, an enumeration, `object` for anything, or lists,
            dictionaries with text keys and unions with None of them.

    Raises:
        TypeError: The type is none of these.
    """
    findings = Findings()
    return _check_for(into)(data, findings), findings


def ensure_decodable(into: object) -> None:
    """Refuse a type that `repair` does not take.

    Raises:
        TypeError: It is none of those that `repair` names.
    """
    _check_for(into)


def _check_for(into: object) -> _Check:
    check = _checks.get(into)
    if check is None:
        check = (_check_for_class(into) if isinstance(into, type) else None) or _check_for_generic(into)
        if check is None:
            raise TypeError(f"cannot decode into {into!r}: expected a model, or a list, dict or optional of such")
        _checks[into] = check
    return check


def _check_for_class(into: type[object]) -> _Check | None:
    if issubclass(into, Enum):
        return _text(into.__name__)
    if into is PlayableItem:
        return _playable
    return _model(into) if issubclass(into, SpotifyModel) and is_dataclass(into) else None


def _check_for_generic(into: object) -> _Check | None:
    origin, arguments = get_origin(into), get_args(into)
    if (present := _present_type(into)) is not None:
        return _optional(_check_for(present))
    if list in (origin, into):
        return _list_of(arguments[0] if arguments else object)
    if dict in (origin, into) and (not arguments or arguments[0] is str):
        return _dict_of(arguments[1] if arguments else object)
    return None


def _present_type(into: object) -> object:
    """Return the `X` of an `X | None`; None for any other type."""
    arguments = get_args(into)
    if get_origin(into) in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
        return next(argument for argument in arguments if argument is not NoneType)
    return None


def _text(expected: str) -> _Check:
    def check(value: object, findings: Findings) -> object:
        return value if isinstance(value, str) and is_text(value) else findings.damage(expected, value)

    return check


def _boolean(value: object, findings: Findings) -> object:
    return value if isinstance(value, bool) else findings.damage("bool", value)


def _integer(value: object, findings: Findings) -> object:
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return findings.damage("int", value)


def _floating(value: object, findings: Findings) -> object:
    if type(value) is int or isinstance(value, float):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    return findings.damage("float", value)


def _timestamp(value: object, findings: Findings) -> object:
    moment = parse_timestamp(value) if isinstance(value, str) else None
    return findings.damage("datetime", value) if moment is None else moment.isoformat()


def _anything(value: object, findings: Findings) -> object:
    kept = writable(cast("JsonValue", value))
    if kept != value:
        findings.damage("what can be written again", value)
    return kept


_checks: Final[dict[object, _Check]] = {
    str: _text("str"),
    bool: _boolean,
    int: _integer,
    float: _floating,
    datetime: _timestamp,
    object: _anything,
}


_NUMBERS: Final = frozenset[object]({bool, int, float})


def _optional(check: _Check) -> _Check:
    def check_optional(value: object, findings: Findings) -> object:
        if value is None:
            return None
        result = check(value, findings)
        return None if result is DAMAGED else result

    return check_optional


def _nullable(check: _Check) -> _Check:
    def check_nullable(value: object, findings: Findings) -> object:
        return None if value is None else check(value, findings)

    return check_nullable


def _list_of(item_type: object) -> _Check:
    check = _check_for(item_type)
    positions_count = item_type in _NUMBERS

    def check_list(value: object, findings: Findings) -> object:
        if not isinstance(value, list):
            return findings.damage("list", value)
        results: list[object] = []
        for index, item in enumerate(cast("list[object]", value)):
            findings.enter(f"[{index}]")
            result = check(item, findings)
            findings.leave()
            if result is not DAMAGED:
                results.append(result)
            elif positions_count:
                return DAMAGED
        return results

    return check_list


def _dict_of(value_type: object) -> _Check:
    check = _check_for(value_type)

    def check_dict(value: object, findings: Findings) -> object:
        if not isinstance(value, dict):
            return findings.damage("dict", value)
        findings.enter("[…]")
        results = {key: check(item, findings) for key, item in cast("dict[str, object]", value).items() if is_text(key)}
        findings.leave()
        return {key: result for key, result in results.items() if result is not DAMAGED}

    return check_dict


def _model(model: type[SpotifyModel]) -> _Check:
    hints = get_type_hints(model)
    plan = [
        (
            item.name,
            f".{item.name}",
            _check_for_field(hints[item.name], item.default),
            item.default is MISSING and item.default_factory is MISSING,
        )
        for item in fields(model)  # type: ignore[arg-type]
    ]

    def check_model(value: object, findings: Findings) -> object:
        if not isinstance(value, dict):
            return findings.damage(model.__name__, value)
        data = cast("Mapping[str, object]", model.reshape(cast("dict[str, JsonValue]", value)))
        results: dict[str, object] = {}
        for name, step, check, required in plan:
            item = data.get(name, MISSING)
            if item is MISSING and not required:
                continue
            findings.enter(step)
            result = check(item, findings)
            findings.leave()
            if result is not DAMAGED:
                results[name] = result
            elif required:
                return DAMAGED
        return results

    return check_model


def _check_for_field(hint: object, default: object) -> _Check:
    present = _present_type(hint)
    # Where null and absent differ, damage is not null.
    return _check_for(hint) if present is None or default is not ABSENT else _nullable(_check_for(present))


def _playable(value: object, findings: Findings) -> object:
    if not isinstance(value, dict):
        return findings.damage(PlayableItem.__name__, value)
    data = cast("dict[str, JsonValue]", value)
    kind = playable_class(data)
    result = DAMAGED if kind is None else _check_for(kind)(data, findings)
    return UnknownItem(raw=cast("dict[str, JsonValue]", writable(data))) if result is DAMAGED else result


def writable(value: JsonValue, depth: int = 0) -> JsonValue:
    """Return data with null for what could not be written as JSON again.

    Raises:
        RecursionError: It is nested too deeply for that.
    """
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, str):
        return value if is_text(value) else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [writable(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: writable(item, depth + 1) for key, item in value.items() if is_text(key)}
    return value


_log: Final = get_logger(__name__)
_MODULES: Final = re.compile(r"\b\w+\.")


def fitted(data: JsonValue, into: object, *, strict: bool) -> object:
    """Return the data such that it fits a type, and log once what had to be repaired.

    Args:
        data: Plain JSON data.
        into: What `repair` takes.
        strict: Whether damage is refused instead of repaired.

    Raises:
        DecodeError: The data is damaged, and strictness or the place of the damage rules out a repair; or it is
            an error.
        TypeError: The type is not one that can be decoded into.
    """
    if is_error(data, into):
        raise _error(into, Damage("$", type_name(into), "an error"))
    try:
        repaired, findings = repair(data, into)
    except RecursionError as exc:
        raise DecodeError("the answer cannot be read: it is nested too deeply") from exc.with_traceback(None)
    if repaired is DAMAGED and findings.last is not None:
        raise _error(into, findings.last)
    if not findings.damages:
        return repaired
    if strict:
        raise _error(into, findings.damages[0])
    _log.warning(
        "response_drift",
        model=type_name(into),
        path=findings.damages[0].path,
        count=findings.count,
        damages=[str(damage) for damage in findings.damages],
    )
    return repaired


def type_name(into: object) -> str:
    """Return a type's name for people."""
    return into.__name__ if isinstance(into, type) and not get_args(into) else _MODULES.sub("", str(into))


def _error(into: object, damage: Damage) -> DecodeError:
    return DecodeError(f"the answer does not fit {type_name(into)} at {damage}", path=damage.path)
