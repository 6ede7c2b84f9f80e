"""How many retries all calls of a client may make together."""

from __future__ import annotations

from typing import Final

_EARNED: Final = 0.1


class RetryBudget:
    """A token bucket that retries are paid from, and that successes fill.

    In an outage every call fails, and each of them would be sent several times: just when a service has the least to
    give, it would be asked for the most. With a budget, retries run out after a while, and calls fail with their first
    error until some succeed again; in normal times it is never noticed.
    """

    __slots__ = ("_capacity", "_left")

    def __init__(self, capacity: int | None) -> None:
        """Fill the bucket.

        Args:
            capacity: How many retries it holds, 0 or more; None for no bound. Each call that succeeds brings a tenth
                of one back.
        """
        self._capacity = capacity
        self._left = float(capacity or 0)

    def spend(self) -> bool:
        """Pay for one retry; tell whether there was enough for it."""
        if self._capacity is None:
            return True
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True

    def earn(self) -> None:
        """Note that a call succeeded."""
        if self._capacity is not None:
            self._left = min(float(self._capacity), self._left + _EARNED)
