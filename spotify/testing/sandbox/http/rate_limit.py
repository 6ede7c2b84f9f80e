"""A limit on the calls in any period: https://developer.spotify.com/documentation/web-api/concepts/rate-limits."""

from __future__ import annotations

import math
from collections import deque
from typing import Final


class RateLimit:
    """A limit on the calls in any period of `window` seconds (a sliding window)."""

    def __init__(self, calls: int, window: float, *, penalty: bool = False) -> None:
        """Create a limit.

        Args:
            calls: The maximum number of calls in a window, 1 or more.
            window: The window's length in seconds, more than 0.
            penalty: Whether rejected calls count too, so that calling again makes the wait longer.
        """
        self._window: Final = window
        self._penalty: Final = penalty
        # Only the latest `calls` matter: the first of them has to leave the window before another call fits.
        self._calls: Final[deque[float]] = deque(maxlen=calls)

    def admit(self, now: float) -> int | None:
        """Count a call, unless it is rejected and there is no penalty.

        Args:
            now: When it arrived, in seconds; not before the previous one.

        Returns:
            None if the call is admitted, else the value of `Retry-After`: the whole seconds after which a call is
            admitted if no other call counts until then.
        """
        is_full = self._is_full(now)
        if not is_full or self._penalty:
            self.count(now)
        return self._retry_after(now) if is_full else None

    def retry_after(self, now: float) -> int | None:
        """Return what `admit` would return without the penalty, and count nothing."""
        return self._retry_after(now) if self._is_full(now) else None

    def count(self, now: float) -> None:
        """Count a call."""
        self._calls.append(now)

    def _is_full(self, now: float) -> bool:
        return len(self._calls) == self._calls.maxlen and self._calls[0] + self._window > now

    def _retry_after(self, now: float) -> int:
        free_at = self._calls[0] + self._window
        seconds = max(1, math.floor(free_at - now))
        while now + seconds < free_at:  # rounding of floats
            seconds += 1
        return seconds
