"""How fast one process may send: a gate that a 429 closes, and so many requests in a window."""

from __future__ import annotations

import math
from typing import Final

from spotify.impl.rate_limiters.gate import Gate
from spotify.impl.rate_limiters.rolling_window import RollingWindow
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, Priority


class LocalPace:
    """`Pace` that knows of this process' requests alone."""

    __slots__ = ("_clock", "_gate", "_most", "_window")

    def __init__(self, gate: Gate, window: RollingWindow | None, *, reserve: float, clock: Clock) -> None:
        """Take what sets the pace.

        Args:
            gate: What a 429 closes.
            window: Bounds the requests in a window; None for no bound.
            reserve: The share of the window that is kept free for interactive calls, from 0 to below 1.
            clock: Time.
        """
        self._gate = gate
        self._window = window
        self._clock = clock
        limit = 0 if window is None else window.limit
        self._most: Final[dict[Priority, int]] = {
            "interactive": limit,
            "bulk": max(1, math.floor(limit * (1 - reserve))),
        }

    def obstacle(self, priority: Priority, on_the_wire: int) -> float:
        """Return in how many seconds one more may be sent: 0 for now, infinity if an answer has to come first."""
        seconds = self._gate.obstacle()
        if seconds > 0.0 or self._window is None:
            return seconds
        return self._window.obstacle(self._clock.monotonic(), on_the_wire=on_the_wire, most=self._most[priority])

    def check(self, admission: Admission) -> float:
        """Return for how many seconds the gate stays closed.

        Raises:
            RateLimitError: That is longer than the caller will wait.
        """
        return self._gate.check_wait(admission.max_wait)

    def note_sent(self) -> None:
        """Note that a request is sent."""
        self._gate.note_sent()

    def note_answered(self) -> None:
        """Note that its answer is there, or will never be."""
        self._gate.note_answered()
        if self._window is not None:
            self._window.note_answered(self._clock.monotonic())
