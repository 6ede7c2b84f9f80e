"""The queue of requests that wait to be sent, in all event loops of the process."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count
from types import TracebackType
from typing import Final, Protocol

from spotify._event_loops import LoopBound, thread_lock, wake_future
from spotify.impl.rate_limiting.gate import OperationPauses, check_wait
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, PauseReason, Priority
from spotify.logs import get_logger

_log = get_logger(__name__)

BULK_FLOOR: Final = 10
"""While bulk calls wait, at least one request in this many is one of theirs."""


class Pacer(Protocol):
    """Decides how fast requests may be sent."""

    def delay_until_ready(self, priority: Priority, in_flight: int, /) -> float:
        """Return the seconds until a request of this priority may be sent.

        0.0 for now, infinity if a response has to be received first.
        """
        ...

    def pause_left(self) -> float:
        """Return the seconds for which Spotify accepts no requests, as far as is known."""
        ...

    def pause_reason(self) -> PauseReason:
        """Return why Spotify accepts no requests during that time."""
        ...

    def shortest_wait(self, priority: Priority, in_flight: int, ahead: int, /) -> float:
        """Return a lower bound, in seconds, of the time until a request is sent that has `ahead` others before it."""
        ...

    def bulk_interval(self) -> float:
        """Return the most seconds between two bulk requests while some wait, apart from `BULK_FLOOR`."""
        ...

    def check(self) -> None:
        """Check that requests can be sent at all.

        Raises:
            RateLimiterError: They cannot.
        """
        ...

    def record_sent(self, priority: Priority, /) -> None:
        """Record a request."""
        ...

    def record_response(self) -> None:
        """Record a response, or the failure of a request."""
        ...


class OperationPausedError(Exception):
    """The operation of a request was paused while the request waited in the queue."""


class ConcurrencyQueue:
    """Bounds the requests in flight. Interactive calls go before bulk calls, and the oldest call of a priority first.

    Bulk calls do not starve: while some wait, at least one request in `BULK_FLOOR` is one of theirs. That request is
    treated as an interactive one, so that the share reserved for these does not stop it.

    All event loops of the process share the queue. There is no background task. In each event loop the first call that
    waits sleeps until a request may be sent, and then starts all that may be sent, also those of other event loops.
    """

    __slots__ = (
        "_bulk_since",
        "_clock",
        "_departures",
        "_lock",
        "_log_waits",
        "_loops",
        "_max_concurrency",
        "_numbers",
        "_overtaken",
        "_pacer",
        "_pauses",
        "_queued",
    )

    def __init__(
        self, max_concurrency: int, pacer: Pacer, clock: Clock, *, pauses: OperationPauses, log_waits: bool = True
    ) -> None:
        """Create an empty queue.

        Args:
            max_concurrency: The most requests in flight, 1 or more.
            pacer: Decides how fast requests may be sent. It is called by one thread at a time.
            clock: Sleeps.
            pauses: The operations that are paused.
            log_waits: Whether to log a wait for the pacer; False if every request has to wait for it.
        """
        self._max_concurrency = max_concurrency
        self._pacer = pacer
        self._clock = clock
        self._pauses = pauses
        self._log_waits = log_waits
        self._lock = thread_lock()
        self._loops = LoopBound(LoopCalls)
        self._numbers = count()
        self._departures = 0  # calls that have left the queue
        # The calls that wait. Those of an event loop that was closed, or of the parent of a forked process, count too:
        # this only tells whether to look at the queue.
        self._queued = 0
        self._overtaken = 0  # requests sent before the waiting bulk calls since the last bulk request
        self._bulk_since = 0.0  # when the last bulk request was sent, or bulk calls began to wait

    def try_acquire(self, admission: Admission) -> LoopCalls | None:
        """Do the same as `acquire` if the request may be sent now; otherwise return None."""
        priority = admission.priority
        with self._lock:
            if (self._queued and not self._may_overtake(priority)) or self._delay_until_ready(priority) > 0.0:
                return None
            calls = self._loops.get()
            self._start(priority, priority, calls)
            return calls

    async def acquire(self, admission: Admission) -> LoopCalls:
        """Wait until the request may be sent. Return the calls of this event loop, for `release`.

        Raises:
            WaitTooLongError: The wait is known to be longer than the admission allows.
            OperationPausedError: The operation was paused while the request waited; it has to wait for that first.
        """
        with self._lock:
            calls = self._loops.get()
            waiter = self._enqueue(admission, calls)
        try:
            await self._wait(waiter)
        except BaseException:
            with self._lock:
                if waiter.is_granted:
                    self.release(calls)
            raise
        finally:
            with self._lock:
                if not waiter.is_done:
                    self._remove(waiter)
                if waiter.keeps_time:
                    calls.wake_head()
        return calls

    def release(self, calls: LoopCalls) -> None:
        """Record that a request has finished."""
        with self._lock:
            calls.in_flight -= 1
            self._pacer.record_response()
            if self._queued:
                self.wake_next()

    def is_paused(self, admission: Admission) -> bool:
        """Return whether the request has to wait for a pause."""
        with self._lock:
            return self._pacer.pause_left() > 0.0 or self._pauses.is_paused(admission)

    def wake_next(self) -> None:
        """Start the requests that may be sent, and make the first call of each event loop sleep until the next may."""
        with self._lock:
            if math.isinf(self._start_ready()):
                return
            for calls in self._loops.values():
                calls.wake_head()

    def wake_all(self) -> None:
        """Make all in the queue check whether waiting is still of use."""
        with self._lock:
            for calls in self._loops.values():
                for waiter in calls.waiters():
                    waiter.wake()

    def demand(self) -> dict[Priority, int]:
        """Return the number of requests of each priority that would be sent now if the pacer allowed all."""
        with self._lock:
            free = self._max_concurrency - self._in_flight()
            due = 1 if self._bulk_is_due() else 0
            interactive = min(free, self._waiting("interactive") + due)
            return {"interactive": interactive, "bulk": min(free - interactive, self._waiting("bulk") - due)}

    async def _wait(self, waiter: Waiter) -> None:
        while True:
            with self._lock:
                seconds = math.inf if waiter.is_granted else self._start_ready()
                if waiter.is_granted:
                    return
                self._check(waiter)
                if waiter.calls.head() is not waiter:
                    seconds = math.inf
                elif not math.isinf(seconds):
                    waiter.keeps_time = True
            await waiter.woken(self._clock, within=seconds)

    def _start_ready(self) -> float:
        """Start the requests that may be sent. Return the seconds until the next may, infinity if that is unknown."""
        while (first := self._first()) is not None:
            if self._pauses and self._pauses.is_paused(first.admission):
                self._remove(first)
                first.wake()
                continue
            priority = first.admission.priority
            treated_as: Priority = "interactive" if self._bulk_is_due() else priority
            seconds = self._delay_until_ready(treated_as)
            if seconds > 0.0:
                return seconds
            self._remove(first)
            self._start(priority, treated_as, first.calls)
            first.is_granted = True
            first.wake()
        return math.inf

    def _may_overtake(self, priority: Priority) -> bool:
        """Whether a new call of that priority may be sent before those that wait."""
        first = self._first()
        if first is None:
            return True
        return priority == "interactive" and first.admission.priority == "bulk" and not self._bulk_is_due()

    def _bulk_is_due(self) -> bool:
        if not self._waiting("bulk"):
            return False
        if self._overtaken >= BULK_FLOOR - 1:
            return True
        return self._clock.monotonic() - self._bulk_since >= self._pacer.bulk_interval()

    def _delay_until_ready(self, priority: Priority) -> float:
        in_flight = self._in_flight()
        # The requests of an event loop that was closed before they ended hold no slots.
        if in_flight >= self._max_concurrency and self._loops.pop_dead():
            in_flight = self._in_flight()
        return self._pacer.delay_until_ready(priority, in_flight) if in_flight < self._max_concurrency else math.inf

    def _start(self, priority: Priority, treated_as: Priority, calls: LoopCalls) -> None:
        if priority == "bulk":
            self._overtaken = 0
            self._bulk_since = self._clock.monotonic()
        elif self._queued and self._waiting("bulk"):
            self._overtaken += 1
        calls.in_flight += 1
        self._pacer.record_sent(treated_as)

    def _enqueue(self, admission: Admission, calls: LoopCalls) -> Waiter:
        priority = admission.priority
        if priority == "bulk" and not self._waiting("bulk"):
            self._overtaken = 0
            self._bulk_since = self._clock.monotonic()
        ahead = self._waiting("interactive") + (self._waiting("bulk") if priority == "bulk" else 0)
        waiter = Waiter(admission, next(self._numbers), calls, turn=self._departures + ahead)
        self._check(waiter)
        self._log_wait(admission)
        heappush(calls.queues[priority], waiter)
        calls.waiting[priority] += 1
        self._queued += 1
        return waiter

    def _remove(self, waiter: Waiter) -> None:
        waiter.is_done = True
        waiter.calls.waiting[waiter.admission.priority] -= 1
        self._departures += 1
        self._queued -= 1

    def _check(self, waiter: Waiter) -> None:
        self._pacer.check()
        if self._pauses and self._pauses.is_paused(waiter.admission):
            raise OperationPausedError
        priority, in_flight = waiter.admission.priority, self._in_flight()
        pause = self._pacer.pause_left()
        next_wait = self._pacer.shortest_wait(priority, in_flight, 0)
        # Calls that left the queue behind this one are subtracted too: the bound holds for any order of leaving.
        ahead = max(0, waiter.turn - self._departures)
        own_wait = self._pacer.shortest_wait(priority, in_flight, ahead) if ahead else next_wait
        if own_wait <= 0.0:
            return  # as far as is known; the end of the requests in flight is not
        paused = self._pacer.pause_reason() if pause > 0.0 else None
        check_wait(waiter.admission, next_wait=next_wait, own_wait=own_wait, paused=paused, clock=self._clock)

    def _in_flight(self) -> int:
        loops = self._loops.values()
        return loops[0].in_flight if len(loops) == 1 else sum([calls.in_flight for calls in loops])

    def _waiting(self, priority: Priority) -> int:
        return sum([calls.waiting[priority] for calls in self._loops.values()])

    def _first(self) -> Waiter | None:
        bulk = self._oldest("bulk")
        if bulk is not None and self._bulk_is_due():
            return bulk
        return self._oldest("interactive") or bulk

    def _oldest(self, priority: Priority) -> Waiter | None:
        # A call of an event loop that stopped for now keeps its place, and does not hold up the others.
        loops = self._loops.values()
        if len(loops) == 1:
            return loops[0].first(priority)
        heads = [calls.first(priority) for calls in loops if calls.loop.is_running()]
        return min((head for head in heads if head is not None), default=None)

    def _log_wait(self, admission: Admission) -> None:
        fields = {"operation": admission.operation.id, "priority": admission.priority}
        if (seconds := self._pacer.pause_left()) > 0.0:
            _log.info("send_delayed", **fields, reason="rate_limited", seconds=round(seconds, 3))
        elif self._log_waits or self._in_flight() >= self._max_concurrency:
            _log.debug("send_delayed", **fields, reason="busy")


class LoopCalls:
    """The calls of one event loop."""

    __slots__ = ("in_flight", "loop", "queues", "waiting")

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        """The event loop."""
        self.in_flight = 0
        """The number of its requests in flight."""
        self.waiting: Final[dict[Priority, int]] = {"interactive": 0, "bulk": 0}
        """The number of its calls that wait, by priority."""
        self.queues: Final[dict[Priority, list[Waiter]]] = {"interactive": [], "bulk": []}
        """The waiting calls, as heaps by priority; a cancelled one stays until it is first."""

    def first(self, priority: Priority) -> Waiter | None:
        """Return the oldest call of that priority."""
        queue = self.queues[priority]
        while queue and queue[0].is_done:
            heappop(queue)
        return queue[0] if queue else None

    def head(self) -> Waiter | None:
        """Return the call that sleeps for the others."""
        return self.first("interactive") or self.first("bulk")

    def wake_head(self) -> None:
        """Make that call check whether requests may be sent, and until when to sleep."""
        if (head := self.head()) is not None:
            head.keeps_time = True
            head.wake()

    def waiters(self) -> Iterator[Waiter]:
        """Yield all calls, in no order."""
        for queue in self.queues.values():
            yield from queue


class Waiter:
    """A call that waits."""

    __slots__ = ("_future", "_number", "admission", "calls", "is_done", "is_granted", "keeps_time", "turn")

    def __init__(self, admission: Admission, number: int, calls: LoopCalls, *, turn: int) -> None:
        self.admission = admission
        """The request of this call."""
        self.calls = calls
        """The calls of its event loop."""
        self.turn = turn
        """How many calls have left the queue when this one is first."""
        self.is_done = False
        """Whether it has left the queue."""
        self.is_granted = False
        """Whether its request may be sent."""
        self.keeps_time = False
        """Whether it sleeps for the others of its event loop, so that another one has to when it leaves."""
        self._number = number
        self._future: asyncio.Future[None] = calls.loop.create_future()

    def __lt__(self, other: Waiter) -> bool:
        return (self.admission.since, self._number) < (other.admission.since, other._number)

    async def woken(self, clock: Clock, *, within: float) -> None:
        """Wait until `wake` is called, or for `within` seconds."""
        if math.isinf(within):
            await self._future
        else:
            sleep = asyncio.ensure_future(clock.sleep(within))
            try:
                await asyncio.wait((self._future, sleep), return_when=asyncio.FIRST_COMPLETED)
                if sleep.done():
                    sleep.result()
            finally:
                sleep.cancel()
        if self._future.done():
            self._future = self.calls.loop.create_future()

    def wake(self) -> None:
        """End the wait. Can be called in any thread."""
        wake_future(self._future)


class Slot:
    """The context of one request. A class, because a generator would cost each request three times as much."""

    __slots__ = ("_admission", "_calls", "_pauses", "_queue")

    def __init__(self, queue: ConcurrencyQueue, pauses: OperationPauses, admission: Admission) -> None:
        """Create a grant of the queue for a request."""
        self._queue = queue
        self._pauses = pauses
        self._admission = admission
        self._calls: LoopCalls

    async def __aenter__(self) -> None:
        while True:
            if self._pauses:
                await self._pauses.wait(self._admission)
            if (calls := self._queue.try_acquire(self._admission)) is None:
                try:
                    calls = await self._queue.acquire(self._admission)
                except OperationPausedError:
                    continue
                if self._queue.is_paused(self._admission):  # since the slot was granted, before this task continued
                    self._queue.release(calls)
                    continue
            self._calls = calls
            return

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._queue.release(self._calls)
        if self._pauses:
            self._pauses.record_response(self._admission)
