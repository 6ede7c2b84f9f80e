"""Search queries, and the index that they are matched against."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from spotify.testing.sandbox.catalogue import (
    Album,
    Artist,
    Audiobook,
    Catalogue,
    Episode,
    Playlist,
    Show,
    Track,
)

FILTERS: Final = frozenset({"album", "artist", "track", "year", "upc", "isrc", "genre", "tag"})
_FILTER: Final = re.compile(r'\b([a-z]+):(?:"([^"]*)"|(\S+))')
_YEARS: Final = re.compile(r"(\d{4})(?:-(\d{4}))?")
_NEW_FOR: Final = dt.timedelta(days=14)
_HIPSTER_SHARE: Final = 0.1


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Entity = TypeVar("_Entity", bound=_Named)


def normalize(text: str) -> str:
    """Return `text` in lower case and without accents, as search compares it."""
    folded = text.casefold()
    if folded.isascii():  # almost every name
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@dataclass(frozen=True, slots=True)
class Query:
    """A search query."""

    words: tuple[str, ...]
    """Normalized words, all of which must match."""
    filters: Mapping[str, str]
    """Normalized values of field filters such as `artist`, by name."""

    @classmethod
    def parse(cls, text: str) -> Query:
        """Parse a query. A filter with an unknown name is a word."""
        filters: dict[str, str] = {}

        def take(match: re.Match[str]) -> str:
            name, quoted, unquoted = match.groups()
            if name not in FILTERS:
                return match[0]
            filters[name] = normalize(quoted if quoted is not None else unquoted)
            return " "

        rest = _FILTER.sub(take, text)
        return cls(tuple(normalize(rest).replace('"', " ").split()), filters)


class _Index(Generic[_Entity]):
    """The entities of one kind with the text that is searched."""

    def __init__(
        self,
        entities: Iterable[_Entity],
        text: Callable[[_Entity], str],
        popularity: Callable[[_Entity], int],
        filters: Mapping[str, Callable[[_Entity, str], bool]],
    ) -> None:
        """Index `entities`.

        Args:
            entities: All entities of the kind.
            text: Returns the text in which words are searched.
            popularity: Returns a number that is higher for more popular entities.
            filters: Returns whether an entity matches the value of a field filter, by its name.
        """
        self._rows = [(normalize(text(entity)), normalize(entity.name), entity) for entity in entities]
        self._popularity = popularity
        self._filters = filters

    def find(self, query: Query) -> list[_Entity]:
        """Return the matching entities: exact names first, then names with all words, then by popularity.

        A query with a filter that the kind does not have matches nothing.
        """
        if not query.filters.keys() <= self._filters.keys():
            return []
        name_searched, words = " ".join(query.words), query.words
        filters = [(self._filters[name], value) for name, value in query.filters.items()]
        ranked = [
            (name != name_searched, not all(word in name for word in words), -self._popularity(entity), index)
            for index, (text, name, entity) in enumerate(self._rows)
            if all(word in text for word in words) and all(matches(entity, value) for matches, value in filters)
        ]
        return [self._rows[index][2] for *_, index in sorted(ranked)]


class SearchIndex:
    """The indexes of all kinds. Later changes of the catalogue and the state are not indexed."""

    def __init__(self, catalogue: Catalogue, today: Callable[[], dt.date]) -> None:
        """Index `catalogue`; `tag:new` is relative to the date that `today` returns."""
        self._today = today
        popularities = sorted(album.popularity for album in catalogue.albums)
        self._hipster_maximum = popularities[int(len(popularities) * _HIPSTER_SHARE)] if popularities else 0
        self.albums: Final = _Index(
            catalogue.albums,
            lambda album: f"{album.name} {_names(album.artists)}",
            lambda album: album.popularity,
            {
                "album": _has_name,
                "artist": _has_artist,
                "year": _was_released,
                "upc": lambda album, value: album.upc == value,
                "tag": self._has_tag,
            },
        )
        self.artists: Final = _Index(
            catalogue.artists,
            lambda artist: artist.name,
            lambda artist: artist.popularity,
            {
                "artist": _has_name,
                "genre": _has_genre,
                "year": lambda artist, value: any(_was_released(album, value) for album in catalogue.albums_of(artist)),
            },
        )
        self.tracks: Final = _Index(
            catalogue.tracks,
            lambda track: f"{track.name} {_names(track.artists)} {track.album.name}",
            lambda track: track.popularity,
            {
                "track": _has_name,
                "album": lambda track, value: _has_name(track.album, value),
                "artist": _has_artist,
                "year": lambda track, value: _was_released(track.album, value),
                "isrc": lambda track, value: track.isrc.casefold() == value,
                "genre": lambda track, value: any(_has_genre(artist, value) for artist in track.artists),
            },
        )
        self.shows: Final = _Index[Show](
            catalogue.shows,
            lambda show: f"{show.name} {show.publisher}",
            lambda show: len(catalogue.episodes_of(show)),
            {},
        )
        self.episodes: Final = _Index[Episode](
            catalogue.episodes, lambda episode: f"{episode.name} {episode.show.name}", lambda _: 0, {}
        )
        self.audiobooks: Final = _Index[Audiobook](
            catalogue.audiobooks, lambda book: " ".join((book.name, *book.authors, *book.narrators)), lambda _: 0, {}
        )
        self.playlists: Final = _Index[Playlist](
            [playlist for playlist in catalogue.playlists if playlist.public],
            lambda playlist: f"{playlist.name} {playlist.description or ''}",
            lambda playlist: playlist.followers,
            {},
        )

    def _has_tag(self, album: Album, tag: str) -> bool:
        if tag == "hipster":
            return album.popularity <= self._hipster_maximum
        today = self._today()
        return tag == "new" and (today - _NEW_FOR).isoformat() <= album.release_date <= today.isoformat()


def _names(entities: Sequence[_Named]) -> str:
    return " ".join(entity.name for entity in entities)


def _has_name(entity: _Named, value: str) -> bool:
    return value in normalize(entity.name)


def _has_artist(entity: Album | Track, value: str) -> bool:
    return any(_has_name(artist, value) for artist in entity.artists)


def _has_genre(artist: Artist, value: str) -> bool:
    return any(value in normalize(genre) for genre in artist.genres)


def _was_released(album: Album, value: str) -> bool:
    years = _YEARS.fullmatch(value)
    if years is None:
        return False
    return years[1] <= album.release_date[:4] <= (years[2] or years[1])
