"""The content of a sandbox when it starts: music, shows, audiobooks, users and playlists, generated from a seed.

Begin with `catalogue.py`; `entities.py` has the types with their ids and URIs, `content.py` stores them. `music.py`,
`spoken_word.py` and `users_and_playlists.py` generate the entities, with names from `names.py`.
"""

from __future__ import annotations

from spotify.testing.sandbox.catalogue.catalogue import Catalogue, CatalogueKind, content_of
from spotify.testing.sandbox.catalogue.content import Content
from spotify.testing.sandbox.catalogue.entities import (
    Album,
    Artist,
    Audiobook,
    Category,
    Chapter,
    Entity,
    Episode,
    LocalFile,
    MarketSet,
    PlayableItem,
    Playlist,
    PlaylistEntry,
    Show,
    SpotifyUri,
    Track,
    User,
)

__all__ = [
    "Album",
    "Artist",
    "Audiobook",
    "Catalogue",
    "CatalogueKind",
    "Category",
    "Chapter",
    "Content",
    "Entity",
    "Episode",
    "LocalFile",
    "MarketSet",
    "PlayableItem",
    "Playlist",
    "PlaylistEntry",
    "Show",
    "SpotifyUri",
    "Track",
    "User",
    "content_of",
]
