"""One HTTP request to the sandbox, and what it is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

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
class Answer:
    """What to answer: `body` is JSON-like data, or ready bytes, or None for an empty body."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_HEADERS)
    content_type: str = "application/json; charset=utf-8"
