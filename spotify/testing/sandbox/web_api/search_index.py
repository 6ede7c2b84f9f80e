"""Search: what a query means, and what it finds."""

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

FIELDS: Final = frozenset({"album", "artist", "track", "year", "upc", "isrc", "genre", "tag"})
_FILTER: Final = re.compile(r'\b([a-z]+):(?:"([^"]*)"|(\S+))')
_YEARS: Final = re.compile(r"(\d{4})(?:-(\d{4}))?")
_NEW_FOR: Final = dt.timedelta(days=14)
_HIPSTER_SHARE: Final = 0.1


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Entity = TypeVar("_Entity", bound=_Named)


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for.

    Attributes:
        words: All of them must be in a name, or in that of something which belongs to it.
        filters: Field filters such as `artist`, folded.
    """

    words: tuple[str, ...]
    filters: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> Query:
        """Read a query; what looks like a filter but names no field is searched for as it stands."""
        filters: dict[str, str] = {}

        def take(match: re.Match[str]) -> str:
            name, quoted, bare = match.groups()
            if name not in FIELDS:
                return match[0]
            filters[name] = fold(quoted if quoted is not None else bare)
            return " "

        rest = _FILTER.sub(take, text)
        return cls(tuple(fold(rest).replace('"', " ").split()), filters)


def fold(text: str) -> str:
    """Text as search compares it: without accents, whatever its case."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class _Index(Generic[_Entity]):
    """The entities of one kind, each with the text that words are looked for in.

    `tests` has what the field filters of the kind ask. A filter that the kind has not finds nothing.
    """

    def __init__(
        self,
        entities: Iterable[_Entity],
        text: Callable[[_Entity], str],
        rank: Callable[[_Entity], int],
        tests: Mapping[str, Callable[[_Entity, str], bool]],
    ) -> None:
        self._rows = [(fold(text(entity)), fold(entity.name), entity) for entity in entities]
        self._rank = rank
        self._tests = tests

    def find(self, query: Query) -> list[_Entity]:
        """What matches: exact names first, then names that have all words, then by popularity."""
        if not query.filters.keys() <= self._tests.keys():
            return []
        wanted, words = " ".join(query.words), query.words
        tests = [(self._tests[name], value) for name, value in query.filters.items()]
        found = [
            (name != wanted, not all(word in name for word in words), -self._rank(entity), place)
            for place, (text, name, entity) in enumerate(self._rows)
            if all(word in text for word in words) and all(test(entity, value) for test, value in tests)
        ]
        return [self._rows[place][2] for *_, place in sorted(found)]


class SearchIndex:
    """Finds things of the catalogue."""

    def __init__(self, catalogue: Catalogue, today: Callable[[], dt.date]) -> None:
        """Index `catalogue`; `today` is what `tag:new` counts from."""
        self._today = today
        ranks = sorted(album.popularity for album in catalogue.albums)
        self._hipster_most = ranks[int(len(ranks) * _HIPSTER_SHARE)]
        self.albums: Final = _Index(
            catalogue.albums,
            lambda album: f"{album.name} {_names(album.artists)}",
            lambda album: album.popularity,
            {"album": _named, "artist": _by_artist, "year": _released, "upc": _has_upc, "tag": self._tagged},
        )
        self.artists: Final = _Index(
            catalogue.artists,
            lambda artist: artist.name,
            lambda artist: artist.popularity,
            {"artist": _named, "genre": _artist_plays, "year": _active},
        )
        self.tracks: Final = _Index(
            catalogue.tracks,
            lambda track: f"{track.name} {_names(track.artists)} {track.album.name}",
            lambda track: track.popularity,
            {
                "track": _named,
                "album": lambda track, value: _named(track.album, value),
                "artist": _by_artist,
                "year": lambda track, value: _released(track.album, value),
                "isrc": lambda track, value: track.isrc.casefold() == value,
                "genre": lambda track, value: any(_artist_plays(artist, value) for artist in track.artists),
            },
        )
        self.shows: Final = _Index[Show](catalogue.shows, _show_text, lambda show: len(show.episodes), {})
        self.episodes: Final = _Index[Episode](
            catalogue.episodes, lambda episode: f"{episode.name} {episode.show.name}", lambda _: 0, {}
        )
        self.audiobooks: Final = _Index[Audiobook](catalogue.audiobooks, _book_text, lambda _: 0, {})
        self.playlists: Final = _Index[Playlist](
            [playlist for playlist in catalogue.playlists if playlist.public],
            lambda playlist: f"{playlist.name} {playlist.description or ''}",
            lambda playlist: playlist.followers,
            {},
        )

    def _tagged(self, album: Album, tag: str) -> bool:
        if tag == "hipster":
            return album.popularity <= self._hipster_most
        oldest = self._today() - _NEW_FOR
        return tag == "new" and oldest.isoformat() <= album.release_date <= self._today().isoformat()


def _names(entities: Sequence[_Named]) -> str:
    return " ".join(entity.name for entity in entities)


def _show_text(show: Show) -> str:
    return f"{show.name} {show.publisher}"


def _book_text(book: Audiobook) -> str:
    return f"{book.name} {' '.join(book.authors)} {' '.join(book.narrators)}"


def _named(entity: _Named, value: str) -> bool:
    return value in fold(entity.name)


def _by_artist(entity: Album | Track, value: str) -> bool:
    return any(_named(artist, value) for artist in entity.artists)


def _released(album: Album, value: str) -> bool:
    years = _YEARS.fullmatch(value)
    if years is None:
        return False
    return years[1] <= album.release_date[:4] <= (years[2] or years[1])


def _active(artist: Artist, value: str) -> bool:
    return any(_released(album, value) for album in artist.albums)


def _has_upc(album: Album, value: str) -> bool:
    return album.upc == value


def _artist_plays(artist: Artist, value: str) -> bool:
    return any(value in fold(genre) for genre in artist.genres)
