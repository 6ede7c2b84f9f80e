"""How far one call has come, and the events that tell of it."""

from __future__ import annotations

import logging

from spotify.interfaces.clock import Clock
from spotify.interfaces.operation import Operation
from spotify.interfaces.transport import HttpResponse
from spotify.logs import EventLogger, get_logger
from spotify.responses import RECORDING, Received

_log = get_logger(__name__)


class CallProgress:
    """One call on its way.

    Attributes:
        operation: What is called.
        idempotent: Whether it is harmless to send it twice.
        number: The number of the attempt, 1 for the first.
        started: When the call began, by the clock's `monotonic`.
        sent: Whether the last attempt may have reached the API.
        waited: Seconds spent at the rate limit and between attempts.
    """

    __slots__ = (
        "_began",
        "_clock",
        "_is_open",
        "_is_verbose",
        "_log",
        "_was_executed",
        "idempotent",
        "number",
        "operation",
        "sent",
        "started",
        "waited",
    )

    def __init__(self, operation: Operation, idempotent: bool | None, clock: Clock) -> None:
        """Begin now."""
        self.operation = operation
        self.idempotent = operation.idempotent if idempotent is None else idempotent
        self.number = 1
        self.started = clock.monotonic()
        self.sent = False
        self.waited = 0.0
        self._is_open = False  # whether this attempt was sent and nothing is known of it yet
        self._was_executed = False  # whether an attempt before it may have had its effect
        self._clock = clock
        self._began = self.started
        self._is_verbose = _log.is_enabled_for(logging.DEBUG)
        self._log: EventLogger | None = None

    @property
    def log(self) -> EventLogger:
        """The logger of this call, made when there is something to log: most calls have nothing to say."""
        if self._log is None:
            operation = self.operation
            self._log = _log.bind(operation=operation.id, method=operation.method, route=operation.path)
        return self._log

    @property
    def may_have_been_executed(self) -> bool:
        """Whether the call may have had its effect, in this attempt or an earlier one."""
        return self._is_open or self._was_executed

    def elapsed(self) -> float:
        """Return the seconds since the call began."""
        return self._clock.monotonic() - self.started

    def begin(self) -> None:
        """Note that an attempt begins."""
        self.sent = self._is_open = False
        self._began = self._clock.monotonic()
        if self._is_verbose:
            self.log.debug("request_sent", attempt=self.number)

    def send(self) -> None:
        """Note that its request goes on the wire now: all that went before was a wait for that."""
        self.sent = self._is_open = True
        self.waited += self._clock.monotonic() - self._began

    def settle(self, *, may_have_been_executed: bool) -> None:
        """Note that the attempt is over, and what is known of its effect."""
        self._is_open = False
        self._was_executed = self._was_executed or may_have_been_executed

    def succeed(self, response: HttpResponse) -> None:
        """Note that the attempt was the last one."""
        if self._is_verbose:
            seconds = round(self._clock.monotonic() - self._began, 4)
            self.log.debug("request_succeeded", attempt=self.number, status=response.status, seconds=seconds)
        if (received := RECORDING.get()) is not None:
            received.append(
                Received(
                    operation=self.operation.id,
                    status=response.status,
                    headers=response.headers,
                    content=response.body,
                    attempts=self.number,
                    waited=self.waited,
                )
            )
