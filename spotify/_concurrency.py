"""Running several calls at once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Hashable, Iterable
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")

_MOST_AT_ONCE: Final = 1_000  # more than any pool has connections; a million ids are not a million tasks


async def run_all(calls: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """Run the calls concurrently and return their results in the order of the calls.

    When one fails, the others are cancelled and awaited before its error is raised: nothing is left running, which
    `asyncio.gather` does not promise.

    Args:
        calls: The calls. Of very many, such as a generator makes, a thousand are under way at once.
    """
    failure: BaseException | None = None
    results: dict[int, T] = {}
    waiting = enumerate(calls)

    async def work(place: int, call: Coroutine[None, None, T]) -> None:
        results[place] = await call
        for later, another in waiting:
            results[later] = await another

    try:
        async with asyncio.TaskGroup() as group:
            for _, (place, call) in zip(range(_MOST_AT_ONCE), waiting, strict=False):
                group.create_task(work(place, call))
    except BaseExceptionGroup as group_of_failures:
        failure = group_of_failures.exceptions[0]
    if failure is not None:
        # Outside the handler, so that the error keeps its own cause and context.
        raise failure
    return [results[place] for place in range(len(results))]


class SingleFlight(Generic[T]):
    """Lets concurrent callers with the same key share one run of the work, and its result or error.

    The work runs in a task of its own, so that a caller who is cancelled does not take it from the others; when the
    last one is gone, it is cancelled too, unless it has to be finished. Nothing is kept: who comes after the end starts
    it anew.
    """

    __slots__ = ("_flights", "_must_finish")

    def __init__(self, *, must_finish: bool = False) -> None:
        """Begin with no work.

        Args:
            must_finish: Go on with work for which nobody waits any more, because half of it does harm.
        """
        self._flights: dict[tuple[asyncio.AbstractEventLoop, Hashable], _Flight[T]] = {}
        self._must_finish = must_finish

    async def run(self, work: Callable[[], Coroutine[None, None, T]], /, *, key: Hashable = None) -> T:
        """Join the work under way for the key, or start it; return its result."""
        where = (asyncio.get_running_loop(), key)
        flight = self._flights.get(where)
        if flight is None:
            flight = self._flights[where] = _Flight(asyncio.ensure_future(work()))
            flight.task.add_done_callback(lambda _: self._land(where, flight))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done() and not self._must_finish:
                self._land(where, flight)
                flight.task.cancel()

    async def settle(self) -> None:
        """Wait until the work under way in this event loop is over, well or not."""
        loop = asyncio.get_running_loop()
        if tasks := [flight.task for (where, _), flight in self._flights.items() if where is loop]:
            await asyncio.wait(tasks)

    def _land(self, where: tuple[asyncio.AbstractEventLoop, Hashable], flight: _Flight[T]) -> None:
        if self._flights.get(where) is flight:
            del self._flights[where]
        if self._must_finish and not flight.task.cancelled():
            flight.task.exception()  # seen here: nobody may be left to whom it could be raised


class _Flight(Generic[T]):
    __slots__ = ("task", "waiting")

    def __init__(self, task: asyncio.Future[T]) -> None:
        self.task = task
        self.waiting = 0


# Nothing here is ever looked at. A forked child holds copies of its parent's sessions, and closing one, as the garbage
# collector would, takes its socket out of the event loop of the parent.
_INHERITED: Final[list[object]] = []


class LoopBound(Generic[T]):
    """Holds one value for each event loop, made on first use there.

    Sessions, locks and semaphores work only in the loop that first used them, while a client may well outlive a loop:
    `asyncio.run` twice in one program is enough. A forked process begins with none: its parent goes on using them.
    """

    __slots__ = ("__weakref__", "_make", "_values")

    _all: Final[WeakSet[LoopBound[Any]]] = WeakSet()

    def __init__(self, make: Callable[[], T]) -> None:
        """Remember how to make a value; `make` is called inside the loop that will use it."""
        self._make = make
        self._values: dict[asyncio.AbstractEventLoop, T] = {}
        self._all.add(self)

    def get(self) -> T:
        """Return the running loop's value."""
        value = self.find()
        if value is None:
            self.pop_dead()
            value = self._values[asyncio.get_running_loop()] = self._make()
        return value

    def find(self) -> T | None:
        """Return the running loop's value if it has one already."""
        return self._values.get(asyncio.get_running_loop())

    def pop_dead(self) -> list[T]:
        """Forget the values of loops that are closed, and return them."""
        dead = [loop for loop in self._values if loop.is_closed()]
        return [self._values.pop(loop) for loop in dead]

    def pop_all(self) -> list[T]:
        """Forget all values, and return them."""
        values, self._values = list(self._values.values()), {}
        return values

    @classmethod
    def leave_all_to_parent(cls) -> None:
        """Forget the values of all loops, and close none of them; called in a process that was just forked."""
        for each in cls._all:
            _INHERITED.append(each.pop_all())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=LoopBound.leave_all_to_parent)
