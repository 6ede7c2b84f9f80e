"""Requests that were answered, for tests and observers to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from multidict import CIMultiDict

from spotify.testing.sandbox.answers import WireAnswer
from spotify.testing.sandbox.messages import Request

MOST_EXCHANGES: Final = 10_000


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


def exchange_of(request: Request, operation_id: str | None, answer: WireAnswer) -> Exchange:
    """Put a request and its answer together, without the credentials."""
    headers = request.headers
    if "Authorization" in headers:
        headers = CIMultiDict(headers)
        headers["Authorization"] = f"{headers['Authorization'].partition(' ')[0]} ***"
    return Exchange(
        operation_id=operation_id,
        method=request.method,
        path=request.path,
        query=request.query,
        request_headers=headers,
        request_body=request.body,
        status=answer.status,
        response_headers=CIMultiDict(answer.headers),
        response_body=answer.body,
    )


def record(exchange: Exchange, exchanges: list[Exchange]) -> None:
    """Append an exchange; the oldest ones go when there are too many."""
    if len(exchanges) >= MOST_EXCHANGES:
        del exchanges[: MOST_EXCHANGES // 10]
    exchanges.append(exchange)
