"""Operations on artists."""

from __future__ import annotations

from spotify.interfaces.operation import Operation
from spotify.operations._shared import RETIRED_IN_2024, RETIRED_IN_2026

GET_ARTIST = Operation(id="get-an-artist", method="GET", path="/artists/{id}", idempotent=True)
GET_SEVERAL_ARTISTS = Operation(
    id="get-multiple-artists",
    method="GET",
    path="/artists",
    query=("ids",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="get-an-artist",
    max_ids=50,
)
GET_ARTIST_ALBUMS = Operation(
    id="get-an-artists-albums",
    method="GET",
    path="/artists/{id}/albums",
    query=("include_groups", "market", "limit", "offset"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
    development_default_limit=5,
    development_max_limit=10,
)
GET_ARTIST_TOP_TRACKS = Operation(
    id="get-an-artists-top-tracks",
    method="GET",
    path="/artists/{id}/top-tracks",
    query=("market",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
)
GET_RELATED_ARTISTS = Operation(
    id="get-an-artists-related-artists",
    method="GET",
    path="/artists/{id}/related-artists",
    idempotent=True,
    removed_on=RETIRED_IN_2024,
)
