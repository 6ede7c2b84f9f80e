"""JSON documents to JSON data, and values and models to JSON data and documents. No error contains any of the data.

msgspec writes all fields of a dataclass. A model that leaves out fields is a dictionary before msgspec sees it, and an
unknown item is its data; models in it are left to msgspec.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import Field
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final, NoReturn, TypeAlias, TypeGuard, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from spotify._checks import is_mapping, is_text
from spotify.errors import DecodeError
from spotify.models.base import ABSENT, JsonObject, JsonValue, SpotifyModel, model_fields
from spotify.models.playable import UnknownItem

_MAX_DIGITS: Final = 4300  # Python's default limit, which an application may lift; parsing integers is quadratic
_INTEGER_BOUND: Final = 2**63
_MAX_DEPTH: Final = 200
_FINITE: Final = frozenset({str, int, bool, NoneType})


def parse_json(data: bytes) -> JsonValue:
    """Parse a JSON document.

    Integers with too many digits become infinity, which no model accepts.

    Raises:
        DecodeError: It is not JSON. The message says what it looks like instead.
    """
    text = _decode_utf8(data)
    try:
        value: JsonValue = json.loads(text, parse_int=_parse_integer, parse_constant=_refuse_constant)
    except json.JSONDecodeError as exc:
        exc.doc = ""  # the error must not hold the document
        raise DecodeError(f"the response is not JSON: {_appearance(text, exc)}") from exc.with_traceback(None)
    except ValueError as exc:
        raise DecodeError("the response is not JSON: it contains NaN or Infinity") from exc.with_traceback(None)
    except RecursionError as exc:
        raise DecodeError("the response cannot be decoded: it is nested too deeply") from exc.with_traceback(None)
    return value


def _decode_utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # not the cause of the error below, because it holds the document
    raise DecodeError("the response is not JSON: it is not UTF-8")


def _parse_integer(digits: str) -> int | float:
    return int(digits) if len(digits.lstrip("-")) <= _MAX_DIGITS else math.inf


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _appearance(text: str, error: json.JSONDecodeError) -> str:
    start = text.lstrip()
    if not start:
        return "it is empty"
    if start.startswith("<"):
        return "it looks like an HTML page, such as proxies and gateways send"
    if start[0] not in '{["':
        return "it looks like plain text"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"it is cut off after {len(text.encode())} bytes"
    return f"it is malformed from character {error.pos} on"


def check_finite(data: JsonValue) -> None:
    """Check that parsed JSON contains neither NaN nor an infinity, which some parsers accept or return.

    Raises:
        DecodeError: It contains one.
    """
    remaining, seen = [data], set[int]()
    while remaining:
        value = remaining.pop()
        if isinstance(value, float):
            if not math.isfinite(value):
                raise DecodeError("the data is not JSON: it contains NaN or an infinity")
        elif isinstance(value, list | dict) and id(value) not in seen:
            seen.add(id(value))  # data that is not from a parser can refer to itself
            items = value.values() if isinstance(value, dict) else value
            remaining += [item for item in items if type(item) not in _FINITE]


def to_json_data(value: object, *, large_integers: bool = False) -> JsonValue:
    """Return a value as JSON data: models become objects, enumerations their values, tuples arrays.

    Args:
        value: The value.
        large_integers: Whether it may contain integers of more than 64 bits, which not every encoder accepts.

    Raises:
        TypeError: The value, or a nested one, has no JSON representation.
        ValueError: Its type has one, but the value does not: NaN, infinity, a circular reference, an invalid string.
    """
    return _to_json_data(value, 0, large_integers=large_integers)


def _to_json_data(value: object, depth: int, *, large_integers: bool) -> JsonValue:
    if depth > _MAX_DEPTH:
        raise ValueError("cannot be encoded as JSON: it is nested too deeply or refers to itself")
    if isinstance(value, SpotifyModel):
        return _to_json_data(value.to_dict(), depth + 1, large_integers=large_integers)
    if is_mapping(value):
        return {
            _object_key(key): _to_json_data(item, depth + 1, large_integers=large_integers)
            for key, item in value.items()
        }
    if _is_array(value):
        return [_to_json_data(item, depth + 1, large_integers=large_integers) for item in value]
    if value is ABSENT:
        raise TypeError("ABSENT cannot be encoded as JSON: omit the value instead")
    return scalar(value.value if isinstance(value, Enum) else value, large_integers=large_integers)


def _is_array(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    return isinstance(value, list | tuple)


def scalar(value: object, *, large_integers: bool = False) -> str | int | float | bool | None:
    """Return a value of JSON that is neither an array nor an object; see `to_json_data`.

    Raises:
        TypeError: The value is of another type.
        ValueError: The value has no JSON representation.
    """
    # Not every encoder accepts subclasses, so the value of the base class is returned.
    if isinstance(value, str):
        return _string(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) >= _INTEGER_BOUND and not large_integers:
            raise ValueError("cannot be encoded as JSON: an integer has more than 64 bits")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("cannot be encoded as JSON: it contains NaN or infinity")
        return float(value)
    raise TypeError(
        f"a value of type {type(value).__name__} cannot be encoded as JSON: expected a model, mapping, list, str, "
        "number, bool or None"
    )


def _string(value: str) -> str:
    if not is_text(value):
        raise ValueError("cannot be encoded as JSON: a string contains a lone surrogate")
    return str.__str__(value)


def _object_key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of type {type(key).__name__} cannot be encoded as JSON: expected a str")
    return _string(key)


def encodable(value: JsonValue, depth: int = 0) -> JsonValue:
    """Return JSON data with null in place of values that cannot be encoded again.

    Raises:
        RecursionError: It is nested too deeply to be encoded.
    """
    if depth > _MAX_DEPTH:
        raise RecursionError
    if isinstance(value, str):
        return value if is_text(value) else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [encodable(item, depth + 1) for item in value]
    return encodable_object(value, depth) if isinstance(value, dict) else value


def encodable_object(value: JsonObject, depth: int = 0) -> JsonObject:
    """Return a JSON object without keys, and with null in place of values, that cannot be encoded again.

    Raises:
        RecursionError: It is nested too deeply to be encoded.
    """
    return {key: encodable(item, depth + 1) for key, item in value.items() if is_text(key)}


_Writer: TypeAlias = Callable[[Any], object]
_Exclude: TypeAlias = Callable[[Any], bool]

_NOT_FINITE: Final = "cannot be encoded as JSON: it contains NaN or infinity"
_NOT_UNICODE: Final = "cannot be encoded as JSON: a string contains a lone surrogate"


def to_data(model: SpotifyModel) -> JsonObject:
    """Return a model as JSON data.

    Raises:
        TypeError: A value has no JSON representation.
    """
    data: JsonObject = msgspec.to_builtins(_written(model), enc_hook=scalar)
    return data


def to_text(model: SpotifyModel) -> str:
    """Return a model as a JSON document.

    Raises:
        TypeError: A value has no JSON representation.
        ValueError: Its type has one, but the value does not: NaN, infinity, a string that is not valid Unicode.
    """
    kind: Any = type(model)
    try:
        if not _has_floats(kind):
            return msgspec.json.encode(_written(model), enc_hook=scalar).decode()
    except UnicodeEncodeError:
        raise ValueError(_NOT_UNICODE) from None
    except OverflowError:
        pass  # an integer of more than 64 bits
    # The standard library also writes large integers, and msgspec would write null for NaN.
    return _to_text(to_data(model))


def _to_text(data: JsonObject) -> str:
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise ValueError(_NOT_FINITE) from None
    if not is_text(text):
        raise ValueError(_NOT_UNICODE)
    return text


def _written(value: object) -> object:
    """Return what msgspec writes for a model, which is often the model."""
    kind: Any = type(value)
    writer = _writer(kind) if isinstance(value, SpotifyModel) else None
    return value if writer is None else writer(value)


@cache
def _writer(model: Any) -> _Writer | None:
    """Return a function from objects of a model to what msgspec writes; None if these are the objects themselves."""
    if issubclass(model, UnknownItem):
        return _raw_data
    hints = get_type_hints(model)
    names = [field.name for field in model_fields(model)]
    excludes = [(field.name, exclude) for field in model_fields(model) if (exclude := _exclude(field)) is not None]
    writers = [(name, writer) for name in names if (writer := _value_writer(hints[name])) is not None]
    if not excludes and not writers:
        return None

    def write(model: object) -> object:
        changed: dict[str, object] = {}
        for name, writer in writers:
            value = getattr(model, name)
            written = writer(value)
            if written is not value:
                changed[name] = written
        if not excludes and not changed:
            return model
        members = {name: getattr(model, name) for name in names} | changed
        for name, exclude in excludes:
            if exclude(getattr(model, name)):
                del members[name]
        return members

    return write


def _raw_data(item: UnknownItem) -> object:
    return to_json_data(item.raw, large_integers=True)


def _exclude(field: Field[object]) -> _Exclude | None:
    """Return the function that says for which values a field is left out."""
    exclude: _Exclude | None = field.metadata.get("dataclasses_json", {}).get("exclude")
    return exclude


def _value_writer(hint: Any) -> _Writer | None:
    """Return a function from the values of a field to what msgspec writes; None if these are the values themselves."""
    if get_origin(hint) is list:
        writer = _value_writer(get_args(hint)[0])
        return None if writer is None else _list_writer(writer)
    if isinstance(hint, TypeVar):
        return _written
    if not isinstance(hint, type):
        return next((writer for part in get_args(hint) if (writer := _value_writer(part)) is not None), None)
    return _written if any(map(_is_written_otherwise, _with_subclasses(hint))) else None


def _list_writer(writer: _Writer) -> _Writer:
    def write(items: list[object] | None) -> object:
        return None if items is None else [writer(item) for item in items]

    return write


@cache
def _is_written_otherwise(model: Any) -> bool:
    """Return whether an object of a model, or one in it, is not written as msgspec would."""
    found, pending = set[Any](), [model]
    while pending:
        model = pending.pop()
        if issubclass(model, UnknownItem) or any(map(_exclude, model_fields(model))):
            return True
        found.add(model)
        hints = get_type_hints(model).values()
        pending += [nested for hint in hints for nested in _models_in(hint) if nested not in found]
    return False


def _models_in(hint: Any) -> Iterator[Any]:
    if isinstance(hint, type):
        yield from _with_subclasses(hint)
    for part in get_args(hint):
        yield from _models_in(part)


def _with_subclasses(model: Any) -> Iterator[Any]:
    """Yield a model and its subclasses: a field may hold an album where a simplified one is enough."""
    if issubclass(model, SpotifyModel):
        yield model
        for subclass in model.__subclasses__():
            yield from _with_subclasses(subclass)


@cache
def _has_floats(model: Any) -> bool:
    """Return whether a model, or one in it, has numbers that are not integers."""
    return any(map(_mentions_float, get_type_hints(model).values()))


def _mentions_float(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, SpotifyModel):
        kind: Any = hint
        return _has_floats(kind)
    return hint is float or any(map(_mentions_float, get_args(hint)))
