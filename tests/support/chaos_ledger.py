"""Records how each call ended for the client, and how often the sandbox executed it."""

from __future__ import annotations

import re
from collections import Counter
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeVar

from spotify.errors import SpotifyError
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Call, RequestExecutor, SupportsWriteOrder, WriteOrder
from spotify.interfaces.operation import Operation
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.testing.sandbox import Exchange
from tests.support.scaled_clock import ScaledClock

T = TypeVar("T")

_HEADER: Final = "X-Call"

Outcome = Literal["done", "not_done", "unknown"]


@dataclass(slots=True)
class CallRecord:
    """One call.

    Attributes:
        number: The value of `X-Call` in its requests.
        operation: The operation.
        idempotent: Whether the call may be executed more than once.
        outcome: What the client reports: executed, not executed, or unknown.
        requests: How many requests were sent for it.
        waited: How many seconds it waited, with `WaitingClock`.
        deadline: Its deadline in seconds; None for none.
    """

    number: int
    operation: Operation
    idempotent: bool
    outcome: Outcome = "unknown"
    requests: int = 0
    waited: float = 0.0
    deadline: float | None = None


_CURRENT: Final[ContextVar[CallRecord | None]] = ContextVar("call", default=None)


class CallLedger:
    """`RequestExecutor` that records the outcome of each call of another executor.

    Attributes:
        records: One record per call, also of `with_deadline`.
        unexpected_errors: Errors that are not a `SpotifyError`.
    """

    def __init__(self, executor: RequestExecutor) -> None:
        self.records: list[CallRecord] = []
        self.unexpected_errors: list[BaseException] = []
        self._executor = executor
        self._deadline: float | None = None

    def with_deadline(self, executor: RequestExecutor, deadline: float) -> CallLedger:
        """Return a ledger with the same records for an executor whose calls have a deadline."""
        ledger = copy(self)
        ledger._executor, ledger._deadline = executor, deadline
        return ledger

    async def execute(self, call: Call[T], /) -> T:
        idempotent = call.operation.idempotent if call.idempotent is None else call.idempotent
        record = CallRecord(len(self.records), call.operation, idempotent, deadline=self._deadline)
        self.records.append(record)
        token = _CURRENT.set(record)
        try:
            result = await self._executor.execute(call)
        except SpotifyError as error:
            record.outcome = "unknown" if error.may_have_been_executed else "not_done"
            raise
        except Exception as error:
            self.unexpected_errors.append(error)
            raise
        else:
            record.outcome = "done"
            return result
        finally:
            _CURRENT.reset(token)

    async def close(self) -> None:
        await self._executor.close()

    @property
    def write_order(self) -> WriteOrder:
        assert isinstance(self._executor, SupportsWriteOrder)
        return self._executor.write_order


class WaitingClock(ScaledClock):
    """A clock that adds each completed sleep to the record of its call, as long as it was meant to be.

    A busy machine prolongs sleeps, and the end of those that are cancelled.
    """

    async def sleep(self, seconds: float, /) -> None:
        await super().sleep(seconds)
        if (record := _CURRENT.get()) is not None:
            record.waited += seconds


_IDS: Final = re.compile(r"[0-9A-Za-z]{22}|(?<=/users/)[^/]+")


class NumberingTransport:
    """`Transport` that adds the call's number to each request of another transport, and checks pauses after 429s.

    Attributes:
        sent: How many requests were sent.
        pauses: How many 429s told the client to pause.
        sent_while_paused: How many requests were sent before the end of a pause: of all operations, or of theirs after
            a wait of more than a minute or for the quota.
    """

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self.sent = 0
        self.pauses = 0
        self.sent_while_paused = 0
        self._transport = transport
        self._clock = clock
        self._paused_until: dict[str, float] = {}

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        self.sent += 1
        now, operation = self._clock.monotonic(), f"{request.method} {_IDS.sub('', request.url.partition('?')[0])}"
        self.sent_while_paused += any(now < self._paused_until.get(name, 0.0) for name in (operation, "all"))
        if (record := _CURRENT.get()) is not None:
            record.requests += 1
            request = replace(request, headers={**request.headers, _HEADER: str(record.number)})
        response = await self._transport.send(request)
        if response.status == 429:
            seconds = response.headers.get("retry-after", "")
            if seconds.isdigit() and int(seconds):
                self.pauses += 1
                is_for_operation = int(seconds) > 60 or b"QUOTA_EXCEEDED" in response.body
                name = operation if is_for_operation else "all"
                until = self._clock.monotonic() + int(seconds)
                self._paused_until[name] = max(self._paused_until.get(name, 0.0), until)
        return response

    async def close(self) -> None:
        await self._transport.close()


class ExecutionCounter:
    """Observer of a sandbox that counts executions by call number, and faults by their syntax."""

    def __init__(self) -> None:
        self.executions: Counter[int] = Counter()
        self.faults: Counter[str] = Counter()

    def __call__(self, exchange: Exchange) -> None:
        if exchange.fault is not None:
            self.faults[exchange.fault] += 1
        if exchange.executed:
            self.executions[int(exchange.request_headers[_HEADER])] += 1
