"""How fast one process may send: a gate that a 429 closes, and so many requests in a window."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from spotify._checks import check_methods, check_range
from spotify._concurrency import LoopBound
from spotify.impl.rate_limiting.concurrency_queue import Places, Slot
from spotify.impl.rate_limiting.gate import Gate
from spotify.impl.rate_limiting.window_limit import Bounds, RollingWindow, checked_bounds
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


class InProcessRateLimiter:
    """`RateLimiter` for one process: so many requests at once, so many in a window, and a gate that a 429 closes.

    While the gate is closed, callers wait in front of it or are refused at once, as each of them wishes, so that nobody
    hangs for the hours that Spotify has been seen to ask for. Then they are let out one after the other, interactive
    calls before bulk ones, the oldest first.
    """

    def __init__(
        self,
        *,
        max_concurrency: int,
        clock: Clock,
        rate_limit: int | None = None,
        rate_window: float = 30.0,
        reserve: float = 0.0,
    ) -> None:
        """Open the gate.

        Args:
            max_concurrency: How many requests may be on the wire at once, 1 or more.
            clock: Time and sleep.
            rate_limit: How many requests may be sent in any `rate_window`, 1 or more; None for no bound.
            rate_window: Seconds, more than 0. Spotify counts over 30.
            reserve: The share of `rate_limit` that is kept free for interactive calls, from 0 up to, not including, 1.

        Raises:
            TypeError: An argument is of the wrong type.
            ValueError: A number is out of its bounds.
        """
        check_range("max_concurrency", max_concurrency, at_least=1)
        check_methods("clock", clock, ("time", "monotonic", "sleep"))
        bounds = checked_bounds(rate_limit=rate_limit, rate_window=rate_window, reserve=reserve)
        self._gate = Gate(clock, full=max_concurrency)
        pace = LocalPace(self._gate, bounds, clock)
        self._places = LoopBound(lambda: Places(max_concurrency, pace, clock))

    def slot(self, admission: Admission, /) -> Slot:
        """Hold one of the places on the wire.

        Raises:
            RateLimitError: On entering: the gate stays closed for longer than `admission.max_wait`.
        """
        return Slot(self._places.get(), admission)

    async def pause(self, seconds: float, /) -> None:
        """Close the gate for that many seconds from now; a longer pause in force stays."""
        self._gate.close(seconds)
        if (places := self._places.find()) is not None:
            places.look_again()
