"""Concurrency: run calls concurrently, share work between callers, wait for tasks before closing."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Coroutine, Hashable, Iterable, Iterator
from contextvars import copy_context
from itertools import islice
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")
_FlightKey: TypeAlias = "tuple[asyncio.AbstractEventLoop, Hashable]"

MAX_TASKS: Final = 1_000
"""More than any pool has connections, and few enough for a million calls."""


async def run_all(calls: Iterable[Coroutine[None, None, T]], *, limit: int = MAX_TASKS) -> list[T]:
    """Run the calls concurrently and return their results in the order of the calls.

    If a call fails, no more are started, and the others are cancelled and awaited before its error is raised. They are
    cancelled before one of them can continue, and once, so that they can clean up; `asyncio.TaskGroup` does neither.

    Args:
        calls: The coroutines. They are taken from the iterable as others finish.
        limit: The number that run at the same time, 1 or more.
    """
    run = _Run(enumerate(calls), limit)
    try:
        await run.wait()
        if run.error is not None:
            raise run.error  # outside a handler, so that it keeps its own cause and context
        return [run.results[index] for index in range(len(run.results))]
    finally:
        run.clear()


class _Run(Generic[T]):
    """Runs calls concurrently until one fails."""

    __slots__ = ("_calls", "_first", "_is_ending", "_tasks", "error", "results")

    def __init__(self, calls: Iterator[tuple[int, Coroutine[None, None, T]]], limit: int) -> None:
        self.results: dict[int, T] = {}
        """The results by the number of the call."""
        self.error: BaseException | None = None
        """The first error, or the cancellation of the caller."""
        self._calls = calls
        self._first = list(islice(calls, limit))
        self._is_ending = False
        self._tasks: list[asyncio.Task[None]] = []
        for call in self._first:
            if self._is_ending:  # an eager task has failed already
                break
            self._tasks.append(asyncio.create_task(self._work(*call)))

    async def wait(self) -> None:
        """Wait until all calls have ended, even if the caller is cancelled."""
        while running := [task for task in self._tasks if not task.done()]:
            try:
                await asyncio.wait(running)
            except asyncio.CancelledError as exc:
                self.error = exc
                self._end()
        if self.error is None and any(task.cancelled() for task in self._tasks):
            self.error = asyncio.CancelledError()  # something else cancelled a task before it began

    def clear(self) -> None:
        """Drop everything: the frames that an error refers to must keep neither the error nor the results alive."""
        for _, call in self._first:
            call.close()  # if its task was cancelled before it began
        self.error = None
        self.results.clear()
        self._first.clear()
        self._tasks.clear()

    async def _work(self, index: int, call: Coroutine[None, None, T]) -> None:
        try:
            self.results[index] = await call
            while not self._is_ending and (following := next(self._calls, None)) is not None:
                self.results[following[0]] = await following[1]
        except BaseException as exc:  # noqa: BLE001  the caller raises it
            if not self._is_ending:
                self.error = exc
                self._end()

    def _end(self) -> None:
        if not self._is_ending:
            self._is_ending = True
            current = asyncio.current_task()
            for task in self._tasks:
                if task is not current:
                    task.cancel()


async def finish_in_thread(function: Callable[[], T], /) -> T:
    """Run a function in a thread, as `asyncio.to_thread` does, and wait for its end even if the caller is cancelled.

    Otherwise it could conflict with what follows, such as the release of a lock.
    """
    loop, cancellation = asyncio.get_running_loop(), None
    # Not in a task, which is cancelled at the end of `asyncio.run`.
    work = loop.run_in_executor(None, copy_context().run, function)
    while not work.done():
        try:
            await asyncio.wait((work,))
        except asyncio.CancelledError as exc:
            cancellation = exc
    try:
        if cancellation is not None:
            work.exception()  # marks it as retrieved
            raise cancellation
        return work.result()
    finally:
        del cancellation, work  # no cycle of the error and this frame


class SingleFlight(Generic[T]):
    """Runs work once at a time per key and event loop: concurrent callers share its result, or get a copy of its error.

    Results are not stored: a call after the end runs its work again. Cancelling one caller does not affect the others;
    `on_cancel` decides what happens to the work.
    """

    __slots__ = ("_flights", "_on_cancel")

    def __init__(self, *, on_cancel: Literal["rerun", "continue", "finish"]) -> None:
        """Create an instance without work.

        Args:
            on_cancel: `rerun`: the first caller runs the work itself, which creates no task; if it is cancelled,
                another caller runs the work again. `continue`: the work runs in a task, which is cancelled with its
                last caller. `finish`: the work runs in a task, which is never cancelled here, because partial
                work would do harm.
        """
        self._flights: dict[_FlightKey, _Flight[T]] = {}
        self._on_cancel = on_cancel

    async def run(self, work: Callable[[], Coroutine[None, None, T]], /, *, key: Hashable = None) -> T:
        """Return the result of the work that is running for this key; if there is none, run `work`."""
        loop = asyncio.get_running_loop()
        where = (loop, key)
        flight: _Flight[T] = _Flight()
        while (other := self._flights.setdefault(where, flight)) is not flight:
            try:
                return await self._wait_for(other, where)
            except _LeaderCancelledError:
                continue
        if self._on_cancel != "rerun":
            flight.outcome = loop.create_task(work())
            flight.outcome.add_done_callback(lambda _: self._end(flight, where))
            return await self._wait_for(flight, where)
        try:
            result = await work()
        except BaseException as exc:
            if flight.outcome is not None:
                flight.outcome.set_exception(exc if isinstance(exc, Exception) else _LeaderCancelledError())
            raise
        else:
            if flight.outcome is not None:
                flight.outcome.set_result(result)
            return result
        finally:
            self._end(flight, where)

    def forget_all(self) -> None:
        """Let later calls run their work again. Callers that are waiting still get the result of the current run."""
        self._flights.clear()

    async def settle(self, *, limit: float | None = None) -> None:
        """Wait until the work running in this event loop has ended, successfully or not, at most `limit` seconds."""
        loop, current = asyncio.get_running_loop(), asyncio.current_task()
        flights = self._flights.copy()  # in one step: another thread may change the original
        outcomes = [flight.outcome for where, flight in flights.items() if where[0] is loop]
        running = [outcome for outcome in outcomes if outcome is not None and outcome is not current]
        if running:
            await asyncio.wait(running, timeout=limit)

    async def _wait_for(self, flight: _Flight[T], where: _FlightKey) -> T:
        if flight.outcome is None:
            flight.outcome = where[0].create_future()
        flight.waiting += 1
        try:
            await asyncio.wait((flight.outcome,))  # awaiting the outcome itself would cancel it with this caller
            if flight.outcome.cancelled() or (error := flight.outcome.exception()) is None:
                return flight.outcome.result()
            raise _copied(error)
        finally:
            flight.waiting -= 1
            if self._on_cancel == "continue" and not flight.waiting and not flight.outcome.done():
                self._end(flight, where)
                flight.outcome.cancel()

    def _end(self, flight: _Flight[T], where: _FlightKey) -> None:
        current = self._flights.pop(where, None)
        if current is not flight and current is not None:
            self._flights[where] = current  # it began after `forget_all`, or after this one had no callers left
        outcome = flight.outcome
        if outcome is not None and outcome.done() and not outcome.cancelled():
            outcome.exception()  # marks it as retrieved: there may be no caller left to raise it to


class _Flight(Generic[T]):
    """One run of the work."""

    __slots__ = ("outcome", "waiting")

    def __init__(self) -> None:
        self.outcome: asyncio.Future[T] | None = None
        """The result or error of the run, as a future for the callers that wait; None while no caller waits."""
        self.waiting = 0
        """The number of callers waiting for `outcome`."""


class _LeaderCancelledError(Exception):
    """The caller that ran the work was cancelled, so that another one has to run it."""


class UnfinishedTasks:
    """Tasks that have to end before what they use is closed.

    A task that several things wait for, one after the other, is waited for once: the limit is for all of them together.
    """

    __slots__ = ("_is_closed", "_tasks", "_timeout")

    def __init__(self, *, timeout: float) -> None:
        """Create an instance without tasks.

        Args:
            timeout: Seconds to wait for a task at most, 0 or more.
        """
        self._timeout = timeout
        self._is_closed = False
        self._tasks: set[asyncio.Task[Any]] = set()

    def __contains__(self, task: asyncio.Task[Any]) -> bool:
        return task in self._tasks

    def add(self, task: asyncio.Task[Any] | None) -> None:
        """Let `wait` and `close` wait for a task."""
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def add_current(self) -> bool:
        """Do the same for the current task. Return False if `close` was called already."""
        if not self._is_closed:
            self.add(asyncio.current_task())
        return not self._is_closed

    async def close(self) -> None:
        """Accept no more tasks with `add_current`, and wait for the others."""
        self._is_closed = True
        await self.wait()

    async def wait(self) -> None:
        """Wait until the tasks have ended, in all event loops that run."""
        here, current = asyncio.get_running_loop(), asyncio.current_task()
        running: dict[asyncio.Task[Any], asyncio.Future[Any]] = {}
        for task in self._tasks.copy():  # in one step: another thread may change the original
            loop = task.get_loop()
            if loop is here and task is not current:
                running[task] = task
            elif loop is not here and loop.is_running():
                waiting = _end_of(task)
                try:
                    running[task] = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(waiting, loop))
                except RuntimeError:  # the event loop has been closed, and the task has ended with it
                    waiting.close()
        if running:
            started_at = here.time()
            left = max(self._timeout - _waited.get(task, 0.0) for task in running)
            await asyncio.wait(running.values(), timeout=max(0.0, left))
            for task, end in running.items():
                if not end.done():
                    _waited[task] = _waited.get(task, 0.0) + here.time() - started_at


_waited: Final[WeakKeyDictionary[asyncio.Task[Any], float]] = WeakKeyDictionary()
"""The seconds that tasks which have not ended have been waited for."""


async def _end_of(task: asyncio.Task[Any]) -> None:
    await asyncio.wait((task,))


def _copied(error: BaseException) -> BaseException:
    """Return a copy to raise: an error that several callers raise would collect the tracebacks of all."""
    try:
        copied = copy.copy(error)
    except Exception:  # noqa: BLE001  the application's own, whose constructor may need other arguments
        return error
    copied.__cause__, copied.__context__ = error.__cause__, error.__context__
    copied.__suppress_context__ = error.__suppress_context__
    return copied.with_traceback(error.__traceback__)
