"""What is sent in an answer's place: from values to values."""

from __future__ import annotations

import email.utils
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import urlsplit

import msgspec

from spotify.testing.sandbox.answers import WireAnswer, encode
from spotify.testing.sandbox.errors import Refusal
from spotify.testing.sandbox.faults.effects import (
    Cut,
    Effect,
    ForeignNext,
    Garbage,
    Redirect,
    Reset,
    Status,
)
from spotify.testing.sandbox.faults.garbage import HTML_HEADERS, HTML_PAGE, garbage
from spotify.testing.sandbox.messages import API_PREFIX, JsonObject, Request
from spotify.testing.sandbox.oauth_errors import OAuthRefusal

_MESSAGES: Final[Mapping[int, str]] = {
    401: "The access token expired",
    429: "API rate limit exceeded",
    500: "Server error",
    502: "Bad gateway",
    503: "Service unavailable",
}
_OAUTH_ERRORS: Final[Mapping[int, str]] = {400: "invalid_request", 401: "invalid_client"}


def damaged(
    effect: Effect | None, answer: WireAnswer | None, request: Request, *, is_web_api: bool, now: float
) -> WireAnswer | None:
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
            sent = WireAnswer(status, {"Location": to.rstrip("/") + _address(request, is_web_api=is_web_api)}, b"")
        case ForeignNext(to=to) if answer is not None:
            sent = _with_foreign_next(answer, to.rstrip("/"), _address(request, is_web_api=is_web_api))
        case Cut() if answer is not None and not answer.body:
            sent = WireAnswer(200, answer.headers, b"")
        case _:
            pass
    return sent


def _claims_success(effect: Effect | None) -> bool:
    return isinstance(effect, Garbage) or (isinstance(effect, Status) and effect.status < 300)


def _address(request: Request, *, is_web_api: bool) -> str:
    """The request's path and query, as they were sent."""
    prefix, query = API_PREFIX if is_web_api else "", f"?{request.query}" if request.query else ""
    return prefix + request.path + query


def _status(effect: Status, *, is_web_api: bool, now: float) -> WireAnswer:
    headers = {} if effect.retry_after is None else {"Retry-After": _retry_after(effect, effect.retry_after, now)}
    match effect.body_format:
        case "empty":
            return WireAnswer(effect.status, headers, b"")
        case "html":
            return WireAnswer(effect.status, {**headers, **HTML_HEADERS}, HTML_PAGE)
        case "json":
            message = _message(effect.status) if effect.message is None else effect.message
            if is_web_api:
                return encode(Refusal(effect.status, message, headers, reason=effect.reason).answer())
            error = effect.reason or _OAUTH_ERRORS.get(effect.status, "server_error")
            return encode(OAuthRefusal(error, message, effect.status).answer(), headers)


def _message(status: int) -> str:
    if status in _MESSAGES:
        return _MESSAGES[status]
    known = {each.value: each.phrase for each in HTTPStatus}
    return known.get(status, "Unknown error")


def _retry_after(effect: Status, retry_after: float | str, now: float) -> str:
    if effect.retry_after_as == "seconds" or isinstance(retry_after, str):
        return str(retry_after)
    return email.utils.formatdate(math.ceil(now + retry_after), usegmt=True)


def _with_foreign_next(answer: WireAnswer, origin: str, path: str) -> WireAnswer:
    try:
        body: object = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return answer
    _point_elsewhere(body, origin, path)
    headers = {name: value for name, value in answer.headers.items() if name != "ETag"}
    return WireAnswer(answer.status, headers, msgspec.json.encode(body))


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
