"""How long a client lives, and the calls that end with it."""

from __future__ import annotations

from typing import Protocol


class EndsEarly(Protocol):
    """Something under way that can be ended from outside."""

    def end(self) -> None:
        """End it soon; it raises where it is awaited."""
        ...


class Lifetime:
    """Whether a client is open, and what is under way in it.

    A derived client has a lifetime of its own inside that of the client it was derived from: it can be closed alone,
    and it is closed when the other one is.
    """

    __slots__ = ("_is_over", "_parent", "_under_way")

    def __init__(self, parent: Lifetime | None = None) -> None:
        """Begin it, inside another one's or on its own."""
        self._parent = parent
        self._is_over = False
        self._under_way: set[EndsEarly] = set()

    @property
    def is_over(self) -> bool:
        """Whether the client, or one that it was derived from, is closed."""
        return self._is_over or (self._parent is not None and self._parent.is_over)

    def add(self, call: EndsEarly) -> None:
        """Note that a call begins."""
        self._under_way.add(call)
        if self._parent is not None:
            self._parent.add(call)

    def remove(self, call: EndsEarly) -> None:
        """Note that it is over."""
        self._under_way.discard(call)
        if self._parent is not None:
            self._parent.remove(call)

    def end(self) -> bool:
        """End it and what is under way in it; tell whether it went on until now."""
        if self._is_over:
            return False
        self._is_over = True
        for call in tuple(self._under_way):
            call.end()
        return True
