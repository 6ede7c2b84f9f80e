"""Operations on albums: the catalogue's, the user's saved ones, new releases."""

from __future__ import annotations

from spotify.interfaces.operation import Operation
from spotify.operations._shared import JSON, RETIRED_IN_2026

GET_ALBUM = Operation(id="get-an-album", method="GET", path="/albums/{id}", query=("market",), idempotent=True)
GET_SEVERAL_ALBUMS = Operation(
    id="get-multiple-albums",
    method="GET",
    path="/albums",
    query=("ids", "market"),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="get-an-album",
    max_ids=20,
)
GET_ALBUM_TRACKS = Operation(
    id="get-an-albums-tracks",
    method="GET",
    path="/albums/{id}/tracks",
    query=("market", "limit", "offset"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
GET_SAVED_ALBUMS = Operation(
    id="get-users-saved-albums",
    method="GET",
    path="/me/albums",
    query=("limit", "offset", "market"),
    scopes=("user-library-read",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
SAVE_ALBUMS = Operation(
    id="save-albums-user",
    method="PUT",
    path="/me/albums",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="save-library-items",
    max_ids=20,
)
REMOVE_ALBUMS = Operation(
    id="remove-albums-user",
    method="DELETE",
    path="/me/albums",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="remove-library-items",
    max_ids=20,
)
CHECK_SAVED_ALBUMS = Operation(
    id="check-users-saved-albums",
    method="GET",
    path="/me/albums/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="check-library-contains",
    max_ids=20,
)
GET_NEW_RELEASES = Operation(
    id="get-new-releases",
    method="GET",
    path="/browse/new-releases",
    query=("limit", "offset"),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    default_limit=20,
    max_limit=50,
)
