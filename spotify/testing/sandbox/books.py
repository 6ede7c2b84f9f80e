"""What the sandbox was asked, what it did, and what it answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final, Literal

from spotify.testing.sandbox.accounts import TOKEN_ENDPOINT
from spotify.testing.sandbox.exchanges import Exchange, record
from spotify.testing.sandbox.redaction import redacted

Recorded = Literal["web_api", "token_endpoint", "authorize_page"]
Observer = Callable[[Exchange], object]


class Books:
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

    def enter(self, service: Recorded, exchange: Exchange) -> None:
        """Keep an exchange, and tell the observers of one of the Web API."""
        match service:
            case "web_api":
                record(exchange, self.requests)
                if exchange.executed and exchange.operation_id is not None:
                    self.executions[exchange.operation_id] += 1
                for observer in self.observers:
                    observer(exchange)
            case "token_endpoint":
                record(redacted(exchange), self.token_requests)
                self.executions[TOKEN_ENDPOINT] += exchange.executed
            case "authorize_page":
                record(redacted(exchange), self.authorize_requests)
