"""The `fields` filter of playlists, completed so that what it leaves can still be read.

A filter such as `items(track(name))` leaves a track without the `uri` and `type` that tell what it is. And it names the
item of an entry as extended quota does; in development mode the same is called `item`, and a filter that does not know
the name leaves nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from spotify._checks import check_type

_DEEPEST: Final = 20
_NAME: Final = re.compile(r"\w+(?:\.\w+)*")
_IDENTITY: Final = ("id", "type", "uri")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a filter must leave of an object.

    Attributes:
        needed: Members that are always left.
        inner: The members that are objects, or lists of them, with needs of their own.
        names: A member's other name, which is kept or left out with it.
        paged: Whether `next` is needed, if there are `items`: without it a list would end after its first page.
    """

    needed: tuple[str, ...] = ()
    inner: Mapping[str, Shape] = field(default_factory=dict[str, "Shape"])
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    paged: bool = False


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
    inner={"item": _PLAYABLE, "track": _PLAYABLE, "added_by": _USER}, names={"item": "track", "track": "item"}
)
#: The answer of `get_items`.
ITEMS_PAGE: Final = Shape(inner={"items": _ENTRY}, paged=True)
#: The answer of `get`.
PLAYLIST: Final = Shape(
    _IDENTITY,
    {"owner": _USER, "images": _IMAGES, "followers": _TOTAL, "items": ITEMS_PAGE, "tracks": ITEMS_PAGE},
    {"items": "tracks", "tracks": "items"},
)


def completed_fields(fields: str, shape: Shape) -> str | None:
    """Return the filter with all that the shape needs; None if nothing is left that it would leave out.

    Raises:
        TypeError: It is not a text.
        ValueError: It is no filter: a name is missing or odd, or parentheses do not match.
    """
    check_type("fields", fields, str)  # a list of names is passed by mistake
    group = _Parser("".join(fields.split())).whole()
    return _completed(group, shape).text() or None


@dataclass(slots=True)
class _Group:
    """Members that are kept or, with `excludes`, left out; None for a member as a whole."""

    members: dict[str, _Group | None] = field(default_factory=dict[str, "_Group | None"])
    excludes: bool = False

    def add(self, name: str, inner: _Group | None) -> None:
        """Name a member too; one that is named twice is kept as far as either wants it."""
        known = self.members.get(name)
        if name in self.members and (known is None or inner is None):
            self.members[name] = None
        elif known is None or inner is None:
            self.members[name] = inner
        else:
            known.excludes |= inner.excludes
            for each, below in inner.members.items():
                known.add(each, below)

    def text(self) -> str:
        listed = ",".join(
            name if inner is None or not inner.members else f"{name}({inner.text()})"
            for name, inner in self.members.items()
        )
        return f"!{listed}" if self.excludes and listed else listed


def _completed(group: _Group, shape: Shape) -> _Group:
    needed = (*shape.needed, "next") if shape.paged and (group.excludes or "items" in group.members) else shape.needed
    if group.excludes:
        members = {name: inner for name, inner in group.members.items() if name not in needed}
        return _Group(dict.fromkeys([*members, *_other_names(members, shape)], None), excludes=True)
    members = {
        name: None if inner is None else _completed(inner, shape.inner.get(name, Shape()))
        for name, inner in group.members.items()
    }
    members.update({other: members[name] for other, name in _other_names(members, shape).items()})
    for name in needed:
        members.setdefault(name)
    return _Group(members)


def _other_names(members: Mapping[str, object], shape: Shape) -> dict[str, str]:
    return {shape.names[name]: name for name in members if name in shape.names and shape.names[name] not in members}


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0

    def whole(self) -> _Group:
        group = self._group(0)
        if self._place != len(self._text):
            raise self._error()
        return group

    def _group(self, depth: int) -> _Group:
        """Names with commas between them; a `!` before one leaves all of them out."""
        if depth > _DEEPEST:
            raise self._error()
        group = _Group()
        while True:
            group.excludes |= self._takes("!")
            found = _NAME.match(self._text, self._place)
            if found is None:
                raise self._error()
            self._place = found.end()
            inner = None
            if self._takes("("):
                inner = self._group(depth + 1)
                if not self._takes(")"):
                    raise self._error()
            first, *rest = found.group().split(".")
            if depth + len(rest) > _DEEPEST:
                raise self._error()
            for name in reversed(rest):
                inner = _Group({name: inner})
            group.add(first, inner)
            if not self._takes(","):
                return group

    def _takes(self, character: str) -> bool:
        found = self._text.startswith(character, self._place)
        self._place += found
        return found

    def _error(self) -> ValueError:
        return ValueError(
            f"fields cannot be read from {self._text[self._place : self._place + 20]!r} on; "
            "expected names such as 'name,items(added_at,item(name))'"
        )


#: The maximum size of the base64 string: 256 KB.
MAX_COVER_BYTES: Final = 256 * 1024

_JPEG: Final = b"\xff\xd8\xff"


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
            raise ValueError("image is not base64; pass the bytes of a JPEG, or a base64 str without prefix") from None
        _check_jpeg(jpeg)
        return encoded.encode("ascii")
    if not isinstance(image, bytes):
        raise TypeError(f"image must be the bytes of a JPEG, or a base64 str, not {type(image).__name__}")
    _check_jpeg(image)
    _check_cover_size(4 * ((len(image) + 2) // 3))
    return base64.b64encode(image)


def _check_jpeg(image: bytes) -> None:
    if not image.startswith(_JPEG):
        raise ValueError("image is not a JPEG: it has to begin with the bytes FF D8 FF")


def _check_cover_size(encoded: int) -> None:
    if encoded > MAX_COVER_BYTES:
        raise ValueError(
            f"image is too large: {encoded} bytes in base64, at most {MAX_COVER_BYTES} are allowed "
            f"(a JPEG of {MAX_COVER_BYTES // 4 * 3} bytes)"
        )
