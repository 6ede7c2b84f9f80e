"""Finding out whether items were added to a playlist, when the answer was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, TypeVar

from spotify.bulk.playlist_fields import ITEMS_PAGE, PLAYLIST, completed_fields
from spotify.errors import DecodeError, SpotifyError
from spotify.interfaces.executor import Argument, Call, RequestExecutor
from spotify.interfaces.operation import Operation
from spotify.models import PartialPlaylist, PlaylistItem, PlaylistItemPage, Track
from spotify.operations.playlists import GET_PLAYLIST, GET_PLAYLIST_ITEMS

Outcome: TypeAlias = Literal["applied", "not_applied", "unknown"]

T = TypeVar("T")

_KINDS: Final = "track,episode"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistState:
    """A playlist before items are added.

    Attributes:
        playlist_id: Which one.
        snapshot_id: Its version.
        total: How many items it holds.
        place: Where the next ones go, from 0; None for the end.
    """

    playlist_id: str
    snapshot_id: str | None
    total: int
    place: int | None


class PlaylistCheck:
    """Compares a playlist with what it was, to tell whether items were added.

    It is sure only where nobody else changed the playlist meanwhile, and says so where somebody did. What Spotify shows
    is taken for the truth: it has no way to ask whether a request is still being worked on.
    """

    def __init__(self, executor: RequestExecutor, state: PlaylistState) -> None:
        """Take what carries the calls, and the playlist as it was."""
        self._executor = executor
        self.state = state

    @classmethod
    async def begin(cls, executor: RequestExecutor, playlist_id: str, place: int | None) -> PlaylistCheck:
        """Look at the playlist before anything is added to it.

        Args:
            executor: Carries the calls.
            playlist_id: Which one.
            place: Where the items will go, from 0; None for the end.

        Raises:
            SpotifyError: It cannot be read; nothing was added.
        """
        check = cls(executor, PlaylistState(playlist_id=playlist_id, snapshot_id=None, total=0, place=place))
        try:
            check.state = await check._look()
        except SpotifyError as exc:
            exc.may_have_been_executed = False
            raise
        return check

    def note(self, uris: Sequence[str], snapshot_id: str | None) -> None:
        """Note that items were added, and which version that left."""
        state = self.state
        self.state = replace(
            state,
            snapshot_id=snapshot_id,
            total=state.total + len(uris),
            place=None if state.place is None else state.place + len(uris),
        )

    async def outcome(self, uris: Sequence[str]) -> Outcome:
        """Tell whether items whose addition was not answered were added; if so, note it."""
        try:
            # In this order: should they be added between the two reads, the later one shows it.
            stand = await self._stand(uris)
            seen = await self._look()
        except SpotifyError:
            return "unknown"
        added = seen.total - self.state.total
        if stand and added == len(uris):
            self.note(uris, seen.snapshot_id)
            return "applied"
        # As many items as before are no proof: somebody else may have removed as many as were added. Nor are versions
        # that Spotify does not name.
        is_the_same = bool(seen.snapshot_id) and seen.snapshot_id == self.state.snapshot_id
        return "not_applied" if not added and is_the_same else "unknown"

    async def _look(self) -> PlaylistState:
        fields = completed_fields("snapshot_id,items(total)", PLAYLIST)
        found = await self._read(GET_PLAYLIST, PartialPlaylist, fields=fields)
        total = found.items.total if isinstance(found.items, PlaylistItemPage) else None
        if total is None:
            raise DecodeError("the playlist does not say how many items it holds", operation=GET_PLAYLIST.id)
        snapshot_id = found.snapshot_id if isinstance(found.snapshot_id, str) else None
        return replace(self.state, snapshot_id=snapshot_id, total=total)

    async def _stand(self, uris: Sequence[str]) -> bool:
        """Whether the playlist holds the items where they were to go."""
        start = self.state.total if self.state.place is None else self.state.place
        fields = completed_fields("items(item(uri,linked_from(uri)))", ITEMS_PAGE)
        entries: list[PlaylistItem] = []
        while len(entries) < len(uris):
            limit = min(len(uris) - len(entries), GET_PLAYLIST_ITEMS.max_limit or len(uris))
            offset = start + len(entries)
            page = await self._read(GET_PLAYLIST_ITEMS, PlaylistItemPage, fields=fields, limit=limit, offset=offset)
            if not page.items:
                return False
            entries += page.items
        return all(uri in _uris_of(entry) for uri, entry in zip(uris, entries, strict=False))

    async def _read(self, operation: Operation, into: type[T], **arguments: Argument) -> T:
        these = {"playlist_id": self.state.playlist_id, "additional_types": _KINDS, **arguments}
        return await self._executor.execute(Call(operation=operation, into=into, arguments=these, fresh=True))


def _uris_of(entry: PlaylistItem) -> tuple[str | None, ...]:
    """Return the URIs that an entry can have been added by: a track may be shown in the place of another one."""
    item = entry.item
    if isinstance(item, Track) and item.linked_from is not None:
        return item.uri, item.linked_from.uri
    return () if item is None else (item.uri,)
