"""`State`: everything that changes in a sandbox: libraries, playlists and players."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from spotify.testing.sandbox.catalogue import Catalogue, Playlist, PlaylistEntry, Track, User
from spotify.testing.sandbox.catalogue.entities import timestamp
from spotify.testing.sandbox.catalogue.names import new_id
from spotify.testing.sandbox.http.errors import bad_request, forbidden
from spotify.testing.sandbox.playback.player import MAX_HISTORY, Played, Player, initial_devices
from spotify.testing.sandbox.playback.tracklist import ContextItem, PlayContext

SavedKind = Literal["album", "track", "episode", "show", "audiobook"]
SAVED_KINDS: Final[Mapping[str, SavedKind]] = {kind: kind for kind in get_args(SavedKind)}

MAX_ENTRIES: Final = 10_000
_MAX_SNAPSHOTS: Final = 100
_MAX_SNAPSHOT_ENTRIES: Final = 10 * MAX_ENTRIES
_FIRST_SAVED_AT: Final = dt.datetime(2020, 3, 1, 18, 0, tzinfo=dt.UTC)
_SAVED_EVERY: Final = dt.timedelta(hours=7, minutes=13)


class EditablePlaylist:
    """A playlist that can be edited.

    Every change creates a snapshot. A change can refer to an earlier snapshot: its positions and URIs then select
    entries of that snapshot, and the change applies to those of them that the playlist still contains. Up to 100
    snapshots are kept, with up to 100,000 entries together.
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
        """The number of followers."""
        self.cover: str | None = None
        """The name of the uploaded cover image, if there is one."""
        self._version = 0
        self._entries: Sequence[PlaylistEntry] = origin.entries
        self.snapshot_id = self._new_snapshot_id()
        self._snapshots: dict[str, Sequence[PlaylistEntry]] = {self.snapshot_id: self._entries}
        self._snapshot_entries = len(self._entries)

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
        self._snapshot_entries += len(self._entries)
        while len(self._snapshots) > _MAX_SNAPSHOTS or self._snapshot_entries > _MAX_SNAPSHOT_ENTRIES:
            self._snapshot_entries -= len(self._snapshots.pop(next(iter(self._snapshots))))

    def _new_snapshot_id(self) -> str:
        return _snapshot_id(self.id, self._version)


class SavedItems:
    """The saved items of one kind: ids with the timestamp of saving."""

    def __init__(self) -> None:
        self._added: dict[str, str] = {}
        self._newest_first: list[tuple[str, str]] | None = None

    def __contains__(self, id: str) -> bool:
        return id in self._added

    def save(self, id: str, added_at: str) -> None:
        """Save an item. Has no effect if it is already saved."""
        self._added.setdefault(id, added_at)
        self._newest_first = None

    def save_at(self, id: str, added_at: str) -> None:
        """Save an item with a timestamp, also if it is already saved."""
        self._added[id] = added_at
        self._newest_first = None

    def remove(self, id: str) -> None:
        """Remove an item. Has no effect if it is not saved."""
        self._added.pop(id, None)
        self._newest_first = None

    def newest_first(self) -> Sequence[tuple[str, str]]:
        """Return pairs of id and timestamp. Of equal timestamps, the item saved last comes first."""
        if self._newest_first is None:
            pairs = list(self._added.items())
            pairs.reverse()
            self._newest_first = sorted(pairs, key=lambda pair: pair[1], reverse=True)
        return self._newest_first


@dataclass(slots=True, eq=False)
class Library:
    """The library of one user."""

    saved: Mapping[SavedKind, SavedItems] = field(
        default_factory=lambda: {kind: SavedItems() for kind in SAVED_KINDS.values()}
    )
    """Saved items by kind."""
    artists: dict[str, None] = field(default_factory=dict[str, None])
    """Ids of followed artists, in order of following."""
    users: dict[str, None] = field(default_factory=dict[str, None])
    """Ids of followed users."""
    playlists: dict[str, bool] = field(default_factory=dict[str, bool])
    """Ids of own and followed playlists, in the order of the user's list. The value is whether the user's profile lists
    the playlist.
    """
    positions: dict[str, int] = field(default_factory=dict[str, int])
    """Resume positions in milliseconds, by episode or chapter id."""


class State:
    """Everything that changes in a sandbox."""

    def __init__(self, catalogue: Catalogue, time: Callable[[], float]) -> None:
        """Create the initial state of a catalogue; `time` returns the seconds since the epoch."""
        self._catalogue = catalogue
        self._time = time
        self._rng = random.Random()
        self.revision = 0
        """The number of writes. Responses that depend on the state are valid for one revision."""
        self.playlists: Final[dict[str, EditablePlaylist]] = {}
        """All playlists by id."""
        self.covers: Final[dict[str, bytes]] = {}
        """The current uploaded cover images (JPEG) by name."""
        self._libraries: Final[dict[str, Library]] = {}
        self._players: Final[dict[str, Player]] = {}
        self.reset()

    def reset(self) -> None:
        """Return to the initial state of the catalogue."""
        catalogue = self._catalogue
        default_user = catalogue.default_user
        self._rng.seed(~catalogue.seed)
        self.revision += 1
        for contents in (self.playlists, self.covers, self._libraries, self._players):
            contents.clear()
        self.playlists.update({origin.id: EditablePlaylist(origin) for origin in catalogue.playlists})
        for user in catalogue.users:
            self.add_user(user)
        for playlist in self.playlists.values():
            self._libraries[playlist.owner.id].playlists[playlist.id] = playlist.public
        _fill(self._libraries[default_user.id], catalogue)
        self._players[default_user.id].history.extend(_initial_history(catalogue, self._time()))

    def add_user(self, user: User) -> None:
        """Give a new user of the catalogue an empty library and a player."""
        self._libraries[user.id] = Library()
        devices = initial_devices(user, all_kinds=user is self._catalogue.default_user)
        self._players[user.id] = Player(self._time, self._rng, devices)

    def add_playlist(self, origin: Playlist) -> EditablePlaylist:
        """Add a new playlist, first in its owner's list."""
        playlist = self.playlists[origin.id] = EditablePlaylist(origin)
        library = self.library(origin.owner)
        library.playlists = {playlist.id: origin.public, **library.playlists}
        self.revision += 1
        return playlist

    def now(self) -> str:
        """Return the current time as a timestamp."""
        return timestamp(dt.datetime.fromtimestamp(self._time(), dt.UTC))

    def today(self) -> dt.date:
        """Return the current date in UTC."""
        return dt.datetime.fromtimestamp(self._time(), dt.UTC).date()

    def library(self, user: User) -> Library:
        """Return the library of `user`."""
        return self._libraries[user.id]

    def player(self, user: User) -> Player:
        """Return the player of `user`, updated to the current time."""
        player = self._players[user.id]
        player.update()
        return player

    def context_items(self, user: User, context: PlayContext) -> Sequence[ContextItem] | None:
        """Return all items of a context in order, playable or not; None if `user` cannot access such a context."""
        match context.kind:
            case "album":
                album = self._catalogue.album_by_id.get(context.id)
                return None if album is None else self._catalogue.tracks_of(album)
            case "artist":
                artist = self._catalogue.artist_by_id.get(context.id)
                return None if artist is None else self._catalogue.top_tracks_of(artist)
            case "show":
                show = self._catalogue.show_by_id.get(context.id)
                return None if show is None else self._catalogue.episodes_of(show)
            case "collection":
                return self._saved_tracks(user) if context.id == user.id else None
            case _:
                return self._playlist_items(context.id, user)

    def create_playlist(
        self, owner: User, name: str, *, description: str | None, public: bool, collaborative: bool
    ) -> EditablePlaylist:
        """Create an empty playlist, first in its owner's list."""
        return self.add_playlist(
            Playlist(
                id=new_id(self._rng),
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

    def set_cover(self, playlist: EditablePlaylist, name: str, jpeg: bytes) -> None:
        """Replace the cover of `playlist`; equal covers of several playlists have the same name."""
        replaced, playlist.cover = playlist.cover, name
        self.covers[name] = jpeg
        if replaced is not None and all(other.cover != replaced for other in self.playlists.values()):
            del self.covers[replaced]
        playlist.touch()

    def follow_playlist(self, user: User, playlist: EditablePlaylist, *, public: bool) -> None:
        """Add `playlist` to the list of `user`; `public` is whether the user's profile lists it."""
        followed = self.library(user).playlists
        if playlist.id not in followed and playlist.owner is not user:
            playlist.follower_count += 1
        followed[playlist.id] = public

    def unfollow_playlist(self, user: User, playlist: EditablePlaylist) -> None:
        """Remove `playlist` from the list of `user`. Owners delete their playlists this way."""
        was_followed = self.library(user).playlists.pop(playlist.id, None) is not None
        if was_followed and playlist.owner is not user:
            playlist.follower_count -= 1

    def _saved_tracks(self, user: User) -> list[Track]:
        saved = self.library(user).saved["track"].newest_first()
        return [self._catalogue.track_by_id[track_id] for track_id, _ in saved]

    def _playlist_items(self, playlist_id: str, user: User) -> Sequence[ContextItem] | None:
        playlist = self.playlists.get(playlist_id)
        if playlist is None or playlist.withdrawn:
            return None
        if not playlist.public and playlist.id not in self.library(user).playlists:
            return None
        return [entry.item for entry in playlist.entries]


def _fill(library: Library, catalogue: Catalogue) -> None:
    """Fill the library of the default user. Where possible, each list is longer than a page of 50."""
    saved_ids: dict[SavedKind, Sequence[str]] = {
        "album": [album.id for album in catalogue.albums[::6]],
        "track": [track.id for track in catalogue.tracks[::11]],
        "episode": [episode.id for episode in catalogue.episodes[::10]],
        "show": [show.id for show in catalogue.shows[:-1:2]],
        "audiobook": [audiobook.id for audiobook in catalogue.audiobooks[::3]],
    }
    for kind, ids in saved_ids.items():
        for number, item_id in enumerate(ids):
            library.saved[kind].save(item_id, _initially_saved_at(number))
    library.artists.update(dict.fromkeys(artist.id for artist in catalogue.artists[:-5]))
    library.users.update(dict.fromkeys(user.id for user in catalogue.users[1:4]))
    owner = catalogue.default_user
    foreign = [p for p in catalogue.playlists if p.public and p.owner is not owner]
    library.playlists.update((playlist.id, True) for playlist in foreign[:50] if not playlist.withdrawn)
    for number, episode in enumerate(catalogue.episodes[::3]):
        library.positions[episode.id] = episode.duration_ms * (number % 5) // 4


# Cached, like the timestamps below, because every new sandbox has the same hundreds of them.
@functools.lru_cache(maxsize=1024)
def _snapshot_id(playlist_id: str, version: int) -> str:
    prefix = version.to_bytes(4, "big")
    digest = hashlib.blake2b(playlist_id.encode() + prefix, digest_size=20).digest()
    return base64.b64encode(prefix + digest).decode()


@functools.lru_cache(maxsize=1024)
def _initially_saved_at(number: int) -> str:
    return timestamp(_FIRST_SAVED_AT + number * _SAVED_EVERY)


def _initial_history(catalogue: Catalogue, now: float) -> Iterator[Played]:
    """Return the history of the default user until an hour ago: from albums, a playlist, and without a context."""
    if not catalogue.playlists:
        return
    contexts = (None, PlayContext("playlist", catalogue.big_playlist.id))
    country = catalogue.default_user.country
    tracks = [track for track in catalogue.tracks[::37] if country in track.markets]
    for number, track in enumerate(tracks[:MAX_HISTORY]):
        context = contexts[number % 3] if number % 3 < len(contexts) else PlayContext("album", track.album.id)
        yield Played(track, context, int((now - 3600) * 1000) - number * 251_000)
