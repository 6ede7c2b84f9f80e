"""Converting JSON data that does not match a model to data that does, with as little loss as possible.

Derived from the types of the models' fields. A value that does not match is damaged:

- A damaged field is omitted, so that it has its default.
- A damaged item of a list is omitted, or None if the list may contain None. In a list of numbers or bools, where the
  index matters, a damaged item damages the list.
- A damaged track or episode, where either may occur, is kept as it is and decoded as an `UnknownItem`.
- A damaged required field damages its object.

Not damaged: an integer sent as `3.0` or `4.9E7`, a float sent without a fraction, and the other structures known to the
models (`SpotifyModel.reshape`). A string never becomes a number or a bool, nor a number a bool or a datetime.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from types import NoneType, UnionType
from typing import Final, TypeAlias, Union, get_args, get_origin, get_type_hints

from spotify._checks import is_text
from spotify.errors import DecodeError
from spotify.impl.serialization.drift import MISSING, Damage, Drift, Missing, type_name
from spotify.impl.serialization.json_text import encodable, encodable_object
from spotify.models import ABSENT, JsonValue, PlayableItem, SpotifyModel
from spotify.models.base import is_required, model_fields
from spotify.models.playable import playable_class

_Converter: TypeAlias = Callable[["JsonValue | Missing", Drift], "JsonValue | Damage"]


def repair(data: JsonValue, into: object, *, strict: bool) -> JsonValue:
    """Return data that matches a type, and log how the given data differs from it.

    Args:
        data: JSON data. It is not modified.
        into: A model, `str`, `int`, `float`, `bool`, `datetime`, an enumeration, `object` for any value, or lists,
            dictionaries with str keys and optionals of them.
        strict: Whether to refuse damaged data instead.

    Raises:
        DecodeError: The data is damaged and either cannot be repaired or must not be; or it is an error object.
        TypeError: `into` is none of these types.
    """
    if _is_error_object(data, into):
        raise Damage("$", type_name(into), "an error").error(into)
    drift = Drift()
    try:
        repaired = _converter_for(into)(data, drift)
    except RecursionError as exc:
        raise DecodeError("the response cannot be decoded: it is nested too deeply") from exc.with_traceback(None)
    if isinstance(repaired, Damage):
        raise repaired.error(into)
    if strict and drift.first is not None:
        raise drift.first.error(into)
    drift.log(into)
    return repaired


def check_decodable(into: object) -> None:
    """Check that `repair` accepts a type.

    Raises:
        TypeError: It does not.
    """
    _converter_for(into)


def empty_model(into: object) -> SpotifyModel | None:
    """Return the model that an empty JSON object is decoded to; None for a type that requires fields."""
    if not (isinstance(into, type) and issubclass(into, SpotifyModel)) or into is PlayableItem:
        return None
    return None if any(is_required(field) for field in model_fields(into)) else into()


def _is_error_object(data: JsonValue, into: object) -> bool:
    """Return whether data has an `error` and no field of a model that requires none, and would decode it as empty."""
    if not isinstance(data, dict) or "error" not in data or (model := empty_model(into)) is None:
        return False
    return data.keys().isdisjoint(field.name for field in model_fields(type(model)))


def _converter_for(into: object) -> _Converter:
    converter = _converters.get(into)
    if converter is None:
        converter = (_converter_for_class(into) if isinstance(into, type) else None) or _converter_for_generic(into)
        if converter is None:
            raise TypeError(f"cannot decode into {into!r}: expected a model, or a list, dict or optional of such")
        _converters[into] = converter
    return converter


def _converter_for_class(into: type[object]) -> _Converter | None:
    if issubclass(into, Enum):
        return _string(into.__name__)
    if into is PlayableItem:
        return _playable
    return _model(into) if issubclass(into, SpotifyModel) and model_fields(into) else None


def _converter_for_generic(into: object) -> _Converter | None:
    origin, arguments = get_origin(into), get_args(into)
    if (value_type := _optional_type(into)) is not None:
        return _optional(_converter_for(value_type))
    if list in (origin, into):
        return _list(arguments[0] if arguments else object)
    if dict in (origin, into) and (not arguments or arguments[0] is str):
        return _dict(arguments[1] if arguments else object)
    return None


def _optional_type(into: object) -> object:
    """Return the `X` of an `X | None`; None for any other type."""
    arguments = get_args(into)
    if get_origin(into) in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
        return next(argument for argument in arguments if argument is not NoneType)
    return None


def _string(expected: str) -> _Converter:
    def convert(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
        return value if isinstance(value, str) and is_text(value) else drift.add(expected, value)

    return convert


def _bool(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
    return value if isinstance(value, bool) else drift.add("bool", value)


def _int(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return drift.add("int", value)


def _float(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
    if type(value) is int or isinstance(value, float):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    return drift.add("float", value)


def _datetime(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
    timestamp = parse_timestamp(value) if isinstance(value, str) else None
    return drift.add("datetime", value) if timestamp is None else timestamp.isoformat()


def _object(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
    if isinstance(value, Missing):
        return drift.add("a value", value)
    result = encodable(value)
    if result != value:
        drift.add("a value that can be encoded", value)
    return result


_converters: Final[dict[object, _Converter]] = {
    str: _string("str"),
    bool: _bool,
    int: _int,
    float: _float,
    datetime: _datetime,
    object: _object,
}

_INDEXED_TYPES: Final = frozenset[object]({bool, int, float})


def _optional(converter: _Converter) -> _Converter:
    def convert(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
        if value is None:
            return None
        result = converter(value, drift)
        return None if isinstance(result, Damage) else result

    return convert


def _nullable(converter: _Converter) -> _Converter:
    def convert(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
        return None if value is None else converter(value, drift)

    return convert


def _list(item_type: object) -> _Converter:
    converter = _converter_for(item_type)
    index_matters = item_type in _INDEXED_TYPES

    def convert(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
        if not isinstance(value, list):
            return drift.add("list", value)
        results: list[JsonValue] = []
        for index, item in enumerate(value):
            drift.enter(f"[{index}]")
            result = converter(item, drift)
            drift.leave()
            if not isinstance(result, Damage):
                results.append(result)
            elif index_matters:
                return result
        return results

    return convert


def _dict(value_type: object) -> _Converter:
    converter = _converter_for(value_type)

    def convert(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
        if not isinstance(value, dict):
            return drift.add("dict", value)
        drift.enter("[…]")
        results = {key: converter(item, drift) for key, item in value.items() if is_text(key)}
        drift.leave()
        return {key: result for key, result in results.items() if not isinstance(result, Damage)}

    return convert


def _model(model: type[SpotifyModel]) -> _Converter:
    hints = get_type_hints(model)
    plan = [
        (field.name, f".{field.name}", _field_converter(hints[field.name], field.default), is_required(field))
        for field in model_fields(model)
    ]

    def convert(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
        if not isinstance(value, dict):
            return drift.add(model.__name__, value)
        data = model.reshape(value)
        results: dict[str, JsonValue] = {}
        for name, step, converter, required in plan:
            item = data.get(name, MISSING)
            if item is MISSING and not required:
                continue
            drift.enter(step)
            result = converter(item, drift)
            drift.leave()
            if not isinstance(result, Damage):
                results[name] = result
            elif required:
                return result
        return results

    return convert


def _field_converter(hint: object, default: object) -> _Converter:
    value_type = _optional_type(hint)
    if value_type is None or default is not ABSENT:
        return _converter_for(hint)
    # Where null and absent differ, a damaged value is not null.
    return _nullable(_converter_for(value_type))


def _playable(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
    if not isinstance(value, dict):
        return drift.add(PlayableItem.__name__, value)
    model = playable_class(value)
    result = None if model is None else _converter_for(model)(value, drift)
    return encodable_object(value) if result is None or isinstance(result, Damage) else result


_RFC_3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):?(\d\d))?", re.ASCII
)


def parse_timestamp(text: str) -> datetime | None:
    """Return an RFC 3339 timestamp rounded to microseconds, without time zone if the text has none.

    Accepts what msgspec accepts. Returns None for any other text.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        return None
    *numbers, fraction, zulu, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = map(int, numbers)
    try:
        timestamp = datetime(year, month, day, hour, minute, second, tzinfo=_time_zone(zulu, sign, hours, minutes))
        return timestamp + timedelta(microseconds=_microseconds(fraction)) if fraction else timestamp
    except (OverflowError, ValueError):
        return None


def _time_zone(zulu: str | None, sign: str | None, hours: str | None, minutes: str | None) -> timezone | None:
    if zulu is not None:
        return UTC
    if sign is None or hours is None or minutes is None:
        return None
    if int(minutes) > 59:
        raise ValueError("not a UTC offset")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def _microseconds(fraction: str) -> int:
    digits = fraction.ljust(7, "0")
    return int(digits[:6]) + (digits[6] >= "5")
