"""`Catalogue`: the entities that a sandbox starts with, by position and by id."""

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
    Entity,
    Episode,
    PlayableItem,
    Playlist,
    Show,
    Track,
    User,
)
from spotify.testing.sandbox.catalogue.music import build_music
from spotify.testing.sandbox.catalogue.names import GENRES
from spotify.testing.sandbox.catalogue.spoken_word import build_spoken_word
from spotify.testing.sandbox.catalogue.users_and_playlists import SPOTIFY_USER_ID, build_users_and_playlists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spotify.testing.sandbox.catalogue.entities import SpotifyUri

_Entity = TypeVar("_Entity", bound=Entity)


class Catalogue:
    """The content of a sandbox when it starts.

    The same seed gives the same ids, names and numbers. Sandboxes with the same seed share one catalogue, which does
    not change. Libraries and edited playlists belong to each sandbox.

    Attributes:
        artists: All artists; the last one is "Various Artists".
        albums: All albums.
        tracks: All tracks, album by album.
        shows: All podcasts.
        episodes: All episodes, show by show, the newest of each show first.
        audiobooks: All audiobooks.
        chapters: All chapters, audiobook by audiobook.
        users: All users.
        playlists: All playlists, including withdrawn ones.
        categories: The categories of Spotify's playlists.
        genres: The genres of artists, which recommendations accept as seeds.
        markets: The countries where Spotify is available.
    """

    def __init__(self, seed: int = 0) -> None:
        """Generate the catalogue of `seed`. `Catalogue.of` generates it once per process."""
        rng = random.Random(seed)
        music = build_music(rng)
        spoken_word = build_spoken_word(rng)
        accounts = build_users_and_playlists(rng, music.tracks, spoken_word.episodes)
        self.seed: Final = seed
        self.genres: Final[Sequence[str]] = GENRES
        self.markets: Final[Sequence[str]] = MARKETS
        self.artists: Final[Sequence[Artist]] = music.artists
        self.albums: Final[Sequence[Album]] = music.albums
        self.tracks: Final[Sequence[Track]] = music.tracks
        self.shows: Final[Sequence[Show]] = spoken_word.shows
        self.episodes: Final[Sequence[Episode]] = spoken_word.episodes
        self.audiobooks: Final[Sequence[Audiobook]] = spoken_word.audiobooks
        self.chapters: Final[Sequence[Chapter]] = spoken_word.chapters
        self.users: Final[Sequence[User]] = accounts.users
        self.playlists: Final[Sequence[Playlist]] = accounts.playlists
        self.categories: Final[Sequence[Category]] = accounts.categories
        self.artist_by_id: Final = _by_id(self.artists)
        self.album_by_id: Final = _by_id(self.albums)
        self.track_by_id: Final = _by_id(self.tracks)
        self.show_by_id: Final = _by_id(self.shows)
        self.episode_by_id: Final = _by_id(self.episodes)
        self.audiobook_by_id: Final = _by_id(self.audiobooks)
        self.chapter_by_id: Final = _by_id(self.chapters)
        self.user_by_id: Final = _by_id(self.users)
        self.playlist_by_id: Final = _by_id(self.playlists)
        self.category_by_id: Final = {category.id: category for category in self.categories}
        self._by_kind: Final[Mapping[str, Mapping[str, Entity]]] = {
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
        """Return the catalogue of `seed`, generated once per process."""
        return Catalogue(seed)

    def contains(self, kind: str, id: str) -> bool:
        """Return whether an entity of `kind` (`album`, `artist`, … as in URIs, except `playlist`) has this id."""
        return id in self._by_kind[kind]

    def find_item(self, uri: SpotifyUri) -> PlayableItem | None:
        """Return the track or episode of `uri`; None if there is none."""
        return self.track_by_id.get(uri.id) if uri.kind == "track" else self.episode_by_id.get(uri.id)

    @property
    def default_user(self) -> User:
        """The user of a sandbox's clients, from the US, with a filled library."""
        return self.users[0]

    @property
    def odd_user(self) -> User:
        """A user whose id must be percent-encoded in a path."""
        return self.users[1]

    @property
    def free_user(self) -> User:
        """A user without Premium, whose player accepts no commands."""
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
        """A show that is available only in the Nordic countries, not to the default user."""
        return self.shows[-1]

    @property
    def long_audiobook(self) -> Audiobook:
        """An audiobook with 64 chapters."""
        return self.audiobooks[0]

    @property
    def relinked_track(self) -> Track:
        """A track that is relinked to its `alternative` in the US."""
        return next(track for track in self.tracks if track.alternative and "US" not in track.markets)

    @property
    def unavailable_track(self) -> Track:
        """A track that is not available in Japan and has no alternative."""
        return next(track for track in self.tracks if not track.alternative and "JP" not in track.markets)

    @property
    def big_playlist(self) -> Playlist:
        """A playlist of the default user with 5,000 items."""
        return self.playlists[0]

    @property
    def mixed_playlist(self) -> Playlist:
        """A playlist of the default user with tracks, episodes, local files and removed items."""
        return self.playlists[1]

    @property
    def collaborative_playlist(self) -> Playlist:
        """A collaborative playlist of the default user."""
        return self.playlists[2]

    @property
    def private_playlist(self) -> Playlist:
        """A private playlist of the default user."""
        return self.playlists[3]

    @property
    def empty_playlist(self) -> Playlist:
        """A playlist of the default user without items and therefore without images."""
        return self.playlists[4]

    @property
    def foreign_playlist(self) -> Playlist:
        """A public playlist of another user."""
        return next(p for p in self.playlists if p.public and p.owner is not self.default_user)

    @property
    def foreign_private_playlist(self) -> Playlist:
        """A private playlist of another user."""
        return next(p for p in self.playlists if not p.public and p.owner is not self.default_user)

    @property
    def spotify_playlist(self) -> Playlist:
        """A public playlist of Spotify, which is not found in development mode."""
        return next(p for p in self.playlists if p.public and p.owner.id == SPOTIFY_USER_ID)

    @property
    def withdrawn_playlist(self) -> Playlist:
        """A playlist that search returns as null and no other operation finds."""
        return next(playlist for playlist in self.playlists if playlist.withdrawn)


def _by_id(entities: Iterable[_Entity]) -> dict[str, _Entity]:
    return {entity.id: entity for entity in entities}
