"""What an application in development mode does without.

https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from spotify.testing.sandbox.http.messages import JsonObject

QuotaMode = Literal["development", "extended"]
ObjectKind = Literal["album", "artist", "audiobook", "show", "track", "user"]

# `external_ids` went with them in February 2026, and came back in March.
_REMOVED_MEMBERS: Final[Mapping[ObjectKind, frozenset[str]]] = {
    "album": frozenset({"album_group", "available_markets", "label", "popularity"}),
    "artist": frozenset({"followers", "popularity"}),
    "audiobook": frozenset({"available_markets", "publisher"}),
    "show": frozenset({"available_markets", "publisher"}),
    "track": frozenset({"available_markets", "linked_from", "popularity"}),
    "user": frozenset({"country", "email", "explicit_content", "followers", "product"}),
}


class Quota:
    """The quota mode of the sandbox's application.

    Attributes:
        is_development: Whether it is development mode: fewer operations, members and items a page, and no contents of
            the playlists of others.
    """

    def __init__(self, mode: QuotaMode = "extended") -> None:
        """Be in this mode."""
        self.is_development: Final = mode == "development"

    def kept(self, kind: ObjectKind, members: JsonObject) -> JsonObject:
        """Those of an object's members that come in this mode."""
        if not self.is_development:
            return members
        removed = _REMOVED_MEMBERS[kind]
        return {name: value for name, value in members.items() if name not in removed}
