"""What a client says of its calls, and what a sandbox says of them: two sets of books."""

from __future__ import annotations

import time
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from spotify.errors import SpotifyError
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Call, RequestExecutor
from spotify.interfaces.operation import Operation
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.testing.sandbox.http.request_log import Exchange

T = TypeVar("T")

_HEADER: Final = "X-Call"

Outcome = Literal["done", "not_done", "unknown"]


@dataclass(slots=True)
class Entry:
    """One call: what it was, how it ended, how long it took."""

    number: int
    operation: Operation
    idempotent: bool
    outcome: Outcome = "unknown"
    seconds: float = 0.0


_CALL: Final[ContextVar[Entry | None]] = ContextVar("call", default=None)


class Ledger:
    """`RequestExecutor` that writes down how each call of another one ended."""

    def __init__(self, executor: RequestExecutor) -> None:
        self.entries: list[Entry] = []
        self.strangers: list[BaseException] = []
        self._executor = executor

    async def execute(self, call: Call[T], /) -> T:
        idempotent = call.operation.idempotent if call.idempotent is None else call.idempotent
        entry = Entry(len(self.entries), call.operation, idempotent)
        self.entries.append(entry)
        before, started = _CALL.set(entry), time.monotonic()
        try:
            result = await self._executor.execute(call)
        except SpotifyError as error:
            entry.outcome = "unknown" if error.may_have_been_executed else "not_done"
            raise
        except Exception as error:
            self.strangers.append(error)
            raise
        else:
            entry.outcome = "done"
            return result
        finally:
            entry.seconds = time.monotonic() - started
            _CALL.reset(before)

    async def close(self) -> None:
        await self._executor.close()


class Witness:
    """`Transport` that sees what goes over another one, and when, and puts the call's number to it."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self.sent = 0
        self.windows = 0
        self.sent_in_window = 0
        self._transport = transport
        self._clock = clock
        self._opens_at = 0.0

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        self.sent += 1
        self.sent_in_window += self._clock.monotonic() < self._opens_at
        if (entry := _CALL.get()) is not None:
            request = replace(request, headers={**request.headers, _HEADER: str(entry.number)})
        response = await self._transport.send(request)
        if response.status == 429 and b"QUOTA_EXCEEDED" not in response.body:
            seconds = response.headers.get("retry-after", "")
            if seconds.isdigit() and int(seconds):
                self.windows += 1
                self._opens_at = max(self._opens_at, self._clock.monotonic() + int(seconds))
        return response

    async def close(self) -> None:
        await self._transport.close()


class Executions:
    """Counts how often the sandbox executed each call; to be called with each exchange."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self.faults: Counter[str] = Counter()

    def __call__(self, exchange: Exchange) -> None:
        if exchange.fault is not None:
            self.faults[exchange.fault] += 1
        if exchange.executed:
            self.counts[int(exchange.request_headers[_HEADER])] += 1
