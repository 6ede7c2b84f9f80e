"""Adding, removing and replacing the items of a playlist, in one or more requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NotRequired, Required, TypedDict

from spotify._checks import check_range, each_of, is_mapping, shown
from spotify.bulk.batches import in_batches
from spotify.bulk.costs import announce
from spotify.bulk.playlist_verification import FinalItems, PlaylistState, PlaylistVerifier
from spotify.bulk.writes import BulkWrite, Part, wait_to_read
from spotify.ids import playable_uri
from spotify.interfaces.executor import RequestExecutor
from spotify.operations.playlists import (
    ADD_PLAYLIST_ITEMS,
    REMOVE_PLAYLIST_ITEMS,
    REORDER_OR_REPLACE_PLAYLIST_ITEMS,
)

_MEMBERS: Final = frozenset({"uri", "positions"})


class ItemToRemove(TypedDict, total=False):
    """An item to remove from a playlist."""

    uri: Required[str]
    """The URI or URL of the item."""
    positions: NotRequired[Iterable[int]]
    """Positions from 0. If omitted, every occurrence is removed."""


@dataclass(frozen=True, slots=True)
class Removal:
    """An item to remove at some positions, or every occurrence if there are none."""

    uri: str
    positions: tuple[int, ...] = ()

    def body(self) -> dict[str, object]:
        """Return the JSON object of the request body."""
        return {"uri": self.uri, "positions": list(self.positions)} if self.positions else {"uri": self.uri}


async def add_items(
    executor: RequestExecutor, playlist_id: str, uris: Sequence[str], *, position: int | None, verify: bool
) -> str | None:
    """Add items in order, and return the new snapshot id, None if the responses have none.

    Args:
        executor: Executes the calls.
        playlist_id: The playlist's id.
        uris: The items to add.
        position: The position of the first item, from 0; None for the end.
        verify: Whether to read the playlist to find out whether items were added if a response is lost.

    Raises:
        PartialWriteError: More than one request was needed and not all of them succeeded.
    """
    parts = _additions(playlist_id, uris, position)
    if not verify:
        return await BulkWrite(executor, parts).run()
    announce(executor, 1 + len(parts))
    await wait_to_read(executor, parts[0])
    verifier = await PlaylistVerifier.begin(executor, playlist_id, position)
    write = BulkWrite(executor, parts, verifier=verifier, final=verifier.final_items(uris))
    return await write.run()


async def replace_items(executor: RequestExecutor, playlist_id: str, uris: Sequence[str]) -> str | None:
    """Replace all items, and return the new snapshot id, None if the responses have none.

    The first request replaces, the others add.

    Raises:
        PartialWriteError: More than one request was needed and not all of them succeeded.
    """
    first = uris[: REORDER_OR_REPLACE_PLAYLIST_ITEMS.max_ids]
    replacement = Part(
        operation=REORDER_OR_REPLACE_PLAYLIST_ITEMS,
        uris=first,
        arguments={"playlist_id": playlist_id},
        json={"uris": list(first)},
        idempotent=True,
        replaces=True,
    )
    if len(first) == len(uris):
        # One request alone can be repeated at once: executed twice, it leaves the same items.
        return await BulkWrite(executor, [replacement]).run()
    verifier = PlaylistVerifier(
        executor, PlaylistState(playlist_id=playlist_id, snapshot_id=None, total=0, position=None)
    )
    final = FinalItems(playlist_id=playlist_id, position=0, uris=uris, total=len(uris))
    parts = [replacement, *_additions(playlist_id, uris[len(first) :], None)]
    return await BulkWrite(executor, parts, verifier=verifier, final=final).run()


async def remove_items(
    executor: RequestExecutor, playlist_id: str, removals: Sequence[Removal], *, snapshot_id: str | None
) -> str | None:
    """Remove items, and return the new snapshot id, None if the responses have none.

    Args:
        executor: Executes the calls.
        playlist_id: The playlist's id.
        removals: The items to remove.
        snapshot_id: The version of the playlist that the positions refer to; None for the latest.

    Raises:
        PartialWriteError: More than one request was needed and not all of them succeeded.
    """
    version = {} if snapshot_id is None else {"snapshot_id": snapshot_id}
    parts = [
        Part(
            operation=REMOVE_PLAYLIST_ITEMS,
            uris=[removal.uri for removal in batch],
            arguments={"playlist_id": playlist_id},
            json={"items": [removal.body() for removal in batch], **version},
            # Each request refers to the version given by the caller, or else to the one that the last request returned.
            is_chained=snapshot_id is None,
            # By URI a second request finds nothing to remove. By position it would remove what has moved up.
            idempotent=not any(removal.positions for removal in batch),
        )
        for batch in removal_batches(removals, REMOVE_PLAYLIST_ITEMS.max_ids)
    ]
    return await BulkWrite(executor, parts).run()


def removals_of(items: Iterable[ItemToRemove]) -> list[Removal]:
    """Return the removals that the items describe, without duplicates.

    Raises:
        TypeError: `items` is not an iterable of mappings, or a member is of the wrong type.
        ValueError: There are no items, or one of them has an invalid or unknown member.
    """
    if isinstance(items, (str, Mapping)):
        raise TypeError("items must be several mappings, such as [{'uri': 'spotify:track:…', 'positions': [0]}]")
    removals = [
        _removal(f"items[{number}]", item)
        for number, item in enumerate(each_of(items, "items must be several mappings"))
    ]
    if not removals:
        raise ValueError("expected items, but there are none; give at least one")
    return list(dict.fromkeys(removals))


def removal_batches(removals: Sequence[Removal], size: int | None) -> list[Sequence[Removal]]:
    """Split removals into requests of at most `size` items.

    If several requests are needed, positions are removed from the last one backwards: the items before them keep their
    positions, so that the positions of each request are valid in the playlist that the previous one left. Removals of
    every occurrence are last, since they move all other items.
    """
    if size is None or len(removals) <= size:
        return [removals]
    by_position = sorted({(position, removal.uri) for removal in removals for position in removal.positions})
    ordered = [Removal(uri, (position,)) for position, uri in reversed(by_position)]
    ordered += [removal for removal in removals if not removal.positions]
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def _additions(playlist_id: str, uris: Sequence[str], position: int | None) -> list[Part]:
    """Return the requests that insert the URIs; each position takes the requests before it into account."""
    parts: list[Part] = []
    added = 0
    for batch in in_batches(uris, ADD_PLAYLIST_ITEMS):
        # In the body, because a hundred URIs would make a query of 4,000 characters.
        body: dict[str, object] = {"uris": list(batch)}
        if position is not None:
            body["position"] = position + added
        parts.append(
            Part(
                operation=ADD_PLAYLIST_ITEMS,
                uris=batch,
                arguments={"playlist_id": playlist_id},
                json=body,
                idempotent=False,
            )
        )
        added += len(batch)
    return parts


def _removal(name: str, item: object) -> Removal:
    if not is_mapping(item):
        raise TypeError(f"{name} must be a mapping such as {{'uri': 'spotify:track:…'}}, not {type(item).__name__}")
    if unknown := item.keys() - _MEMBERS:
        raise ValueError(f"{name} has an unknown member {shown(next(iter(unknown)))}; expected uri and positions")
    uri = item.get("uri")
    if not isinstance(uri, str):
        raise TypeError(f"{name}['uri'] must be a str, not {type(uri).__name__}")
    try:
        uri = playable_uri(uri)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return Removal(uri, _positions(f"{name}['positions']", item["positions"]) if "positions" in item else ())


def _positions(name: str, value: object) -> tuple[int, ...]:
    positions: set[int] = set()
    for position in each_of(value, f"{name} must be several integers"):
        positions.add(check_range(name, position, at_least=0))
    if not positions:
        raise ValueError(f"{name} must not be empty; leave it out to remove every occurrence of the item")
    return tuple(sorted(positions))
