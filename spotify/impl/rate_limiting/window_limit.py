"""A limit of requests in a rolling window of time."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spotify._checks import check_number, check_range, shown
from spotify.interfaces.rate_limiter import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLimit:
    """The number of requests allowed in any window of time.

    Attributes:
        limit: The most requests in a window, 1 or more.
        window: Seconds, more than 0.
        reserve: The share of the limit that bulk calls leave free for interactive calls, from 0 to below 1.
    """

    limit: int
    window: float
    reserve: float

    def by_priority(self, *, workers: int = 1) -> Mapping[Priority, int]:
        """Return the limit for calls of each priority, for one of `workers` that share it equally."""
        return {
            "interactive": max(1, self.limit // workers),
            "bulk": max(1, math.floor(self.limit * (1 - self.reserve)) // workers),
        }


def checked_window_limit(*, rate_limit: int | None, rate_window: float, reserve: float) -> WindowLimit | None:
    """Return the window limit for a limiter's arguments, None for no limit.

    Raises:
        TypeError: An argument is not a number.
        ValueError: An argument is out of bounds, even if there is no limit.
    """
    check_number("rate_window", rate_window, above=0)
    check_number("reserve", reserve, at_least=0)
    if reserve >= 1:
        raise ValueError(f"reserve must be less than 1, not {shown(reserve)}")
    if rate_limit is None:
        return None
    check_range("rate_limit", rate_limit, at_least=1)
    return WindowLimit(limit=rate_limit, window=rate_window, reserve=reserve)


class RollingWindow:
    """Counts requests in a rolling window.

    A request counts from when it is sent until a whole window after its response. Spotify received it at some time in
    between, so Spotify never counts more requests than are counted here, at any latency.
    """

    __slots__ = ("_response_times", "seconds")

    def __init__(self, seconds: float) -> None:
        """Create an empty window.

        Args:
            seconds: The length of the window, more than 0.
        """
        self.seconds = seconds
        self._response_times: deque[float] = deque()

    def record_response(self, now: float) -> None:
        """Record a response."""
        self._response_times.append(now)

    def response_times(self, now: float) -> Sequence[float]:
        """Return the times of the responses whose requests still count, the earliest first."""
        times = self._response_times
        while times and times[0] + self.seconds <= now:
            times.popleft()
        return times

    def delay_until_ready(self, now: float, *, in_flight: int, limit: int) -> float:
        """Return the seconds until one more request fits into the window.

        Args:
            now: The time, in seconds; it never decreases.
            in_flight: The number of requests without a response.
            limit: The most requests in the window, 1 or more.

        Returns:
            Seconds: 0.0 for now, infinity if a response has to be received first.
        """
        times = self.response_times(now)
        excess = in_flight + len(times) + 1 - limit
        if excess <= 0:
            return 0.0
        if excess > len(times):
            return math.inf
        return times[excess - 1] + self.seconds - now

    def shortest_wait(self, now: float, *, in_flight: int, limit: int, ahead: int) -> float:
        """Return a lower bound, in seconds, of the time until a request fits that has `ahead` others before it.

        A request in flight, or one that is still to be sent, counts for at least a window from now.

        Args:
            now: The time, in seconds; it never decreases.
            in_flight: The number of requests without a response.
            limit: The most requests in the window, 1 or more.
            ahead: The number of requests to be sent before, 0 or more.
        """
        windows, ahead = divmod(ahead, limit)
        seconds = self.delay_until_ready(now, in_flight=in_flight + ahead, limit=limit)
        return min(seconds, self.seconds) + windows * self.seconds
