"""One piece of work, however many wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


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
