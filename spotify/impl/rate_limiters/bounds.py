"""How much an application may send."""

from __future__ import annotations

import math
from collections.abc import Mapping
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
