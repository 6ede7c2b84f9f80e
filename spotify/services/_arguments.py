"""Arguments of playlists and the player: details, the `fields` filter, covers, devices, what starts playback.

A filter such as `items(track(name))` would leave a track without the `uri` and `type` that identify it. Extended quota
calls the item of an entry `track`, development mode calls it `item`, and a filter with the other name leaves nothing.
So filters are completed before they are sent.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Final, Literal, TypeAlias, get_args

from spotify._checks import check_flag, check_range, check_text, check_type, choices_of, each_of, shown
from spotify.ids import BASE62_KINDS, Reference, SpotifyUri, playable_uri, playable_uris, string_of

PlayableType: TypeAlias = Literal["track", "episode"]

PLAYABLE_TYPES: Final[tuple[PlayableType, ...]] = get_args(PlayableType)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

#: The maximum size of a cover image in base64: 256 KB.
MAX_COVER_BYTES: Final = 256 * 1024

#: The maximum lengths of the name and the description of a playlist, in characters.
_MAX_NAME: Final = 200
_MAX_DESCRIPTION: Final = 300

_LINE_BREAK: Final = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_MAX_DEPTH: Final = 20
_NAME: Final = re.compile(r"\w+(?:\.\w+)*")
_IDENTITY: Final = ("id", "type", "uri")
_PNG: Final = b"\x89PNG"
_JPEG: Final = b"\xff\xd8\xff"


def _check_playlist_text(name: str, value: object, *, max_length: int) -> None:
    """Check the name or the description of a playlist. Spotify responds to some invalid ones with 500.

    Raises:
        TypeError: It is not a str.
        ValueError: It is empty, too long, or has a line break.
    """
    check_text(name, value)
    text = str(value)
    if len(text) > max_length:
        raise ValueError(f"{name} must have at most {max_length} characters, not {len(text)}")
    if _LINE_BREAK.search(text):
        raise ValueError(f"{name} must be one line: Spotify refuses line breaks")


def playlist_details(
    name: str | None, public: bool | None, collaborative: bool | None, description: str | None
) -> dict[str, object]:
    """Return the request body with the details that are not None.

    Raises:
        TypeError: A detail is of the wrong type.
        ValueError: A text is invalid, or the playlist would be public and collaborative.
    """
    check_flag("public", public, optional=True)
    check_flag("collaborative", collaborative, optional=True)
    if name is not None:
        _check_playlist_text("name", name, max_length=_MAX_NAME)
    if description is not None:
        _check_playlist_text("description", description, max_length=_MAX_DESCRIPTION)
    if public and collaborative:
        raise ValueError("a collaborative playlist cannot be public; omit public, or pass False")
    details = {"name": name, "public": public, "collaborative": collaborative, "description": description}
    return {name: value for name, value in details.items() if value is not None}


def playable_uris_or_none(uris: Iterable[Reference]) -> list[str]:
    """Return the URIs of tracks and episodes, like `playable_uris`, but allow an empty list."""
    values = list(each_of(uris, "uris must be several strings"))
    return playable_uris(values) if values else []


def joined_types(additional_types: Iterable[PlayableType] | PlayableType) -> str:
    """Return the value of the query parameter `additional_types`.

    Raises:
        TypeError: It is not a str or an iterable of str.
        ValueError: There are no types, or one of them is unknown.
    """
    types = [additional_types] if isinstance(additional_types, str) else additional_types
    return ",".join(choices_of("additional_types", types, PLAYABLE_TYPES))


def encoded_cover(image: object) -> bytes:
    """Return the request body of a cover image: a JPEG in base64.

    Args:
        image: The bytes of a JPEG, or a base64 str of one, which may contain line breaks.

    Raises:
        TypeError: `image` is neither bytes nor a str.
        ValueError: `image` is not a JPEG, not base64, or too large.
    """
    if isinstance(image, str):
        encoded = "".join(image.split())
        _check_cover_size(len(encoded))
        try:
            jpeg = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(
                "image is not base64; pass the bytes of a JPEG, such as Path('cover.jpg').read_bytes(), or a base64 "
                "str without prefix"
            ) from None
        _check_jpeg(jpeg)
        return encoded.encode("ascii")
    if not isinstance(image, bytes):
        advice = "; pass path.read_bytes()" if isinstance(image, PurePath) else ""
        raise TypeError(f"image must be the bytes of a JPEG, or a base64 str, not {type(image).__name__}{advice}")
    _check_jpeg(image)
    _check_cover_size(4 * ((len(image) + 2) // 3))
    return base64.b64encode(image)


def _check_jpeg(image: bytes) -> None:
    if not image.startswith(_JPEG):
        found = (
            "it is a PNG, which has to be converted"
            if image.startswith(_PNG)
            else "pass the content of a JPEG file, which begins with FF D8 FF"
        )
        raise ValueError(f"image is not a JPEG: {found}")


def _check_cover_size(encoded: int) -> None:
    if encoded > MAX_COVER_BYTES:
        raise ValueError(
            f"image is too large: {encoded} bytes in base64, at most {MAX_COVER_BYTES} are allowed "
            f"(a JPEG of {MAX_COVER_BYTES // 4 * 3} bytes)"
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """The members that a filter must keep of an object."""

    required: tuple[str, ...] = ()
    """Members that are always kept."""
    inner: Mapping[str, Shape] = field(default_factory=dict[str, "Shape"])
    """The shapes of members that are objects or lists of objects."""
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    """For a member, its other name, which is kept or left out with it."""
    is_page: bool = False
    """Whether `next` is kept together with `items`: without it a list would end after its first page."""


_IMAGES: Final = Shape(("url",))
_TOTAL: Final = Shape(("total",))
_USER: Final = Shape(_IDENTITY)
_ARTIST: Final = Shape(_IDENTITY, {"images": _IMAGES, "followers": _TOTAL})
_ALBUM: Final = Shape(_IDENTITY, {"artists": _ARTIST, "images": _IMAGES})
_SHOW: Final = Shape(_IDENTITY, {"images": _IMAGES, "copyrights": Shape(("text",))})
_PLAYABLE: Final = Shape(
    _IDENTITY,
    {"album": _ALBUM, "artists": _ARTIST, "linked_from": Shape(_IDENTITY), "show": _SHOW, "images": _IMAGES},
)
_ENTRY: Final = Shape(
    inner={"item": _PLAYABLE, "track": _PLAYABLE, "added_by": _USER}, aliases={"item": "track", "track": "item"}
)
#: The response of `get_items`.
ITEMS_PAGE: Final = Shape(inner={"items": _ENTRY}, is_page=True)
#: The response of `get`.
PLAYLIST: Final = Shape(
    _IDENTITY,
    {"owner": _USER, "images": _IMAGES, "followers": _TOTAL, "items": ITEMS_PAGE, "tracks": ITEMS_PAGE},
    {"items": "tracks", "tracks": "items"},
)


def complete_filter(fields: str, shape: Shape) -> str | None:
    """Return the filter with everything that the shape requires; None if it would leave out nothing.

    Raises:
        TypeError: `fields` is not a str.
        ValueError: `fields` is not a filter: a name is missing or invalid, or parentheses do not match.
    """
    check_type("fields", fields, str)
    group = _Parser("".join(fields.split())).parse()
    return str(_complete(group, shape)) or None


@dataclass(slots=True)
class _Group:
    """The members that a filter keeps or, with `excludes`, leaves out; None means a complete member."""

    members: dict[str, _Group | None] = field(default_factory=dict[str, "_Group | None"])
    excludes: bool = False

    def add(self, name: str, inner: _Group | None) -> None:
        """Add a member. If a member is named twice, the union of both is kept."""
        known = self.members.get(name)
        if name in self.members and (known is None or inner is None):
            self.members[name] = None
        elif known is None or inner is None:
            self.members[name] = inner
        else:
            known.excludes |= inner.excludes
            for member, below in inner.members.items():
                known.add(member, below)

    def __str__(self) -> str:
        listed = ",".join(
            name if inner is None or not inner.members else f"{name}({inner})" for name, inner in self.members.items()
        )
        return f"!{listed}" if self.excludes and listed else listed


def _complete(group: _Group, shape: Shape) -> _Group:
    required = shape.required
    if shape.is_page and (group.excludes or "items" in group.members):
        required = (*required, "next")
    if group.excludes:
        excluded = {name: inner for name, inner in group.members.items() if name not in required}
        return _Group(dict.fromkeys([*excluded, *_missing_aliases(excluded, shape)], None), excludes=True)
    members = {
        name: None if inner is None else _complete(inner, shape.inner.get(name, Shape()))
        for name, inner in group.members.items()
    }
    members.update({alias: members[name] for alias, name in _missing_aliases(members, shape).items()})
    for name in required:
        members.setdefault(name)
    return _Group(members)


def _missing_aliases(members: Mapping[str, object], shape: Shape) -> dict[str, str]:
    """Return the aliases of members that are not members themselves, each with the member that it stands for."""
    aliases = {shape.aliases[name]: name for name in members if name in shape.aliases}
    return {alias: name for alias, name in aliases.items() if alias not in members}


class _Parser:
    def __init__(self, fields: str) -> None:
        self._fields = fields
        self._position = 0

    def parse(self) -> _Group:
        group = self._group(0)
        if self._position != len(self._fields):
            raise self._error()
        return group

    def _group(self, depth: int) -> _Group:
        """Parse names separated by commas; a `!` before one of them excludes all of them."""
        if depth > _MAX_DEPTH:
            raise self._error()
        group = _Group()
        while True:
            group.excludes |= self._skip("!")
            name = _NAME.match(self._fields, self._position)
            if name is None:
                raise self._error()
            self._position = name.end()
            inner = None
            if self._skip("("):
                inner = self._group(depth + 1)
                if not self._skip(")"):
                    raise self._error()
            first, *rest = name.group().split(".")
            if depth + len(rest) > _MAX_DEPTH:
                raise self._error()
            for member in reversed(rest):
                inner = _Group({member: inner})
            group.add(first, inner)
            if not self._skip(","):
                return group

    def _skip(self, character: str) -> bool:
        """Move past a character if it is the next one; return whether it was."""
        is_next = self._fields.startswith(character, self._position)
        self._position += is_next
        return is_next

    def _error(self) -> ValueError:
        rest = self._fields[self._position : self._position + 20]
        return ValueError(
            f"fields is not a filter: unexpected {repr(rest) if rest else 'end'}; "
            "expected names such as 'name,items(added_at,item(name))'"
        )


_NO_CONTEXTS: Final = {"track": "a track", "episode": "an episode", "local": "a local file"}
_LIKED_SONGS: Final = re.compile(r"(https?://)?open\.spotify\.com/(intl-[a-z-]+/)?collection/tracks/?([?#].*)?")
# Such as `spotify:user:NAME:collection:artist:ID`.
_OTHER_CONTEXT: Final = re.compile(r"spotify:(collection(:[^\s:]+)*|[a-z-]+(:[^\s:]+){2,})")
_LIKED_SONGS_URI: Final = "spotify:collection"


def start_body(
    context_uri: Reference | None,
    uris: Iterable[Reference] | None,
    offset: int | Reference | None,
    position_ms: int | None,
) -> dict[str, object] | None:
    """Return the body; None if all arguments are None, which resumes paused playback.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: An argument is out of bounds or of another kind, or they contradict each other.
    """
    if context_uri is not None and uris is not None:
        raise ValueError("pass either context_uri or uris, not both")
    context = None if context_uri is None else _context(context_uri)
    playables = None if uris is None else playable_uris(uris)
    body: dict[str, object] = {}
    if context is not None:
        body["context_uri"] = context
    if playables is not None:
        body["uris"] = playables
    if offset is not None:
        body["offset"] = _offset(offset, context, playables)
    if position_ms is not None:
        body["position_ms"] = check_range("position_ms", position_ms, at_least=0)
    return body or None


def _context(value: Reference) -> str:
    """Return the URI of a context: of any kind but those of items, as the player reports undocumented kinds."""
    if isinstance(value, str) or not hasattr(value, "uri"):
        check_text("context_uri", value)
    value = string_of(value, "a context_uri")
    if _LIKED_SONGS.fullmatch(value):
        return _LIKED_SONGS_URI
    kind = value.split(":")[1] if value.startswith("spotify:") else ""
    try:
        context = SpotifyUri.parse(value)
    except ValueError as error:
        if _OTHER_CONTEXT.fullmatch(value) and kind not in BASE62_KINDS | _NO_CONTEXTS.keys():
            return value
        raise ValueError(f"context_uri: {error}") from None
    if context.kind in _NO_CONTEXTS:
        raise ValueError(f"context_uri must not be {_NO_CONTEXTS[context.kind]}; pass it in uris")
    return context.uri


def _offset(offset: object, context: str | None, uris: list[str] | None) -> dict[str, object]:
    if context is None and uris is None:
        raise ValueError("offset needs context_uri or uris: there is neither")
    if context is not None and context.startswith("spotify:artist:"):
        raise ValueError("offset is not allowed for an artist's context: Spotify chooses the tracks")
    if not isinstance(offset, int | float):
        uri = _offset_uri(offset)
        if uris is not None and uri not in uris:
            raise ValueError(f"offset must be one of uris: {uri} is not")
        return {"uri": uri}
    if not isinstance(offset, int):
        raise TypeError(f"offset must be an integer, or a URI or URL as str, not {type(offset).__name__}")
    last = None if uris is None else len(uris) - 1
    return {"position": check_range("offset", offset, at_least=0, at_most=last)}


def _offset_uri(offset: object) -> str:
    try:
        return playable_uri(string_of(offset, "an offset"))
    except TypeError:
        raise TypeError(f"offset must be an integer, or a URI or URL as str, not {type(offset).__name__}") from None
    except ValueError as error:
        raise ValueError(f"offset: {error}") from None


def optional_device_id(device_id: str | None) -> str | None:
    """Return the id of a device; None for the active device. See `checked_device_id`."""
    return None if device_id is None else checked_device_id(device_id)


def checked_device_id(value: str) -> str:
    """Return the id of a device.

    Raises:
        TypeError: It is not a str.
        ValueError: It is empty or a Spotify URI.
    """
    check_text("device_id", value)
    if value.startswith("spotify:"):
        raise ValueError(f"device_id must be the id of a device, not {shown(value)}; get_devices returns the ids")
    return value


def in_milliseconds(name: str, time: int | datetime | None) -> int | None:
    """Return a time in milliseconds since the epoch.

    Raises:
        TypeError: It is neither an integer nor a datetime.
        ValueError: It is before 1970, or a naive datetime.
    """
    if time is None:
        return None
    if isinstance(time, datetime):
        if time.utcoffset() is None:
            raise ValueError(f"{name} must have a time zone, such as datetime.now(UTC) has")
        time = milliseconds_since_epoch(time)
    check_range(name, time, at_least=0)
    return time


def milliseconds_since_epoch(time: datetime) -> int:
    """Return an aware datetime in whole milliseconds since the epoch."""
    return (time - EPOCH) // timedelta(milliseconds=1)
