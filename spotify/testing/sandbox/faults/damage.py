"""Applies the effect of a fault to a response: other statuses, redirects, invalid bodies."""

from __future__ import annotations

import email.utils
import functools
import math
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import msgspec

from spotify.testing.sandbox.faults.fault import (
    Cut,
    Effect,
    ForeignNext,
    Garbage,
    GarbageKind,
    Redirect,
    Reset,
    Status,
)
from spotify.testing.sandbox.http.errors import OAuthError, WebApiError
from spotify.testing.sandbox.http.messages import API_PREFIX, EncodedResponse, Json, Request, encode

_HTML_PAGE: Final = b"<!DOCTYPE html>\n<html><head><title>Spotify</title></head><body><h1>Sorry.</h1></body></html>\n"
_TEXT_HEADERS: Final = {"Content-Type": "text/plain; charset=utf-8"}
_HTML_HEADERS: Final = {"Content-Type": "text/html; charset=utf-8"}
_JSON_HEADERS: Final = {"Content-Type": "application/json; charset=utf-8"}

_MESSAGES: Final[Mapping[int, str]] = {
    401: "Missing/invalid/expired access token",
    429: "API rate limit exceeded",
    500: "Server error",
    502: "Bad gateway",
    503: "Service unavailable",
}
_MESSAGES_BY_REASON: Final[Mapping[str | None, str]] = {"QUOTA_EXCEEDED": "Too many requests"}
_OAUTH_ERRORS: Final[Mapping[int, str]] = {400: "invalid_request", 401: "invalid_client"}


def apply_effect(
    effect: Effect | None, response: EncodedResponse | None, request: Request, *, is_web_api: bool, now: float
) -> EncodedResponse | None:
    """Return the response to send instead. An error response of the sandbox never becomes a success.

    Args:
        effect: The effect; None for a delay alone.
        response: The response; None if the request was not executed.
        request: The request.
        is_web_api: Whether the request is one to the Web API, not to the accounts service.
        now: Seconds since the epoch.

    Returns:
        The response to send; None to send nothing.
    """
    is_success = isinstance(effect, Garbage) or (isinstance(effect, Status) and effect.status < 300)
    if is_success and response is not None and response.status >= 400:
        return response
    changed = response
    match effect:
        case Reset():
            changed = None
        case Status():
            changed = _status_response(effect, is_web_api=is_web_api, now=now)
        case Garbage():
            changed = _garbage_response(effect, response)
        case Redirect(to=to, status=status):
            location = to.rstrip("/") + _target(request, is_web_api=is_web_api)
            changed = EncodedResponse(status, {"Location": location}, b"")
        case ForeignNext(to=to) if response is not None:
            changed = _with_foreign_next(response, to.rstrip("/"), _target(request, is_web_api=is_web_api))
        case Cut() if response is not None and not response.body:
            changed = EncodedResponse(200, response.headers, b"")
        case _:
            pass
    return changed


def _target(request: Request, *, is_web_api: bool) -> str:
    """Return the request's path and query as they were sent."""
    prefix, query = API_PREFIX if is_web_api else "", f"?{request.query}" if request.query else ""
    return prefix + request.path + query


def _status_response(effect: Status, *, is_web_api: bool, now: float) -> EncodedResponse:
    headers = {} if effect.retry_after is None else {"Retry-After": _retry_after(effect, effect.retry_after, now)}
    match effect.body_format:
        case "empty":
            return EncodedResponse(effect.status, headers, b"")
        case "html":
            return EncodedResponse(effect.status, {**headers, **_HTML_HEADERS}, _HTML_PAGE)
        case "text":
            return EncodedResponse(effect.status, {**headers, **_TEXT_HEADERS}, _message(effect).encode())
        case "json-string":
            return EncodedResponse(effect.status, {**headers, **_JSON_HEADERS}, msgspec.json.encode(_message(effect)))
        case "json":
            message = _message(effect)
            if is_web_api:
                return encode(WebApiError(effect.status, message, headers, reason=effect.reason).response())
            error = effect.reason or _OAUTH_ERRORS.get(effect.status, "server_error")
            return encode(OAuthError(error, message, effect.status).response(), headers)


def _message(effect: Status) -> str:
    """Return the message, by default Spotify's usual one."""
    if effect.message is not None:
        return effect.message
    if effect.reason in _MESSAGES_BY_REASON:
        return _MESSAGES_BY_REASON[effect.reason]
    phrases = {each.value: each.phrase for each in HTTPStatus}
    return _MESSAGES.get(effect.status) or phrases.get(effect.status, "Unknown error")


def _retry_after(effect: Status, retry_after: float | str, now: float) -> str:
    if effect.retry_after_as == "seconds" or isinstance(retry_after, str):
        return str(retry_after)
    return email.utils.formatdate(math.ceil(now + retry_after), usegmt=True)


_SAMPLE_BODY: Final = b'{"id":"0","name":"Nothing","items":[],"total":0}'


def _garbage_response(effect: Garbage, response: EncodedResponse | None) -> EncodedResponse:
    """Return garbage; kinds that damage a body use that of the response, or a sample without one."""
    damage = _BODY_DAMAGE.get(effect.body)
    if damage is None:
        return _generated(effect)
    body = response.body if response is not None and response.body else _SAMPLE_BODY
    return EncodedResponse(200, _JSON_HEADERS, damage(body))


@functools.lru_cache(maxsize=8)
def _generated(effect: Garbage) -> EncodedResponse:
    """Cached, because bodies can be large: each is created and compressed once, and shared by all log entries."""
    match effect.body:
        case "html":
            return EncodedResponse(200, _HTML_HEADERS, _HTML_PAGE)
        case "empty":
            return EncodedResponse(200, {}, b"")
        case "error-object":
            return EncodedResponse(200, _JSON_HEADERS, b'{"error":{"status":500,"message":"Server error"}}')
        case "deep-nesting":
            return EncodedResponse(200, _JSON_HEADERS, _nested(effect.amount))
        case "huge-number":
            number = b"9" * effect.amount
            return EncodedResponse(200, _JSON_HEADERS, _SAMPLE_BODY.replace(b":0}", b":" + number + b"}"))
        case _:
            return EncodedResponse(200, _JSON_HEADERS, _SAMPLE_BODY.ljust(effect.amount)[: effect.amount])


def _nested(levels: int) -> bytes:
    opening = (b'{"items":', b"[") * (levels // 2 + 1)
    closing = (b"}", b"]") * (levels // 2 + 1)
    return b"".join(opening[:levels]) + b"0" + b"".join(reversed(closing[:levels]))


def _with_invalid_utf8(body: bytes) -> bytes:
    """Insert invalid UTF-8 into the first member that is a string, or else into the first string."""
    before, quote, after = body.partition(b':"' if b':"' in body else b'"')
    return before + quote + b"\xff\xfe" + after if quote else b'"\xff\xfe"'


def _first_half(body: bytes) -> bytes:
    return body[: max(1, len(body) // 2)]


def _with_other_type(value: Json) -> Json:
    """Return a value of another type, recursively."""
    match value:
        case str():
            return len(value)
        case bool() | None:
            return "yes"
        case int() | float():
            return {"value": value}
        case dict():
            return [_with_other_type(member) for member in value.values()]
        case list():
            return {str(index): _with_other_type(entry) for index, entry in enumerate(value)}


def _with_nulls(value: Json) -> Json:
    """Return null, or a list of as many nulls."""
    return [None for _ in value] if isinstance(value, list) else None


def _changed_members(change: Callable[[Json], Json], body: bytes) -> bytes:
    """Change each member of the outermost object, or each entry of the outermost list."""
    try:
        value: Json = msgspec.json.decode(body)
    except msgspec.DecodeError:
        value = msgspec.json.decode(_SAMPLE_BODY)
    match value:
        case dict():
            return msgspec.json.encode({name: change(member) for name, member in value.items()})
        case list():
            return msgspec.json.encode([change(entry) for entry in value])
        case _:
            return msgspec.json.encode(change(value))


_BODY_DAMAGE: Final[Mapping[GarbageKind, Callable[[bytes], bytes]]] = {
    "invalid-utf8": _with_invalid_utf8,
    "broken-json": _first_half,
    "wrong-types": functools.partial(_changed_members, _with_other_type),
    "nulls": functools.partial(_changed_members, _with_nulls),
}


def _with_foreign_next(response: EncodedResponse, origin: str, target: str) -> EncodedResponse:
    try:
        body: Json = msgspec.json.decode(response.body)
    except msgspec.DecodeError:
        return response
    _change_next(body, origin, target)
    headers = {name: value for name, value in response.headers.items() if name != "ETag"}
    return EncodedResponse(response.status, headers, msgspec.json.encode(body))


def _change_next(value: Json, origin: str, target: str) -> None:
    """Change `next` of every page in a decoded body, also of the last page; `target` is the request's own."""
    if isinstance(value, list):
        for entry in value:
            _change_next(entry, origin, target)
    elif isinstance(value, dict):
        for member in value.values():
            _change_next(member, origin, target)
        if "items" in value and "next" in value:
            next_url = value["next"]
            if isinstance(next_url, str):
                parts = urlsplit(next_url)
                target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            value["next"] = origin + target
