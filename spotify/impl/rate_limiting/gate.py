"""Pauses requests after a 429 and resumes them gradually."""

from __future__ import annotations

import math
from typing import Final

from spotify._event_loops import thread_lock
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import PauseReason

RAMP_UP_INTERVAL: Final = 0.1
"""Seconds between two requests after a pause, while no response has shown that Spotify accepts requests again."""

# Seconds, 300 years: a longer pause, which no server means, has no end as a datetime.
_LONGEST_PAUSE: Final = 1e10


class Gate:
    """Holds back all requests of a client during a pause.

    After the pause one request is sent first. Each response allows two more, so that the number in flight doubles with
    each round trip, and a limit that still applies is met by a few requests instead of by all that waited. A slow
    response does not delay the others: another request is sent every `RAMP_UP_INTERVAL` seconds. It can be used by
    several threads.

    Attributes:
        reason: Why it is closed, or was.
    """

    __slots__ = ("_clock", "_is_opening", "_lock", "_opens_at", "_responses", "_responses_to_open", "_sent", "reason")

    def __init__(self, clock: Clock, *, responses_to_open: int) -> None:
        """Create an open gate.

        Args:
            clock: Time.
            responses_to_open: Responses required after a pause before the gate is fully open.
        """
        self._clock = clock
        self._lock = thread_lock()
        self._responses_to_open = responses_to_open
        self._opens_at = 0.0
        self._is_opening = False
        self._sent = 0
        self._responses = 0
        self.reason: PauseReason = "rate_limit"

    @property
    def is_open(self) -> bool:
        """Whether it holds nothing back."""
        return not self._is_opening

    def pause(self, seconds: float, reason: PauseReason = "rate_limit") -> None:
        """Pause for `seconds`. Has no effect if a longer pause is already active."""
        if seconds <= 0:
            return
        with self._lock:
            opens_at = self._clock.monotonic() + min(seconds, _LONGEST_PAUSE)
            if opens_at >= self._opens_at:
                self._opens_at = opens_at
                self.reason = reason
            self._is_opening = True
            self._sent = self._responses = 0

    def pause_left(self) -> float:
        """Return the seconds left of the pause, 0.0 if none is active."""
        return max(0.0, self._opens_at - self._clock.monotonic()) if self._is_opening else 0.0

    def delay_until_ready(self) -> float:
        """Return the seconds until the next request may be sent, 0.0 if it may be sent now."""
        if not self._is_opening:
            return 0.0
        ahead = self._sent - 2 * self._responses
        return max(0.0, self._opens_at + max(0, ahead) * RAMP_UP_INTERVAL - self._clock.monotonic())

    def capacity(self) -> float:
        """Return the number of requests that may be sent now, infinity if the gate is fully open."""
        if not self._is_opening:
            return math.inf
        if self.delay_until_ready() > 0.0:
            return 0
        open_for = self._clock.monotonic() - self._opens_at
        return max(1, math.floor(open_for / RAMP_UP_INTERVAL) + 1 + 2 * self._responses - self._sent)

    def record_sent(self) -> None:
        """Record a request."""
        if self._is_opening:
            with self._lock:
                self._sent += 1

    def record_response(self) -> None:
        """Record a response, or the failure of a request."""
        if self._is_opening:
            with self._lock:
                if self.pause_left() <= 0:
                    self._responses += 1
                    self._is_opening = self._responses < self._responses_to_open
