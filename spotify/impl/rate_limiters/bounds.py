"""How much an application may send."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

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
