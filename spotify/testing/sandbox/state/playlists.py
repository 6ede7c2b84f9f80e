"""`EditablePlaylist`: a playlist with its snapshots."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from spotify.testing.sandbox.catalogue import Playlist, PlaylistEntry, User
from spotify.testing.sandbox.web_api.errors import bad_request, forbidden

MAX_ENTRIES: Final = 10_000
_MAX_SNAPSHOTS: Final = 100


class EditablePlaylist:
    """A playlist that can be edited.

    Every change creates a snapshot. A change can refer to an earlier snapshot: its positions and URIs then select
    entries of that snapshot, and the change applies to those of them that the playlist still contains.

    Attributes:
        cover: The name of the uploaded cover image, if there is one.
        follower_count: The number of followers.
    """

    def __init__(self, origin: Playlist) -> None:
        """Create the first snapshot from `origin`."""
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
        """The current entries in order."""
        return self._entries

    def touch(self) -> None:
        """Create a snapshot with the same entries, after a change of the details or the cover."""
        self._set(self._entries)

    def insert(self, entries: Sequence[PlaylistEntry], position: int | None) -> None:
        """Insert `entries` before `position`, by default at the end.

        Raises:
            WebApiError: There is no such position, or the playlist would have more than 10,000 entries.
        """
        if len(self._entries) + len(entries) > MAX_ENTRIES:
            raise forbidden("Playlist size limit reached")
        index = len(self._entries) if position is None else position
        if not 0 <= index <= len(self._entries):
            raise bad_request("Index out of bounds")
        self._set([*self._entries[:index], *entries, *self._entries[index:]])

    def replace(self, entries: Sequence[PlaylistEntry]) -> None:
        """Replace all entries."""
        self._set(entries)

    def move(self, start: int, length: int, before: int, snapshot_id: str | None) -> None:
        """Move `length` entries from `start` to before the entry at `before`.

        Raises:
            WebApiError: There is no such snapshot, or it has no such positions.
        """
        snapshot = self._snapshot(snapshot_id)
        if length < 1 or not 0 <= start <= len(snapshot) - length or not 0 <= before <= len(snapshot):
            raise bad_request("Index out of bounds")
        selected = {id(entry) for entry in snapshot[start : start + length]}
        moved = [entry for entry in self._entries if id(entry) in selected]
        rest = [entry for entry in self._entries if id(entry) not in selected]
        # The target is the first entry from `before` on that is not moved and still exists.
        index_of = {id(entry): index for index, entry in enumerate(rest)}
        target = next((index_of[id(entry)] for entry in snapshot[before:] if id(entry) in index_of), len(rest))
        self._set([*rest[:target], *moved, *rest[target:]])

    def remove(self, matches: Callable[[PlaylistEntry], bool], snapshot_id: str | None) -> None:
        """Remove the matching entries of the snapshot from the playlist.

        Raises:
            WebApiError: There is no such snapshot.
        """
        selected = {id(entry) for entry in self._snapshot(snapshot_id) if matches(entry)}
        if selected:
            self._set([entry for entry in self._entries if id(entry) not in selected])

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
        if len(self._snapshots) > _MAX_SNAPSHOTS:
            del self._snapshots[next(iter(self._snapshots))]

    def _new_snapshot_id(self) -> str:
        version = self._version.to_bytes(4, "big")
        digest = hashlib.blake2b(self.id.encode() + version, digest_size=20).digest()
        return base64.b64encode(version + digest).decode()


def new_playlist(
    id: str, owner: User, name: str, *, description: str | None, public: bool, collaborative: bool
) -> EditablePlaylist:
    """Return an empty playlist of `owner`."""
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
