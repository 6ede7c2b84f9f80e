"""What ends a call early: its deadline, or the end of its client."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Protocol

from spotify._event_loops import wake_future
from spotify.errors import ClientClosedError, DeadlineExceededError, TransportError
from spotify.impl.execution.call_state import CallState


class CancelScope:
    """Cancels a call at its deadline or when its client is closed, and raises the error for that.

    `asyncio.timeout` does the same for a deadline only, at four times the cost for a call without one.
    """

    __slots__ = ("_cancelling", "_deadline", "_is_cancelled", "_lifetime", "_loop", "_state", "_task", "_timer")

    def __init__(self, deadline: float | None, lifetime: Lifetime, state: CallState) -> None:
        """Create a scope, which is entered in the task of the call.

        Args:
            deadline: Seconds for the whole call; None for no limit.
            lifetime: The lifetime of the client.
            state: The state of the call, for its error.
        """
        self._deadline = deadline
        self._lifetime = lifetime
        self._state = state
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0  # the cancellations that the task had received before it entered
        self._is_cancelled = False
        self._timer: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        """Let the call raise a `ClientClosedError`."""
        with suppress(RuntimeError):  # the event loop is closed, and the call has ended with it
            self._loop.call_soon_threadsafe(self._expire)

    def _expire(self) -> None:
        if self._task is not None and not self._is_cancelled:
            self._is_cancelled = True
            self._task.cancel()

    def __enter__(self) -> None:
        task = asyncio.current_task(self._loop)
        if task is None:
            raise RuntimeError("a call must be awaited in a task")
        self._task = task
        self._cancelling = task.cancelling()
        if self._deadline is not None:
            self._timer = self._loop.call_later(self._deadline, self._expire)
        self._lifetime.add(self)
        if self._lifetime.is_closed:  # by another thread, since the call was checked
            self.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lifetime.remove(self)
        if self._timer is not None:
            self._timer.cancel()
        task, self._task = self._task, None
        is_own = task is not None and self._is_cancelled and task.uncancel() <= self._cancelling
        if isinstance(exc, asyncio.CancelledError):
            if is_own:
                raise (closed_error(self._state) if self._lifetime.is_closed else self._deadline_error()) from None
            # A cancellation is passed on unchanged; its cause says whether the call may have been executed.
            exc.__cause__ = _cancelled_error(self._state)

    def _deadline_error(self) -> DeadlineExceededError:
        state = self._state
        state.reason = "deadline"
        error = DeadlineExceededError(
            f"The call did not finish within its deadline of {self._deadline:g} s",
            sent=state.sent,
            operation=state.operation.id,
        )
        error.may_have_been_executed = state.may_have_been_executed
        return error


def _cancelled_error(state: CallState) -> TransportError:
    error = TransportError("The call was cancelled", sent=state.sent, operation=state.operation.id)
    error.may_have_been_executed = state.may_have_been_executed
    return error


def closed_error(state: CallState | None = None) -> ClientClosedError:
    """Return the error of a call to a closed client, or, given its state, of a call during which it was closed."""
    if state is None:
        error = ClientClosedError("The client is closed: create a new one, or close it later")
        error.may_have_been_executed = False
    else:
        error = ClientClosedError("The client was closed during the call")
        error.may_have_been_executed = state.may_have_been_executed
    return error


class SupportsCancel(Protocol):
    """A running call."""

    def cancel(self) -> None:
        """End the call soon with an error."""
        ...


class Lifetime:
    """Whether a client is open, and its running calls.

    A derived client has its own lifetime within that of its parent: it can be closed alone, and closing the parent
    closes it too.
    """

    __slots__ = ("_calls", "_idle", "_is_closed", "_is_draining", "_parent")

    def __init__(self, parent: Lifetime | None = None) -> None:
        """Open the client."""
        self._parent = parent
        self._is_closed = self._is_draining = False
        self._idle: asyncio.Future[None] | None = None  # done when the last call of a draining client has ended
        self._calls: set[SupportsCancel] = set()

    @property
    def is_closed(self) -> bool:
        """Whether the client or one of its parents is closed."""
        return self._is_closed or (self._parent is not None and self._parent.is_closed)

    @property
    def refuses_calls(self) -> bool:
        """Whether the client or one of its parents is closed, or lets its last calls end."""
        return self._is_closed or self._is_draining or (self._parent is not None and self._parent.refuses_calls)

    def __contains__(self, call: SupportsCancel) -> bool:
        return call in self._calls

    def add(self, call: SupportsCancel) -> None:
        """Add a call that starts."""
        self._calls.add(call)
        if self._parent is not None:
            self._parent.add(call)

    def remove(self, call: SupportsCancel) -> None:
        """Remove a call that ended."""
        self._calls.discard(call)
        if self._idle is not None and not self._calls:
            wake_future(self._idle)
        if self._parent is not None:
            self._parent.remove(call)

    async def drain(self, seconds: float) -> None:
        """Refuse new calls, and wait until the running ones have ended, at most `seconds`."""
        self._is_draining = True
        self._idle = asyncio.get_running_loop().create_future()
        if self._calls:
            await asyncio.wait((self._idle,), timeout=seconds)

    def close(self) -> bool:
        """Close the client and cancel its running calls. Return False if it was closed already."""
        if self._is_closed:
            return False
        self._is_closed = True
        for call in tuple(self._calls):
            call.cancel()
        return True
