"""Ids and URIs of Spotify."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

_BASE62: Final = re.compile(r"[0-9A-Za-z]{22}", re.ASCII)


def is_base62_id(value: str) -> bool:
    """Return whether `value` has 22 base62 digits, as the ids of everything but users and categories."""
    return _BASE62.fullmatch(value) is not None


def user_uri(user_id: str) -> str:
    """Return the URI of a user. User ids can have any characters and are percent-encoded in it."""
    return f"spotify:user:{quote(user_id, safe='')}"


@dataclass(frozen=True, slots=True)
class SpotifyUri:
    """A parsed `spotify:KIND:ID`."""

    kind: str
    id: str

    @classmethod
    def parse(cls, value: str) -> SpotifyUri | None:
        """Parse a URI; None if `value` is not a URI. User ids are percent-decoded."""
        match value.split(":"):
            case ["spotify", "user", id] if id:
                return cls("user", unquote(id))
            case ["spotify", kind, id] if is_base62_id(id):
                return cls(kind, id)
            case _:
                return None


def collection_owner(uri: str) -> str | None:
    """Return the user id in `spotify:user:ID:collection`, the URI of a user's saved tracks; None for other URIs."""
    match uri.split(":"):
        case ["spotify", "user", id, "collection"] if id:
            return unquote(id)
        case _:
            return None
