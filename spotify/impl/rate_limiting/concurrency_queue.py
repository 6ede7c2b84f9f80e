"""The queue of requests that wait to be sent, in one event loop."""

from __future__ import annotations

import asyncio
import math
from heapq import heappop, heappush
from itertools import count
from types import TracebackType
from typing import Final, Protocol

from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, Priority
from spotify.logs import get_logger

_log = get_logger(__name__)


class Pacer(Protocol):
    """Decides how fast requests may be sent."""

    def delay_until_ready(self, priority: Priority, in_flight: int, /) -> float:
        """Return the seconds until a request of this priority may be sent.

        0.0 for now, infinity if a response has to be received first.
        """
        ...

    def check(self, admission: Admission, /) -> float:
        """Return the seconds for which Spotify accepts no requests, as far as is known.

        Raises:
            RateLimitError: The pause is longer than `admission.max_wait`.
        """
        ...

    def record_sent(self, priority: Priority, /) -> None:
        """Record a request."""
        ...

    def record_response(self) -> None:
        """Record a response, or the failure of a request."""
        ...


class ConcurrencyQueue:
    """Bounds the requests in flight. Interactive calls go before bulk calls, and the oldest call of a priority first.

    There is no background task. The first in the queue sleeps until its request may be sent. The others wait to be
    woken: by those before them that are sent, finish or are cancelled.
    """

    __slots__ = ("_clock", "_in_flight", "_log_waits", "_max_concurrency", "_numbers", "_pacer", "_queues", "_waiting")

    def __init__(self, max_concurrency: int, pacer: Pacer, clock: Clock, *, log_waits: bool = True) -> None:
        """Create an empty queue.

        Args:
            max_concurrency: The most requests in flight, 1 or more.
            pacer: Decides how fast requests may be sent.
            clock: Sleeps.
            log_waits: Whether to log a wait for the pacer; False if every request has to wait for it.
        """
        self._max_concurrency = max_concurrency
        self._pacer = pacer
        self._clock = clock
        self._log_waits = log_waits
        self._in_flight = 0
        self._queues: Final[dict[Priority, list[_Waiter]]] = {"interactive": [], "bulk": []}
        self._waiting: Final[dict[Priority, int]] = {"interactive": 0, "bulk": 0}
        self._numbers = count()

    async def acquire(self, admission: Admission) -> None:
        """Wait until the request may be sent.

        Raises:
            RateLimitError: A pause is longer than `admission.max_wait`.
        """
        if self._may_start(admission.priority):
            self._start(admission.priority)
            return
        self._log_wait(admission, self._pacer.check(admission))
        waiter = _Waiter(admission, next(self._numbers))
        heappush(self._queues[admission.priority], waiter)
        self._waiting[admission.priority] += 1
        try:
            while True:
                self._pacer.check(admission)
                if self._first() is not waiter:
                    await waiter.woken()
                    continue
                seconds = self._delay_until_ready(admission.priority)
                if seconds <= 0.0:
                    self._start(admission.priority)
                    return
                await (waiter.woken() if math.isinf(seconds) else self._clock.sleep(seconds))
        finally:
            waiter.is_done = True
            self._waiting[admission.priority] -= 1
            self.wake_next()

    def release(self) -> None:
        """Record that a request has finished."""
        self._in_flight -= 1
        self._pacer.record_response()
        self.wake_next()

    def wake_next(self) -> None:
        """Make the first in the queue check whether it may be sent."""
        if (first := self._first()) is not None:
            first.wake()

    def wake_all(self) -> None:
        """Make all in the queue check whether waiting is still of use."""
        for queue in self._queues.values():
            for waiter in queue:
                waiter.wake()

    def demand(self) -> dict[Priority, int]:
        """Return the number of requests of each priority that would be sent now if the pacer allowed all."""
        free = self._max_concurrency - self._in_flight
        interactive = min(free, self._waiting["interactive"])
        return {"interactive": interactive, "bulk": min(free - interactive, self._waiting["bulk"])}

    def _may_start(self, priority: Priority) -> bool:
        first = self._first()
        if first is not None and (priority == "bulk" or first.admission.priority == "interactive"):
            return False
        return self._delay_until_ready(priority) <= 0.0

    def _delay_until_ready(self, priority: Priority) -> float:
        if self._in_flight >= self._max_concurrency:
            return math.inf
        return self._pacer.delay_until_ready(priority, self._in_flight)

    def _start(self, priority: Priority) -> None:
        self._in_flight += 1
        self._pacer.record_sent(priority)

    def _first(self) -> _Waiter | None:
        # A waiter that was cancelled in the middle of a queue stays there, marked, until it is the first.
        for queue in self._queues.values():
            while queue and queue[0].is_done:
                heappop(queue)
            if queue:
                return queue[0]
        return None

    def _log_wait(self, admission: Admission, seconds: float) -> None:
        fields = {"operation": admission.operation.id, "priority": admission.priority}
        if seconds > 0.0:
            _log.info("send_delayed", **fields, reason="rate_limited", seconds=round(seconds, 3))
        elif self._log_waits or self._in_flight >= self._max_concurrency:
            _log.debug("send_delayed", **fields, reason="busy")


class _Waiter:
    __slots__ = ("_future", "admission", "is_done", "number")

    def __init__(self, admission: Admission, number: int) -> None:
        self.admission = admission
        self.number = number
        self.is_done = False
        self._future: asyncio.Future[None] | None = None

    def __lt__(self, other: _Waiter) -> bool:
        return (self.admission.since, self.number) < (other.admission.since, other.number)

    async def woken(self) -> None:
        self._future = asyncio.get_running_loop().create_future()
        try:
            await self._future
        finally:
            self._future = None

    def wake(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


class Slot:
    """The context of one request. A class, because a generator would cost each request three times as much."""

    __slots__ = ("_admission", "_queue")

    def __init__(self, queue: ConcurrencyQueue, admission: Admission) -> None:
        """Create a grant of the queue for a request."""
        self._queue = queue
        self._admission = admission

    async def __aenter__(self) -> None:
        await self._queue.acquire(self._admission)

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._queue.release()
