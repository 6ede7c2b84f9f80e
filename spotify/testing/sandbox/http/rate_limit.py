"""A limit on the calls in any period: https://developer.spotify.com/documentation/web-api/concepts/rate-limits."""

from __future__ import annotations

import math
from collections import deque
from typing import Final


class RateLimit:
    """A limit on the calls of each client in any period of `window` seconds (a sliding window)."""

    def __init__(self, calls: int, window: float, *, penalty: bool = False) -> None:
        """Create a limit.

        Args:
            calls: The maximum number of calls of a client in a window, 1 or more.
            window: The window's length in seconds, more than 0.
            penalty: Whether rejected calls count too, so that calling again makes the wait longer.
        """
        self._window: Final = window
        self._penalty: Final = penalty
        self._max_calls: Final = calls
        self._calls: Final[dict[str, deque[float]]] = {}

    def admit(self, now: float, client_id: str = "") -> int | None:
        """Count a call, unless it is rejected and there is no penalty.

        Args:
            now: When it arrived, in seconds; not before the previous one.
            client_id: Who calls; the calls of others are not counted together with it.

        Returns:
            None if the call is admitted, else the value of `Retry-After`: the whole seconds after which a call is
            admitted if no other call counts until then.
        """
        is_full = self.retry_after(now, client_id) is not None
        if not is_full or self._penalty:
            self.count(now, client_id)
        return self._seconds_until_free(now, self._calls[client_id]) if is_full else None

    def retry_after(self, now: float, client_id: str = "") -> int | None:
        """Return what `admit` would return without the penalty, and count nothing."""
        calls = self._calls.get(client_id)
        if calls is None or len(calls) < self._max_calls or calls[0] + self._window <= now:
            return None
        return self._seconds_until_free(now, calls)

    def count(self, now: float, client_id: str = "") -> None:
        """Count a call."""
        # Only the latest calls matter: the first of them has to leave the window before another call fits.
        self._calls.setdefault(client_id, deque(maxlen=self._max_calls)).append(now)

    def _seconds_until_free(self, now: float, calls: deque[float]) -> int:
        free_at = calls[0] + self._window
        seconds = max(1, math.floor(free_at - now))
        while now + seconds < free_at:  # rounding of floats
            seconds += 1
        return seconds
