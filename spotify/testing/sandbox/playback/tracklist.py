"""The playing order of the items of an album, a playlist or a request."""

from __future__ import annotations

import random
from collections.abc import Sequence

from spotify.testing.sandbox.catalogue import PlayableItem


class Tracklist:
    """Items in playing order, with a current position."""

    def __init__(self, items: Sequence[PlayableItem] = (), start: int = 0) -> None:
        """Begin at index `start`, which must exist unless there are no items."""
        self._items = tuple(items)
        self._order = list(range(len(self._items)))
        self._position = start

    @property
    def item(self) -> PlayableItem | None:
        """The current item; None if there are no items."""
        return self._items[self._order[self._position]] if self._items else None

    def can_step(self, steps: int, *, repeat: bool) -> bool:
        """Return whether there is an item `steps` positions ahead, or behind if negative."""
        return bool(self._items) and (repeat or 0 <= self._position + steps < len(self._items))

    def step(self, steps: int) -> None:
        """Move by `steps` positions, past the end to the beginning. There must be at least one item."""
        self._position = (self._position + steps) % len(self._items)

    def rewind(self) -> None:
        """Move to the beginning."""
        self._position = 0

    def upcoming(self, limit: int, *, repeat: bool) -> list[PlayableItem]:
        """Return up to `limit` items that follow the current one."""
        start, count = self._position + 1, len(self._items)
        end = start + limit if repeat and count else count
        return [self._items[self._order[index % count]] for index in range(start, min(end, start + limit))]

    def shuffle(self, rng: random.Random) -> None:
        """Move the current item to the beginning, and all others after it in random order."""
        if self._items:
            rest = self._order[: self._position] + self._order[self._position + 1 :]
            rng.shuffle(rest)
            self._order = [self._order[self._position], *rest]
            self._position = 0

    def unshuffle(self) -> None:
        """Restore the original order. The current item stays the same."""
        if self._items:
            self._position = self._order[self._position]
            self._order.sort()
