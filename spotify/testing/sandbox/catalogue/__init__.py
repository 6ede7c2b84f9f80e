"""The music, podcasts, audiobooks, users and playlists of a sandbox.

Everything is generated from a seed: the same seed gives the same ids, names and numbers.
"""

from __future__ import annotations

import functools
import random
from typing import TYPE_CHECKING, Final, TypeVar

from spotify.testing.sandbox.catalogue.entities import (
    MARKETS,
    Album,
    Artist,
    Audiobook,
    Category,
    Chapter,
    Episode,
    LocalFile,
    MarketSet,
    Playlist,
    PlaylistEntry,
    Show,
    Track,
    User,
)
from spotify.testing.sandbox.catalogue.music import build_music
from spotify.testing.sandbox.catalogue.names import GENRES
from spotify.testing.sandbox.catalogue.people import SPOTIFY_USER_ID, build_people
from spotify.testing.sandbox.catalogue.spoken_word import build_spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "Album",
    "Artist",
    "Audiobook",
    "Catalogue",
    "Category",
    "Chapter",
    "Episode",
    "LocalFile",
    "MarketSet",
    "Playlist",
    "PlaylistEntry",
    "Show",
    "Track",
    "User",
]

_Entity = TypeVar("_Entity", Artist, Album, Track, Show, Episode, Audiobook, Chapter, User, Playlist, Category)


class Catalogue:
    """What there is to find, as it is when a sandbox starts.

    Sandboxes with the same seed share one catalogue; it does not change. What users do (their
    libraries, the playlists that they edit) is each sandbox's own.

    Attributes:
        artists: All artists; the last one is "Various Artists".
        albums: All albums.
        tracks: All tracks, album by album.
        shows: All podcasts.
        episodes: All episodes, show by show, the newest of each first.
        audiobooks: All audiobooks.
        chapters: All chapters, audiobook by audiobook.
        users: All users.
        playlists: All playlists, those that were withdrawn included.
        categories: What Spotify's editors sort playlists into.
        genres: The genres that artists have, which recommendations take as seeds.
        markets: The countries that Spotify sells in.
    """

    def __init__(self, seed: int = 0) -> None:
        """Generate the catalogue of `seed`; `Catalogue.of` has it ready the second time."""
        rng = random.Random(seed)
        music = build_music(rng)
        spoken = build_spoken(rng)
        people = build_people(rng, music.tracks, spoken.episodes)
        self.seed: Final = seed
        self.genres: Final[Sequence[str]] = GENRES
        self.markets: Final[Sequence[str]] = MARKETS
        self.artists: Final[Sequence[Artist]] = music.artists
        self.albums: Final[Sequence[Album]] = music.albums
        self.tracks: Final[Sequence[Track]] = music.tracks
        self.shows: Final[Sequence[Show]] = spoken.shows
        self.episodes: Final[Sequence[Episode]] = spoken.episodes
        self.audiobooks: Final[Sequence[Audiobook]] = spoken.audiobooks
        self.chapters: Final[Sequence[Chapter]] = spoken.chapters
        self.users: Final[Sequence[User]] = people.users
        self.playlists: Final[Sequence[Playlist]] = people.playlists
        self.categories: Final[Sequence[Category]] = people.categories
        self.artist_by_id: Final = _by_id(self.artists)
        self.album_by_id: Final = _by_id(self.albums)
        self.track_by_id: Final = _by_id(self.tracks)
        self.show_by_id: Final = _by_id(self.shows)
        self.episode_by_id: Final = _by_id(self.episodes)
        self.audiobook_by_id: Final = _by_id(self.audiobooks)
        self.chapter_by_id: Final = _by_id(self.chapters)
        self.user_by_id: Final = _by_id(self.users)
        self.playlist_by_id: Final = _by_id(self.playlists)
        self.category_by_id: Final = _by_id(self.categories)
        self._by_kind: Final[Mapping[str, Mapping[str, object]]] = {
            "album": self.album_by_id,
            "artist": self.artist_by_id,
            "audiobook": self.audiobook_by_id,
            "episode": self.episode_by_id,
            "show": self.show_by_id,
            "track": self.track_by_id,
            "user": self.user_by_id,
        }

    @staticmethod
    @functools.lru_cache(maxsize=4)
    def of(seed: int) -> Catalogue:
        """The catalogue of `seed`, generated once per process."""
        return Catalogue(seed)

    def has(self, kind: str, id: str) -> bool:
        """Whether there is a thing of this kind (`album`, `artist`, … as in URIs) with this id."""
        return id in self._by_kind[kind]

    @property
    def default_user(self) -> User:
        """The one whom a sandbox's clients act for; has a filled library. Lives in the US."""
        return self.users[0]

    @property
    def odd_user(self) -> User:
        """A user whose id must be percent-encoded in a path."""
        return self.users[1]

    @property
    def free_user(self) -> User:
        """A user without Premium, whose player takes no commands."""
        return next(user for user in self.users if user.product == "free")

    @property
    def long_album(self) -> Album:
        """An album of four discs with 72 tracks: more than one page."""
        return self.albums[0]

    @property
    def long_show(self) -> Show:
        """A show with 260 episodes."""
        return self.shows[0]

    @property
    def nordic_show(self) -> Show:
        """A show that is not available to the default user, only in the Nordic countries."""
        return self.shows[-1]

    @property
    def long_audiobook(self) -> Audiobook:
        """An audiobook with 64 chapters."""
        return self.audiobooks[0]

    @property
    def relinked_track(self) -> Track:
        """A track that is played as another one (its `alternative`) in the US."""
        return next(track for track in self.tracks if track.alternative and "US" not in track.markets)

    @property
    def unavailable_track(self) -> Track:
        """A track that cannot be played in Japan, nor can any other version of it."""
        return next(track for track in self.tracks if not track.alternative and "JP" not in track.markets)

    @property
    def big_playlist(self) -> Playlist:
        """5,000 items; the default user's."""
        return self.playlists[0]

    @property
    def mixed_playlist(self) -> Playlist:
        """Tracks, episodes, local files, removed items; the default user's."""
        return self.playlists[1]

    @property
    def collaborative_playlist(self) -> Playlist:
        """One that others may edit too; the default user's."""
        return self.playlists[2]

    @property
    def private_playlist(self) -> Playlist:
        """One that shows on no profile; the default user's."""
        return self.playlists[3]

    @property
    def empty_playlist(self) -> Playlist:
        """One without items, hence without images; the default user's."""
        return self.playlists[4]

    @property
    def foreign_playlist(self) -> Playlist:
        """A public one of somebody else."""
        return next(p for p in self.playlists if p.public and p.owner is not self.default_user)

    @property
    def foreign_private_playlist(self) -> Playlist:
        """A private one of somebody else."""
        return next(p for p in self.playlists if not p.public and p.owner is not self.default_user)

    @property
    def spotify_playlist(self) -> Playlist:
        """A public one of Spotify's own; development mode does not have it."""
        return next(p for p in self.playlists if p.public and p.owner.id == SPOTIFY_USER_ID)

    @property
    def withdrawn_playlist(self) -> Playlist:
        """One that search still finds, as a null item, though it is gone."""
        return next(playlist for playlist in self.playlists if playlist.withdrawn)


def _by_id(entities: Iterable[_Entity]) -> dict[str, _Entity]:
    return {entity.id: entity for entity in entities}
