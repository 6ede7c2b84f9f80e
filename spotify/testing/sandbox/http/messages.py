"""One HTTP request to the sandbox, and what it is answered with."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

import msgspec

API_PREFIX: Final = "/v1"

JsonObject = dict[str, object]

_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it came in.

    Attributes:
        method: In capitals.
        path: Still percent-encoded; for the Web API without `/v1`.
        query: Still percent-encoded, without the question mark.
        headers: By name, whatever its case.
        body: All of it.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def query_pairs(self) -> list[tuple[str, str]]:
        """The decoded query parameters, in order."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What to answer: `body` is JSON-like data, or ready bytes, or None for an empty body."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    content_type: str = "application/json; charset=utf-8"


_WORTH_COMPRESSING: Final = 500
_MOST_BYTES_KEPT: Final = 64 * 1024 * 1024


@dataclass(slots=True, eq=False)
class EncodedResponse:
    """An answer as bytes; compressed when that is first asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    _compressed: bytes | None = field(default=None, repr=False)

    def payload(self, *, gzipped: bool) -> tuple[bytes, bool]:
        """The bytes to send, and whether they are gzip."""
        if not gzipped or len(self.body) < _WORTH_COMPRESSING:
            return self.body, False
        if self._compressed is None:
            self._compressed = gzip.compress(self.body, compresslevel=1, mtime=0)
        return self._compressed, True


def encode(answer: Response, extra_headers: Mapping[str, str] | None = None) -> EncodedResponse:
    """Turn an answer into bytes."""
    headers = {**answer.headers, **(extra_headers or {})}
    if answer.body is None:
        return EncodedResponse(answer.status, headers, b"")
    headers["Content-Type"] = answer.content_type
    body = answer.body if isinstance(answer.body, bytes) else msgspec.json.encode(answer.body)
    return EncodedResponse(answer.status, headers, body)


def etag(body: bytes) -> str:
    """The entity tag of a body."""
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


def not_modified(answer: EncodedResponse, if_none_match: str | None) -> EncodedResponse:
    """`answer`, or 304 without a body when the caller has it already."""
    tag = answer.headers.get("ETag")
    if tag is None or if_none_match is None:
        return answer
    known = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    if tag not in known and "*" not in known:
        return answer
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Type"}
    return EncodedResponse(304, headers, b"")


class ResponseCache:
    """Answers by what was asked, the oldest dropped when they fill too much memory."""

    def __init__(self) -> None:
        self._answers: dict[object, EncodedResponse] = {}
        self._bytes = 0

    def get(self, key: object) -> EncodedResponse | None:
        """What was kept under `key`."""
        return self._answers.get(key)

    def put(self, key: object, answer: EncodedResponse) -> None:
        """Keep an answer."""
        self._answers[key] = answer
        self._bytes += len(answer.body)
        while self._bytes > _MOST_BYTES_KEPT:
            oldest = next(iter(self._answers))
            self._bytes -= len(self._answers.pop(oldest).body)
