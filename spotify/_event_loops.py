"""Objects that several event loops and threads use.

State that several threads change is guarded with a `thread_lock`. What must happen once per process, such as a refresh,
holds a `LoopIndependentLock`. What works in one event loop only, such as a session, is `LoopBound`.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")


_thread_locks: Final[WeakSet[threading.RLock]] = WeakSet()


def thread_lock() -> threading.RLock:
    """Return a lock between threads for state that is changed without awaiting. It is free in a forked process."""
    lock = threading.RLock()
    _thread_locks.add(lock)
    return lock


class LoopIndependentLock:
    """A lock for tasks in any event loop and thread of the process. Tasks acquire it in the order in which they wait.

    An event loop that ends or stops while one of its tasks holds the lock loses it: the task may never continue.
    """

    __slots__ = ("__weakref__", "_guard", "_holder", "_queue")

    def __init__(self) -> None:
        self._guard = thread_lock()
        self._holder: _LockWaiter | None = None
        self._queue: deque[_LockWaiter] = deque()

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[None]:
        """Wait for the lock, and hold it."""
        waiter = _LockWaiter()
        try:
            with self._guard:
                self._queue.append(waiter)
                self._pass_on()
            while not await waiter.is_woken(within=_LOST_LOCK_INTERVAL):
                with self._guard:
                    self._pass_on()
            yield
        finally:
            self._leave(waiter)

    def _leave(self, waiter: _LockWaiter) -> None:
        with self._guard:
            if self._holder is waiter:
                self._holder = None
            else:
                with suppress(ValueError):
                    self._queue.remove(waiter)
            self._pass_on()

    def _pass_on(self) -> None:
        """Give the lock to the first in the queue, if it is free."""
        while self._queue and (self._holder is None or not self._holder.can_run()):
            self._holder = self._queue.popleft()
            if self._holder.can_run():
                self._holder.wake()


# Seconds after which a task that waits for a lock checks whether the event loop of its holder still runs.
_LOST_LOCK_INTERVAL: Final = 1.0


class _LockWaiter:
    __slots__ = ("_future", "_loop", "_process")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[None] = self._loop.create_future()
        self._process = os.getpid()

    def can_run(self) -> bool:
        return self._loop.is_running() and self._process == os.getpid()

    def wake(self) -> None:
        wake_future(self._future)

    async def is_woken(self, *, within: float) -> bool:
        if not self._future.done():
            await asyncio.wait((self._future,), timeout=within)
        return self._future.done()


def wake_future(future: asyncio.Future[None]) -> None:
    """Set the result of a future, from any thread. Has no effect if it is done or its event loop is closed."""
    loop = future.get_loop()
    if _is_running_here(loop):
        _set_result(future)
        return
    with suppress(RuntimeError):  # the event loop is closed
        loop.call_soon_threadsafe(_set_result, future)


def _set_result(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _is_running_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


# Keeps the parent's sessions alive in a forked process. If the garbage collector closed one there, its socket would be
# removed from the event loop of the parent.
_INHERITED: Final[list[object]] = []


class LoopBound(Generic[T]):
    """Holds one value per event loop, created on first use.

    Sessions, locks and semaphores work only in the event loop that first used them, but a client can be used in
    several: one after the other, as by calling `asyncio.run` twice, or at the same time in several threads. A forked
    process starts without values: its parent still uses them.
    """

    __slots__ = ("__weakref__", "_lock", "_make", "_values")

    _all: Final[WeakSet[LoopBound[Any]]] = WeakSet()

    def __init__(self, make: Callable[[], T]) -> None:
        """Store the factory. `make` is called in the event loop that uses the value."""
        self._make = make
        self._values: dict[asyncio.AbstractEventLoop, T] = {}
        self._lock = thread_lock()
        self._all.add(self)

    def get(self) -> T:
        """Return the value of the running event loop, which is created if there is none."""
        value = self.find()
        if value is None:
            self.pop_dead()
            value = self._make()
            with self._lock:
                self._values[asyncio.get_running_loop()] = value
        return value

    def find(self) -> T | None:
        """Return the value of the running event loop; None if there is none."""
        return self._values.get(asyncio.get_running_loop())

    def values(self) -> list[T]:
        """Return the values of all event loops."""
        return list(self._values.values())  # in one step, so without the lock

    def pop_dead(self) -> list[T]:
        """Remove and return the values of closed event loops."""
        with self._lock:
            dead = [loop for loop in self._values if loop.is_closed()]
            return [self._values.pop(loop) for loop in dead]

    def pop_all(self) -> list[T]:
        """Remove and return all values."""
        with self._lock:
            values, self._values = list(self._values.values()), {}
        return values

    async def close_all(self, close: Callable[[T], Coroutine[None, None, None]]) -> None:
        """Remove all values, and close each in its own event loop, or here if that is closed.

        An event loop that was stopped without being closed runs once more, in a thread.

        Args:
            close: Closes a value.
        """
        with self._lock:
            values, self._values = self._values, {}
        here = asyncio.get_running_loop()
        for loop, value in values.items():
            if loop is here or loop.is_closed():
                await close(value)
                continue
            closing = close(value)
            if not loop.is_running():
                await asyncio.to_thread(loop.run_until_complete, closing)
                continue
            try:
                elsewhere = asyncio.run_coroutine_threadsafe(closing, loop)
            except RuntimeError:  # the event loop has been closed
                closing.close()
                await close(value)
            else:
                await _wait_elsewhere(elsewhere)

    @classmethod
    def leave_all_to_parent(cls) -> None:
        """Remove all values of all instances without closing them. Called in a forked process."""
        for instance in cls._all:
            _INHERITED.append(instance.pop_all())


# The most seconds to wait for another event loop to close a value: its thread may be blocked.
_CLOSE_TIMEOUT: Final = 5.0


async def _wait_elsewhere(closing: Future[None]) -> None:
    closed = asyncio.wrap_future(closing)
    await asyncio.wait((closed,), timeout=_CLOSE_TIMEOUT)
    if closed.done() and not closed.cancelled():
        closed.result()


def _after_fork() -> None:
    for lock in _thread_locks:
        lock._at_fork_reinit()  # type: ignore[attr-defined]  # noqa: SLF001  as the standard library does
    LoopBound.leave_all_to_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
