"""One piece of work, however many wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Lets concurrent callers with the same key share one run of the work, and its result or error.

    The work runs in a task of its own, so that a caller who is cancelled does not take it from the others; when the
    last one is gone, it is cancelled too. Nothing is kept: who comes after the end starts it anew.
    """

    __slots__ = ("_flights",)

    def __init__(self) -> None:
        self._flights: dict[tuple[asyncio.AbstractEventLoop, Hashable], _Flight[T]] = {}

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
            if not flight.waiting and not flight.task.done():
                self._land(where, flight)
                flight.task.cancel()

    def _land(self, where: tuple[asyncio.AbstractEventLoop, Hashable], flight: _Flight[T]) -> None:
        if self._flights.get(where) is flight:
            del self._flights[where]


class _Flight(Generic[T]):
    __slots__ = ("task", "waiting")

    def __init__(self, task: asyncio.Future[T]) -> None:
        self.task = task
        self.waiting = 0
