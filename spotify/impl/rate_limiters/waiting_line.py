"""Those who wait for their turn: who is next, and who is to be woken."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from heapq import heappop, heappush
from itertools import count
from typing import Final

from spotify.interfaces.rate_limiter import Admission, Priority

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
