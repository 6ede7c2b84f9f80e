"""Pauses requests after a 429, all of them or those of one operation, and ends calls that would wait too long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from spotify._event_loops import thread_lock
from spotify.errors import QuotaExceededError, RateLimitError, WaitTooLongError
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, Pause, PauseReason

_CAUSES: Final[Mapping[PauseReason | None, str]] = {
    "rate_limit": "Spotify is rate limiting this application",
    "quota_exceeded": "Spotify refused an earlier call because of the quota",
    None: "the client has reached its rate_limit",
}


def check_wait(
    admission: Admission, *, next_wait: float, own_wait: float, paused: PauseReason | None, clock: Clock
) -> None:
    """Check that the wait of a request is not longer than its admission allows.

    An interactive call allows `max_wait` for its own request. Bulk calls wait for each other as long as it takes, so a
    bulk call allows `max_wait` for the next request of any of them. The deadline is that of the call, for both.

    Args:
        admission: The request.
        next_wait: The seconds until a request of its priority may be sent, as far as is known.
        own_wait: The seconds until this request may be sent, as far as is known.
        paused: Why Spotify accepts no requests now; None if the client waits for its own limit.
        clock: Time.

    Raises:
        WaitTooLongError: The wait is too long.
        QuotaExceededError: The wait is too long, and a quota is used up.
    """
    counted = next_wait if admission.priority == "bulk" else own_wait
    time_left = admission.deadline - clock.monotonic()
    if paused == "quota_exceeded" and counted > 0.0:
        seconds, bound = counted, "until the quota is available again"
    elif counted > admission.max_wait:
        seconds, bound = counted, f"longer than max_retry_wait ({admission.max_wait:g} s)"
    elif own_wait > 0.0 and own_wait >= time_left:
        seconds, bound = own_wait, f"longer than the time left of the call's deadline ({max(0.0, time_left):.3g} s)"
    else:
        return
    retry_at = datetime.fromtimestamp(clock.time(), UTC) + timedelta(seconds=seconds)
    error_type: type[RateLimitError] = QuotaExceededError if paused == "quota_exceeded" else WaitTooLongError
    error = error_type(
        f"{_CAUSES[paused]}, and the wait would last {bound}",
        status_code=429,
        reason="QUOTA_EXCEEDED" if paused == "quota_exceeded" else None,
        operation=admission.operation.id,
        retry_after=seconds,
    )
    error.sent = error.may_have_been_executed = False
    error.retry_at = retry_at
    raise error


RAMP_UP_INTERVAL: Final = 0.1
"""Seconds between two requests after a pause, while no response has shown that Spotify accepts requests again."""

# Seconds, 300 years: a longer pause, which no server means, has no end as a datetime.
_LONGEST_PAUSE: Final = 1e10


class Gate:
    """Holds back all requests of a client during a pause.

    After the pause one request is sent first. Each response allows two more, so that the number in flight doubles with
    each round trip. If the limit still applies, only a few requests meet it. A slow
    response does not delay the others: another request is sent every `RAMP_UP_INTERVAL` seconds. It can be used by
    several threads.
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
        """The reason of the current pause, or of the last one."""

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


class OperationPauses:
    """The operations that Spotify refuses for now. Each resumes gradually, as the client does after a pause.

    It can be used by several threads. It is false while nothing is paused, so that a request can skip it.
    """

    __slots__ = ("_clock", "_gates", "_lock", "_responses_to_open")

    def __init__(self, clock: Clock, *, responses_to_open: int) -> None:
        """Create an object without pauses.

        Args:
            clock: Time and sleep.
            responses_to_open: Responses required after a pause before an operation is no longer held back.
        """
        self._clock = clock
        self._responses_to_open = responses_to_open
        self._lock = thread_lock()
        self._gates: dict[str, Gate] = {}

    def __bool__(self) -> bool:
        return bool(self._gates)

    def pause(self, seconds: float, operation_id: str, reason: PauseReason) -> bool:
        """Pause an operation. Return whether another one is paused as well, so that the whole client has to pause."""
        with self._lock:
            gate = self._gates.get(operation_id)
            if gate is None:
                gate = self._gates[operation_id] = Gate(self._clock, responses_to_open=self._responses_to_open)
            gate.pause(seconds, reason)
            return any(other is not gate and other.pause_left() > 0.0 for other in self._gates.values())

    def pauses_left(self) -> dict[str, tuple[float, PauseReason]]:
        """Return the seconds left and the reason of each pause, by operation id."""
        with self._lock:
            left: dict[str, tuple[float, PauseReason]] = {
                operation_id: (gate.pause_left(), gate.reason) for operation_id, gate in self._gates.items()
            }
        return {operation_id: pause for operation_id, pause in left.items() if pause[0] > 0.0}

    def is_paused(self, admission: Admission) -> bool:
        """Whether the operation of a request is paused."""
        gate = self._gates.get(admission.operation.id)
        return gate is not None and gate.pause_left() > 0.0

    async def wait(self, admission: Admission) -> None:
        """Wait until the operation of a request accepts it.

        Raises:
            WaitTooLongError: The wait is longer than the admission allows.
            QuotaExceededError: The same, if the quota is used up.
        """
        while (gate := self._gates.get(admission.operation.id)) is not None:
            if (seconds := gate.delay_until_ready()) <= 0.0:
                gate.record_sent()
                return
            left = gate.pause_left()
            check_wait(admission, next_wait=left, own_wait=left, paused=gate.reason, clock=self._clock)
            await self._clock.sleep(seconds)

    def record_response(self, admission: Admission) -> None:
        """Record a response to a request, or its failure."""
        with self._lock:
            gate = self._gates.get(admission.operation.id)
            if gate is not None:
                gate.record_response()
                if gate.is_open:
                    del self._gates[admission.operation.id]


def active_pauses(gate: Gate, pauses: OperationPauses) -> list[Pause]:
    """Return the pauses of a limiter.

    Args:
        gate: Pauses all requests.
        pauses: Pauses single operations.
    """
    active = [
        Pause(operation=operation_id, seconds=seconds, reason=reason)
        for operation_id, (seconds, reason) in pauses.pauses_left().items()
    ]
    if (seconds := gate.pause_left()) > 0.0:
        active.append(Pause(operation=None, seconds=seconds, reason=gate.reason))
    return active
