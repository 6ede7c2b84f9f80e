"""Operations on shows: the catalogue's and the user's saved ones."""

from __future__ import annotations

from spotify.interfaces.operation import Operation
from spotify.operations._shared import JSON, RETIRED_IN_2026

GET_SHOW = Operation(
    id="get-a-show",
    method="GET",
    path="/shows/{id}",
    query=("market",),
    scopes=("user-read-playback-position",),
    idempotent=True,
)
GET_SEVERAL_SHOWS = Operation(
    id="get-multiple-shows",
    method="GET",
    path="/shows",
    query=("market", "ids"),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="get-a-show",
    max_ids=50,
)
GET_SHOW_EPISODES = Operation(
    id="get-a-shows-episodes",
    method="GET",
    path="/shows/{id}/episodes",
    query=("market", "limit", "offset"),
    scopes=("user-read-playback-position",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
GET_SAVED_SHOWS = Operation(
    id="get-users-saved-shows",
    method="GET",
    path="/me/shows",
    query=("limit", "offset"),
    scopes=("user-library-read",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
SAVE_SHOWS = Operation(
    id="save-shows-user",
    method="PUT",
    path="/me/shows",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
)
REMOVE_SHOWS = Operation(
    id="remove-shows-user",
    method="DELETE",
    path="/me/shows",
    query=("ids", "market"),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
)
CHECK_SAVED_SHOWS = Operation(
    id="check-users-saved-shows",
    method="GET",
    path="/me/shows/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
)
