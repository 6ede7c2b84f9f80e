"""A timeout that lets a response be read that arrived while the process did not run."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final, Self

_LEAST_GRACE: Final = 0.01
_MOST_GRACE: Final = 5.0


class ResponseTimeout:
    """Cancels the current task after a time and raises `TimeoutError`, as `asyncio.timeout` does, but not at once.

    If the process was stopped, the machine asleep or the event loop blocked, the time can be over while the response is
    in the socket. So a grace period follows, in which the event loop reads what has arrived: as long as the timer was
    late, between 0.01 and 5 seconds. It is repeated if the process was stopped in it.
    """

    __slots__ = ("_expired", "_grace", "_loop", "_previous_cancellations", "_seconds", "_task", "_timer")

    _task: asyncio.Task[object]
    _timer: asyncio.TimerHandle

    def __init__(self, seconds: float) -> None:
        """Keep the time; it begins on entry.

        Args:
            seconds: 0 or more.
        """
        self._seconds = seconds
        self._grace = -1.0  # none yet
        self._expired = False
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> Self:
        task = asyncio.current_task(self._loop)
        if task is None:
            raise RuntimeError("a request can only be sent in a task")
        self._task = task
        self._previous_cancellations = task.cancelling()
        self._timer = self._loop.call_later(self._seconds, self._end)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        is_cancelled_here = self._expired and self._task.uncancel() <= self._previous_cancellations
        if is_cancelled_here and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _end(self) -> None:
        late = self._loop.time() - self._timer.when()
        if late > self._grace:
            self._grace = min(max(late, _LEAST_GRACE), _MOST_GRACE)
            self._timer = self._loop.call_later(self._grace, self._end)
        else:
            self._expired = True
            self._task.cancel()
