"""What users did: their libraries, whom they follow, their playlists, what they play."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.catalogue.names import new_id
from spotify.testing.sandbox.playback.player import MOST_HISTORY, PlayContext, Played, Player, devices_of
from spotify.testing.sandbox.state.playlists import EditablePlaylist, new_playlist

SavedKind = Literal["album", "track", "episode", "show", "audiobook"]
SAVED_KINDS: Final[Mapping[str, SavedKind]] = {kind: kind for kind in get_args(SavedKind)}

_FIRST_SAVED: Final = dt.datetime(2020, 3, 1, 18, 0, tzinfo=dt.UTC)
_STEP: Final = dt.timedelta(hours=7, minutes=13)


def timestamp(moment: dt.datetime) -> str:
    """A moment as Spotify writes it."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


class SavedItems:
    """The items of one kind in a library, by id, each with the moment when it was saved."""

    def __init__(self) -> None:
        self._added: dict[str, str] = {}
        self._newest_first: list[tuple[str, str]] | None = None

    def __contains__(self, id: str) -> bool:
        return id in self._added

    def __len__(self) -> int:
        return len(self._added)

    def save(self, id: str, added_at: str) -> None:
        """Save an item; saving it again changes nothing."""
        self._added.setdefault(id, added_at)
        self._newest_first = None

    def save_at(self, id: str, added_at: str) -> None:
        """Save an item, or move one that is saved already, to another moment."""
        self._added[id] = added_at
        self._newest_first = None

    def remove(self, id: str) -> None:
        """Remove an item, if it is there."""
        self._added.pop(id, None)
        self._newest_first = None

    def newest_first(self) -> Sequence[tuple[str, str]]:
        """Pairs of id and moment; of items saved at once, the one named last comes first."""
        if self._newest_first is None:
            pairs = list(self._added.items())
            pairs.reverse()
            self._newest_first = sorted(pairs, key=lambda pair: pair[1], reverse=True)
        return self._newest_first


@dataclass(slots=True, eq=False)
class Library:
    """What is one user's.

    Attributes:
        saved: Saved items by kind.
        artists: Ids of followed artists, in order of following.
        users: Ids of followed users.
        playlists: Ids of own and followed playlists, in the order of the user's list, each with
            whether it shows on the user's profile.
        positions: Milliseconds heard, by episode or chapter id.
    """

    saved: Mapping[SavedKind, SavedItems] = field(
        default_factory=lambda: {kind: SavedItems() for kind in SAVED_KINDS.values()}
    )
    artists: dict[str, None] = field(default_factory=dict[str, None])
    users: dict[str, None] = field(default_factory=dict[str, None])
    playlists: dict[str, bool] = field(default_factory=dict[str, bool])
    positions: dict[str, int] = field(default_factory=dict[str, int])


class State:
    """All that changes in a sandbox.

    Attributes:
        playlists: All playlists by id.
        covers: Uploaded pictures (JPEG) by name.
        revision: Counts the writes; what was read at a revision holds until the next.
    """

    def __init__(self, catalogue: Catalogue, time: Callable[[], float]) -> None:
        """Start with what users of `catalogue` have; `time` gives seconds since the epoch."""
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
            user.id: Player(time, self._rng, devices_of(user, many=user is catalogue.default_user))
            for user in catalogue.users
        }
        self._players[catalogue.default_user.id].history.extend(_heard(catalogue, time()))

    def now(self) -> str:
        """The moment, as Spotify writes it."""
        return timestamp(dt.datetime.fromtimestamp(self._time(), dt.UTC))

    def today(self) -> dt.date:
        """The day, in UTC."""
        return dt.datetime.fromtimestamp(self._time(), dt.UTC).date()

    def library(self, user: User) -> Library:
        """What is `user`'s."""
        return self._libraries[user.id]

    def player(self, user: User) -> Player:
        """The player of `user`, as it is now."""
        player = self._players[user.id]
        player.settle()
        return player

    def create_playlist(
        self, owner: User, name: str, *, description: str | None, public: bool, collaborative: bool
    ) -> EditablePlaylist:
        """A new, empty playlist, first in its owner's list."""
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
        """Put `playlist` into the list of `user`."""
        followed = self.library(user).playlists
        if playlist.id not in followed and playlist.owner is not user:
            playlist.follower_count += 1
        followed[playlist.id] = public

    def unfollow_playlist(self, user: User, playlist: EditablePlaylist) -> None:
        """Take `playlist` out of the list of `user`; that is also how owners delete theirs."""
        was_followed = self.library(user).playlists.pop(playlist.id, None) is not None
        if was_followed and playlist.owner is not user:
            playlist.follower_count -= 1


def _fill(library: Library, catalogue: Catalogue) -> None:
    """Fill the default user's library: every list is longer than a page of 50 where it can be."""
    filling: dict[SavedKind, Sequence[str]] = {
        "album": [album.id for album in catalogue.albums[::6]],
        "track": [track.id for track in catalogue.tracks[::11]],
        "episode": [episode.id for episode in catalogue.episodes[::10]],
        "show": [show.id for show in catalogue.shows[:-1:2]],
        "audiobook": [audiobook.id for audiobook in catalogue.audiobooks[::3]],
    }
    for kind, ids in filling.items():
        for number, item_id in enumerate(ids):
            library.saved[kind].save(item_id, timestamp(_FIRST_SAVED + number * _STEP))
    library.artists.update(dict.fromkeys(artist.id for artist in catalogue.artists[:-5]))
    library.users.update(dict.fromkeys(user.id for user in catalogue.users[1:4]))
    foreign = [p for p in catalogue.playlists if p.public and p.owner is not catalogue.default_user]
    library.playlists.update((playlist.id, True) for playlist in foreign[:50] if not playlist.withdrawn)
    for number, episode in enumerate(catalogue.episodes[::3]):
        library.positions[episode.id] = episode.duration_ms * (number % 5) // 4


def _heard(catalogue: Catalogue, now: float) -> Iterator[Played]:
    """What the default user has heard until an hour ago: from albums, from a playlist, and from neither."""
    contexts = (None, PlayContext("playlist", catalogue.big_playlist.id))
    tracks = [track for track in catalogue.tracks[::37] if catalogue.default_user.country in track.markets]
    for number, track in enumerate(tracks[:MOST_HISTORY]):
        context = contexts[number % 3] if number % 3 < len(contexts) else PlayContext("album", track.album.id)
        yield Played(track, context, int((now - 3600) * 1000) - number * 251_000)
