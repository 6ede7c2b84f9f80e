"""The items that a player plays: a context (`PlayContext`), its playable items, and their order (`Tracklist`)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from spotify.testing.sandbox.catalogue import Episode, LocalFile, PlayableItem, SpotifyUri, Track
from spotify.testing.sandbox.catalogue.entities import collection_owner

_CONTEXT_KINDS: Final = frozenset({"album", "artist", "playlist", "show"})

ContextItem = PlayableItem | LocalFile | None


@dataclass(frozen=True, slots=True)
class PlayContext:
    """The source of the items: `kind` is the kind in its URI, or `collection` for the saved tracks of a user."""

    kind: str
    id: str

    @classmethod
    def parse(cls, uri: str) -> PlayContext | None:
        """Return the context that a URI names; None if it is not the URI of a context."""
        owner = collection_owner(uri)
        if owner is not None:
            return cls("collection", owner)
        parsed = SpotifyUri.parse(uri)
        return cls(parsed.kind, parsed.id) if parsed is not None and parsed.kind in _CONTEXT_KINDS else None


def playable_items(items: Sequence[ContextItem], start: int, country: str) -> tuple[list[PlayableItem], int]:
    """Return the items that can be played in `country`, and where to start in them.

    That is the index of the first playable item at `start` or after it, or 0 if there is none.
    """
    before = [item for item in items[:start] if _is_playable(item, country)]
    following = [item for item in items[start:] if _is_playable(item, country)]
    return before + following, len(before) if following else 0


def _is_playable(item: ContextItem, country: str) -> TypeGuard[PlayableItem]:
    match item:
        case Track():
            return country in item.markets or bool(item.alternative and country in item.alternative.markets)
        case Episode():
            return country in item.markets
        case _:
            return False


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
