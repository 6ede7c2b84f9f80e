"""Verifies whether items were added to a playlist after the response was lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, TypeVar

from spotify.errors import ClientClosedError, DecodeError, SpotifyError
from spotify.interfaces.executor import Argument, Call, RequestExecutor
from spotify.interfaces.operation import Operation
from spotify.models import PartialPlaylist, PlaylistItem, PlaylistItemPage, Track
from spotify.operations.playlists import GET_PLAYLIST, GET_PLAYLIST_ITEMS

Outcome: TypeAlias = Literal["applied", "not_applied", "unknown"]

T = TypeVar("T")

#: The `fields` filters of both reads. Extended quota calls `items` and `item` `tracks` and `track`.
STATE_FIELDS: Final = "snapshot_id,items(total),tracks(total),id,type,uri"
_TRACK_FIELDS: Final = "uri,linked_from(uri,id,type),id,type"
ENTRY_FIELDS: Final = f"items(item({_TRACK_FIELDS}),track({_TRACK_FIELDS})),next"

_ADDITIONAL_TYPES: Final = "track,episode"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistState:
    """A playlist before items are added."""

    playlist_id: str
    """The playlist's id."""
    snapshot_id: str | None
    """The playlist's version; None if Spotify does not name one."""
    total: int
    """The number of items."""
    position: int | None
    """The position of the next items to add, from 0; None for the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalItems:
    """What a playlist holds after a write."""

    playlist_id: str
    """The playlist's id."""
    position: int
    """The position of the first written item, from 0."""
    uris: Sequence[str]
    """The written items."""
    total: int
    """The number of all items."""


async def read_final(
    executor: RequestExecutor, final: FinalItems, snapshot_id: str | None = None
) -> PlaylistState | None:
    """Return the state of a playlist if it is as a write leaves it; None if it is not.

    Args:
        executor: Executes the reads.
        final: What the playlist has to hold.
        snapshot_id: Its version after the last request of the write; the items are not read if it is still the latest.

    Raises:
        SpotifyError: The playlist could not be read.
    """
    verifier = PlaylistVerifier(
        executor, PlaylistState(playlist_id=final.playlist_id, snapshot_id=None, total=0, position=None)
    )
    current = await verifier.read_state()
    if snapshot_id and current.snapshot_id == snapshot_id:
        return current
    return current if current.total == final.total and await verifier.holds(final.uris, final.position) else None


class PlaylistVerifier:
    """Compares a playlist with its earlier state to tell whether items were added.

    Added items prove that the request was executed. Their absence proves nothing while it can still be executed:
    the playlist is read again until the write is settled (`WriteOrder`). The outcome is `unknown` if another client
    changed the playlist in between, if it could not be read, or if the deadline of a call passed before.
    """

    def __init__(self, executor: RequestExecutor, state: PlaylistState) -> None:
        """Create a verifier that reads the playlist through `executor`; `state` is the last known one."""
        self._executor = executor
        self.state = state

    @classmethod
    async def begin(cls, executor: RequestExecutor, playlist_id: str, position: int | None) -> PlaylistVerifier:
        """Read the playlist before items are added.

        Args:
            executor: Executes the calls.
            playlist_id: The playlist's id.
            position: The position of the items to add, from 0; None for the end.

        Raises:
            SpotifyError: The playlist could not be read; nothing was added.
        """
        verifier = cls(executor, PlaylistState(playlist_id=playlist_id, snapshot_id=None, total=0, position=position))
        try:
            verifier.state = await verifier.read_state()
        except SpotifyError as exc:
            exc.may_have_been_executed = False
            raise
        return verifier

    def record(self, uris: Sequence[str], snapshot_id: str | None, *, replaces: bool) -> None:
        """Record that items were added, or are the only ones now, and the version of the playlist after that."""
        state = self.state
        self.state = replace(
            state,
            snapshot_id=snapshot_id,
            total=len(uris) if replaces else state.total + len(uris),
            position=None if state.position is None else state.position + len(uris),
        )

    def final_items(self, uris: Sequence[str]) -> FinalItems:
        """Return what the playlist holds when items were added to its current state."""
        state = self.state
        return FinalItems(
            playlist_id=state.playlist_id,
            position=state.total if state.position is None else state.position,
            uris=uris,
            total=state.total + len(uris),
        )

    async def outcome(self, uris: Sequence[str], settle: Callable[[], Awaitable[bool]]) -> Outcome:
        """Return whether items were added by a request without a response, and record them if so.

        Args:
            uris: The items.
            settle: Waits until the playlist is to be read again; returns False if the request can no longer be
                executed.

        Raises:
            DeadlineExceededError: The items are absent, but can still be added.
            ClientClosedError: The client was closed.
        """
        outcome = await self._look(uris)
        while outcome != "applied" and await settle():
            outcome = await self._look(uris)
        return outcome

    async def replacement_outcome(self, uris: Sequence[str], settle: Callable[[], Awaitable[bool]]) -> Outcome:
        """Do the same for items that replace all others.

        What the playlist held before is not known. Only if an earlier read showed something else, the new items prove
        that the request was executed.
        """
        current, holds, was_different = self.state, False, False
        outcome: Outcome
        while True:
            try:
                latest = await self.read_state()
                if not latest.snapshot_id or latest.snapshot_id != current.snapshot_id:
                    holds = latest.total == len(uris) and await self.holds(uris, 0)
                current = latest
            except ClientClosedError:
                raise
            except SpotifyError:
                outcome = "unknown"
            else:
                outcome = "applied" if holds else "not_applied"
                was_different = was_different or not holds
            if (outcome == "applied" and was_different) or not await settle():
                break
        if outcome == "applied":
            self.record(uris, current.snapshot_id, replaces=True)
        return outcome

    async def _look(self, uris: Sequence[str]) -> Outcome:
        """Return what one read of the playlist shows; `not_applied` is the absence of any change."""
        state = self.state
        try:
            current = await self.read_state()
            # An unchanged total does not prove that nothing was added: another client may have removed as many items.
            # Nor do two missing snapshot ids.
            if current.total == state.total and current.snapshot_id and current.snapshot_id == state.snapshot_id:
                return "not_applied"
            final = self.final_items(uris)
            is_in_place = current.total == final.total and await self.holds(uris, final.position)
        except ClientClosedError:
            raise
        except SpotifyError:
            return "unknown"
        if not is_in_place:
            return "unknown"
        self.record(uris, current.snapshot_id, replaces=False)
        return "applied"

    async def read_state(self) -> PlaylistState:
        """Read the version and the total of the playlist."""
        playlist = await self._read(GET_PLAYLIST, PartialPlaylist, fields=STATE_FIELDS)
        total = playlist.items.total if isinstance(playlist.items, PlaylistItemPage) else None
        if total is None:
            raise DecodeError("the response does not say how many items the playlist holds", operation=GET_PLAYLIST.id)
        snapshot_id = playlist.snapshot_id if isinstance(playlist.snapshot_id, str) else None
        return replace(self.state, snapshot_id=snapshot_id, total=total)

    async def holds(self, uris: Sequence[str], position: int) -> bool:
        """Return whether the playlist holds the items from this position on."""
        entries: list[PlaylistItem] = []
        while len(entries) < len(uris):
            limit = min(len(uris) - len(entries), GET_PLAYLIST_ITEMS.max_limit or len(uris))
            offset = position + len(entries)
            page = await self._read(
                GET_PLAYLIST_ITEMS, PlaylistItemPage, fields=ENTRY_FIELDS, limit=limit, offset=offset
            )
            if page.items_damaged:  # an empty page would mean that the playlist is shorter
                raise DecodeError("the items of the playlist could not be read", operation=GET_PLAYLIST_ITEMS.id)
            if not page.items:
                return False
            entries += page.items
        return all(uri in _uris_of(entry) for uri, entry in zip(uris, entries, strict=False))

    async def _read(self, operation: Operation, into: type[T], **arguments: Argument) -> T:
        call = Call(
            operation=operation,
            into=into,
            arguments={
                "playlist_id": self.state.playlist_id,
                "additional_types": _ADDITIONAL_TYPES,
                **arguments,
            },
            fresh=True,
        )
        return await self._executor.execute(call)


def _uris_of(entry: PlaylistItem) -> tuple[str | None, ...]:
    """Return the URIs by which an entry can have been added: Spotify may show a track in place of another one."""
    item = entry.item
    if isinstance(item, Track) and item.linked_from is not None:
        return item.uri, item.linked_from.uri
    return () if item is None else (item.uri,)
