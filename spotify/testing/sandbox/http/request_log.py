"""Requests and what became of them, for tests and observers to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from urllib.parse import unquote_plus

import msgspec
from multidict import CIMultiDict

from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_ENDPOINT
from spotify.testing.sandbox.http.messages import EncodedResponse, Request

MAX_EXCHANGES: Final = 10_000


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
    answer: EncodedResponse | None,
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


def _append(exchange: Exchange, exchanges: list[Exchange]) -> None:
    """Append an exchange; the oldest ones go when there are too many."""
    if len(exchanges) >= MAX_EXCHANGES:
        del exchanges[: MAX_EXCHANGES // 10]
    exchanges.append(exchange)


Recorded = Literal["web_api", "token_endpoint", "authorize_page"]
Observer = Callable[[Exchange], object]


class RequestLog:
    """Keeps every exchange.

    Attributes:
        requests: Those of the Web API.
        token_requests: Those of the token endpoint, without what gives access.
        authorize_requests: Those of the authorize page, likewise.
        executions: How often each operation, and `POST /api/token`, was executed; the records drop the oldest, this
            forgets nothing.
        rate_limited: When the rate limit refused a call, in seconds since the epoch, all of them.
        observers: Called with each exchange of the Web API.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.requests: Final[list[Exchange]] = []
        self.token_requests: Final[list[Exchange]] = []
        self.authorize_requests: Final[list[Exchange]] = []
        self.executions: Final[Counter[str]] = Counter()
        self.rate_limited: Final[list[float]] = []
        self.observers: Final[list[Observer]] = []

    def record(self, service: Recorded, exchange: Exchange) -> None:
        """Keep an exchange, and tell the observers of one of the Web API."""
        match service:
            case "web_api":
                _append(exchange, self.requests)
                if exchange.executed and exchange.operation_id is not None:
                    self.executions[exchange.operation_id] += 1
                for observer in self.observers:
                    observer(exchange)
            case "token_endpoint":
                _append(redacted(exchange), self.token_requests)
                self.executions[TOKEN_ENDPOINT] += exchange.executed
            case "authorize_page":
                _append(redacted(exchange), self.authorize_requests)


_SECRETS: Final = frozenset({"access_token", "client_secret", "code", "code_verifier", "refresh_token"})
_COOKIES: Final = ("Cookie", "Set-Cookie")
_HIDDEN: Final = "***"


def redacted(exchange: Exchange) -> Exchange:
    """The exchange with `***` for every code, verifier, token, secret and cookie."""
    return replace(
        exchange,
        query=_without_secrets(exchange.query),
        request_headers=_headers(exchange.request_headers),
        request_body=_request_body(exchange),
        response_headers=_headers(exchange.response_headers),
        response_body=_response_body(exchange),
    )


def _without_secrets(form: str) -> str:
    """Fields or query parameters: those that are no secrets stay as they were written."""
    fields = (field.partition("=") for field in form.split("&"))
    return "&".join(
        f"{name}={_HIDDEN}" if unquote_plus(name) in _SECRETS else f"{name}{equals}{value}"
        for name, equals, value in fields
    )


def _request_body(exchange: Exchange) -> bytes:
    """The fields of a form; anything else may hold a secret anywhere."""
    if exchange.request_headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        return _without_secrets(exchange.request_body.decode("utf-8", "replace")).encode()
    return exchange.request_body and _HIDDEN.encode()


def _response_body(exchange: Exchange) -> bytes:
    if not exchange.response_headers.get("Content-Type", "").startswith("application/json"):
        return exchange.response_body
    try:
        members = msgspec.json.decode(exchange.response_body, type=dict[str, object])
    except (ValueError, RecursionError):  # a fault damaged it
        return exchange.response_body and _HIDDEN.encode()
    return msgspec.json.encode({name: _HIDDEN if name in _SECRETS else value for name, value in members.items()})


def _headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    kept = CIMultiDict(headers)
    for name in _COOKIES:
        if name in kept:
            kept[name] = _HIDDEN
    if "Location" in kept:
        address, mark, query = kept["Location"].partition("?")
        kept["Location"] = address + mark + _without_secrets(query)
    return kept
