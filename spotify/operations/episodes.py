"""Operations on the episodes of shows: the catalogue's and the user's saved ones."""

from __future__ import annotations

from spotify.interfaces.operation import Operation
from spotify.operations._shared import JSON, RETIRED_IN_2026

GET_EPISODE = Operation(
    id="get-an-episode",
    method="GET",
    path="/episodes/{id}",
    query=("market",),
    scopes=("user-read-playback-position",),
    idempotent=True,
)
GET_SEVERAL_EPISODES = Operation(
    id="get-multiple-episodes",
    method="GET",
    path="/episodes",
    query=("ids", "market"),
    scopes=("user-read-playback-position",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="get-an-episode",
    max_ids=50,
)
GET_SAVED_EPISODES = Operation(
    id="get-users-saved-episodes",
    method="GET",
    path="/me/episodes",
    query=("market", "limit", "offset"),
    scopes=("user-library-read", "user-read-playback-position"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
SAVE_EPISODES = Operation(
    id="save-episodes-user",
    method="PUT",
    path="/me/episodes",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
)
REMOVE_EPISODES = Operation(
    id="remove-episodes-user",
    method="DELETE",
    path="/me/episodes",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
)
CHECK_SAVED_EPISODES = Operation(
    id="check-users-saved-episodes",
    method="GET",
    path="/me/episodes/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
)
