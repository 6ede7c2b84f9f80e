"""A circuit breaker: after a failure, a server or file is not used for a while."""

from __future__ import annotations

from spotify._event_loops import thread_lock
from spotify.interfaces.clock import Clock
from spotify.logs import Event, get_logger

_log = get_logger(__name__)


class CircuitBreaker:
    """Tracks whether a server or file is available and when to try it. Logs each outage once, and its end once."""

    __slots__ = ("_clock", "_events", "_is_open", "_lock", "_pause", "_reason", "_retry_at", "_server")

    def __init__(
        self,
        server: str,
        *,
        pause: float,
        clock: Clock,
        events: tuple[Event, Event] = ("redis_unavailable", "redis_available"),
    ) -> None:
        """Create a closed breaker: the server counts as available.

        Args:
            server: The name of the server or file in the log.
            pause: Seconds between two tries while it is unavailable, 0 or more.
            clock: Time.
            events: What to log when an outage begins and when it ends.
        """
        self._server = server
        self._pause = pause
        self._clock = clock
        self._events = events
        self._lock = thread_lock()
        self._is_open = False
        self._retry_at = 0.0
        self._reason = ""

    @property
    def reason(self) -> str:
        """The reason of the latest failure, an empty string before the first."""
        return self._reason

    @property
    def is_open(self) -> bool:
        """Whether it is unavailable."""
        return self._is_open

    def delay_until_retry(self) -> float:
        """Return the seconds until it may be used, 0.0 if it may be used now."""
        return max(0.0, self._retry_at - self._clock.monotonic()) if self._is_open else 0.0

    def record_failure(self, reason: str) -> None:
        """Record a failure, and open the breaker."""
        with self._lock:
            self._retry_at = self._clock.monotonic() + self._pause
            self._reason = reason
            was_open, self._is_open = self._is_open, True
        if not was_open:
            _log.warning(self._events[0], server=self._server, reason=reason)

    def record_success(self) -> None:
        """Record a success, and close the breaker."""
        if not self._is_open:
            return
        with self._lock:
            was_open, self._is_open = self._is_open, False
        if was_open:
            _log.info(self._events[1], server=self._server)
