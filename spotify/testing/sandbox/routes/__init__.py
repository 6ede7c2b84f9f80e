"""The operations of the Web API, one module per area, each with the table of its routes."""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.routing import Router

from . import albums, artists, spoken, tracks

WEB_API: Final = Router((albums.routes, artists.routes, spoken.routes, tracks.routes))
