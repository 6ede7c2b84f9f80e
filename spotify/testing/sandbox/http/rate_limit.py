"""The application's rate limit: https://developer.spotify.com/documentation/web-api/concepts/rate-limits."""

from __future__ import annotations

import math
from collections import deque
from typing import Final


class RateLimit:
    """A limit on the calls in any period of `window` seconds (a sliding window)."""

    def __init__(self, calls: int, window: float, *, penalty: bool) -> None:
        """Create a limit.

        Args:
            calls: The maximum number of calls in a window, 1 or more.
            window: The window's length in seconds, more than 0.
            penalty: Whether rejected calls count too, so that calling again makes the wait longer.

        Raises:
            ValueError: An argument is out of bounds.
        """
        if calls < 1:
            raise ValueError(f"rate_limit must be 1 or more calls, or None for no limit, not {calls!r}")
        if not 0 < window < math.inf:
            raise ValueError(f"rate_window must be more than 0 seconds, not {window!r}")
        self._window: Final = window
        self._penalty: Final = penalty
        # Only the latest `calls` matter: the first of them has to leave the window before another call fits.
        self._calls: Final[deque[float]] = deque(maxlen=calls)

    def admit(self, now: float) -> int | None:
        """Count a call.

        Args:
            now: When it arrived, in seconds; not before the previous one.

        Returns:
            None if the call is admitted, else the value of `Retry-After`: the whole seconds after which a call is
            admitted if no other call counts until then.
        """
        is_full = len(self._calls) == self._calls.maxlen and self._calls[0] + self._window > now
        if not is_full or self._penalty:
            self._calls.append(now)
        if not is_full:
            return None
        free_at = self._calls[0] + self._window
        seconds = max(1, math.floor(free_at - now))
        while now + seconds < free_at:  # rounding of floats
            seconds += 1
        return seconds
