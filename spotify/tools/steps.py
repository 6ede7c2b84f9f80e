"""The steps of a plan: each is one call that changes a playlist, and can be simulated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias

from msgspec import Struct

from spotify.client import AsyncSpotifyClient

MAX_URIS: Final = 100


class Remove(Struct, frozen=True, tag=True):
    """Removes every occurrence of some URIs."""

    uris: tuple[str, ...]
    """The URIs, at most 100."""

    def simulate(self, uris: Sequence[str]) -> list[str]:
        """Return the URIs of the playlist after this step."""
        removed = set(self.uris)
        return [uri for uri in uris if uri not in removed]

    async def send(self, client: AsyncSpotifyClient, playlist: str, snapshot_id: str | None) -> str | None:
        """Send the call; return the playlist's new version, None if it is unknown."""
        return await client.playlists.remove_items(playlist, uris=self.uris, snapshot_id=snapshot_id)

    def __str__(self) -> str:
        return f"remove {_counted(len(self.uris), 'item')}"


class Move(Struct, frozen=True, tag=True):
    """Moves consecutive items."""

    start: int
    """The position of the first item that is moved."""
    length: int
    """The number of items that are moved."""
    before: int
    """The position before which they are inserted, counted before the move."""

    def simulate(self, uris: Sequence[str]) -> list[str]:
        """Return the URIs of the playlist after this step."""
        moved = list(uris[self.start : self.start + self.length])
        rest = [*uris[: self.start], *uris[self.start + self.length :]]
        target = self.before if self.before <= self.start else self.before - self.length
        return [*rest[:target], *moved, *rest[target:]]

    async def send(self, client: AsyncSpotifyClient, playlist: str, snapshot_id: str | None) -> str | None:
        """Send the call; return the playlist's new version, None if it is unknown."""
        return await client.playlists.reorder_items(playlist, self.start, self.before, self.length, snapshot_id)

    def __str__(self) -> str:
        return f"move {_counted(self.length, 'item')} from position {self.start} to {self.before}"


class Insert(Struct, frozen=True, tag=True):
    """Adds items."""

    position: int
    """The position of the first inserted item."""
    uris: tuple[str, ...]
    """The URIs, at most 100."""

    def simulate(self, uris: Sequence[str]) -> list[str]:
        """Return the URIs of the playlist after this step."""
        return [*uris[: self.position], *self.uris, *uris[self.position :]]

    async def send(self, client: AsyncSpotifyClient, playlist: str, _snapshot_id: str | None) -> str | None:
        """Send the call; return the playlist's new version, None if it is unknown."""
        return await client.playlists.add_items(playlist, self.uris, self.position)

    def __str__(self) -> str:
        return f"add {_counted(len(self.uris), 'item')} at position {self.position}"


class Replace(Struct, frozen=True, tag=True):
    """Replaces all items."""

    uris: tuple[str, ...]
    """The URIs, at most 100."""

    def simulate(self, _uris: Sequence[str]) -> list[str]:
        """Return the URIs of the playlist after this step."""
        return list(self.uris)

    async def send(self, client: AsyncSpotifyClient, playlist: str, _snapshot_id: str | None) -> str | None:
        """Send the call; return the playlist's new version, None if it is unknown."""
        return await client.playlists.reorder_or_replace_items(playlist, uris=self.uris)

    def __str__(self) -> str:
        return f"replace all items by {_counted(len(self.uris), 'item')}"


Step: TypeAlias = Remove | Move | Insert | Replace


def is_addable(uri: str) -> bool:
    """Return whether an item can be added to a playlist: a local file or a missing item cannot."""
    return uri.startswith(("spotify:track:", "spotify:episode:"))


def steps_between(before: Sequence[str], after: Sequence[str], *, keep_dates: bool) -> tuple[Step, ...]:
    """Return the steps, as few as possible, that turn one list of URIs into another.

    Spotify removes a URI at all its positions: if one of them has to stay, it is added again.

    Args:
        before: The URIs of the playlist; empty for a missing item.
        after: The URIs that it has to have.
        keep_dates: Whether to avoid replacing all items, which resets the dates of adding.

    Raises:
        ValueError: A local file or a missing item would have to be added, or removed without replacing all items.
    """
    if list(before) == list(after):
        return ()
    removed = [uri for uri, count in (Counter(before) - Counter(after)).items() if count]
    gone = set(removed)
    remaining = [uri for uri in before if uri not in gone]
    targets = _matched(remaining, after)
    can_replace = all(map(is_addable, after))
    can_edit = all(map(is_addable, removed))
    if not can_replace and not (
        can_edit and all(is_addable(uri) for uri, token in zip(after, targets, strict=True) if token is None)
    ):
        raise ValueError("local files and missing items cannot be added to a playlist, nor removed from it by URI")
    replacing = _replacing(after)
    limit = len(replacing) if can_replace and not keep_dates else None
    edits = tuple(islice(_edits(removed, remaining, targets, after), None if limit is None else limit + 1))
    if not can_edit or (limit is not None and len(edits) > limit):
        return replacing
    return edits


def simulated(uris: Sequence[str], steps: Sequence[Step]) -> list[str]:
    """Return the URIs of a playlist after some steps."""
    result = list(uris)
    for step in steps:
        result = step.simulate(result)
    return result


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _replacing(after: Sequence[str]) -> tuple[Step, ...]:
    batches = [tuple(after[first : first + MAX_URIS]) for first in range(0, len(after), MAX_URIS)] or [()]
    later = (Insert(number * MAX_URIS, batch) for number, batch in enumerate(batches[1:], 1))
    return (Replace(batches[0]), *later)


def _matched(remaining: Sequence[str], after: Sequence[str]) -> list[int | None]:
    """Return per target the index in `remaining` of its item, or None if it has to be added.

    Equal URIs are matched in order.
    """
    positions: dict[str, list[int]] = {}
    for index in reversed(range(len(remaining))):
        positions.setdefault(remaining[index], []).append(index)
    return [positions[uri].pop() if positions.get(uri) else None for uri in after]


def _edits(
    removed: Sequence[str], remaining: Sequence[str], targets: Sequence[int | None], after: Sequence[str]
) -> Iterator[Step]:
    for first in range(0, len(removed), MAX_URIS):
        yield Remove(tuple(removed[first : first + MAX_URIS]))
    yield from _moves(len(remaining), [token for token in targets if token is not None])
    yield from _insertions(targets, after)


def _increasing(values: Sequence[int]) -> set[int]:
    """Return a longest increasing subsequence of different numbers."""
    tails: list[int] = []
    previous: dict[int, int | None] = {}
    for value in values:
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if tails[middle] < value:
                low = middle + 1
            else:
                high = middle
        previous[value] = tails[low - 1] if low else None
        tails[low : low + 1] = [value]
    chosen: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        chosen.add(last)
        last = previous[last]
    return chosen


def _moves(count: int, wanted: Sequence[int]) -> Iterator[Step]:
    """Yield the moves that bring the items 0 to `count` into an order: of those outside a longest ordered part."""
    stays, current = _increasing(wanted), list(range(count))
    index = 0
    while index < len(wanted):
        if wanted[index] in stays:
            index += 1
            continue
        start, length = current.index(wanted[index]), 1
        while (
            index + length < len(wanted)
            and wanted[index + length] not in stays
            and start + length < count
            and current[start + length] == wanted[index + length]
        ):
            length += 1
        before = current.index(wanted[index - 1]) + 1 if index else 0
        if not start <= before <= start + length:
            yield Move(start, length, before)
            moved = current[start : start + length]
            del current[start : start + length]
            target = before if before <= start else before - length
            current[target:target] = moved
        index += length


def _insertions(targets: Sequence[int | None], after: Sequence[str]) -> Iterator[Step]:
    index = 0
    while index < len(targets):
        length = 0
        while index + length < len(targets) and targets[index + length] is None and length < MAX_URIS:
            length += 1
        if length:
            yield Insert(index, tuple(after[index : index + length]))
        index += length or 1
