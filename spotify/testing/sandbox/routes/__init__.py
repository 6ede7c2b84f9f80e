"""The operations of the Web API, one module per area, each with the table of its routes."""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.routes import (
    albums,
    artists,
    browse,
    following,
    library,
    player,
    playlist_covers,
    playlist_items,
    playlists,
    recommendations,
    saved,
    search,
    spoken,
    tracks,
    users,
)
from spotify.testing.sandbox.routing import Router

WEB_API: Final = Router(
    area.routes
    for area in (
        albums,
        artists,
        browse,
        following,
        library,
        player,
        playlist_covers,
        playlist_items,
        playlists,
        recommendations,
        saved,
        search,
        spoken,
        tracks,
        users,
    )
)
