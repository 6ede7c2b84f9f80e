"""Bodies that are not what they should be."""

from __future__ import annotations

import email.utils
import functools
import math
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import urlsplit

import msgspec

from spotify.testing.sandbox.accounts.errors import OAuthError
from spotify.testing.sandbox.faults.effects import (
    Cut,
    Effect,
    ForeignNext,
    Garbage,
    GarbageKind,
    Redirect,
    Reset,
    Status,
)
from spotify.testing.sandbox.http.messages import API_PREFIX, EncodedResponse, JsonObject, Request, encode
from spotify.testing.sandbox.web_api.errors import WebApiError

HTML_PAGE: Final = b"<!DOCTYPE html>\n<html><head><title>Spotify</title></head><body><h1>Sorry.</h1></body></html>\n"
HTML_HEADERS: Final = {"Content-Type": "text/html; charset=utf-8"}
JSON_HEADERS: Final = {"Content-Type": "application/json; charset=utf-8"}

_ANSWER: Final = b'{"id":"0","name":"Nothing","items":[],"total":0}'


def garbage(effect: Garbage, answer: EncodedResponse | None) -> EncodedResponse:
    """The garbage that was asked for; some kinds are made of the true answer, as far as there is one."""
    spoil = _SPOILED.get(effect.body)
    if spoil is None:
        return _made(effect)
    return EncodedResponse(200, JSON_HEADERS, spoil(answer.body if answer is not None and answer.body else _ANSWER))


@functools.lru_cache(maxsize=8)
def _made(effect: Garbage) -> EncodedResponse:
    """Kept, because some are large: made and compressed once, and one object in all records."""
    match effect.body:
        case "html":
            return EncodedResponse(200, HTML_HEADERS, HTML_PAGE)
        case "empty":
            return EncodedResponse(200, {}, b"")
        case "error-object":
            return EncodedResponse(200, JSON_HEADERS, b'{"error":{"status":500,"message":"Server error"}}')
        case "deep-nesting":
            return EncodedResponse(200, JSON_HEADERS, _nested(effect.amount))
        case "huge-number":
            return EncodedResponse(200, JSON_HEADERS, _ANSWER.replace(b":0}", b":" + b"9" * effect.amount + b"}"))
        case _:
            return EncodedResponse(200, JSON_HEADERS, _padded(effect.amount))


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


_MESSAGES: Final[Mapping[int, str]] = {
    401: "The access token expired",
    429: "API rate limit exceeded",
    500: "Server error",
    502: "Bad gateway",
    503: "Service unavailable",
}
_OAUTH_ERRORS: Final[Mapping[int, str]] = {400: "invalid_request", 401: "invalid_client"}


def damaged(
    effect: Effect | None, answer: EncodedResponse | None, request: Request, *, is_web_api: bool, now: float
) -> EncodedResponse | None:
    """What is sent instead of an answer. What the sandbox refused is never made a success.

    Args:
        effect: What is done to it.
        answer: The answer; None if the request was not executed.
        request: What is answered.
        is_web_api: Whether the Web API answers it, or the accounts service.
        now: Seconds since the epoch.

    Returns:
        What to send; None for nothing at all.
    """
    if answer is not None and answer.status >= 400 and _claims_success(effect):
        return answer
    sent = answer
    match effect:
        case Reset():
            sent = None
        case Status():
            sent = _status(effect, is_web_api=is_web_api, now=now)
        case Garbage():
            sent = garbage(effect, answer)
        case Redirect(to=to, status=status):
            sent = EncodedResponse(status, {"Location": to.rstrip("/") + _address(request, is_web_api=is_web_api)}, b"")
        case ForeignNext(to=to) if answer is not None:
            sent = _with_foreign_next(answer, to.rstrip("/"), _address(request, is_web_api=is_web_api))
        case Cut() if answer is not None and not answer.body:
            sent = EncodedResponse(200, answer.headers, b"")
        case _:
            pass
    return sent


def _claims_success(effect: Effect | None) -> bool:
    return isinstance(effect, Garbage) or (isinstance(effect, Status) and effect.status < 300)


def _address(request: Request, *, is_web_api: bool) -> str:
    """The request's path and query, as they were sent."""
    prefix, query = API_PREFIX if is_web_api else "", f"?{request.query}" if request.query else ""
    return prefix + request.path + query


def _status(effect: Status, *, is_web_api: bool, now: float) -> EncodedResponse:
    headers = {} if effect.retry_after is None else {"Retry-After": _retry_after(effect, effect.retry_after, now)}
    match effect.body_format:
        case "empty":
            return EncodedResponse(effect.status, headers, b"")
        case "html":
            return EncodedResponse(effect.status, {**headers, **HTML_HEADERS}, HTML_PAGE)
        case "json":
            message = _message(effect.status) if effect.message is None else effect.message
            if is_web_api:
                return encode(WebApiError(effect.status, message, headers, reason=effect.reason).response())
            error = effect.reason or _OAUTH_ERRORS.get(effect.status, "server_error")
            return encode(OAuthError(error, message, effect.status).response(), headers)


def _message(status: int) -> str:
    if status in _MESSAGES:
        return _MESSAGES[status]
    known = {each.value: each.phrase for each in HTTPStatus}
    return known.get(status, "Unknown error")


def _retry_after(effect: Status, retry_after: float | str, now: float) -> str:
    if effect.retry_after_as == "seconds" or isinstance(retry_after, str):
        return str(retry_after)
    return email.utils.formatdate(math.ceil(now + retry_after), usegmt=True)


def _with_foreign_next(answer: EncodedResponse, origin: str, path: str) -> EncodedResponse:
    try:
        body: object = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return answer
    _point_elsewhere(body, origin, path)
    headers = {name: value for name, value in answer.headers.items() if name != "ETag"}
    return EncodedResponse(answer.status, headers, msgspec.json.encode(body))


def _point_elsewhere(value: object, origin: str, path: str) -> None:
    """Change `next` of every page in a decoded document; a last page gets one too."""
    if isinstance(value, list):
        for each in cast("list[object]", value):
            _point_elsewhere(each, origin, path)
    elif isinstance(value, dict):
        members = cast("JsonObject", value)
        for each in members.values():
            _point_elsewhere(each, origin, path)
        if "items" in members and "next" in members:
            address = members["next"]
            if isinstance(address, str):
                parts = urlsplit(address)
                path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            members["next"] = origin + path
