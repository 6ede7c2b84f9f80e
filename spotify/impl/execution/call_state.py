"""How far one call has come, and the events that tell of it."""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType
from typing import Protocol

from spotify.errors import ClientClosedError, DeadlineExceededError, TransportError
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


class CallScope:
    """Ends a call that takes too long, or whose client is closed meanwhile, and says so in our own words."""

    __slots__ = ("_deadline", "_lifetime", "_loop", "_progress", "_timeout")

    def __init__(self, deadline: float | None, lifetime: Lifetime, progress: CallProgress) -> None:
        """Take the seconds for the whole call, None for no bound, and the client's life."""
        self._deadline = deadline
        self._lifetime = lifetime
        self._progress = progress
        self._loop = asyncio.get_running_loop()
        self._timeout = asyncio.timeout(deadline)

    def end(self) -> None:
        """Let the call end with a `ClientClosedError`."""
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            return
        # A call of another loop cannot be reached from here: as a rule that loop is over, and the call with it.
        if running is self._loop and not self._timeout.expired():
            self._timeout.reschedule(running.time())

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()
        self._lifetime.add(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lifetime.remove(self)
        try:
            await self._timeout.__aexit__(kind, exc, traceback)
        except TimeoutError:
            raise (closed_error(self._progress) if self._lifetime.is_over else self._late()) from None
        if isinstance(exc, asyncio.CancelledError):
            # It must go on as it is. Whoever has to know what became of the call finds it in its cause.
            exc.__cause__ = _cancelled_error(self._progress)

    def _late(self) -> DeadlineExceededError:
        progress = self._progress
        progress.log.warning(
            "request_failed", attempt=progress.number, error=DeadlineExceededError.__name__, reason="deadline"
        )
        error = DeadlineExceededError(
            f"The call was not over within its deadline of {self._deadline:g} s",
            sent=progress.sent,
            operation=progress.operation.id,
        )
        error.may_have_been_executed = progress.may_have_been_executed
        return error


def _cancelled_error(progress: CallProgress) -> TransportError:
    error = TransportError("the call was cancelled", sent=progress.sent, operation=progress.operation.id)
    error.may_have_been_executed = progress.may_have_been_executed
    return error


def closed_error(progress: CallProgress | None = None) -> ClientClosedError:
    """Return the error of a call that met a closed client; with its progress, of one that was under way."""
    if progress is None:
        error = ClientClosedError("the client is closed; make a new one, or close it later")
        error.may_have_been_executed = False
    else:
        error = ClientClosedError("the client was closed during the call")
        error.may_have_been_executed = progress.may_have_been_executed
    return error


class EndsEarly(Protocol):
    """Something under way that can be ended from outside."""

    def end(self) -> None:
        """End it soon; it raises where it is awaited."""
        ...


class Lifetime:
    """Whether a client is open, and what is under way in it.

    A derived client has a lifetime of its own inside that of the client it was derived from: it can be closed alone,
    and it is closed when the other one is.
    """

    __slots__ = ("_is_over", "_parent", "_under_way")

    def __init__(self, parent: Lifetime | None = None) -> None:
        """Begin it, inside another one's or on its own."""
        self._parent = parent
        self._is_over = False
        self._under_way: set[EndsEarly] = set()

    @property
    def is_over(self) -> bool:
        """Whether the client, or one that it was derived from, is closed."""
        return self._is_over or (self._parent is not None and self._parent.is_over)

    def add(self, call: EndsEarly) -> None:
        """Note that a call begins."""
        self._under_way.add(call)
        if self._parent is not None:
            self._parent.add(call)

    def remove(self, call: EndsEarly) -> None:
        """Note that it is over."""
        self._under_way.discard(call)
        if self._parent is not None:
            self._parent.remove(call)

    def end(self) -> bool:
        """End it and what is under way in it; tell whether it went on until now."""
        if self._is_over:
            return False
        self._is_over = True
        for call in tuple(self._under_way):
            call.end()
        return True
