"""How fast one process may send: a gate that a 429 closes, and so many requests in a window."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from spotify.impl.rate_limiters.bounds import Bounds
from spotify.impl.rate_limiters.gate import Gate
from spotify.impl.rate_limiters.rolling_window import RollingWindow
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, Priority


class LocalPace:
    """`Pace` that knows of this process' requests alone."""

    __slots__ = ("_bounds", "_clock", "_gate", "_most", "_window")

    def __init__(self, gate: Gate, bounds: Bounds | None, clock: Clock) -> None:
        """Take what sets the pace.

        Args:
            gate: What a 429 closes.
            bounds: Of the requests in a window; None for no bound.
            clock: Time.
        """
        self._gate = gate
        self._bounds = bounds
        self._clock = clock
        self._window = None if bounds is None else RollingWindow(bounds.window)
        self._most: Mapping[Priority, int] = {} if bounds is None else bounds.most()

    def share_among(self, workers: int) -> None:
        """Keep to the fair share of one of so many workers, 1 or more."""
        if self._bounds is not None:
            self._most = self._bounds.most(workers=workers)

    def obstacle(self, priority: Priority, on_the_wire: int) -> float:
        """Return in how many seconds one more may be sent: 0 for now, infinity if an answer has to come first."""
        seconds = self._gate.obstacle()
        if seconds > 0.0 or self._window is None:
            return seconds
        return self.room_after(on_the_wire, most=self._most[priority])

    def room(self, priority: Priority, on_the_wire: int) -> float:
        """Return how many of that priority fit into the window now."""
        return math.inf if self._window is None else self._most[priority] - on_the_wire - len(self.answered())

    def room_after(self, on_the_wire: int, *, most: int) -> float:
        """Return the same as `obstacle`, as if only the window counted and so many requests were allowed in it."""
        if self._window is None:
            return 0.0
        return self._window.obstacle(self._clock.monotonic(), on_the_wire=on_the_wire, most=most)

    def answered(self) -> Sequence[float]:
        """Return when the answers came whose requests count in the window."""
        return () if self._window is None else self._window.answered(self._clock.monotonic())

    def check(self, admission: Admission) -> float:
        """Return for how many seconds the gate stays closed.

        Raises:
            RateLimitError: That is longer than the caller will wait.
        """
        return self._gate.check_wait(admission.max_wait)

    def note_sent(self, _priority: Priority) -> None:
        """Note that a request is sent."""
        self._gate.note_sent()

    def note_answered(self) -> None:
        """Note that its answer is there, or will never be."""
        self._gate.note_answered()
        if self._window is not None:
            self._window.note_answered(self._clock.monotonic())
