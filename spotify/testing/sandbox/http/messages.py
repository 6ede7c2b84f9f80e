"""HTTP requests to the sandbox and its responses."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

import msgspec

API_PREFIX: Final = "/v1"
FORM_CONTENT_TYPE: Final = "application/x-www-form-urlencoded"

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject = dict[str, object]
CacheKey: TypeAlias = tuple[str, str, *tuple[object, ...]]

_NO_HEADERS: Mapping[str, str] = {}
_MIN_COMPRESSED_BYTES: Final = 500
_MAX_CACHED_BYTES: Final = 64 * 1024 * 1024
_CACHE_ENTRY_BYTES: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it was received."""

    method: str
    """In capitals."""
    path: str
    """Percent-encoded; for the Web API without `/v1`."""
    query: str
    """Percent-encoded, without the question mark."""
    headers: Mapping[str, str] = field(repr=False)
    """Case-insensitive."""
    body: bytes = field(repr=False)
    """The complete body."""

    def query_pairs(self) -> list[tuple[str, str]]:
        """Return the decoded query parameters, in order."""
        return parse_qsl(self.query, keep_blank_values=True)

    def has_form(self) -> bool:
        """Return whether `Content-Type` says that the body is a form."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower() == FORM_CONTENT_TYPE

    def form(self) -> dict[str, str]:
        """Return the decoded fields of a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response whose `body` is JSON-like data, bytes, or None for an empty body."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    content_type: str = "application/json; charset=utf-8"


def redirect(location: str, status: int = 302, headers: Mapping[str, str] | None = None) -> Response:
    """Return a redirect to `location`."""
    return Response(status=status, headers={"Location": location, **(headers or {})})


@dataclass(slots=True, eq=False)
class EncodedResponse:
    """A response whose body is bytes. It is compressed once, when a compressed response is first sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    _compressed: bytes | None = field(default=None, repr=False)

    def payload(self, *, gzipped: bool) -> tuple[bytes, bool]:
        """Return the bytes to send, and whether they are compressed. Small bodies are sent as they are."""
        if not gzipped or len(self.body) < _MIN_COMPRESSED_BYTES:
            return self.body, False
        if self._compressed is None:
            self._compressed = gzip.compress(self.body, compresslevel=1, mtime=0)
        return self._compressed, True


def encode(response: Response, extra_headers: Mapping[str, str] | None = None) -> EncodedResponse:
    """Encode the body of a response, and add headers."""
    headers = {**response.headers, **(extra_headers or {})}
    if response.body is None:
        return EncodedResponse(response.status, headers, b"")
    headers["Content-Type"] = response.content_type
    body = response.body if isinstance(response.body, bytes) else msgspec.json.encode(response.body)
    return EncodedResponse(response.status, headers, body)


def etag(body: bytes) -> str:
    """Return the entity tag of a body."""
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


def not_modified(response: EncodedResponse, if_none_match: str | None) -> EncodedResponse:
    """Return a 304 if `If-None-Match` names the response's entity tag, else `response`."""
    tag = response.headers.get("ETag")
    if tag is None or if_none_match is None:
        return response
    known = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    if tag not in known and "*" not in known:
        return response
    headers = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    return EncodedResponse(304, headers, b"")


class ResponseCache:
    """Encoded responses by path, query and what else they depend on. The oldest are dropped when they exceed 64 MiB.

    A body counts twice, because it may be stored compressed too. Headers and the rest count as 1 KiB.
    """

    def __init__(self, max_size: int = _MAX_CACHED_BYTES) -> None:
        """Cache up to `max_size` bytes."""
        self.size = 0
        """The size of all responses and keys in bytes."""
        self._max_size = max_size
        self._responses: dict[CacheKey, EncodedResponse] = {}

    def __len__(self) -> int:
        return len(self._responses)

    def get(self, key: CacheKey) -> EncodedResponse | None:
        """Return the response stored under `key`."""
        return self._responses.get(key)

    def put(self, key: CacheKey, response: EncodedResponse) -> None:
        """Store a response under a key that is not in use."""
        self._responses[key] = response
        self.size += _cached_size(key, response)
        while self.size > self._max_size:
            oldest = next(iter(self._responses))
            self.size -= _cached_size(oldest, self._responses.pop(oldest))


def _cached_size(key: CacheKey, response: EncodedResponse) -> int:
    path, query, *_ = key
    return _CACHE_ENTRY_BYTES + len(path) + len(query) + 2 * len(response.body)
