"""The rate limiter of one process, and the limit of requests in a rolling window of time."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spotify._checks import check_methods, check_number, check_range, shown
from spotify.impl.rate_limiting.concurrency_queue import ConcurrencyQueue, Slot
from spotify.impl.rate_limiting.gate import Gate, OperationPauses, active_pauses
from spotify.interfaces.clock import Clock
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, Pause, PauseReason, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLimit:
    """The number of requests allowed in any window of time."""

    limit: int
    """The most requests in a window, 1 or more."""
    window: float
    """Seconds, more than 0."""
    reserve: float
    """The share of the limit that bulk calls leave free for interactive calls, from 0 to below 1."""

    def by_priority(self, *, workers: int = 1) -> Mapping[Priority, int]:
        """Return the limit for calls of each priority, for one of `workers` that share it equally."""
        return {
            "interactive": max(1, self.limit // workers),
            "bulk": max(1, math.floor(self.limit * (1 - self.reserve)) // workers),
        }


def checked_window_limit(*, rate_limit: int | None, rate_window: float, reserve: float) -> WindowLimit | None:
    """Return the window limit for a limiter's arguments, None for no limit.

    Raises:
        TypeError: An argument is not a number.
        ValueError: An argument is out of bounds, even if there is no limit.
    """
    check_number("rate_window", rate_window, above=0)
    check_number("reserve", reserve, at_least=0)
    if reserve >= 1:
        raise ValueError(f"reserve must be less than 1, not {shown(reserve)}")
    if rate_limit is None:
        return None
    check_range("rate_limit", rate_limit, at_least=1)
    return WindowLimit(limit=rate_limit, window=rate_window, reserve=reserve)


class RollingWindow:
    """Counts requests in a rolling window.

    A request counts from when it is sent until a whole window after its response. Spotify received it at some time in
    between, so Spotify never counts more requests than are counted here, at any latency.
    """

    __slots__ = ("_response_times", "seconds")

    def __init__(self, seconds: float) -> None:
        """Create an empty window.

        Args:
            seconds: The length of the window, more than 0.
        """
        self.seconds = seconds
        self._response_times: deque[float] = deque()

    def record_response(self, now: float) -> None:
        """Record a response."""
        self._response_times.append(now)

    def response_times(self, now: float) -> Sequence[float]:
        """Return the times of the responses whose requests still count, the earliest first."""
        times = self._response_times
        while times and times[0] + self.seconds <= now:
            times.popleft()
        return times

    def delay_until_ready(self, now: float, *, in_flight: int, limit: int) -> float:
        """Return the seconds until one more request fits into the window.

        Args:
            now: The time, in seconds; it never decreases.
            in_flight: The number of requests without a response.
            limit: The most requests in the window, 1 or more.

        Returns:
            Seconds: 0.0 for now, infinity if a response has to be received first.
        """
        times = self.response_times(now)
        excess = in_flight + len(times) + 1 - limit
        if excess <= 0:
            return 0.0
        if excess > len(times):
            return math.inf
        return times[excess - 1] + self.seconds - now

    def shortest_wait(self, now: float, *, in_flight: int, limit: int, ahead: int) -> float:
        """Return a lower bound, in seconds, of the time until a request fits that has `ahead` others before it.

        A request in flight, or one that is still to be sent, counts for at least a window from now.

        Args:
            now: The time, in seconds; it never decreases.
            in_flight: The number of requests without a response.
            limit: The most requests in the window, 1 or more.
            ahead: The number of requests to be sent before, 0 or more.
        """
        windows, ahead = divmod(ahead, limit)
        seconds = self.delay_until_ready(now, in_flight=in_flight + ahead, limit=limit)
        return min(seconds, self.seconds) + windows * self.seconds


class LocalPacer:
    """`Pacer` that counts the requests of this process alone."""

    __slots__ = ("_clock", "_gate", "_limits", "_window", "_window_limit")

    def __init__(self, gate: Gate, window_limit: WindowLimit | None, clock: Clock) -> None:
        """Create a pacer.

        Args:
            gate: Pauses after a 429.
            window_limit: The limit of requests in a window; None for no limit.
            clock: Time.
        """
        self._gate = gate
        self._window_limit = window_limit
        self._clock = clock
        self._window = None if window_limit is None else RollingWindow(window_limit.window)
        self._limits: Mapping[Priority, int] = {} if window_limit is None else window_limit.by_priority()

    def share_among(self, workers: int) -> None:
        """Restrict this process to its fair share of the limit.

        Args:
            workers: The number of workers that share it, 1 or more.
        """
        if self._window_limit is not None:
            self._limits = self._window_limit.by_priority(workers=workers)

    def delay_until_ready(self, priority: Priority, in_flight: int) -> float:
        """Return the seconds until a request may be sent: 0.0 for now, infinity if a response has to be received."""
        seconds = self._gate.delay_until_ready()
        if seconds > 0.0 or self._window is None:
            return seconds
        return self.window_delay(in_flight, limit=self._limits[priority])

    def capacity(self, priority: Priority, in_flight: int) -> float:
        """Return the number of requests of this priority that fit into the window now."""
        if self._window is None:
            return math.inf
        return self._limits[priority] - in_flight - len(self.response_times())

    def window_delay(self, in_flight: int, *, limit: int) -> float:
        """Return the same as `delay_until_ready` for another limit in the window, regardless of pauses."""
        if self._window is None:
            return 0.0
        return self._window.delay_until_ready(self._clock.monotonic(), in_flight=in_flight, limit=limit)

    def response_times(self) -> Sequence[float]:
        """Return the times of the responses whose requests count in the window."""
        return () if self._window is None else self._window.response_times(self._clock.monotonic())

    def pause_left(self) -> float:
        """Return the seconds left of a pause."""
        return self._gate.pause_left()

    def pause_reason(self) -> PauseReason:
        """Return the reason of that pause."""
        return self._gate.reason

    def shortest_wait(self, priority: Priority, in_flight: int, ahead: int) -> float:
        """Return a lower bound, in seconds, of the time until a request is sent that has `ahead` others before it."""
        seconds = self._gate.pause_left()
        if self._window is None:
            return seconds
        now, limit = self._clock.monotonic(), self._limits[priority]
        return max(seconds, self._window.shortest_wait(now, in_flight=in_flight, limit=limit, ahead=ahead))

    def bulk_interval(self) -> float:
        """Return infinity: requests that fill the limit overtake bulk calls in the queue, which counts them."""
        return math.inf

    def check(self) -> None:
        """Do nothing: requests can always be sent."""

    def record_sent(self, _priority: Priority) -> None:
        """Record a request."""
        self._gate.record_sent()

    def record_response(self) -> None:
        """Record a response, or the failure of a request."""
        self._gate.record_response()
        if self._window is not None:
            self._window.record_response(self._clock.monotonic())


class InProcessRateLimiter:
    """`RateLimiter` for one process: bounds the requests in flight and in a window, and pauses after a 429.

    The bounds apply to the requests of all event loops and threads of the process together. Interactive calls go before
    bulk calls, the oldest first; while bulk calls wait, at least one request in ten is one of theirs.

    A call waits for a pause or for the window, or fails at once if the wait would be longer than it allows: Spotify has
    sent a `Retry-After` of hours. After a pause requests are sent one after the other.
    """

    def __init__(
        self,
        *,
        max_concurrency: int,
        clock: Clock,
        rate_limit: int | None = None,
        rate_window: float = 30.0,
        reserve: float = 0.0,
    ) -> None:
        """Create a limiter.

        Args:
            max_concurrency: The most requests in flight, 1 or more.
            clock: Time and sleep.
            rate_limit: The most requests in any `rate_window`, 1 or more; None for no limit.
            rate_window: Seconds, more than 0. Spotify's window is 30 seconds.
            reserve: The share of `rate_limit` kept free for interactive calls, from 0 to below 1.

        Raises:
            TypeError: An argument is of the wrong type.
            ValueError: A number is out of bounds.
        """
        check_range("max_concurrency", max_concurrency, at_least=1)
        check_methods("clock", clock, ("time", "monotonic", "sleep"))
        window_limit = checked_window_limit(rate_limit=rate_limit, rate_window=rate_window, reserve=reserve)
        self._gate = Gate(clock, responses_to_open=max_concurrency)
        pacer = LocalPacer(self._gate, window_limit, clock)
        self._pauses = OperationPauses(clock, responses_to_open=max_concurrency)
        self._queue = ConcurrencyQueue(max_concurrency, pacer, clock, pauses=self._pauses)

    def slot(self, admission: Admission, /) -> Slot:
        """Return the context in which to send one request.

        Raises:
            WaitTooLongError: On entering: the wait would be longer than the admission allows.
            QuotaExceededError: The same, if a quota is used up.
        """
        return Slot(self._queue, self._pauses, admission)

    async def pause(
        self, seconds: float, /, *, operation: Operation | None = None, reason: PauseReason = "rate_limit"
    ) -> None:
        """Pause for `seconds`. Has no effect if a longer pause is already active.

        A pause of one operation becomes one of all requests while another operation is paused too.
        """
        if operation is None or self._pauses.pause(seconds, operation.id, reason):
            self._gate.pause(seconds, reason)
        self._queue.wake_all()

    def pauses(self) -> Sequence[Pause]:
        """Return the pauses that are active."""
        return active_pauses(self._gate, self._pauses)
