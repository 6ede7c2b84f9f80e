"""The places on the wire, and how one is taken."""

from __future__ import annotations

import math
from types import TracebackType
from typing import Protocol

from spotify.impl.rate_limiters.waiting_line import WaitingLine
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, Priority
from spotify.logs import get_logger

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
