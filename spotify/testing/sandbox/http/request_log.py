"""The log of requests and responses, which tests and observers read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from urllib.parse import unquote_plus

import msgspec
from multidict import CIMultiDict

from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_ENDPOINT
from spotify.testing.sandbox.http.messages import FORM_CONTENT_TYPE, EncodedResponse, Request

MAX_EXCHANGES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request to the sandbox and its response.

    Attributes:
        arrived_at: When the request arrived, in seconds since the epoch by the sandbox's clock.
        operation_id: The id of the called operation in Spotify's API description, or None.
        method: In capitals.
        path: Percent-encoded; for the Web API without `/v1`.
        query: Percent-encoded, without the question mark.
        request_headers: Case-insensitive; the credentials in `Authorization` are `***`.
        request_body: The complete body.
        executed: Whether the sandbox executed the request: its response, before any fault, was a success.
        fault: The fault in the syntax of the command line's `--fault`; None without one.
        status: The HTTP status that was sent; 0 if a fault closed the connection before the response.
        response_headers: Case-insensitive; empty without a response.
        response_body: The complete uncompressed body, also if a fault cut it on the wire. Empty without a response.
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


LoggedService = Literal["web_api", "token_endpoint", "authorize_page"]
Observer = Callable[[Exchange], object]


class RequestLog:
    """Keeps the latest 10,000 exchanges of each service, and complete counts.

    Attributes:
        requests: Exchanges of the Web API.
        token_requests: Exchanges of the token endpoint, without secrets.
        authorize_requests: Exchanges of the authorize page, without secrets.
        executions: How often each operation, and `POST /api/token`, was executed; complete.
        rate_limited: When the rate limit rejected a call, in seconds since the epoch; complete.
        observers: Called with each exchange of the Web API.
    """

    def __init__(self) -> None:
        self.requests: Final[list[Exchange]] = []
        self.token_requests: Final[list[Exchange]] = []
        self.authorize_requests: Final[list[Exchange]] = []
        self.executions: Final[Counter[str]] = Counter()
        self.rate_limited: Final[list[float]] = []
        self.observers: Final[list[Observer]] = []

    def record(self, service: LoggedService, exchange: Exchange) -> None:
        """Add an exchange, and call the observers if it is one of the Web API."""
        match service:
            case "web_api":
                _append(self.requests, exchange)
                if exchange.executed and exchange.operation_id is not None:
                    self.executions[exchange.operation_id] += 1
                for observer in self.observers:
                    observer(exchange)
            case "token_endpoint":
                _append(self.token_requests, _redacted(exchange))
                self.executions[TOKEN_ENDPOINT] += exchange.executed
            case "authorize_page":
                _append(self.authorize_requests, _redacted(exchange))


def exchange_of(
    request: Request,
    operation_id: str | None,
    response: EncodedResponse | None,
    *,
    arrived_at: float,
    executed: bool,
    fault: str | None = None,
) -> Exchange:
    """Combine a request and its response, without the credentials of `Authorization`."""
    headers = request.headers
    if "Authorization" in headers:
        headers = CIMultiDict(headers)
        headers["Authorization"] = f"{headers['Authorization'].partition(' ')[0]} {_REDACTED}"
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
        status=response.status if response is not None else 0,
        response_headers=CIMultiDict(response.headers if response is not None else ()),
        response_body=response.body if response is not None else b"",
    )


def _append(exchanges: list[Exchange], exchange: Exchange) -> None:
    """Append an exchange; drop the oldest tenth of a full list."""
    if len(exchanges) >= MAX_EXCHANGES:
        del exchanges[: MAX_EXCHANGES // 10]
    exchanges.append(exchange)


_SECRETS: Final = frozenset({"access_token", "client_secret", "code", "code_verifier", "refresh_token"})
_COOKIES: Final = ("Cookie", "Set-Cookie")
_REDACTED: Final = "***"


def _redacted(exchange: Exchange) -> Exchange:
    """Return the exchange with `***` for every code, verifier, token, secret and cookie."""
    return replace(
        exchange,
        query=_redacted_form(exchange.query),
        request_headers=_redacted_headers(exchange.request_headers),
        request_body=_redacted_request_body(exchange),
        response_headers=_redacted_headers(exchange.response_headers),
        response_body=_redacted_response_body(exchange),
    )


def _redacted_form(encoded: str) -> str:
    """Redact form fields or query parameters; those without secrets keep their exact encoding."""
    fields = (field.partition("=") for field in encoded.split("&"))
    return "&".join(
        f"{name}={_REDACTED}" if unquote_plus(name) in _SECRETS else f"{name}{equals}{value}"
        for name, equals, value in fields
    )


def _redacted_request_body(exchange: Exchange) -> bytes:
    """Redact the fields of a form, and any other body as a whole."""
    if exchange.request_headers.get("Content-Type", "").startswith(FORM_CONTENT_TYPE):
        return _redacted_form(exchange.request_body.decode("utf-8", "replace")).encode()
    return exchange.request_body and _REDACTED.encode()


def _redacted_response_body(exchange: Exchange) -> bytes:
    if not exchange.response_headers.get("Content-Type", "").startswith("application/json"):
        return exchange.response_body
    try:
        members = msgspec.json.decode(exchange.response_body, type=dict[str, object])
    except (ValueError, RecursionError):  # damaged by a fault
        return exchange.response_body and _REDACTED.encode()
    return msgspec.json.encode({name: _REDACTED if name in _SECRETS else value for name, value in members.items()})


def _redacted_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    redacted = CIMultiDict(headers)
    for name in _COOKIES:
        if name in redacted:
            redacted[name] = _REDACTED
    if "Location" in redacted:
        address, mark, query = redacted["Location"].partition("?")
        redacted["Location"] = address + mark + _redacted_form(query)
    return redacted
