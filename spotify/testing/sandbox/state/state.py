"""`State`: everything that changes in a sandbox: libraries, playlists and players."""

from __future__ import annotations

import datetime as dt
import functools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.catalogue.names import new_id
from spotify.testing.sandbox.playback.player import MAX_HISTORY, PlayContext, Played, Player, initial_devices
from spotify.testing.sandbox.state.playlists import EditablePlaylist, new_playlist

SavedKind = Literal["album", "track", "episode", "show", "audiobook"]
SAVED_KINDS: Final[Mapping[str, SavedKind]] = {kind: kind for kind in get_args(SavedKind)}

_FIRST_SAVED_AT: Final = dt.datetime(2020, 3, 1, 18, 0, tzinfo=dt.UTC)
_SAVED_EVERY: Final = dt.timedelta(hours=7, minutes=13)


def timestamp(datetime: dt.datetime) -> str:
    """Format a datetime as Spotify does: in UTC, without fractions of a second."""
    return f"{datetime.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


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
    """The library of one user.

    Attributes:
        saved: Saved items by kind.
        artists: Ids of followed artists, in order of following.
        users: Ids of followed users.
        playlists: Ids of own and followed playlists, in the order of the user's list. The value is whether the user's
            profile lists the playlist.
        positions: Resume positions in milliseconds, by episode or chapter id.
    """

    saved: Mapping[SavedKind, SavedItems] = field(
        default_factory=lambda: {kind: SavedItems() for kind in SAVED_KINDS.values()}
    )
    artists: dict[str, None] = field(default_factory=dict[str, None])
    users: dict[str, None] = field(default_factory=dict[str, None])
    playlists: dict[str, bool] = field(default_factory=dict[str, bool])
    positions: dict[str, int] = field(default_factory=dict[str, int])


class State:
    """Everything that changes in a sandbox.

    Attributes:
        playlists: All playlists by id.
        covers: Uploaded cover images (JPEG) by name.
        revision: The number of writes. Responses that depend on the state are valid for one revision.
    """

    def __init__(self, catalogue: Catalogue, time: Callable[[], float]) -> None:
        """Create the initial state of a catalogue; `time` returns the seconds since the epoch."""
        self._time = time
        self._rng = random.Random(~catalogue.seed)
        self.revision = 0
        self.playlists: Final = {origin.id: EditablePlaylist(origin) for origin in catalogue.playlists}
        self.covers: Final = dict[str, bytes]()
        self._libraries: Final = {user.id: Library() for user in catalogue.users}
        for playlist in self.playlists.values():
            self._libraries[playlist.owner.id].playlists[playlist.id] = playlist.public
        _fill(self._libraries[catalogue.default_user.id], catalogue)
        self._players: Final = {
            user.id: Player(time, self._rng, initial_devices(user, all_kinds=user is catalogue.default_user))
            for user in catalogue.users
        }
        self._players[catalogue.default_user.id].history.extend(_initial_history(catalogue, time()))

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

    def create_playlist(
        self, owner: User, name: str, *, description: str | None, public: bool, collaborative: bool
    ) -> EditablePlaylist:
        """Create an empty playlist, first in its owner's list."""
        playlist = new_playlist(
            new_id(self._rng),
            owner,
            name,
            description=description,
            public=public,
            collaborative=collaborative,
        )
        self.playlists[playlist.id] = playlist
        library = self.library(owner)
        library.playlists = {playlist.id: public, **library.playlists}
        return playlist

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
    foreign = [p for p in catalogue.playlists if p.public and p.owner is not catalogue.default_user]
    library.playlists.update((playlist.id, True) for playlist in foreign[:50] if not playlist.withdrawn)
    for number, episode in enumerate(catalogue.episodes[::3]):
        library.positions[episode.id] = episode.duration_ms * (number % 5) // 4


# Cached because every new sandbox has the same hundreds of timestamps.
@functools.lru_cache(maxsize=1024)
def _initially_saved_at(number: int) -> str:
    return timestamp(_FIRST_SAVED_AT + number * _SAVED_EVERY)


def _initial_history(catalogue: Catalogue, now: float) -> Iterator[Played]:
    """Return the history of the default user until an hour ago: from albums, a playlist, and without a context."""
    contexts = (None, PlayContext("playlist", catalogue.big_playlist.id))
    tracks = [track for track in catalogue.tracks[::37] if catalogue.default_user.country in track.markets]
    for number, track in enumerate(tracks[:MAX_HISTORY]):
        context = contexts[number % 3] if number % 3 < len(contexts) else PlayContext("album", track.album.id)
        yield Played(track, context, int((now - 3600) * 1000) - number * 251_000)
