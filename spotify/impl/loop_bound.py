"""A value that belongs to one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class LoopBound(Generic[T]):
    """Holds one value for each event loop, made on first use there.

    Sessions, locks and semaphores work only in the loop that first used them, while a client may well outlive a loop:
    `asyncio.run` twice in one program is enough.
    """

    __slots__ = ("_make", "_values")

    def __init__(self, make: Callable[[], T]) -> None:
        """Remember how to make a value; `make` is called inside the loop that will use it."""
        self._make = make
        self._values: dict[asyncio.AbstractEventLoop, T] = {}

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
