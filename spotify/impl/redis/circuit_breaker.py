"""A circuit breaker: after a failure, Redis is not used for a while."""

from __future__ import annotations

from spotify._event_loops import ThreadLock
from spotify.interfaces.clock import Clock
from spotify.logs import get_logger

_log = get_logger(__name__)


class CircuitBreaker:
    """Tracks whether Redis is available and when to try it again. Logs each outage once, and its end once."""

    __slots__ = ("_clock", "_is_open", "_lock", "_pause", "_reason", "_retry_at", "_server")

    def __init__(self, server: str, *, pause: float, clock: Clock) -> None:
        """Create a closed breaker: Redis counts as available.

        Args:
            server: The name of the server in the log.
            pause: Seconds between two tries while Redis is unavailable, 0 or more.
            clock: Time.
        """
        self._server = server
        self._pause = pause
        self._clock = clock
        self._lock = ThreadLock()
        self._is_open = False
        self._retry_at = 0.0
        self._reason = ""

    @property
    def reason(self) -> str:
        """The reason of the latest failure, an empty string before the first."""
        return self._reason

    @property
    def is_open(self) -> bool:
        """Whether Redis is unavailable."""
        return self._is_open

    def delay_until_retry(self) -> float:
        """Return the seconds until Redis may be used, 0.0 if it may be used now."""
        return max(0.0, self._retry_at - self._clock.monotonic()) if self._is_open else 0.0

    def record_failure(self, reason: str) -> None:
        """Record a failure of Redis, and open the breaker."""
        with self._lock:
            self._retry_at = self._clock.monotonic() + self._pause
            self._reason = reason
            was_open, self._is_open = self._is_open, True
        if not was_open:
            _log.warning("redis_unavailable", server=self._server, reason=reason)

    def record_success(self) -> None:
        """Record a reply of Redis, and close the breaker."""
        if not self._is_open:
            return
        with self._lock:
            was_open, self._is_open = self._is_open, False
        if was_open:
            _log.info("redis_available", server=self._server)
