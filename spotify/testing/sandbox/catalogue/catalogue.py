"""`Catalogue`: the entities of a sandbox, by position and by id."""

from __future__ import annotations

import functools
import random
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from spotify.testing.sandbox.catalogue.content import Content, Table
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
from spotify.testing.sandbox.catalogue.music import add_music
from spotify.testing.sandbox.catalogue.names import GENRES
from spotify.testing.sandbox.catalogue.spoken_word import add_spoken_word
from spotify.testing.sandbox.catalogue.users_and_playlists import (
    SPOTIFY_USER_ID,
    add_default_user,
    add_users_and_playlists,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spotify.testing.sandbox.catalogue.entities import SpotifyUri

CatalogueKind = Literal["generated", "empty"]
_Item = TypeVar("_Item")
_KINDS: Final = ("album", "artist", "audiobook", "chapter", "episode", "show", "track", "user")
_TABLES: Final = {kind: f"{kind}s" for kind in _KINDS}


@functools.lru_cache(maxsize=4)
def content_of(seed: int, kind: CatalogueKind = "generated") -> Content:
    """Return the content of a seed, which all sandboxes share: add to a branch of it.

    It is generated once per process. The `empty` one has nothing but the default user.
    """
    rng = random.Random(seed)
    content = Content(seed)
    if kind == "empty":
        add_default_user(content, rng)
    else:
        add_music(content, rng)
        add_spoken_word(content, rng)
        add_users_and_playlists(content, rng)
    return content


class Catalogue:
    """The content of a sandbox: what is generated from a seed, and what the sandbox adds.

    The same seed gives the same ids, names and numbers. The entities do not change. What a sandbox adds is in its own
    catalogue only; libraries and edited playlists belong to each sandbox.
    """

    def __init__(self, seed: int = 0, content: Content | None = None) -> None:
        """Show `content`; by default that of `seed`."""
        self._content: Final = content_of(seed) if content is None else content
        self.genres: Final[Sequence[str]] = GENRES
        self.markets: Final[Sequence[str]] = MARKETS

    @staticmethod
    @functools.lru_cache(maxsize=4)
    def of(seed: int) -> Catalogue:
        """Return the generated catalogue of `seed`."""
        return Catalogue(seed)

    @property
    def seed(self) -> int:
        """The seed of the generated entities."""
        return self._content.seed

    @property
    def revision(self) -> int:
        """A number that changes when entities are added or removed."""
        return self._content.revision

    @property
    def artists(self) -> Sequence[Artist]:
        """All artists; the last generated one is "Various Artists"."""
        return self._content.artists.entities

    @property
    def albums(self) -> Sequence[Album]:
        """All albums."""
        return self._content.albums.entities

    @property
    def tracks(self) -> Sequence[Track]:
        """All tracks; the generated ones album by album."""
        return self._content.tracks.entities

    @property
    def shows(self) -> Sequence[Show]:
        """All podcasts."""
        return self._content.shows.entities

    @property
    def episodes(self) -> Sequence[Episode]:
        """All episodes; the generated ones show by show, the newest of each show first."""
        return self._content.episodes.entities

    @property
    def audiobooks(self) -> Sequence[Audiobook]:
        """All audiobooks."""
        return self._content.audiobooks.entities

    @property
    def chapters(self) -> Sequence[Chapter]:
        """All chapters; the generated ones audiobook by audiobook."""
        return self._content.chapters.entities

    @property
    def users(self) -> Sequence[User]:
        """All users."""
        return self._content.users.entities

    @property
    def playlists(self) -> Sequence[Playlist]:
        """All playlists as they were at first, including withdrawn ones."""
        return self._content.playlists.entities

    @property
    def categories(self) -> Sequence[Category]:
        """The categories of Spotify's playlists."""
        return self._content.categories.entities

    @property
    def artist_by_id(self) -> Mapping[str, Artist]:
        """All artists by id."""
        return self._content.artists.by_id

    @property
    def album_by_id(self) -> Mapping[str, Album]:
        """All albums by id."""
        return self._content.albums.by_id

    @property
    def track_by_id(self) -> Mapping[str, Track]:
        """All tracks by id."""
        return self._content.tracks.by_id

    @property
    def show_by_id(self) -> Mapping[str, Show]:
        """All shows by id."""
        return self._content.shows.by_id

    @property
    def episode_by_id(self) -> Mapping[str, Episode]:
        """All episodes by id."""
        return self._content.episodes.by_id

    @property
    def audiobook_by_id(self) -> Mapping[str, Audiobook]:
        """All audiobooks by id."""
        return self._content.audiobooks.by_id

    @property
    def chapter_by_id(self) -> Mapping[str, Chapter]:
        """All chapters by id."""
        return self._content.chapters.by_id

    @property
    def user_by_id(self) -> Mapping[str, User]:
        """All users by id."""
        return self._content.users.by_id

    @property
    def playlist_by_id(self) -> Mapping[str, Playlist]:
        """All playlists by id."""
        return self._content.playlists.by_id

    @property
    def category_by_id(self) -> Mapping[str, Category]:
        """All categories by id."""
        return self._content.categories.by_id

    def albums_of(self, artist: Artist) -> Sequence[Album]:
        """Return the own albums of an artist."""
        return self._content.albums_of_artists.of(artist, artist.albums)

    def appearances_of(self, artist: Artist) -> Sequence[Album]:
        """Return the albums of others that an artist appears on."""
        return self._content.appearances_of_artists.of(artist, artist.appears_on)

    def top_tracks_of(self, artist: Artist, limit: int = 10) -> list[Track]:
        """Return up to `limit` tracks of the artist's own albums, the most popular first."""
        tracks = [track for album in self.albums_of(artist) for track in self.tracks_of(album)]
        return sorted(tracks, key=lambda track: track.popularity, reverse=True)[:limit]

    def tracks_of(self, album: Album) -> Sequence[Track]:
        """Return the tracks of an album, in order of disc and track number."""
        return self._content.tracks_of_albums.of(album, album.tracks)

    def episodes_of(self, show: Show) -> Sequence[Episode]:
        """Return the episodes of a show, the newest first."""
        return self._content.episodes_of_shows.of(show, show.episodes)

    def chapters_of(self, audiobook: Audiobook) -> Sequence[Chapter]:
        """Return the chapters of an audiobook, in order."""
        return self._content.chapters_of_audiobooks.of(audiobook, audiobook.chapters)

    def contains(self, kind: str, id: str) -> bool:
        """Return whether an entity of `kind` (`album`, `artist`, … as in URIs, except `playlist`) has this id."""
        return self.find(kind, id) is not None

    def find(self, kind: str, id: str) -> Entity | None:
        """Return the entity of `kind` (`album`, `artist`, … as in URIs, except `playlist`) with this id."""
        plural = _TABLES.get(kind)
        if plural is None:
            return None
        table: Table[Entity] = getattr(self._content, plural)
        return table.by_id.get(id)

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
        return _at(self.users, 1)

    @property
    def free_user(self) -> User:
        """A user without Premium, whose player accepts no commands."""
        return _first(user for user in self.users if user.product == "free")

    @property
    def long_album(self) -> Album:
        """An album of four discs with 72 tracks: more than one page."""
        return _at(self.albums, 0)

    @property
    def long_show(self) -> Show:
        """A show with 260 episodes."""
        return _at(self.shows, 0)

    @property
    def nordic_show(self) -> Show:
        """A show that is available only in the Nordic countries, not to the default user."""
        return _at(self.shows, -1)

    @property
    def long_audiobook(self) -> Audiobook:
        """An audiobook with 64 chapters."""
        return _at(self.audiobooks, 0)

    @property
    def relinked_track(self) -> Track:
        """A track that is relinked to its `alternative` in the US."""
        return _first(track for track in self.tracks if track.alternative and "US" not in track.markets)

    @property
    def unavailable_track(self) -> Track:
        """A track that is not available in Japan and has no alternative."""
        return _first(track for track in self.tracks if not track.alternative and "JP" not in track.markets)

    @property
    def big_playlist(self) -> Playlist:
        """A playlist of the default user with 5,000 items."""
        return _at(self.playlists, 0)

    @property
    def mixed_playlist(self) -> Playlist:
        """A playlist of the default user with tracks, episodes, local files and removed items."""
        return _at(self.playlists, 1)

    @property
    def collaborative_playlist(self) -> Playlist:
        """A collaborative playlist of the default user."""
        return _at(self.playlists, 2)

    @property
    def private_playlist(self) -> Playlist:
        """A private playlist of the default user."""
        return _at(self.playlists, 3)

    @property
    def empty_playlist(self) -> Playlist:
        """A playlist of the default user without items and therefore without images."""
        return _at(self.playlists, 4)

    @property
    def foreign_playlist(self) -> Playlist:
        """A public playlist of another user."""
        return _first(p for p in self.playlists if p.public and p.owner is not self.default_user)

    @property
    def foreign_private_playlist(self) -> Playlist:
        """A private playlist of another user."""
        return _first(p for p in self.playlists if not p.public and p.owner is not self.default_user)

    @property
    def spotify_playlist(self) -> Playlist:
        """A public playlist of Spotify, which is not found in development mode."""
        return _first(p for p in self.playlists if p.public and p.owner.id == SPOTIFY_USER_ID)

    @property
    def withdrawn_playlist(self) -> Playlist:
        """A playlist that search returns as null and no other operation finds."""
        return _first(playlist for playlist in self.playlists if playlist.withdrawn)


def _first(entities: Iterable[_Item]) -> _Item:
    for entity in entities:
        return entity
    raise LookupError(_EMPTY)


def _at(entities: Sequence[_Item], index: int) -> _Item:
    try:
        return entities[index]
    except IndexError:
        raise LookupError(_EMPTY) from None


_EMPTY: Final = "only a generated catalogue has this entity: create it with `sandbox.add_…`, or omit catalogue='empty'"
