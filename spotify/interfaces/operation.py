"""The facts about one operation of the Web API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from spotify.config import CacheKind

#: Applications registered since then lack the operations that Spotify withdrew on 2024-11-27.
REMOVED_IN_2024: Final = date(2024, 11, 27)
#: The reduction of development mode for new applications; for older ones it took effect on 2026-03-09.
REMOVED_IN_2026: Final = date(2026, 2, 11)

JSON: Final = "application/json"
JPEG: Final = "image/jpeg"

_PATH_PARAMETER = re.compile(r"\{(\w+)\}")

# The first segments of the paths of reads; those not listed are `browse`.
_KINDS: Final[Mapping[str, CacheKind]] = {
    "albums": "album",
    "artists": "artist",
    "audio-analysis": "track",
    "audio-features": "track",
    "audiobooks": "audiobook",
    "chapters": "chapter",
    "episodes": "episode",
    "playlists": "playlist",
    "search": "search",
    "shows": "show",
    "tracks": "track",
    "users": "user",
}
# The second segments below `/me`; those not listed are `library`.
_PERSONAL_KINDS: Final[Mapping[str, CacheKind]] = {
    "": "user",
    "player": "player",
    "playlists": "playlist",
    "top": "user",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The facts about one operation."""

    id: str
    """The operation id of Spotify's API description, such as `get-an-album`."""
    method: str
    """The HTTP method."""
    path: str
    """The path below `/v1`, with `{names}` for the path parameters."""
    path_parameters: tuple[str, ...] = field(init=False)
    """The names of the path parameters, in order."""
    query: tuple[str, ...] = ()
    """The names of the query parameters."""
    content_type: str | None = None
    """The media type of the request body; None for no body."""
    scopes: tuple[str, ...] = ()
    """The OAuth scopes that it can require. Which of them a call needs can depend on the object: changing a playlist
    needs `playlist-modify-public` or `playlist-modify-private`.
    """
    idempotent: bool
    """Whether sending a request twice has the effect of sending it once, so that a request that may have been executed
    can be retried.
    """
    cache_area: str | None = None
    """For a read, the group of responses that writes invalidate together, such as `/me/tracks` or
    `/playlists/{playlist_id}`, with the path parameters in braces. None for the catalogue, which no write changes.
    Responses in an area below `/me` differ from user to user.
    """
    invalidates: tuple[str, ...] = ()
    """For a write, the `cache_area`s of the reads whose responses it makes obsolete. Playlists named by URI in the
    query (`uris=spotify:playlist:…`) are affected too.
    """
    changes: str | None = None
    """For a write, what it changes, such as `/playlists/{playlist_id}/items`, with path parameters, query parameters or
    members of the body in braces; a list or a comma-separated str names several things. Writes that change different
    things commute. None if the order of writes is not kept: a player command that waits for another one would come too
    late.
    """
    commutes: bool = False
    """For a write, whether idempotent requests of this operation have the same effect in any order: saving one track
    and saving another one.
    """
    returns_snapshot: bool = False
    """The response holds the playlist's new snapshot id."""
    ignores_response_body: bool = False
    """The body of a successful response carries no information and need not be JSON: player commands are sometimes
    answered with a line of plain text.
    """
    removed_on: date | None = None
    """The date from which new applications in development mode lack the operation; None if every application has it."""
    replacement: str | None = None
    """The id of the operation that does the same, or a part of it, in development mode."""
    forbidden_advice: str | None = None
    """What a 403 without a reason can mean in development mode; None if nothing is known."""
    not_found_advice: str | None = None
    """What a 404 can mean in development mode; None if nothing is known."""
    max_ids: int | None = None
    """The maximum number of ids or URIs per request; None if it takes no list of them."""
    batch_of: str | None = None
    """For a read of many objects by `ids`, the id of the operation that returns one of them with the same members, so
    that a cache can use the one for the other; None if there is none.
    """
    default_limit: int | None = None
    """The page size if `limit` is omitted; None if the response is not a page."""
    max_limit: int | None = None
    """The highest `limit`."""
    development_default_limit: int | None = None
    """The page size in development mode if `limit` is omitted; defaults to `default_limit`."""
    development_max_limit: int | None = None
    """The highest `limit` in development mode; defaults to `max_limit`."""
    max_results: int | None = None
    """The highest `offset + limit`; None if every result can be reached."""

    def __post_init__(self) -> None:
        derived: dict[str, object] = {"path_parameters": tuple(_PATH_PARAMETER.findall(self.path))}
        if self.development_default_limit is None:
            derived["development_default_limit"] = self.default_limit
        if self.development_max_limit is None:
            derived["development_max_limit"] = self.max_limit
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    @property
    def cache_kind(self) -> CacheKind:
        """The kind of object that a read is about: the tracks of an album and the album itself are `album`."""
        _, first, second, *_ = f"{self.path}/".split("/")
        if first == "me":
            return _PERSONAL_KINDS.get(second, "library")
        return "playlist" if self.path == "/users/{user_id}/playlists" else _KINDS.get(first, "browse")

    @property
    def development_mode(self) -> bool:
        """Whether applications in development mode have the operation."""
        return self.removed_on is None

    @property
    def deprecated(self) -> bool:
        """Whether the API description marks it as deprecated: it does so for what development mode lacks."""
        return self.removed_on is not None
