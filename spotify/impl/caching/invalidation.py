"""Which answers a write makes obsolete: Spotify's relations between paths.

Paths are those below the API's base address, without a query. An answer belongs to one *area*, which is a prefix of its
path; a write changes some areas, and always that of its own path, as RFC 9111, section 4.4, wants it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from spotify.interfaces.response_cache import ALL_RESPONSES

_USERS_PLAYLISTS: Final = "/users/*/playlists"
# A playlist that is created, changed, followed or left. Who owns it cannot be seen, so every user's list is concerned.
_LISTS_OF_PLAYLISTS: Final = ("/me/playlists", "/me/library", _USERS_PLAYLISTS)
# `/me/library` takes things of all kinds, and what is saved kind by kind can be asked for there.
_LIBRARY: Final = (
    "/me/albums",
    "/me/audiobooks",
    "/me/episodes",
    "/me/following",
    "/me/shows",
    "/me/tracks",
    *_LISTS_OF_PLAYLISTS,
)

_CHANGES: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = (
    (re.compile(r"/me/player(/.*)?"), ("/me/player",)),
    (re.compile(r"/me/(albums|audiobooks|episodes|following|library|shows|tracks)"), _LIBRARY),
    (re.compile(r"/me/playlists|/users/[^/]+/playlists"), _LISTS_OF_PLAYLISTS),
    (re.compile(r"/playlists/[^/]+(/.*)?"), _LISTS_OF_PLAYLISTS),
)

_AREA: Final = re.compile(r"/me(/[^/]+)?|/playlists/[^/]+")
_USERS_PLAYLISTS_PATH: Final = re.compile(r"/users/[^/]+/playlists")
_PLAYLIST_URI: Final = re.compile(r"spotify:playlist:(\w+)")


def area_of(path: str) -> str | None:
    """Return the area that an answer belongs to; None for the catalogue, which no call changes."""
    if _USERS_PLAYLISTS_PATH.fullmatch(path):
        return _USERS_PLAYLISTS
    area = _AREA.match(path)
    return None if area is None else area.group()


def areas_changed_by(path: str, query: str) -> tuple[str, ...]:
    """Return the areas that a write to a path changes: all that there are, if it is a write that is not known.

    Args:
        path: Where it is sent.
        query: Its query, still encoded: it can name playlists.
    """
    for pattern, areas in _CHANGES:
        if pattern.fullmatch(path):
            own = area_of(path)
            named = (f"/playlists/{playlist}" for playlist in _PLAYLIST_URI.findall(unquote(query)))
            return tuple(dict.fromkeys([*([] if own is None else [own]), *areas, *named]))
    return (ALL_RESPONSES,)


def is_personal(area: str) -> bool:
    """Whether the same path means something else to each user."""
    return area == "/me" or area.startswith("/me/")
