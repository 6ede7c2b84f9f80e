"""Requests and what became of them, for tests and observers to look at."""

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
    """A request, and what its caller was answered.

    Attributes:
        arrived_at: When it arrived, in seconds since the epoch by the sandbox's time.
        operation_id: The operation of Spotify's API description that it called, or None.
        method: In capitals.
        path: Percent-encoded; for the Web API without `/v1`.
        query: Percent-encoded, without the question mark.
        request_headers: By name, whatever its case; without the credentials.
        request_body: All of it.
        executed: Whether the sandbox did what was asked for: its own answer, before any fault, was a success.
        fault: What was done to it, as the command line's `--fault` has it; None for nothing.
        status: The HTTP status that the caller was sent; 0 if a fault ended the connection before any answer.
        response_headers: By name, whatever its case; none without an answer.
        response_body: All of it, uncompressed, whatever went over the wire; also where a fault cut it. Empty without an
            answer.
    """

    arrived_at: float
    operation_id: str | None
    method: str
    path: str
    query: str
    request_headers: Mapping[str, str] = field(repr=False)
    request_body: bytes = field(repr=False)
    executed: bool
    fault: str | None
    status: int
    response_headers: Mapping[str, str] = field(repr=False)
    response_body: bytes = field(repr=False)


def exchange_of(
    request: Request,
    operation_id: str | None,
    answer: WireAnswer | None,
    *,
    arrived_at: float,
    executed: bool,
    fault: str | None = None,
) -> Exchange:
    """Put a request and its answer together, without the credentials."""
    headers = request.headers
    if "Authorization" in headers:
        headers = CIMultiDict(headers)
        headers["Authorization"] = f"{headers['Authorization'].partition(' ')[0]} ***"
    return Exchange(
        arrived_at=arrived_at,
        operation_id=operation_id,
        method=request.method,
        path=request.path,
        query=request.query,
        request_headers=headers,
        request_body=request.body,
        executed=executed,
        fault=fault,
        status=answer.status if answer is not None else 0,
        response_headers=CIMultiDict(answer.headers if answer is not None else ()),
        response_body=answer.body if answer is not None else b"",
    )


def record(exchange: Exchange, exchanges: list[Exchange]) -> None:
    """Append an exchange; the oldest ones go when there are too many."""
    if len(exchanges) >= MOST_EXCHANGES:
        del exchanges[: MOST_EXCHANGES // 10]
    exchanges.append(exchange)
