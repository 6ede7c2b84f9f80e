"""Operations on audiobooks: the catalogue's and the user's saved ones."""

from __future__ import annotations

from spotify.interfaces.operation import Operation
from spotify.operations._shared import RETIRED_IN_2026

GET_AUDIOBOOK = Operation(
    id="get-an-audiobook",
    method="GET",
    path="/audiobooks/{id}",
    query=("market",),
    idempotent=True,
)
GET_SEVERAL_AUDIOBOOKS = Operation(
    id="get-multiple-audiobooks",
    method="GET",
    path="/audiobooks",
    query=("ids", "market"),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="get-an-audiobook",
    max_ids=50,
)
GET_AUDIOBOOK_CHAPTERS = Operation(
    id="get-audiobook-chapters",
    method="GET",
    path="/audiobooks/{id}/chapters",
    query=("market", "limit", "offset"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
GET_SAVED_AUDIOBOOKS = Operation(
    id="get-users-saved-audiobooks",
    method="GET",
    path="/me/audiobooks",
    query=("limit", "offset"),
    scopes=("user-library-read",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
SAVE_AUDIOBOOKS = Operation(
    id="save-audiobooks-user",
    method="PUT",
    path="/me/audiobooks",
    query=("ids",),
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
)
REMOVE_AUDIOBOOKS = Operation(
    id="remove-audiobooks-user",
    method="DELETE",
    path="/me/audiobooks",
    query=("ids",),
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
)
CHECK_SAVED_AUDIOBOOKS = Operation(
    id="check-users-saved-audiobooks",
    method="GET",
    path="/me/audiobooks/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
)
