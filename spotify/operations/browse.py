"""Operations on what Spotify puts on its browse pages, and on its lists of genres and markets."""

from __future__ import annotations

from spotify.interfaces.operation import Operation
from spotify.operations._shared import RETIRED_IN_2024, RETIRED_IN_2026

GET_CATEGORIES = Operation(
    id="get-categories",
    method="GET",
    path="/browse/categories",
    query=("locale", "limit", "offset"),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    default_limit=20,
    max_limit=50,
)
GET_CATEGORY = Operation(
    id="get-a-category",
    method="GET",
    path="/browse/categories/{category_id}",
    query=("locale",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
)
GET_CATEGORY_PLAYLISTS = Operation(
    id="get-a-categories-playlists",
    method="GET",
    path="/browse/categories/{category_id}/playlists",
    query=("limit", "offset"),
    idempotent=True,
    removed_on=RETIRED_IN_2024,
    default_limit=20,
    max_limit=50,
)
GET_FEATURED_PLAYLISTS = Operation(
    id="get-featured-playlists",
    method="GET",
    path="/browse/featured-playlists",
    query=("locale", "limit", "offset"),
    idempotent=True,
    removed_on=RETIRED_IN_2024,
    default_limit=20,
    max_limit=50,
)
GET_GENRE_SEEDS = Operation(
    id="get-recommendation-genres",
    method="GET",
    path="/recommendations/available-genre-seeds",
    idempotent=True,
    removed_on=RETIRED_IN_2024,
)
GET_MARKETS = Operation(
    id="get-available-markets",
    method="GET",
    path="/markets",
    idempotent=True,
    removed_on=RETIRED_IN_2026,
)
