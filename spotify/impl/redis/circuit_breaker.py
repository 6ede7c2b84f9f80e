"""A circuit breaker: what failed is left alone for a while."""

from __future__ import annotations

from spotify.interfaces.clock import Clock
from spotify.logs import get_logger

_log = get_logger(__name__)


class CircuitBreaker:
    """Knows whether Redis is away, and when to try it again. Says once that it is away, and once that it is back."""

    __slots__ = ("_clock", "_is_open", "_pause", "_server", "_tries_at")

    def __init__(self, server: str, *, pause: float, clock: Clock) -> None:
        """Begin with a Redis that is there.

        Args:
            server: What it is called in the log.
            pause: Seconds between two tries while it is away.
            clock: Time.
        """
        self._server = server
        self._pause = pause
        self._clock = clock
        self._is_open = False
        self._tries_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether it is away."""
        return self._is_open

    def tries_in(self) -> float:
        """Return in how many seconds it is to be tried again; 0 for now."""
        return max(0.0, self._tries_at - self._clock.monotonic()) if self._is_open else 0.0

    def note_failure(self, reason: str) -> None:
        """Note that it failed."""
        self._tries_at = self._clock.monotonic() + self._pause
        if not self._is_open:
            self._is_open = True
            _log.warning("redis_unavailable", server=self._server, reason=reason)

    def note_success(self) -> None:
        """Note that it answered."""
        if self._is_open:
            self._is_open = False
            _log.info("redis_available", server=self._server)
