"""The quota mode of the sandbox's application, and the fields that development mode lacks.

https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from spotify.testing.sandbox.http.messages import JsonObject

QuotaMode = Literal["development", "extended"]
ObjectKind = Literal["album", "artist", "audiobook", "show", "track", "user"]

# `external_ids` was removed in February 2026 too, and restored in March.
_REMOVED_FIELDS: Final[Mapping[ObjectKind, frozenset[str]]] = {
    "album": frozenset({"album_group", "available_markets", "label", "popularity"}),
    "artist": frozenset({"followers", "popularity"}),
    "audiobook": frozenset({"available_markets", "publisher"}),
    "show": frozenset({"available_markets", "publisher"}),
    "track": frozenset({"available_markets", "linked_from", "popularity"}),
    "user": frozenset({"country", "email", "explicit_content", "followers", "product"}),
}


class Quota:
    """The quota mode."""

    def __init__(self, mode: QuotaMode = "extended") -> None:
        """Create the quota of a mode."""
        self.mode: QuotaMode = mode
        """The quota mode: development mode has fewer operations, fewer fields, smaller pages, and no items of other
        users' playlists.
        """

    @property
    def is_development(self) -> bool:
        """Whether it is development mode."""
        return self.mode == "development"

    def filter_fields(self, kind: ObjectKind, fields: JsonObject) -> JsonObject:
        """Return the fields of an object that this mode has."""
        if not self.is_development:
            return fields
        removed = _REMOVED_FIELDS[kind]
        return {name: value for name, value in fields.items() if name not in removed}
