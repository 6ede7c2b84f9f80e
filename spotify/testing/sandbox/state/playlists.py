"""Playlists that can be edited, with a snapshot of each version."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from spotify.testing.sandbox.catalogue import Playlist, PlaylistEntry, User
from spotify.testing.sandbox.web_api.errors import bad_request, forbidden

MOST_ENTRIES: Final = 10_000
_SNAPSHOTS_KEPT: Final = 100


class EditablePlaylist:
    """A playlist in a sandbox.

    Every change of its entries makes a snapshot. A change may name the snapshot that it was planned
    on: it then means the entries that stood there, wherever they are by now.

    Attributes:
        cover: The name of the picture that somebody uploaded, if anybody did.
        follower_count: How many users follow it.
    """

    def __init__(self, origin: Playlist) -> None:
        """Start as `origin` is."""
        self.id: Final = origin.id
        self.owner: Final = origin.owner
        self.withdrawn: Final = origin.withdrawn
        self.image: Final = origin.image
        self.name = origin.name
        self.description = origin.description
        self.public = origin.public
        self.collaborative = origin.collaborative
        self.follower_count = origin.followers
        self.cover: str | None = None
        self._version = 0
        self._entries: Sequence[PlaylistEntry] = origin.entries
        self.snapshot_id = self._new_snapshot_id()
        self._snapshots: dict[str, Sequence[PlaylistEntry]] = {self.snapshot_id: self._entries}

    @property
    def entries(self) -> Sequence[PlaylistEntry]:
        """What it holds now, in order."""
        return self._entries

    def touch(self) -> None:
        """Make a snapshot of a change that is not one of the entries (its name, its cover)."""
        self._set(self._entries)

    def insert(self, entries: Sequence[PlaylistEntry], position: int | None) -> None:
        """Insert `entries` before `position`; at the end without one.

        Raises:
            WebApiError: There is no such position, or they would be too many.
        """
        if len(self._entries) + len(entries) > MOST_ENTRIES:
            raise forbidden("Playlist size limit reached")
        place = len(self._entries) if position is None else position
        if not 0 <= place <= len(self._entries):
            raise bad_request("Index out of bounds")
        self._set([*self._entries[:place], *entries, *self._entries[place:]])

    def replace(self, entries: Sequence[PlaylistEntry]) -> None:
        """Hold `entries`, and nothing else."""
        self._set(entries)

    def move(self, start: int, length: int, before: int, snapshot_id: str | None) -> None:
        """Move `length` entries from `start` to before the entry at `before`.

        Raises:
            WebApiError: The snapshot is unknown, or has no such positions.
        """
        planned = self._snapshot(snapshot_id)
        if length < 1 or not 0 <= start < len(planned) or not 0 <= before <= len(planned):
            raise bad_request("Index out of bounds")
        if start + length > len(planned):
            raise bad_request("Index out of bounds")
        chosen = {id(entry) for entry in planned[start : start + length]}
        # What stays after the moved ones: the first of those from `before` on that stays and is still here.
        current = {id(entry) for entry in self._entries}
        staying = (entry for entry in planned[before:] if id(entry) not in chosen and id(entry) in current)
        anchor = next(staying, None)
        moved = [entry for entry in self._entries if id(entry) in chosen]
        rest = [entry for entry in self._entries if id(entry) not in chosen]
        place = len(rest) if anchor is None else _place(rest, anchor)
        self._set([*rest[:place], *moved, *rest[place:]])

    def remove(self, wanted: Callable[[PlaylistEntry], bool], snapshot_id: str | None) -> None:
        """Remove the entries of the snapshot that are `wanted`, as far as they are still here.

        Raises:
            WebApiError: The snapshot is unknown.
        """
        doomed = {id(entry) for entry in self._snapshot(snapshot_id) if wanted(entry)}
        if doomed:
            self._set([entry for entry in self._entries if id(entry) not in doomed])

    def _snapshot(self, snapshot_id: str | None) -> Sequence[PlaylistEntry]:
        if snapshot_id is None:
            return self._entries
        if snapshot_id not in self._snapshots:
            raise bad_request("Invalid snapshot_id")
        return self._snapshots[snapshot_id]

    def _set(self, entries: Iterable[PlaylistEntry]) -> None:
        self._entries = tuple(entries)
        self._version += 1
        self.snapshot_id = self._new_snapshot_id()
        self._snapshots[self.snapshot_id] = self._entries
        if len(self._snapshots) > _SNAPSHOTS_KEPT:
            del self._snapshots[next(iter(self._snapshots))]

    def _new_snapshot_id(self) -> str:
        version = self._version.to_bytes(4, "big")
        digest = hashlib.blake2b(self.id.encode() + version, digest_size=20).digest()
        return base64.b64encode(version + digest).decode()


def new_playlist(
    id: str, owner: User, name: str, *, description: str | None, public: bool, collaborative: bool
) -> EditablePlaylist:
    """An empty playlist that `owner` has just made."""
    return EditablePlaylist(
        Playlist(
            id=id,
            name=name,
            description=description,
            owner=owner,
            public=public,
            collaborative=collaborative,
            image=None,
            followers=0,
            withdrawn=False,
            entries=(),
        )
    )


def _place(entries: Sequence[PlaylistEntry], wanted: PlaylistEntry) -> int:
    return next(place for place, entry in enumerate(entries) if entry is wanted)
