"""Bodies that are not what they should be."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Final, cast

import msgspec

from spotify.testing.sandbox.answers import WireAnswer
from spotify.testing.sandbox.faults.effects import Garbage, GarbageKind

HTML_PAGE: Final = b"<!DOCTYPE html>\n<html><head><title>Spotify</title></head><body><h1>Sorry.</h1></body></html>\n"
HTML_HEADERS: Final = {"Content-Type": "text/html; charset=utf-8"}
JSON_HEADERS: Final = {"Content-Type": "application/json; charset=utf-8"}

_ANSWER: Final = b'{"id":"0","name":"Nothing","items":[],"total":0}'


def garbage(effect: Garbage, answer: WireAnswer | None) -> WireAnswer:
    """The garbage that was asked for; some kinds are made of the true answer, as far as there is one."""
    spoil = _SPOILED.get(effect.body)
    if spoil is None:
        return _made(effect)
    return WireAnswer(200, JSON_HEADERS, spoil(answer.body if answer is not None and answer.body else _ANSWER))


@functools.lru_cache(maxsize=8)
def _made(effect: Garbage) -> WireAnswer:
    """Kept, because some are large: made and compressed once, and one object in all records."""
    match effect.body:
        case "html":
            return WireAnswer(200, HTML_HEADERS, HTML_PAGE)
        case "empty":
            return WireAnswer(200, {}, b"")
        case "error-object":
            return WireAnswer(200, JSON_HEADERS, b'{"error":{"status":500,"message":"Server error"}}')
        case "deep-nesting":
            return WireAnswer(200, JSON_HEADERS, _nested(effect.amount))
        case "huge-number":
            return WireAnswer(200, JSON_HEADERS, _ANSWER.replace(b":0}", b":" + b"9" * effect.amount + b"}"))
        case _:
            return WireAnswer(200, JSON_HEADERS, _padded(effect.amount))


def _nested(levels: int) -> bytes:
    opened = (b'{"items":', b"[") * (levels // 2 + 1)
    closed = (b"}", b"]") * (levels // 2 + 1)
    return b"".join(opened[:levels]) + b"0" + b"".join(reversed(closed[:levels]))


def _padded(size: int) -> bytes:
    return _ANSWER.ljust(size)[:size]


def _with_invalid_utf8(body: bytes) -> bytes:
    """Bytes that are no UTF-8 in the first member that is a text, or else in the first text."""
    before, quote, after = body.partition(b':"' if b':"' in body else b'"')
    return before + quote + b"\xff\xfe" + after if quote else b'"\xff\xfe"'


def _broken(body: bytes) -> bytes:
    return body[: max(1, len(body) // 2)]


def _retyped(value: object) -> object:
    """A value of another type, with values of other types in it."""
    match value:
        case str():
            return len(value)
        case bool() | None:
            return "yes"
        case int() | float():
            return {"value": value}
        case dict():
            return [_retyped(member) for member in cast("dict[str, object]", value).values()]
        case _:
            return {str(n): _retyped(each) for n, each in enumerate(cast("list[object]", value))}


def _nulled(value: object) -> object:
    """Null, or a list of as many nulls."""
    return [None for _ in cast("list[object]", value)] if isinstance(value, list) else None


def _each(change: Callable[[object], object], body: bytes) -> bytes:
    """Change the members of the outermost object or list."""
    try:
        value: object = msgspec.json.decode(body)
    except msgspec.DecodeError:
        value = msgspec.json.decode(_ANSWER)
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return msgspec.json.encode({name: change(member) for name, member in members.items()})
    if isinstance(value, list):
        return msgspec.json.encode([change(each) for each in cast("list[object]", value)])
    return msgspec.json.encode(change(value))


_SPOILED: Final[Mapping[GarbageKind, Callable[[bytes], bytes]]] = {
    "invalid-utf8": _with_invalid_utf8,
    "broken-json": _broken,
    "wrong-types": functools.partial(_each, _retyped),
    "nulls": functools.partial(_each, _nulled),
}
