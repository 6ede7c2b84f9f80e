"""Pauses of single operations: a long 429, or a spent quota, need not concern the others."""

from __future__ import annotations

from spotify._event_loops import thread_lock
from spotify.impl.rate_limiting.gate import Gate
from spotify.impl.rate_limiting.waits import check_wait
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, Pause, PauseReason


class OperationPauses:
    """The operations that Spotify refuses for now. Each resumes gradually, as the client does after a pause.

    It can be used by several threads. Without a pause it is false, which costs a request nothing.
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
