"""The gate that a 429 closes, and that opens slowly."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Final

from spotify.errors import RateLimitError
from spotify.interfaces.clock import Clock

SPACING: Final = 0.1
"""Seconds between two requests after a pause, as long as no answer has shown that Spotify takes calls again."""


class Gate:
    """What all requests of a client pass, and a 429 closes for a while.

    When it opens, one request goes first. Each answer lets two more out, so that the number on the wire doubles with
    each round trip as long as all goes well, and a limit that is still in force is met by a few requests instead of by
    all that waited. A slow answer does not hold up the rest: another one goes every tenth of a second.
    """

    __slots__ = ("_answers", "_clock", "_full", "_is_opening", "_opens_at", "_passed")

    def __init__(self, clock: Clock, *, full: int) -> None:
        """Open the gate.

        Args:
            clock: Time.
            full: How many answers after a pause show that all is well.
        """
        self._clock = clock
        self._full = full
        self._opens_at = 0.0
        self._is_opening = False
        self._passed = 0
        self._answers = 0

    def close(self, seconds: float) -> None:
        """Let nobody pass for that many seconds from now; a longer pause in force stays."""
        if seconds <= 0:
            return
        self._opens_at = max(self._opens_at, self._clock.monotonic() + seconds)
        self._is_opening = True
        self._passed = self._answers = 0

    def closed_for(self) -> float:
        """Return for how many seconds it stays closed; 0 if it is open."""
        return max(0.0, self._opens_at - self._clock.monotonic()) if self._is_opening else 0.0

    def obstacle(self) -> float:
        """Return in how many seconds the next one may pass; 0 for now."""
        if not self._is_opening:
            return 0.0
        waits = self._passed - 2 * self._answers
        return max(0.0, self._opens_at + max(0, waits) * SPACING - self._clock.monotonic())

    def room(self) -> float:
        """Return how many may pass now; infinity if it is as open as before."""
        if not self._is_opening:
            return math.inf
        if self.obstacle() > 0.0:
            return 0
        since = self._clock.monotonic() - self._opens_at
        return max(1, math.floor(since / SPACING) + 1 + 2 * self._answers - self._passed)

    def note_sent(self) -> None:
        """Note that one passed."""
        if self._is_opening:
            self._passed += 1

    def note_answered(self) -> None:
        """Note that one which passed was answered."""
        if self._is_opening and self.closed_for() <= 0:
            self._answers += 1
            self._is_opening = self._answers < self._full

    def check_wait(self, longest: float) -> float:
        """Return for how many seconds it stays closed.

        Raises:
            RateLimitError: It stays closed for longer than that many seconds.
        """
        seconds = self.closed_for()
        if seconds <= longest:
            return seconds
        error = RateLimitError(
            "Not sent: Spotify still refuses calls of this application", status_code=429, retry_after=seconds
        )
        error.may_have_been_executed = False
        error.retry_at = datetime.fromtimestamp(self._clock.time(), UTC) + timedelta(seconds=seconds)
        raise error
