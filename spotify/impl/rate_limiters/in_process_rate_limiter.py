"""The rate limiter of one process."""

from __future__ import annotations

from spotify._checks import check_methods, check_range
from spotify.impl.loop_bound import LoopBound
from spotify.impl.rate_limiters.bounds import checked_bounds
from spotify.impl.rate_limiters.gate import Gate
from spotify.impl.rate_limiters.local_pace import LocalPace
from spotify.impl.rate_limiters.places import Places, Slot
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission


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
