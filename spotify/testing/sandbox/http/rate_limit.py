"""How many calls an application may make: https://developer.spotify.com/documentation/web-api/concepts/rate-limits."""

from __future__ import annotations

import math
from collections import deque
from typing import Final


class RateLimit:
    """At most so many calls in any stretch of time of the length of the window."""

    def __init__(self, calls: int, window: float, *, penalty: bool) -> None:
        """Let through.

        Args:
            calls: The most calls in a window, 1 or more.
            window: The window's length in seconds, more than 0.
            penalty: Whether calls that are refused count too, so that calling on makes it longer.

        Raises:
            ValueError: An argument is out of its bounds.
        """
        if calls < 1:
            raise ValueError(f"rate_limit must be 1 or more calls, or None for no limit, not {calls!r}")
        if not 0 < window < math.inf:
            raise ValueError(f"rate_window must be more than 0 seconds, not {window!r}")
        self._window: Final = window
        self._penalty: Final = penalty
        # The latest that count: with as many as the limit, the first of them has to leave the window.
        self._calls: Final[deque[float]] = deque(maxlen=calls)

    def admit(self, now: float) -> int | None:
        """Take notice of a call.

        Args:
            now: When it arrived, in seconds; not before the last one.

        Returns:
            None if it is let through; otherwise the whole seconds after which one will be, if no other call counts
            until then.
        """
        is_full = len(self._calls) == self._calls.maxlen and self._calls[0] + self._window > now
        if not is_full or self._penalty:
            self._calls.append(now)
        if not is_full:
            return None
        free_at = self._calls[0] + self._window
        seconds = max(1, math.floor(free_at - now))
        while now + seconds < free_at:
            seconds += 1
        return seconds
