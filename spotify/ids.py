"""Spotify ids, URIs and URLs: parsing any of the three and checking its kind.

`4aawyAB9vmqN3uQ7FjRGTy`, `spotify:album:4aawyAB9vmqN3uQ7FjRGTy`,
`https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy` and `https://api.spotify.com/v1/albums/4aawyAB9vmqN3uQ7FjRGTy`
name the same album. So do a `SpotifyUri` and every object
with a `uri`, such as an album of a response. No request is made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, TypeAlias
from urllib.parse import quote, unquote, urlsplit

from spotify._checks import each_of, shown

__all__ = [
    "HasUri",
    "Reference",
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
    "playlist_id",
    "show_id",
    "track_id",
    "user_id",
]

BASE62_KINDS: Final = frozenset(
    {"album", "artist", "track", "show", "episode", "audiobook", "chapter", "playlist"},
)
# Responses contain `spotify:show:…` for audiobooks and `spotify:episode:…` for chapters.
_OTHER_KINDS: Final = {"audiobook": "show", "chapter": "episode"}

_BASE62: Final = re.compile(r"[0-9A-Za-z]{22}")
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,29}")
_LOCALE: Final = re.compile(r"intl-[a-z]+(-[a-z]+)*", re.IGNORECASE)
_EMBEDS: Final = frozenset({"embed", "embed-podcast"})
_SITE: Final = "open.spotify.com"
_API_SITE: Final = "api.spotify.com"
_SITES: Final = frozenset({_SITE, "play.spotify.com"})
_SHORT_LINK_SITES: Final = frozenset({"spotify.link", "spotify.app.link"})
_LOCAL_PARTS: Final = 4
# An id or a URI followed by the query of a shared link, as people copy it.
_SHARED: Final = re.compile(r"(spotify:[a-z]+:)?[0-9A-Za-z]{22}(?=\?)")
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Not encoded in a part of the URI of a local file; `%` and `+` because the part is already encoded.
_LOCAL_SAFE: Final = "%+!$&'()*,;=@"


class HasUri(Protocol):
    """An object with a Spotify URI: a `SpotifyUri`, or an object of a response."""

    @property
    def uri(self) -> str | None:
        """The Spotify URI; None if it is unknown."""
        ...


Reference: TypeAlias = str | HasUri
"""What names an object in an argument: its id, URI or URL, or an object with its URI."""


@dataclass(frozen=True, slots=True)
class SpotifyUri:
    """A Spotify URI or URL.

    ::

        uri = SpotifyUri.parse("https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy?si=1")
        print(uri.kind, uri.id, uri.uri, uri.url)

    Raises:
        ValueError: `id` is not valid for `kind`.
    """

    kind: str
    """`album`, `track`, `user` and so on. Unknown kinds are accepted. `local` is a local file on a device, `collection`
    a user's saved items.
    """
    id: str
    """22 letters and digits for objects of the catalogue and playlists. The name of the user, not encoded, for `user`
    and `collection`. `artist:album:title:seconds`, each part encoded, for `local`.
    """

    def __post_init__(self) -> None:
        _check_string(self.kind, "a kind of Spotify URI")
        if not _KIND.fullmatch(self.kind) or self.kind in _EMBEDS:
            raise ValueError(f"{shown(self.kind)} cannot be a kind of Spotify URI; expected one such as 'album'")
        _check_id(self.kind, self.id)

    @classmethod
    def parse(cls, text: str) -> SpotifyUri:
        """Parse a URI (`spotify:album:…`) or a URL (`https://open.spotify.com/album/…` or of the Web API).

        Raises:
            TypeError: `text` is not a str.
            ValueError: `text` is neither. The message says what was expected.
        """
        _check_string(text, "a Spotify URI or URL")
        text = _without_query(text)
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
        """The URL of the page, such as `https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy`."""
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
                raise ValueError(f"{shown(text)} does not name one object; expected it to end in KIND{separator}ID")


def id_of(kind: str, value: Reference) -> str:
    """Return the id in an id, URI or URL of an object.

    Args:
        kind: The expected kind, such as `album`.
        value: `4aawyAB9vmqN3uQ7FjRGTy`, `spotify:album:4aawyAB9vmqN3uQ7FjRGTy` or
            `https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy?si=…`, or an object with such a `uri`.

    Raises:
        TypeError: `value` is neither a str nor an object with a `uri`.
        ValueError: `value` is malformed or of another kind.
    """
    if kind in BASE62_KINDS and type(value) is str and _BASE62.fullmatch(value):
        return value
    value = string_of(value, f"{_with_article(kind)} id, URI or URL")
    if kind in BASE62_KINDS:
        value = _without_query(value)
    if not (value.startswith("spotify:") or _looks_like_url(value)):
        _check_id(kind, value)
        return value
    parsed = SpotifyUri.parse(value)
    if parsed.kind not in {kind, _OTHER_KINDS.get(kind)}:
        raise ValueError(f"{shown(value)} is {_with_article(parsed.kind)}; expected {_with_article(kind)}")
    return parsed.id


def ids_of(kind: str, values: Iterable[Reference]) -> list[str]:
    """Return the ids in several ids, URIs or URLs, in order.

    Args:
        kind: The expected kind, such as `album`.
        values: Any iterable of ids, URIs, URLs and objects with a `uri`, but not a str.

    Raises:
        TypeError: `values` is not such an iterable, or an item is of another type.
        ValueError: There are no items, or one is malformed or of another kind. The message names its index.
    """
    return _each(partial(id_of, kind), f"{kind} ids", values)


def album_id(value: Reference) -> str:
    """Return the id of an album; see `id_of`."""
    return id_of("album", value)


def artist_id(value: Reference) -> str:
    """Return the id of an artist; see `id_of`."""
    return id_of("artist", value)


def audiobook_id(value: Reference) -> str:
    """Return the id of an audiobook; see `id_of`."""
    return id_of("audiobook", value)


def category_id(value: Reference) -> str:
    """Return the id of a category; see `id_of`."""
    return id_of("category", value)


def chapter_id(value: Reference) -> str:
    """Return the id of a chapter; see `id_of`."""
    return id_of("chapter", value)


def episode_id(value: Reference) -> str:
    """Return the id of an episode; see `id_of`."""
    return id_of("episode", value)


def playlist_id(value: Reference) -> str:
    """Return the id of a playlist; see `id_of`."""
    return id_of("playlist", value)


def show_id(value: Reference) -> str:
    """Return the id of a show; see `id_of`."""
    return id_of("show", value)


def track_id(value: Reference) -> str:
    """Return the id of a track; see `id_of`."""
    return id_of("track", value)


def user_id(value: Reference) -> str:
    """Return the id of a user; see `id_of`."""
    return id_of("user", value)


class _UriKinds:
    """The kinds of object whose URI an argument accepts."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds
        self._expected = f"{', '.join(kinds[:-1])} or {kinds[-1]}"
        base62_kinds = "|".join(kind for kind in kinds if kind in BASE62_KINDS)
        self._uri = re.compile(f"spotify:({base62_kinds}):{_BASE62.pattern}")

    def uri_of(self, value: Reference) -> str:
        """Return the URI for a URI or URL of one of the kinds, or for an object with one.

        Raises:
            TypeError: `value` is neither a str nor an object with a `uri`.
            ValueError: `value` is malformed or of another kind.
        """
        if type(value) is str and self._uri.fullmatch(value):
            return value
        value = _without_query(string_of(value, f"the URI or URL of {_with_article(self._expected)}"))
        if not (value.startswith("spotify:") or _looks_like_url(value)):
            raise ValueError(f"{shown(value)} does not name a kind; expected a URI such as spotify:{self._kinds[0]}:ID")
        parsed = SpotifyUri.parse(value)
        if parsed.kind == "local":
            raise ValueError(
                f"{shown(value)} is a local file, which the Web API neither adds nor removes; "
                f"expected {_with_article(self._expected)}"
            )
        if parsed.kind not in self._kinds:
            raise ValueError(
                f"{shown(value)} is {_with_article(parsed.kind)}; expected {_with_article(self._expected)}"
            )
        return parsed.uri


_PLAYABLE: Final = _UriKinds("track", "episode")
_LIBRARY: Final = _UriKinds("track", "album", "episode", "show", "audiobook", "artist", "user", "playlist")


def playable_uri(value: Reference) -> str:
    """Return the URI of a track or episode, which can be added to a playlist or the queue.

    Raises:
        TypeError: `value` is neither a str nor an object with a `uri`.
        ValueError: `value` is malformed or of another kind.
    """
    return _PLAYABLE.uri_of(value)


def playable_uris(values: Iterable[Reference]) -> list[str]:
    """Return the URIs of several tracks and episodes. Raises as `playable_uri` does, with the index."""
    return _each(playable_uri, "URIs", values)


def library_uri(value: Reference) -> str:
    """Return the URI of an object that can be saved in the library or followed.

    Raises:
        TypeError: `value` is neither a str nor an object with a `uri`.
        ValueError: `value` is malformed or of another kind.
    """
    return _LIBRARY.uri_of(value)


def library_uris(values: Iterable[Reference]) -> list[str]:
    """Return the URIs of several objects. Raises as `library_uri` does, with the index."""
    return _each(library_uri, "URIs", values)


def _each(convert: Callable[[Reference], str], expected: str, values: Iterable[Reference]) -> list[str]:
    results: list[str] = []
    for index, value in enumerate(each_of(values, f"expected several {expected}")):
        try:
            results.append(convert(value))
        except TypeError as error:
            raise TypeError(f"[{index}]: {error}") from None
        except ValueError as error:
            raise ValueError(f"[{index}]: {error}") from None
    if not results:
        raise ValueError(f"expected {expected}, but there are none; give at least one")
    return results


def string_of(value: object, expected: str) -> str:
    """Return a str as it is, and the URI of an object with one; without a URI its id.

    Raises:
        TypeError: It is neither.
        ValueError: It is not one printable word.
    """
    if not isinstance(value, str) and not isinstance(value, type) and hasattr(value, "uri"):
        uri = getattr(value, "uri", None)
        value = uri if uri is not None else getattr(value, "id", None)
    _check_string(value, expected)
    return value if isinstance(value, str) else ""


def _without_query(value: str) -> str:
    shared = _SHARED.match(value)
    return value if shared is None else shared.group()


def _check_string(value: object, expected: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"expected {expected} as str, not {type(value).__name__}")
    if not value or value.isspace():
        raise ValueError(f"expected {expected}, not an empty string")
    if value != value.strip():
        raise ValueError(f"{shown(value)} has surrounding white space; expected {expected} alone")
    # Checking the category of each character is slow and almost never needed.
    if not (value.isascii() and value.isprintable()) and any(
        unicodedata.category(character) in _INVISIBLE_CATEGORIES for character in value
    ):
        raise ValueError(f"{shown(value)} contains control characters; expected {expected}")


def _check_id(kind: str, value: str) -> None:
    _check_string(value, f"{_with_article(kind)} id")
    if kind in BASE62_KINDS:
        if not _BASE62.fullmatch(value):
            raise ValueError(
                f"{shown(value)} is not {_with_article(kind)} id; expected 22 letters and digits, spotify:{kind}:ID or "
                f"https://{_SITE}/{kind}/ID"
            )
    elif kind == "local":
        if value.count(":") != _LOCAL_PARTS - 1 or quote(value, safe=f":{_LOCAL_SAFE}") != value:
            raise ValueError(f"{shown(value)} is not a local file; expected ARTIST:ALBUM:TITLE:SECONDS, encoded")
    # These would change the path of the request, even if percent-encoded.
    elif {".", ".."} & set(re.split(r"[/\\]", value)):
        raise ValueError(
            f"{shown(value)} cannot be {_with_article(kind)} id: '.' and '..' lead to other paths; expected a name"
        )


def _looks_like_url(text: str) -> bool:
    start = text.lower()
    return "://" in start or start.startswith(tuple(f"{site}/" for site in (*_SITES, *_SHORT_LINK_SITES)))


def _url_segments(text: str) -> list[str]:
    """Return the segments of a URL's path that name an object, not decoded."""
    try:
        split = urlsplit(text if "://" in text else f"https://{text}")
        host, port = split.hostname, split.port
    except ValueError:
        raise ValueError(f"{shown(text)} is not a URL; expected https://{_SITE}/KIND/ID") from None
    if host in _SHORT_LINK_SITES:
        raise ValueError(f"{shown(text)} is a short link; open it: expected the https://{_SITE} URL it redirects to")
    if split.scheme not in {"http", "https"} or host not in {*_SITES, _API_SITE} or port not in {None, 80, 443}:
        raise ValueError(f"{shown(text)} is not a URL of Spotify; expected https://{_SITE}/KIND/ID")
    segments = split.path.removeprefix("/").split("/")
    if host == _API_SITE:
        match segments:
            case ["v1", "browse", "categories", identifier]:
                return ["category", identifier]
            case ["v1", kinds, identifier] if kinds.endswith("s"):
                return [kinds.removesuffix("s"), identifier]
            case _:
                raise ValueError(f"{shown(text)} does not name one object; expected https://{_API_SITE}/v1/KINDS/ID")
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


def _with_article(noun: str) -> str:
    return f"{'an' if noun.startswith(('a', 'e', 'i', 'o')) else 'a'} {noun}"
