"""The operations of the Web API, one module per area, each with the table of its routes."""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.web_api.routes import (
    browse,
    catalogue,
    library,
    player,
    playlist_items,
    playlists,
    spoken_word,
    users,
)
from spotify.testing.sandbox.web_api.routing import Router

WEB_API: Final = Router(
    area.routes
    for area in (
        browse,
        catalogue,
        library,
        player,
        playlist_items,
        playlists,
        spoken_word,
        users,
    )
)
