"""Those who wait for their turn: who is next, and who is to be woken."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from heapq import heappop, heappush
from itertools import count
from types import TracebackType
from typing import Final, Protocol

from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, Priority
from spotify.logs import get_logger

Obstacle = Callable[[Priority], float]
"""Tells in how many seconds one more of a priority may go: 0 for now, infinity if somebody has to leave first."""


class Waiter:
    """One who waits."""

    __slots__ = ("_future", "admission", "is_gone", "number")

    def __init__(self, admission: Admission, number: int) -> None:
        """Take who it is, and a number that grows from one to the next."""
        self.admission = admission
        self.number = number
        self.is_gone = False
        self._future: asyncio.Future[None] | None = None

    def __lt__(self, other: Waiter) -> bool:
        return (self.admission.since, self.number) < (other.admission.since, other.number)

    async def woken(self) -> None:
        """Return when somebody thinks that it could go."""
        self._future = asyncio.get_running_loop().create_future()
        try:
            await self._future
        finally:
            self._future = None

    def wake(self) -> None:
        """Let it look whether it can go."""
        if self._future is not None and not self._future.done():
            self._future.set_result(None)


class WaitingLine:
    """Lets callers go one after the other: interactive ones first, and of one priority the oldest first.

    Nothing runs in the background. The first in line waits for time to pass, and the others wait to be woken: by
    whoever goes, leaves or gives up before them. A call that is cancelled is simply not there any more.

    Attributes:
        waiting: How many there are of each priority.
    """

    def __init__(self, obstacle: Obstacle, wait: Callable[[float], Awaitable[None]]) -> None:
        """Begin with nobody.

        Args:
            obstacle: Tells when one more may go.
            wait: Waits for so many seconds.
        """
        self._obstacle = obstacle
        self._wait = wait
        self._lanes: Final[dict[Priority, list[Waiter]]] = {"interactive": [], "bulk": []}
        self._numbers = count()
        self.waiting: Final[dict[Priority, int]] = {"interactive": 0, "bulk": 0}

    def may_go(self, priority: Priority) -> bool:
        """Whether a newcomer of that priority can go at once: nothing is in the way, and nobody goes before it."""
        first = self._first()
        if first is not None and (priority == "bulk" or first.admission.priority == "interactive"):
            return False
        return self._obstacle(priority) <= 0.0

    async def turn(self, admission: Admission, check: Callable[[Admission], object], go: Callable[[], None]) -> None:
        """Wait for one's turn, and go.

        Args:
            admission: Who waits.
            check: Called with it whenever something may have changed; raises if there is no use in waiting.
            go: Called when it is one's turn, before anybody else gets to look.
        """
        waiter = Waiter(admission, next(self._numbers))
        heappush(self._lanes[admission.priority], waiter)
        self.waiting[admission.priority] += 1
        try:
            while True:
                check(admission)
                if self._first() is not waiter:
                    await waiter.woken()
                    continue
                seconds = self._obstacle(admission.priority)
                if seconds <= 0.0:
                    go()
                    return
                await (waiter.woken() if math.isinf(seconds) else self._wait(seconds))
        finally:
            waiter.is_gone = True
            self.waiting[admission.priority] -= 1
            self.wake_first()

    def wake_first(self) -> None:
        """Let the first in line look whether it can go."""
        if (first := self._first()) is not None:
            first.wake()

    def wake_all(self) -> None:
        """Let everybody look whether there is any use in waiting."""
        for lane in self._lanes.values():
            for waiter in lane:
                waiter.wake()

    def _first(self) -> Waiter | None:
        # Whoever gave up in the middle of a lane stays there, marked, until those before it are gone.
        for lane in self._lanes.values():
            while lane and lane[0].is_gone:
                heappop(lane)
            if lane:
                return lane[0]
        return None


_log = get_logger(__name__)


class Pace(Protocol):
    """How fast requests may be sent."""

    def obstacle(self, priority: Priority, on_the_wire: int, /) -> float:
        """Return in how many seconds one more may be sent: 0 for now, infinity if an answer has to come first."""
        ...

    def check(self, admission: Admission, /) -> float:
        """Return for how many seconds Spotify takes no calls, as far as is known.

        Raises:
            RateLimitError: That is longer than the caller will wait.
        """
        ...

    def note_sent(self, priority: Priority, /) -> None:
        """Note that a request of that priority is sent."""
        ...

    def note_answered(self) -> None:
        """Note that its answer is there, or will never be."""
        ...


class Places:
    """The places on the wire in one event loop, and those who wait for one."""

    __slots__ = ("_line", "_max_concurrency", "_pace", "_taken", "_tells_of_waits")

    def __init__(self, max_concurrency: int, pace: Pace, clock: Clock, *, tells_of_waits: bool = True) -> None:
        """Take how many places there are, and what else bounds the requests.

        Args:
            max_concurrency: How many places there are.
            pace: What else bounds the requests.
            clock: Sleeps.
            tells_of_waits: Whether a wait for the pace is worth an event; not if each request has to wait for it.
        """
        self._max_concurrency = max_concurrency
        self._pace = pace
        self._tells_of_waits = tells_of_waits
        self._taken = 0
        self._line = WaitingLine(self._obstacle, clock.sleep)

    async def take(self, admission: Admission) -> None:
        """Take a place, when it is one's turn.

        Raises:
            RateLimitError: There is no use in waiting for one.
        """
        if self._line.may_go(admission.priority):
            self._go(admission.priority)
            return
        seconds = self._pace.check(admission)
        waits = {"operation": admission.operation.id, "priority": admission.priority}
        if seconds > 0.0:
            _log.info("send_delayed", **waits, reason="rate_limited", seconds=round(seconds, 3))
        elif self._tells_of_waits or self._taken >= self._max_concurrency:
            _log.debug("send_delayed", **waits, reason="busy")
        await self._line.turn(admission, self._pace.check, lambda: self._go(admission.priority))

    def give_back(self) -> None:
        """Give a place back, whatever became of the request."""
        self._taken -= 1
        self._pace.note_answered()
        self._line.wake_first()

    def look_again(self) -> None:
        """Let everybody who waits see whether there is still any use in it."""
        self._line.wake_all()

    def demand(self) -> dict[Priority, int]:
        """Return how many of each priority would be sent now if the pace were no obstacle."""
        free = self._max_concurrency - self._taken
        interactive = min(free, self._line.waiting["interactive"])
        return {"interactive": interactive, "bulk": min(free - interactive, self._line.waiting["bulk"])}

    def look(self) -> None:
        """Let the first of those who wait see whether it can go."""
        self._line.wake_first()

    def _go(self, priority: Priority) -> None:
        self._taken += 1
        self._pace.note_sent(priority)

    def _obstacle(self, priority: Priority) -> float:
        if self._taken >= self._max_concurrency:
            return math.inf
        return self._pace.obstacle(priority, self._taken)


class Slot:
    """A place on the wire for the length of a block. A class: a generator would cost each request three times that."""

    __slots__ = ("_admission", "_places")

    def __init__(self, places: Places, admission: Admission) -> None:
        """Remember who wants one, and of which."""
        self._places = places
        self._admission = admission

    async def __aenter__(self) -> None:
        await self._places.take(self._admission)

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._places.give_back()
