"""Spotify URIs in requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from spotify.testing.sandbox.catalogue.ids import is_base62_id

_FREE_TEXT_KINDS: Final = frozenset({"user"})


@dataclass(frozen=True, slots=True)
class SpotifyUri:
    """`spotify:KIND:ID`, taken apart."""

    kind: str
    id: str

    @classmethod
    def parse(cls, text: str) -> SpotifyUri | None:
        """Read a URI; None when it is none. Users' ids are percent-encoded in theirs."""
        match text.split(":"):
            case ["spotify", kind, id] if kind in _FREE_TEXT_KINDS and id:
                return cls(kind, unquote(id))
            case ["spotify", kind, id] if is_base62_id(id):
                return cls(kind, id)
            case _:
                return None


def user_of_collection(text: str) -> str | None:
    """The id of the user whose saved tracks `spotify:user:ID:collection` means; None for anything else."""
    match text.split(":"):
        case ["spotify", "user", id, "collection"] if id:
            return unquote(id)
        case _:
            return None
