"""Operations on tracks: the catalogue's and the user's saved ones, audio features and recommendations."""

from __future__ import annotations

from typing import Final

from spotify.interfaces.operation import Operation
from spotify.operations._shared import JSON, RETIRED_IN_2024, RETIRED_IN_2026

#: What recommendations can be tuned by: each has a `min_`, a `max_` and a `target_` parameter.
TUNABLE_ATTRIBUTES: Final = (
    "acousticness",
    "danceability",
    "duration_ms",
    "energy",
    "instrumentalness",
    "key",
    "liveness",
    "loudness",
    "mode",
    "popularity",
    "speechiness",
    "tempo",
    "time_signature",
    "valence",
)

GET_TRACK = Operation(
    id="get-track",
    method="GET",
    path="/tracks/{id}",
    query=("market",),
    idempotent=True,
)
GET_SEVERAL_TRACKS = Operation(
    id="get-several-tracks",
    method="GET",
    path="/tracks",
    query=("market", "ids"),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="get-track",
    max_ids=50,
)
GET_SAVED_TRACKS = Operation(
    id="get-users-saved-tracks",
    method="GET",
    path="/me/tracks",
    query=("market", "limit", "offset"),
    scopes=("user-library-read",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
SAVE_TRACKS = Operation(
    id="save-tracks-user",
    method="PUT",
    path="/me/tracks",
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
)
REMOVE_TRACKS = Operation(
    id="remove-tracks-user",
    method="DELETE",
    path="/me/tracks",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
)
CHECK_SAVED_TRACKS = Operation(
    id="check-users-saved-tracks",
    method="GET",
    path="/me/tracks/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
)
GET_AUDIO_FEATURES = Operation(
    id="get-audio-features",
    method="GET",
    path="/audio-features/{id}",
    idempotent=True,
    removed_on=RETIRED_IN_2024,
)
GET_SEVERAL_AUDIO_FEATURES = Operation(
    id="get-several-audio-features",
    method="GET",
    path="/audio-features",
    query=("ids",),
    idempotent=True,
    removed_on=RETIRED_IN_2024,
    max_ids=100,
)
GET_AUDIO_ANALYSIS = Operation(
    id="get-audio-analysis",
    method="GET",
    path="/audio-analysis/{id}",
    idempotent=True,
    removed_on=RETIRED_IN_2024,
)
GET_RECOMMENDATIONS = Operation(
    id="get-recommendations",
    method="GET",
    path="/recommendations",
    query=(
        "limit",
        "market",
        "seed_artists",
        "seed_genres",
        "seed_tracks",
        *(f"{bound}_{attribute}" for attribute in TUNABLE_ATTRIBUTES for bound in ("min", "max", "target")),
    ),
    idempotent=True,
    removed_on=RETIRED_IN_2024,
    default_limit=20,
    max_limit=100,
)
