"""What a call is bounded by: its deadline, and the life of its client."""

from __future__ import annotations

import asyncio
from types import TracebackType

from spotify.errors import ClientClosedError, DeadlineExceededError, TransportError
from spotify.impl.call_progress import CallProgress
from spotify.impl.lifetime import Lifetime


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
