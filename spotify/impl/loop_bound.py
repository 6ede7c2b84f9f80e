"""A value that belongs to one event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")

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
