"""JSON documents to JSON data, and values to JSON data. No error contains any of the data."""

from __future__ import annotations

import json
import math
from enum import Enum
from types import NoneType
from typing import Final, NoReturn, TypeGuard

from spotify._checks import is_mapping, is_text
from spotify.errors import DecodeError
from spotify.models.base import ABSENT, JsonObject, JsonValue, SpotifyModel

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
