"""The log of requests and responses, which tests and observers read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, unquote_plus

import msgspec
from multidict import CIMultiDict

from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_ENDPOINT
from spotify.testing.sandbox.http.messages import FORM_CONTENT_TYPE, EncodedResponse, Json, Request
from spotify.testing.sandbox.web_api.web_api import WEB_API, operation_named

MAX_EXCHANGES: Final = 10_000
MAX_BODY_BYTES: Final = 64 * 1024 * 1024
_MAX_STORED_BODIES: Final = 3 * MAX_EXCHANGES  # two for each exchange, and some of removed exchanges


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request to the sandbox and its response."""

    arrived_at: float
    """When the request arrived, in seconds since the epoch by the sandbox's clock."""
    operation_id: str | None
    """The id of the called operation in Spotify's API description, or None."""
    user: str | None = None
    """The id of the user of the access token; None without one, or if the token is unknown."""
    method: str
    """In capitals."""
    path: str
    """Percent-encoded; for the Web API without `/v1`."""
    query: str
    """Percent-encoded, without the question mark."""
    request_headers: Mapping[str, str] = field(repr=False)
    """Case-insensitive; the credentials in `Authorization` are `***`."""
    request_body: bytes = field(repr=False)
    """The complete body; empty if the log dropped it."""
    executed: bool
    """Whether the sandbox executed the request: its response, before any fault, was a success."""
    fault: str | None
    """The fault in the syntax of the command line's `--fault`; None without one."""
    status: int
    """The HTTP status that was sent; 0 if a fault closed the connection before the response."""
    response_headers: Mapping[str, str] = field(repr=False)
    """Case-insensitive; empty without a response."""
    response_body: bytes = field(repr=False)
    """The complete uncompressed body, also if a fault cut it on the wire. Empty without a response, and if the log
    dropped it.
    """
    bodies_dropped: bool = False
    """Whether the log dropped both bodies, because later bodies fill its 64 MiB."""

    @property
    def arguments(self) -> Mapping[str, str]:
        """The decoded path and query parameters, by name; of a repeated one the last value."""
        values = dict(parse_qsl(self.query, keep_blank_values=True))
        if self.operation_id is not None and self.operation_id != TOKEN_ENDPOINT:
            values |= WEB_API.match(self.method, self.path)[1]
        return values

    @property
    def request_json(self) -> Json:
        """The request's body as JSON; None if it is empty.

        Raises:
            ValueError: It is not JSON, or the log dropped it.
        """
        return self._decoded(self.request_body)

    @property
    def response_json(self) -> Json:
        """The response's body as JSON; None if it is empty.

        Raises:
            ValueError: It is not JSON, or the log dropped it.
        """
        return self._decoded(self.response_body)

    def _decoded(self, body: bytes) -> Json:
        if self.bodies_dropped:
            raise ValueError(f"the log dropped the bodies of {self}: later ones fill its 64 MiB")
        decoded: Json = msgspec.json.decode(body) if body else None
        return decoded

    def __str__(self) -> str:
        """Return what was called, by whom, and what came back, in one line."""
        query = f"?{unquote(self.query)}" if self.query else ""
        status = f"{self.status or 'no response'}{'' if self.executed else ', not executed'}"
        fault = f", fault {self.fault}" if self.fault is not None else ""
        who = f" by {self.user}" if self.user is not None else ""
        return f"{self.method} {unquote(self.path)}{query}{who} → {status}{fault}"


LoggedService = Literal["web_api", "token_endpoint", "authorize_page"]
Observer = Callable[[Exchange], object]


class Exchanges:
    """The latest exchanges of one service.

    When there are more than 10,000 exchanges, the earliest are removed. When their bodies exceed 64 MiB, the bodies of
    the earliest are dropped and the rest of the exchange stays; the latest exchange always keeps its bodies. Identical
    bodies are stored, and count, once.
    """

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        """Store up to `max_body_bytes` of bodies."""
        self.entries: Final[list[Exchange]] = []
        """The exchanges, earliest first. It may be modified."""
        self.body_bytes = 0
        """The size of all stored bodies."""
        self._max_body_bytes = max_body_bytes
        self._bodies: dict[bytes, bytes] = {}

    def clear(self) -> None:
        """Remove all exchanges."""
        self.entries.clear()
        self._bodies.clear()
        self.body_bytes = 0

    def append(self, exchange: Exchange) -> None:
        """Append an exchange."""
        if len(self.entries) >= MAX_EXCHANGES:
            del self.entries[: MAX_EXCHANGES // 10]
        self.entries.append(self._with_stored_bodies(exchange))
        if self.body_bytes > self._max_body_bytes or len(self._bodies) > _MAX_STORED_BODIES:
            self._drop_early_bodies()

    def _store(self, body: bytes) -> bytes:
        """Return the stored body that equals `body`."""
        stored = self._bodies.get(body)
        if stored is None:
            stored = self._bodies[body] = body
            self.body_bytes += len(body)
        return stored

    def _with_stored_bodies(self, exchange: Exchange) -> Exchange:
        request_body, response_body = self._store(exchange.request_body), self._store(exchange.response_body)
        if request_body is exchange.request_body and response_body is exchange.response_body:
            return exchange
        return replace(exchange, request_body=request_body, response_body=response_body)

    def _drop_early_bodies(self) -> None:
        """Keep the latest bodies, up to 90% of the limit: a pass over all exchanges for each new one would be slow.

        Bodies of removed entries are no longer stored.
        """
        limit = self._max_body_bytes * 9 // 10
        self._bodies, self.body_bytes = {}, 0
        is_full = False
        for index, exchange in reversed(list(enumerate(self.entries))):
            bodies = {exchange.request_body, exchange.response_body}
            size = sum(len(body) for body in bodies if body not in self._bodies)
            is_full = is_full or (self.body_bytes > 0 and self.body_bytes + size > limit)
            if not is_full:
                self.entries[index] = self._with_stored_bodies(exchange)
            elif exchange.request_body or exchange.response_body:
                self.entries[index] = replace(exchange, request_body=b"", response_body=b"", bodies_dropped=True)


class Executions(Mapping[str, int]):
    """How often each operation was executed; 0 for those that were not.

    An operation is named by its id, by its method and path (`GET /albums/{id}`), or `POST /api/token`.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Show `counts`, by operation id."""
        self._counts = counts

    def __getitem__(self, operation: str) -> int:
        """Return the number of executions.

        Raises:
            ValueError: There is no such operation.
        """
        return self._counts.get(operation_named(operation), 0)

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __repr__(self) -> str:
        return repr(dict(self._counts))


class RequestLog:
    """Keeps the latest exchanges of each service, and complete counts."""

    def __init__(self) -> None:
        self.requests: Final = Exchanges()
        """Exchanges of the Web API."""
        self.token_requests: Final = Exchanges()
        """Exchanges of the token endpoint, without secrets."""
        self.authorize_requests: Final = Exchanges()
        """Exchanges of the authorize page, without secrets."""
        self._executions: Final[Counter[str]] = Counter()
        self.executions: Final = Executions(self._executions)
        """How often each operation, and `POST /api/token`, was executed; complete."""
        self.rate_limited: Final[list[float]] = []
        """When the rate limit rejected a call, in seconds since the epoch; complete."""
        self.observers: Final[list[Observer]] = []
        """Called with each exchange of the Web API, with its bodies."""

    def clear(self) -> None:
        """Remove all exchanges and counts. Observers stay."""
        for exchanges in (self.requests, self.token_requests, self.authorize_requests):
            exchanges.clear()
        self._executions.clear()
        self.rate_limited.clear()

    def record(self, service: LoggedService, exchange: Exchange) -> None:
        """Add an exchange, and call the observers if it is one of the Web API."""
        match service:
            case "web_api":
                self.requests.append(exchange)
                if exchange.executed and exchange.operation_id is not None:
                    self._executions[exchange.operation_id] += 1
                for observer in self.observers:
                    observer(exchange)
            case "token_endpoint":
                self.token_requests.append(_redacted(exchange))
                self._executions[TOKEN_ENDPOINT] += exchange.executed
            case "authorize_page":
                self.authorize_requests.append(_redacted(exchange))


def exchange_of(
    request: Request,
    operation_id: str | None,
    response: EncodedResponse | None,
    *,
    user: str | None = None,
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
        user=user,
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
