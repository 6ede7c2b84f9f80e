"""How much an application may send."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spotify._checks import check_number, check_range, shown
from spotify.interfaces.rate_limiter import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """So many requests in any window of time, of which a share is kept free for interactive calls.

    Attributes:
        limit: The most requests in a window, 1 or more.
        window: Seconds, more than 0.
        reserve: The share of the limit that bulk calls leave free, from 0 to below 1.
    """

    limit: int
    window: float
    reserve: float

    def most(self, *, workers: int = 1) -> Mapping[Priority, int]:
        """Return the most requests in a window before one of each priority may be sent, for one of so many workers."""
        return {
            "interactive": max(1, self.limit // workers),
            "bulk": max(1, math.floor(self.limit * (1 - self.reserve)) // workers),
        }


def checked_bounds(*, rate_limit: int | None, rate_window: float, reserve: float) -> Bounds | None:
    """Return the bounds that a limiter was given; None for no bound.

    Raises:
        TypeError: One of them is not a number.
        ValueError: One of them is out of its bounds, also where there is no limit that it is about.
    """
    check_number("rate_window", rate_window, above=0)
    check_number("reserve", reserve, at_least=0)
    if reserve >= 1:
        raise ValueError(f"reserve must be less than 1, not {shown(reserve)}")
    if rate_limit is None:
        return None
    check_range("rate_limit", rate_limit, at_least=1)
    return Bounds(limit=rate_limit, window=rate_window, reserve=reserve)


class RollingWindow:
    """Counts requests in the window before now.

    A request counts from when it is sent until a whole window after its answer came. Spotify received it at some moment
    in between, which only Spotify knows; so whatever the latencies are, it never counts more than are counted here.
    """

    __slots__ = ("_answered", "seconds")

    def __init__(self, seconds: float) -> None:
        """Begin with none.

        Args:
            seconds: How long the window is, more than 0.
        """
        self.seconds = seconds
        self._answered: deque[float] = deque()

    def note_answered(self, now: float) -> None:
        """Note that the answer of a request came."""
        self._answered.append(now)

    def answered(self, now: float) -> Sequence[float]:
        """Return when the answers came whose requests still count, the earliest first."""
        answered = self._answered
        while answered and answered[0] + self.seconds <= now:
            answered.popleft()
        return answered

    def obstacle(self, now: float, *, on_the_wire: int, most: int) -> float:
        """Return in how many seconds one more can be sent so that there are at most so many in the window.

        Args:
            now: The time, in seconds; it never goes backwards.
            on_the_wire: How many wait for their answer.
            most: The most, 1 or more.

        Returns:
            Seconds; 0 for now, infinity if an answer has to come first.
        """
        answered = self.answered(now)
        too_many = on_the_wire + len(answered) + 1 - most
        if too_many <= 0:
            return 0.0
        if too_many > len(answered):
            return math.inf
        return answered[too_many - 1] + self.seconds - now
