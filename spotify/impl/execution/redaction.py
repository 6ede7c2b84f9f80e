"""Secrets in error responses: pages of gateways and proxies can repeat the request, in any encoding."""

from __future__ import annotations

import html
import re
from binascii import a2b_base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from spotify.credentials import MASK, Secret
from spotify.interfaces.transport import HttpResponse

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
