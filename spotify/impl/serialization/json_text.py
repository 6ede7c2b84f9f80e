"""JSON text into plain data and values into plain data, with errors that help and hold none of the data."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Any, Final, NoReturn, cast

from spotify._checks import is_text
from spotify.errors import DecodeError
from spotify.models import ABSENT, JsonValue, SpotifyModel

_MAX_DIGITS: Final = 4300  # Python's own default bound, which an application may have lifted; reading is quadratic
_INTEGER_BOUND: Final = 2**63

MAX_DEPTH: Final = 200
"""How deep data can be nested that is kept as it came, and written again."""


def read_json(data: bytes) -> JsonValue:
    """Read a JSON document.

    Numbers that Python cannot hold come out as infinity, for whoever looks at them to refuse.

    Raises:
        DecodeError: It is not JSON; the message says what it looks like instead.
    """
    text = _decode(data)
    try:
        return cast("JsonValue", json.loads(text, parse_int=_integer, parse_constant=_refuse_constant))
    except json.JSONDecodeError as exc:
        exc.doc = ""  # the document does not travel with the error
        raise DecodeError(f"the answer is not JSON: {_appearance(text, exc)}") from exc.with_traceback(None)
    except ValueError as exc:
        raise DecodeError("the answer is not JSON: it holds NaN or Infinity") from exc.with_traceback(None)
    except RecursionError as exc:
        raise DecodeError("the answer cannot be read: it is nested too deeply") from exc.with_traceback(None)


def to_plain(value: object) -> JsonValue:
    """Return a value as what JSON knows: models become objects, enumerations their texts, tuples arrays.

    Raises:
        TypeError: The value, or something in it, has no form in JSON.
        ValueError: It is of a type that JSON knows, but cannot be written: NaN, infinity, a loop, broken text.
    """
    return _to_plain(value, 0)


def _to_plain(value: object, depth: int) -> JsonValue:
    if depth > MAX_DEPTH:
        raise ValueError("cannot be written as JSON: nested too deeply, or inside itself")
    if isinstance(value, SpotifyModel):
        return _to_plain(value.to_dict(), depth + 1)
    if isinstance(value, Mapping):
        return {_key(key): _to_plain(item, depth + 1) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_to_plain(item, depth + 1) for item in cast("list[object]", value)]
    if value is ABSENT:
        raise TypeError("ABSENT cannot be written as JSON: it stands for what did not come; leave it out")
    return _plain_scalar(value.value if isinstance(value, Enum) else value)


def _plain_scalar(value: object) -> str | int | float | bool | None:
    # Of a subclass, which not every writer takes, what it is made of is returned.
    if isinstance(value, str):
        if not is_text(value):
            raise ValueError("cannot be written as JSON: a text holds half of a character (a lone surrogate)")
        return str.__str__(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("cannot be written as JSON: NaN and infinity have no form there")
    if isinstance(value, int) and abs(value) >= _INTEGER_BOUND:
        raise ValueError("cannot be written as JSON: a whole number has more than 64 bits")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return int(value) if isinstance(value, int) else float(value)
    raise TypeError(
        f"a value of type {type(value).__name__} cannot be written as JSON: expected a model, mapping, list, text, "
        "number, boolean or None"
    )


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of type {type(key).__name__} cannot be written as JSON: expected a text")
    return cast("str", _plain_scalar(key))


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits.lstrip("-")) <= _MAX_DIGITS else math.inf


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass  # left behind here, for it holds the whole document
    raise DecodeError("the answer is not JSON: it is not UTF-8 text")


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


def model_without_members(into: object) -> SpotifyModel | None:
    """Return what an object without members is decoded to; None for a type that requires some."""
    if not (isinstance(into, type) and issubclass(into, SpotifyModel) and is_dataclass(cast("object", into))):
        return None
    required = any(item.default is MISSING and item.default_factory is MISSING for item in fields(cast("Any", into)))
    return None if required else into()


def is_error(data: JsonValue, into: object) -> bool:
    """Tell whether an object names an error, and has nothing of the model that would not miss it."""
    if not isinstance(data, dict) or "error" not in data or (model := model_without_members(into)) is None:
        return False
    return data.keys().isdisjoint(item.name for item in fields(cast("Any", model)))


_RFC3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):?(\d\d))?", re.ASCII
)


def parse_timestamp(text: str) -> datetime | None:
    """Return the moment that an RFC 3339 text names, to the nearest microsecond; None if it names none.

    A text without time zone gives a moment without one.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    *numbers, fraction, zulu, sign, hours, minutes = match.groups()
    try:
        moment = datetime(*map(int, numbers), tzinfo=_zone(zulu, sign, hours, minutes))  # type: ignore[arg-type,misc]
        return moment + timedelta(microseconds=_microseconds(fraction)) if fraction else moment
    except (OverflowError, ValueError):
        return None


def _zone(zulu: str | None, sign: str | None, hours: str | None, minutes: str | None) -> timezone | None:
    if zulu is not None:
        return UTC
    if sign is None or hours is None or minutes is None:
        return None
    if int(minutes) > 59:
        raise ValueError("no such offset")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def _microseconds(fraction: str) -> int:
    digits = fraction.ljust(7, "0")
    return int(digits[:6]) + (digits[6] >= "5")
