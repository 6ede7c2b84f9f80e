"""One HTTP request to the sandbox, and what it is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

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
class Answer:
    """What to answer: `body` is JSON-like data, or ready bytes, or None for an empty body."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    content_type: str = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that was answered.

    Attributes:
        operation_id: The operation of Spotify's API description that it called, or None.
        method: In capitals.
        path: Percent-encoded; for the Web API without `/v1`.
        query: Percent-encoded, without the question mark.
        request_headers: By name, whatever its case; without the credentials.
        request_body: All of it.
        status: The HTTP status.
        response_headers: By name, whatever its case.
        response_body: All of it, uncompressed, whatever went over the wire.
    """

    operation_id: str | None
    method: str
    path: str
    query: str
    request_headers: Mapping[str, str] = field(repr=False)
    request_body: bytes = field(repr=False)
    status: int
    response_headers: Mapping[str, str] = field(repr=False)
    response_body: bytes = field(repr=False)


Service = Literal["web-api", "accounts", "images"]
