"""The bodies of error responses: Spotify's error objects, lines of text, and the HTML pages of gateways.

A page of a gateway or proxy can repeat the request, in any encoding: secrets are removed first.
"""

from __future__ import annotations

import html
import json
import re
from binascii import a2b_base64
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Final, NamedTuple, TypeAlias

from spotify._checks import is_json_object
from spotify.credentials import MASK, Secret
from spotify.interfaces.transport import HttpResponse

_JsonObject: TypeAlias = dict[str, object]

_MAX_MESSAGE: Final = 500  # characters; Spotify's own messages are one sentence
_MAX_REASON: Final = 100
_MAX_TEXT: Final = 2_000  # bytes; a longer text is a document, not a message
PREFIX: Final = 200  # bytes: enough to tell HTML from JSON
_TITLE: Final = re.compile(rb"<title[^>]*>([^<]{1,300})</title>", re.IGNORECASE)
#: Messages that give no reason, in lower case.
_PHRASES: Final = frozenset({"forbidden", "not found", "resource not found", "service not found"})


class ErrorBody(NamedTuple):
    """What the body of an error response says."""

    message: str
    """Spotify's message, a short text, the title of an HTML page, or else the standard phrase of the status."""
    reason: str | None
    """The machine-readable reason; None if there is none."""
    is_error_object: bool
    """Whether it is an error object of Spotify. Gateways send other bodies."""
    is_unexplained: bool
    """Whether it is an error object without a reason, and without a message that gives one."""


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


# A shorter one is a placeholder, which may also be a word of the message. Spotify's secrets have 32 characters or more.
_MIN_SECRET: Final = 16
# Bytes that are read of an error response. Spotify's have a hundred.
_MAX_BODY: Final = 8 * 1024
# A part of a secret counts as well. Each part of 15 characters contains one of these.
_PART: Final = 12
_STRIDE: Final = 4

# `%41`, `=41`, `\x41`, `\u0041`, `%u0041`, `\/`
_ESCAPE: Final = re.compile(r"(?:%|=|\\x|\\u00|%u00)([0-9A-Fa-f]{2})|\\([^ux])")
_TAG: Final = re.compile(r"<[^<>]*>")
_IGNORED: Final = re.compile(r"[\s\0]+")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_HEX: Final = re.compile(r"[0-9A-Fa-f]{2}(?:[:-]?[0-9A-Fa-f]{2}){11,}")
_NO_HEX: Final = re.compile(r"[:-]")
_TEXT: Final = re.compile(rb"[\0-\x7e]{12,}")
_URL_SAFE: Final = str.maketrans("-_", "+/")
# Encodings of encodings, such as base64 with its `+` and `=` percent-encoded, in a string of JSON.
_MAX_DEPTH: Final = 2
_MAX_FORMS: Final = 40


def without_secrets(response: HttpResponse, *secrets: Secret) -> HttpResponse:
    """Return an error response whose body shows none of the secrets, and is at most 8 KiB long.

    A secret is replaced by a mask. A body that has one in another encoding, or a part of one, is replaced as a whole.
    """
    revealed = [value for value in (secret.reveal() for secret in secrets) if len(value) >= _MIN_SECRET]
    body = response.body
    for value in revealed:
        body = body.replace(value.encode("utf-8", "surrogatepass"), MASK.encode())
    body = body[:_MAX_BODY]
    if _discloses(body, revealed):
        body = MASK.encode()
    return response if body == response.body else replace(response, body=body)


def _discloses(body: bytes, secrets: list[str]) -> bool:
    parts = {
        secret[start : start + _PART].casefold()
        for secret in secrets
        for start in range(0, len(secret) - _PART + 1, _STRIDE)
    }
    return any(part in form for form in _forms(body.decode("latin-1")) for part in parts)


def _forms(text: str) -> Iterator[str]:
    """Yield the text in lower case and without white space, as it is and decoded."""
    seen: set[str] = set()
    forms = [text]
    for _ in range(_MAX_DEPTH + 1):
        new = [form for form in dict.fromkeys(forms) if form and form not in seen][:_MAX_FORMS]
        for form in new:
            seen.add(form)
            yield _IGNORED.sub("", form).casefold()
        forms = [decoded for form in new for decoded in _decoded(form)]


def _decoded(text: str) -> Iterator[str]:
    """Yield the text with each encoding undone that it may have."""
    yield _ESCAPE.sub(_unescaped, text)
    yield html.unescape(_TAG.sub("", text))
    compact = _IGNORED.sub("", text)
    for run in dict.fromkeys(_BASE64.findall(compact)):
        digits = run.translate(_URL_SAFE)
        yield from (_ascii_in(_from_base64(digits[start:])) for start in range(4))  # a word may precede it
    for run in dict.fromkeys(_HEX.findall(compact)):
        digits = _NO_HEX.sub("", run)
        yield from (_ascii_in(_from_hex(digits[start:])) for start in range(2))


def _unescaped(match: re.Match[str]) -> str:
    digits, character = match.groups()
    return chr(int(digits, 16)) if digits else character if character not in "bfnrt" else ""


def _from_base64(digits: str) -> bytes:
    digits = digits[:-1] if len(digits) % 4 == 1 else digits
    return a2b_base64(digits + "=" * (-len(digits) % 4))


def _from_hex(digits: str) -> bytes:
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _ascii_in(decoded: bytes) -> str:
    """Return the parts that are text: what was not base64 decodes to other bytes."""
    return b" ".join(_TEXT.findall(decoded)).decode("ascii")
