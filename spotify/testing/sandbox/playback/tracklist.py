"""The items of an album, a playlist or a request, in the order of playing."""

from __future__ import annotations

import random
from collections.abc import Sequence

from spotify.testing.sandbox.catalogue import Episode, Track

Item = Track | Episode


class Tracklist:
    """Items, and a place among them."""

    def __init__(self, items: Sequence[Item] = (), place: int = 0) -> None:
        """Stand at `place`, which there must be unless there is nothing at all."""
        self._items = tuple(items)
        self._order = list(range(len(self._items)))
        self._place = place

    @property
    def item(self) -> Item | None:
        """The item here; None when there is nothing at all."""
        return self._items[self._order[self._place]] if self._items else None

    def has(self, steps: int, *, wraps: bool) -> bool:
        """Whether there is an item `steps` places on (or back)."""
        return bool(self._items) and (wraps or 0 <= self._place + steps < len(self._items))

    def step(self, steps: int) -> None:
        """Go `steps` places on (or back), past the end to the beginning; there must be such a place."""
        self._place = (self._place + steps) % len(self._items)

    def rewind(self) -> None:
        """Go to the beginning."""
        self._place = 0

    def upcoming(self, most: int, *, wraps: bool) -> list[Item]:
        """What follows, `most` items at most."""
        start, count = self._place + 1, len(self._items)
        last = start + most if wraps and count else count
        return [self._items[self._order[place % count]] for place in range(start, min(last, start + most))]

    def shuffle(self, rng: random.Random) -> None:
        """Put the item here first, and all others after it in random order."""
        if self._items:
            rest = self._order[: self._place] + self._order[self._place + 1 :]
            rng.shuffle(rest)
            self._order = [self._order[self._place], *rest]
            self._place = 0

    def unshuffle(self) -> None:
        """Put all items into their own order, and stay at the one here."""
        if self._items:
            self._place = self._order[self._place]
            self._order.sort()
