"""So many requests in any span of so many seconds."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence


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
