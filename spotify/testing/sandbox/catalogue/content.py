"""`Content`: the entities of a catalogue in tables and relations, which only grow.

A sandbox has a branch of the content of its seed: it shares everything that was generated, and what it adds is its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Generic, Protocol, TypeVar, overload

from spotify.testing.sandbox.catalogue.entities import (
    Album,
    Artist,
    Audiobook,
    Category,
    Chapter,
    Episode,
    Playlist,
    Show,
    Track,
    User,
)


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Item = TypeVar("_Item")
_Entity = TypeVar("_Entity", bound=_HasId)


class ReadOnlyList(Sequence[_Item], Generic[_Item]):
    """A view of a list."""

    __slots__ = ("_items",)

    def __init__(self, items: list[_Item]) -> None:
        """View `items`."""
        self._items: Final = items

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> _Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[_Item]: ...
    def __getitem__(self, index: int | slice) -> _Item | list[_Item]:
        return self._items[index]

    def __iter__(self) -> Iterator[_Item]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"ReadOnlyList({self._items!r})"


class Table(Generic[_Entity]):
    """The entities of one kind."""

    __slots__ = ("_added", "by_id", "entities")

    entities: Sequence[_Entity]
    """All entities of the kind, in order."""
    by_id: Mapping[str, _Entity]
    """All entities of the kind, by id."""

    def __init__(self, origin: Table[_Entity] | None = None) -> None:
        """Create an empty table, or one with the entities of `origin`, which are copied when an entity is added."""
        self._added: tuple[list[_Entity], dict[str, _Entity]] | None = None
        self.entities, self.by_id = ((), {}) if origin is None else (origin.entities, origin.by_id)

    def add(self, entity: _Entity) -> None:
        """Append an entity.

        Raises:
            ValueError: The table has its id.
        """
        if entity.id in self.by_id:
            raise ValueError(f"the catalogue has the id {entity.id!r}: {self.by_id[entity.id]!r}")
        if self._added is None:
            self._added = entities, by_id = list(self.entities), dict(self.by_id)
            self.entities, self.by_id = ReadOnlyList(entities), MappingProxyType(by_id)
        entities, by_id = self._added
        entities.append(entity)
        by_id[entity.id] = entity


class Relation(Generic[_Item]):
    """The children of parents of one kind, such as the tracks of albums."""

    __slots__ = ("_children",)

    def __init__(self) -> None:
        """Create an empty relation."""
        self._children: Final[dict[str, list[_Item]]] = {}

    def new_parent(self, id: str) -> Sequence[_Item]:
        """Return the children of a new parent: none yet."""
        return ReadOnlyList(self._children.setdefault(id, []))

    def add(self, parent: _HasId, generated: Sequence[_Item], child: _Item, index: int | None = None) -> None:
        """Insert a child before `index`, by default as the last one; `generated` are the children in the entity."""
        children = self._children.get(parent.id)
        if children is None:
            children = self._children[parent.id] = list(generated)
        children.insert(len(children) if index is None else index, child)

    def of(self, parent: _HasId, generated: Sequence[_Item]) -> Sequence[_Item]:
        """Return the children of a parent; `generated` are those in the entity."""
        children = self._children.get(parent.id)
        return generated if children is None else ReadOnlyList(children)


class Content:
    """All entities of a catalogue, by kind, with their relations."""

    artists: Table[Artist]
    albums: Table[Album]
    tracks: Table[Track]
    shows: Table[Show]
    episodes: Table[Episode]
    audiobooks: Table[Audiobook]
    chapters: Table[Chapter]
    users: Table[User]
    playlists: Table[Playlist]
    categories: Table[Category]

    def __init__(self, seed: int, origin: Content | None = None) -> None:
        """Create empty content, or a branch of `origin`: it shares the entities, and keeps what is added to itself."""
        self.seed: Final = seed
        """The seed of the generated entities."""
        self.revision = 0
        """The number of additions to the branch."""
        self.reset(origin)

    def reset(self, origin: Content | None) -> None:
        """Become empty, or a branch of `origin`, again."""
        self.revision += 1
        self.artists = Table(None if origin is None else origin.artists)
        self.albums = Table(None if origin is None else origin.albums)
        self.tracks = Table(None if origin is None else origin.tracks)
        self.shows = Table(None if origin is None else origin.shows)
        self.episodes = Table(None if origin is None else origin.episodes)
        self.audiobooks = Table(None if origin is None else origin.audiobooks)
        self.chapters = Table(None if origin is None else origin.chapters)
        self.users = Table(None if origin is None else origin.users)
        self.playlists = Table(None if origin is None else origin.playlists)
        self.categories = Table(None if origin is None else origin.categories)
        self.albums_of_artists = Relation[Album]()
        self.appearances_of_artists = Relation[Album]()
        self.tracks_of_albums = Relation[Track]()
        self.episodes_of_shows = Relation[Episode]()
        self.chapters_of_audiobooks = Relation[Chapter]()

    def add_artist(self, artist: Artist) -> None:
        """Add an artist."""
        self.artists.add(artist)
        self.revision += 1

    def add_album(self, album: Album) -> None:
        """Add an album to the albums of its artists."""
        self.albums.add(album)
        for artist in album.artists:
            self.albums_of_artists.add(artist, artist.albums, album)
        self.revision += 1

    def add_track(self, track: Track) -> None:
        """Add a track to its album, in order of disc and track number."""
        self.tracks.add(track)
        album = track.album
        siblings = self.tracks_of_albums.of(album, album.tracks)
        index = len(siblings)
        while index > 0 and _position(siblings[index - 1]) > _position(track):
            index -= 1
        self.tracks_of_albums.add(album, album.tracks, track, index)
        self.revision += 1

    def add_appearance(self, artist: Artist, album: Album) -> None:
        """Add an album of others to those that an artist appears on, once."""
        if album not in self.appearances_of_artists.of(artist, artist.appears_on):
            self.appearances_of_artists.add(artist, artist.appears_on, album)
        self.revision += 1

    def add_show(self, show: Show) -> None:
        """Add a show."""
        self.shows.add(show)
        self.revision += 1

    def add_episode(self, episode: Episode) -> None:
        """Add an episode to its show, newest first."""
        self.episodes.add(episode)
        show = episode.show
        siblings = self.episodes_of_shows.of(show, show.episodes)
        index = len(siblings)
        while index > 0 and siblings[index - 1].release_date <= episode.release_date:
            index -= 1
        self.episodes_of_shows.add(show, show.episodes, episode, index)
        self.revision += 1

    def add_audiobook(self, audiobook: Audiobook) -> None:
        """Add an audiobook."""
        self.audiobooks.add(audiobook)
        self.revision += 1

    def add_chapter(self, chapter: Chapter) -> None:
        """Add a chapter to its audiobook, as the last one."""
        self.chapters.add(chapter)
        self.chapters_of_audiobooks.add(chapter.audiobook, chapter.audiobook.chapters, chapter)
        self.revision += 1

    def add_user(self, user: User) -> None:
        """Add a user."""
        self.users.add(user)
        self.revision += 1

    def add_playlist(self, playlist: Playlist) -> None:
        """Add a playlist."""
        self.playlists.add(playlist)
        self.revision += 1


def _position(track: Track) -> tuple[int, int]:
    return track.disc_number, track.track_number
