"""The bodies of error responses: Spotify's error objects, lines of text, and the HTML pages of gateways."""

from __future__ import annotations

import html
import json
import re
from http import HTTPStatus
from typing import Final, NamedTuple, TypeAlias

from spotify._checks import is_json_object

_JsonObject: TypeAlias = dict[str, object]

_MAX_MESSAGE: Final = 500  # characters; Spotify's own messages are one sentence
_MAX_REASON: Final = 100
_MAX_TEXT: Final = 2_000  # bytes; a longer text is a document, not a message
PREFIX: Final = 200  # bytes: enough to tell HTML from JSON
_TITLE: Final = re.compile(rb"<title[^>]*>([^<]{1,300})</title>", re.IGNORECASE)
#: Messages that give no reason, in lower case.
_PHRASES: Final = frozenset({"forbidden", "not found", "resource not found", "service not found"})


class ErrorBody(NamedTuple):
    """What the body of an error response says.

    Attributes:
        message: Spotify's message, a short text, the title of an HTML page, or else the standard phrase of the status.
        reason: The machine-readable reason; None if there is none.
        is_error_object: Whether it is an error object of Spotify. Gateways send other bodies.
        is_unexplained: Whether it is an error object without a reason, and without a message that gives one.
    """

    message: str
    reason: str | None
    is_error_object: bool
    is_unexplained: bool


def is_html(body: bytes) -> bool:
    """Return whether the body is an HTML or XML document."""
    return body[:PREFIX].lstrip().startswith(b"<")


def parse_json_object(body: bytes) -> _JsonObject | None:
    """Return the JSON object; None if the body is anything else."""
    document = _parse_json(body)
    return document if is_json_object(document) else None


def status_of(document: _JsonObject | None) -> int | None:
    """Return the status in an error object; None if the document is not one."""
    error = None if document is None else document.get("error")
    status = error.get("status") if is_json_object(error) else None
    return status if isinstance(status, int) and 400 <= status < 600 else None


def read_error_body(body: bytes, status: int) -> ErrorBody:
    """Read the body of a response with an error status, which can be anything.

    Spotify sends `{"error": {"message", "reason"}}`, the token endpoint `{"error": "code", "error_description"}`.
    """
    phrase = _phrase(status)
    if is_html(body):
        title = _TITLE.search(body)
        text = None if title is None else _one_line(html.unescape(title[1].decode("utf-8", errors="replace")))
        return ErrorBody(f"{phrase} (HTML page: {text})" if text else phrase, None, False, False)
    document = _parse_json(body)
    if not is_json_object(document):
        text = document if isinstance(document, str) else None
        return ErrorBody(_one_line(text) or phrase if text else phrase, None, False, False)
    error = document.get("error")
    if isinstance(error, str):
        description = document.get("error_description")
        text = description if isinstance(description, str) and description else error
        return ErrorBody(_printable(text, _MAX_MESSAGE), _printable(error, _MAX_REASON), True, False)
    # Spotify's description of the API shows the 400 of /me/library without the outer object.
    fields = error if is_json_object(error) else document
    message, reason = fields.get("message"), fields.get("reason")
    message = _printable(message, _MAX_MESSAGE) if isinstance(message, str) and message else None
    reason = _printable(reason, _MAX_REASON) if isinstance(reason, str) and reason else None
    is_error_object = is_json_object(error) or (message is not None and "status" in fields)
    is_phrase = message is None or message.lower().rstrip(".") in {phrase.lower()} | _PHRASES
    return ErrorBody(message or phrase, reason, is_error_object, is_error_object and reason is None and is_phrase)


def _parse_json(body: bytes) -> object:
    """Return the JSON value, or the text of a body that is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _plain_text(body)


def _plain_text(body: bytes) -> str | None:
    """Return a short text body; None for a long one, binary data and damaged JSON."""
    if len(body) > _MAX_TEXT or body.lstrip()[:1] in {b"{", b"["}:
        return None
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _one_line(text: str) -> str:
    return _printable(" ".join(text.split()), _MAX_MESSAGE)


def _printable(value: str, max_length: int) -> str:
    """Return a str from outside as part of a log line: cut to a length, without control characters."""
    cut = value if len(value) <= max_length else f"{value[:max_length]}…"
    return cut if cut.isprintable() else "".join(char if char.isprintable() else "\ufffd" for char in cut)


def _phrase(status: int) -> str:
    if 300 <= status < 400:
        return "Redirect, which is not followed"
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unexpected status"
