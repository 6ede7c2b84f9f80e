"""Ids, URIs and URLs of Spotify: read any of the three, check the kind, write the one that is needed.

`4aawyAB9vmqN3uQ7FjRGTy`, `spotify:album:4aawyAB9vmqN3uQ7FjRGTy` and `https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy`
name the same album. Everything here works on text alone, and refuses what cannot be right before a request is made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from spotify._checks import each_of, shown

__all__ = [
    "SpotifyUri",
    "album_id",
    "artist_id",
    "audiobook_id",
    "category_id",
    "chapter_id",
    "episode_id",
    "id_of",
    "ids_of",
    "library_uri",
    "library_uris",
    "playable_uri",
    "playable_uris",
    "playlist_entry_uri",
    "playlist_entry_uris",
    "playlist_id",
    "show_id",
    "track_id",
    "user_id",
]

_BASE62_KINDS: Final = frozenset(
    {"album", "artist", "track", "show", "episode", "audiobook", "chapter", "playlist"},
)
# Real answers name audiobooks `spotify:show:…` and chapters `spotify:episode:…`: what they hand out can be handed back.
_ALSO_NAMED: Final = {"audiobook": "show", "chapter": "episode"}
_PLAYABLE: Final = ("track", "episode")
_PLAYLIST_ENTRIES: Final = (*_PLAYABLE, "local")
_LIBRARY: Final = ("track", "album", "episode", "show", "audiobook", "artist", "user", "playlist")

_BASE62: Final = re.compile(r"[0-9A-Za-z]{22}")
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,29}")
_LOCALE: Final = re.compile(r"intl-[a-z]+(-[a-z]+)*", re.IGNORECASE)
_EMBEDS: Final = frozenset({"embed", "embed-podcast"})
_SITE: Final = "open.spotify.com"
_SITES: Final = frozenset({_SITE, "play.spotify.com"})
_SHORT_LINKS: Final = frozenset({"spotify.link", "spotify.app.link"})
_LOCAL_PARTS: Final = 4
_UNSEEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# What stands for itself in a part of a local file's URI; `%` and `+` because the part is encoded already.
_LOCAL_SAFE: Final = "%+!$&'()*,;=@"


@dataclass(frozen=True, slots=True)
class SpotifyUri:
    """What a URI or URL of Spotify names.

    Attributes:
        kind: `album`, `track`, `user` and so on. Kinds that are not known today are kept as they are. `local` is a file
            on a listener's own machine, `collection` what a user has saved.
        id: 22 letters and digits for what is in the catalogue, and for playlists. The user's name for `user` and
            `collection`, not encoded. `artist:album:title:seconds` for `local`, each part encoded.

    Raises:
        ValueError: The id cannot be one of that kind.
    """

    kind: str
    id: str

    def __post_init__(self) -> None:
        _check_text(self.kind, "a kind of Spotify URI")
        if not _KIND.fullmatch(self.kind) or self.kind in _EMBEDS:
            raise ValueError(f"{shown(self.kind)} cannot be a kind of Spotify URI; expected one such as 'album'")
        _check_id(self.kind, self.id)

    @classmethod
    def parse(cls, text: str) -> SpotifyUri:
        """Read a URI (`spotify:album:…`) or a URL (`https://open.spotify.com/album/…`, localised or embedded too).

        Raises:
            TypeError: It is not text.
            ValueError: It is neither; it says what was expected.
        """
        _check_text(text, "a Spotify URI or URL")
        if text.startswith("spotify:"):
            return cls._from_segments(text, text.split(":")[1:], separator=":")
        if _looks_like_url(text):
            return cls._from_segments(text, _url_segments(text), separator="/")
        raise ValueError(
            f"{shown(text)} is neither a Spotify URI nor a URL; expected spotify:KIND:ID or https://{_SITE}/KIND/ID"
        )

    @property
    def uri(self) -> str:
        """The URI, such as `spotify:album:4aawyAB9vmqN3uQ7FjRGTy`."""
        return f"spotify:{':'.join(self._segments())}"

    @property
    def url(self) -> str:
        """The URL of its page, such as `https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy`."""
        return f"https://{_SITE}/{'/'.join(self._segments())}"

    def __str__(self) -> str:
        return self.uri

    def _segments(self) -> list[str]:
        if self.kind == "local":
            return [self.kind, *self.id.split(":")]
        name = quote(self.id, safe="")
        return ["user", name, "collection"] if self.kind == "collection" else [self.kind, name]

    @classmethod
    def _from_segments(cls, text: str, segments: list[str], *, separator: str) -> SpotifyUri:
        match segments:
            case ["local", *parts] if len(parts) == _LOCAL_PARTS:
                return cls("local", ":".join(quote(part, safe=_LOCAL_SAFE) for part in parts))
            case ["user", _, "playlist", identifier]:
                return cls("playlist", _decoded(identifier))
            case ["user", name, "collection"]:
                return cls("collection", _decoded(name))
            case [kind, identifier] if kind not in {"local", "collection"}:
                return cls(kind, _decoded(identifier))
            case _:
                raise ValueError(f"{shown(text)} does not name one thing; expected it to end in KIND{separator}ID")


def id_of(kind: str, value: str) -> str:
    """Return the id that a plain id, a URI or a URL holds.

    Args:
        kind: What it has to be the id of, such as `album`.
        value: `4aawyAB9vmqN3uQ7FjRGTy`, `spotify:album:4aawyAB9vmqN3uQ7FjRGTy` or
            `https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy?si=…`.

    Raises:
        TypeError: It is not text.
        ValueError: It is malformed, or names something of another kind.
    """
    if kind in _BASE62_KINDS and type(value) is str and _BASE62.fullmatch(value):
        return value
    _check_text(value, f"{_a(kind)} id, URI or URL")
    if not (value.startswith("spotify:") or _looks_like_url(value)):
        _check_id(kind, value)
        return value
    found = SpotifyUri.parse(value)
    if found.kind not in {kind, _ALSO_NAMED.get(kind)}:
        raise ValueError(f"{shown(value)} is {_a(found.kind)}; expected {_a(kind)}")
    return found.id


def ids_of(kind: str, values: Iterable[str]) -> list[str]:
    """Return the ids that several plain ids, URIs or URLs hold, in order.

    Args:
        kind: What each has to be the id of, such as `album`.
        values: Any iterable of text, but not a text itself.

    Raises:
        TypeError: It is not an iterable, or one of them is not text.
        ValueError: There is none, or one of them is malformed or of another kind. It says which one.
    """
    return _each(lambda value: id_of(kind, value), f"{kind} ids", values)


def _reader_of_ids(kind: str) -> Callable[[str], str]:
    def read(value: str, /) -> str:
        return id_of(kind, value)

    read.__name__ = read.__qualname__ = f"{kind}_id"
    read.__doc__ = f"Return the id that {_a(kind)}'s plain id, URI or URL holds; see `id_of`."
    return read


def _reader_of_uris(name: str, *kinds: str) -> tuple[Callable[[str], str], Callable[[Iterable[str]], list[str]]]:
    expected = f"{', '.join(kinds[:-1])} or {kinds[-1]}"
    plain = re.compile(f"spotify:({'|'.join(kind for kind in kinds if kind in _BASE62_KINDS)}):{_BASE62.pattern}")

    def read(value: str, /) -> str:
        if type(value) is str and plain.fullmatch(value):
            return value
        _check_text(value, f"the URI or URL of {_a(expected)}")
        if not (value.startswith("spotify:") or _looks_like_url(value)):
            raise ValueError(
                f"{shown(value)} does not say what it is the id of; expected a URI such as spotify:{kinds[0]}:ID"
            )
        found = SpotifyUri.parse(value)
        if found.kind not in kinds:
            raise ValueError(f"{shown(value)} is {_a(found.kind)}; expected {_a(expected)}")
        return found.uri

    def read_each(values: Iterable[str], /) -> list[str]:
        return _each(read, "URIs", values)

    read.__name__ = read.__qualname__ = f"{name}_uri"
    read.__doc__ = f"Return the URI of {_a(expected)}, given as URI or URL. Raises TypeError and ValueError."
    read_each.__name__ = read_each.__qualname__ = f"{name}_uris"
    read_each.__doc__ = (
        f"Return the URIs of several, each {_a(expected)}. Raises as `{name}_uri` does, saying which one."
    )
    return read, read_each


def _each(read: Callable[[str], str], what: str, values: Iterable[str]) -> list[str]:
    found: list[str] = []
    for position, value in enumerate(each_of(values, f"expected several {what}")):
        try:
            found.append(read(value))
        except TypeError as error:
            raise TypeError(f"[{position}]: {error}") from None
        except ValueError as error:
            raise ValueError(f"[{position}]: {error}") from None
    if not found:
        raise ValueError(f"expected {what}, but there are none; give at least one")
    return found


def _check_text(value: object, expected: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"expected {expected} as str, not {type(value).__name__}")
    if not value or value.isspace():
        raise ValueError(f"expected {expected}, not an empty text")
    if value != value.strip():
        raise ValueError(f"{shown(value)} has white space around it; expected {expected} alone")
    # Looking at each character takes a while, and nearly all texts need it not.
    if not (value.isascii() and value.isprintable()) and any(
        unicodedata.category(character) in _UNSEEN for character in value
    ):
        raise ValueError(f"{shown(value)} holds control characters; expected {expected}")


def _check_id(kind: str, value: str) -> None:
    _check_text(value, f"{_a(kind)} id")
    if kind in _BASE62_KINDS:
        if not _BASE62.fullmatch(value):
            raise ValueError(
                f"{shown(value)} is not {_a(kind)} id; expected 22 letters and digits, spotify:{kind}:ID or "
                f"https://{_SITE}/{kind}/ID"
            )
    elif kind == "local":
        if value.count(":") != _LOCAL_PARTS - 1 or quote(value, safe=f":{_LOCAL_SAFE}") != value:
            raise ValueError(f"{shown(value)} is not a local file; expected ARTIST:ALBUM:TITLE:SECONDS, encoded")
    # These would lead to another path, even when they are percent-encoded.
    elif {".", ".."} & set(re.split(r"[/\\]", value)):
        raise ValueError(f"{shown(value)} cannot be {_a(kind)} id: '.' and '..' lead to other paths; expected a name")


def _looks_like_url(text: str) -> bool:
    start = text.lower()
    return "://" in start or start.startswith(tuple(f"{site}/" for site in (*_SITES, *_SHORT_LINKS)))


def _url_segments(text: str) -> list[str]:
    """Return the parts of a URL's path that name something, not decoded."""
    try:
        split = urlsplit(text if "://" in text else f"https://{text}")
        host, port = split.hostname, split.port
    except ValueError:
        raise ValueError(f"{shown(text)} is not a URL; expected https://{_SITE}/KIND/ID") from None
    if host in _SHORT_LINKS:
        raise ValueError(f"{shown(text)} is a short link; open it: expected the https://{_SITE} address it leads to")
    if split.scheme not in {"http", "https"} or host not in _SITES or port not in {None, 80, 443}:
        raise ValueError(f"{shown(text)} is not an address at Spotify; expected https://{_SITE}/KIND/ID")
    segments = split.path.removeprefix("/").split("/")
    if not segments[-1] and segments[0] != "local":
        del segments[-1:]
    if segments and _LOCALE.fullmatch(segments[0]):
        del segments[0]
    if segments and segments[0] in _EMBEDS:
        del segments[0]
    return segments


def _decoded(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        raise ValueError(f"{shown(segment)} is not percent-encoded UTF-8; expected an id") from None


def _a(noun: str) -> str:
    return f"{'an' if noun.startswith(('a', 'e', 'i', 'o')) else 'a'} {noun}"


album_id: Final = _reader_of_ids("album")
artist_id: Final = _reader_of_ids("artist")
audiobook_id: Final = _reader_of_ids("audiobook")
category_id: Final = _reader_of_ids("category")
chapter_id: Final = _reader_of_ids("chapter")
episode_id: Final = _reader_of_ids("episode")
playlist_id: Final = _reader_of_ids("playlist")
show_id: Final = _reader_of_ids("show")
track_id: Final = _reader_of_ids("track")
user_id: Final = _reader_of_ids("user")

#: What can be added to a playlist or the queue.
playable_uri, playable_uris = _reader_of_uris("playable", *_PLAYABLE)
#: What can be in a playlist, local files included: they can be removed, but not added.
playlist_entry_uri, playlist_entry_uris = _reader_of_uris("playlist_entry", *_PLAYLIST_ENTRIES)
#: What can be saved in the library or followed.
library_uri, library_uris = _reader_of_uris("library", *_LIBRARY)
