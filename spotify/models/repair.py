"""Converting JSON data that does not match a model to data that does, with as little loss as possible.

Derived from the types of the models' fields. A value that does not match is damaged:

- A damaged field is omitted, so that it has its default.
- A damaged item of a list in a playlist, a library, a queue or a history keeps its place, because positions matter
  there: as an entry without its object, or as an `UnknownItem`. In a list that may contain None it is None; in any
  other list it is omitted. In a list of numbers or bools a damaged item damages the list.
- A page whose items are damaged, or missing although it has other members, is empty and marked (`Page.items_damaged`);
  likewise a page beside other members (`FeaturedPlaylists`), and the tracks of `Recommendations`.
- A damaged essential field damages its object: the list or page that a response consists of.

Not damaged: an integer sent as `3.0` or `4.9E7`, a float sent without a fraction, null for an empty list, and the other
structures known to the models (`SpotifyModel.reshape`). A string never becomes a number or a bool, nor a number a bool
or a datetime.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import Field
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from types import NoneType, UnionType
from typing import Final, TypeAlias, Union, get_args, get_origin, get_type_hints

from spotify._checks import is_text
from spotify.errors import DecodeError
from spotify.models.base import ABSENT, JsonValue, SpotifyModel, is_required, model_fields
from spotify.models.common import AddedItem, PlayableItem, Several
from spotify.models.drift import MISSING, Damage, Drift, Missing, type_name
from spotify.models.json_data import encodable, encodable_object
from spotify.models.pages import CursorPage, Page
from spotify.models.playable import playable_class
from spotify.models.player import PlayHistory

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
    """Return whether data has an `error` and no field of a model that requires none, and would decode it as empty.

    Error objects have a `message` too.
    """
    if not isinstance(data, dict) or "error" not in data or (model := empty_model(into)) is None:
        return False
    return data.keys().isdisjoint({field.name for field in model_fields(type(model))} - {"message"})


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
_PAGES: Final = (Page, CursorPage)
_ENTRIES: Final = (AddedItem, PlayHistory)


def _optional(converter: _Converter) -> _Converter:
    def convert(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
        if value is None:
            return None
        result = converter(value, drift)
        return None if isinstance(result, Damage) else result

    return convert


def _null_as(replacement: JsonValue, converter: _Converter) -> _Converter:
    def convert(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
        return replacement if value is None else converter(value, drift)

    return convert


def _list(item_type: object) -> _Converter:
    converter = _converter_for(item_type)
    index_matters = item_type in _INDEXED_TYPES
    # Not a list of tracks: `Track` extends `PlayableItem`.
    keeps_place = item_type is PlayableItem or (isinstance(item_type, type) and issubclass(item_type, _ENTRIES))

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
            elif keeps_place:
                results.append({})
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
        (
            field.name,
            f".{field.name}",
            _field_converter(hints[field.name], field.default),
            is_required(field),
            _is_essential(model, field, hints[field.name]),
        )
        for field in model_fields(model)
    ]
    holds_several = issubclass(model, Several)
    names = {field.name for field in model_fields(model)}
    pages = {name for name in names if _is_page(hints[name])}

    def convert(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
        if not isinstance(value, dict):
            return drift.add(model.__name__, value)
        data = model.reshape(value)
        results: dict[str, JsonValue] = {}
        for name, step, converter, required, essential in plan:
            item = data.get(name, MISSING)
            if item is MISSING and not required:
                continue
            drift.enter(step)
            result = converter(item, drift)
            drift.leave()
            if not isinstance(result, Damage):
                results[name] = result
            elif f"{name}_damaged" in names and not names.isdisjoint(data):
                results |= {name: [], f"{name}_damaged": True}
            elif name in pages and not (names - {name}).isdisjoint(data):
                results[name] = {"items": [], "items_damaged": True}
            elif essential:
                return result
        if holds_several:
            _mark_unreadable(data, results)
        return results

    return convert


def _is_essential(model: type[SpotifyModel], field: Field[object], hint: object) -> bool:
    """Return whether an object without this field would pass for an empty list."""
    if is_required(field) or _is_page(hint):
        return True
    return get_origin(hint) is list and len(model_fields(model)) == 1


def _is_page(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, _PAGES)


def _mark_unreadable(data: Mapping[str, JsonValue], results: dict[str, JsonValue]) -> None:
    """Add the indices of the entries that are not null in the data, but in the result."""
    for name, objects in results.items():
        sent = data[name]
        if isinstance(objects, list) and isinstance(sent, list):
            unreadable = [index for index, item in enumerate(objects) if item is None and sent[index] is not None]
            results["unreadable"] = [*unreadable]
            return


def _field_converter(hint: object, default: object) -> _Converter:
    value_type = _optional_type(hint)
    if value_type is None and get_origin(hint) is list:
        return _null_as([], _converter_for(hint))
    if _is_page(hint):
        return _null_as({"items": []}, _converter_for(hint))
    if value_type is None or default is not ABSENT:
        return _converter_for(hint)
    # Where null and absent differ, a damaged value is not null.
    return _null_as(None, _converter_for(value_type))


def _playable(value: JsonValue | Missing, drift: Drift) -> JsonValue | Damage:
    if not isinstance(value, dict):
        return drift.add(PlayableItem.__name__, value)
    if playable_class(value) is None:
        value = encodable_object(value)  # without an invalid `type`, other members decide
    model = playable_class(value)
    if model is None:
        return value
    result = _converter_for(model)(value, drift)
    return {"type": model.__name__.lower(), **result} if isinstance(result, dict) else result


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
