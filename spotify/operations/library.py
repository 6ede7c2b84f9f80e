"""Operations on the user's library, whatever it holds, by URI."""

from __future__ import annotations

from typing import Final

from spotify.interfaces.operation import Operation
from spotify.operations._shared import JSON, RETIRED_IN_2026

_MODIFY: Final = ("user-library-modify", "user-follow-modify", "playlist-modify-public")
_READ: Final = ("user-library-read", "user-follow-read", "playlist-read-private")

SAVE_LIBRARY_ITEMS = Operation(
    id="save-library-items",
    method="PUT",
    path="/me/library",
    query=("uris",),
    scopes=_MODIFY,
    idempotent=True,
    max_ids=40,
)
REMOVE_LIBRARY_ITEMS = Operation(
    id="remove-library-items",
    method="DELETE",
    path="/me/library",
    query=("uris",),
    scopes=_MODIFY,
    idempotent=True,
    max_ids=40,
)
CHECK_LIBRARY_CONTAINS = Operation(
    id="check-library-contains",
    method="GET",
    path="/me/library/contains",
    query=("uris",),
    scopes=_READ,
    idempotent=True,
    max_ids=40,
)


GET_CURRENT_USER_PROFILE = Operation(
    id="get-current-users-profile",
    method="GET",
    path="/me",
    scopes=("user-read-private", "user-read-email"),
    idempotent=True,
)
GET_USER_PROFILE = Operation(
    id="get-users-profile",
    method="GET",
    path="/users/{user_id}",
    idempotent=True,
    removed_on=RETIRED_IN_2026,
)
GET_TOP_ARTISTS = Operation(
    id="get-users-top-artists",
    method="GET",
    path="/me/top/artists",
    query=("time_range", "limit", "offset"),
    scopes=("user-top-read",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
GET_TOP_TRACKS = Operation(
    id="get-users-top-tracks",
    method="GET",
    path="/me/top/tracks",
    query=("time_range", "limit", "offset"),
    scopes=("user-top-read",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
GET_FOLLOWED_ARTISTS = Operation(
    id="get-followed",
    method="GET",
    path="/me/following",
    query=("type", "after", "limit"),
    scopes=("user-follow-read",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
FOLLOW_ARTISTS_OR_USERS = Operation(
    id="follow-artists-users",
    method="PUT",
    path="/me/following",
    query=("type", "ids"),
    content_type=JSON,
    scopes=("user-follow-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
)
UNFOLLOW_ARTISTS_OR_USERS = Operation(
    id="unfollow-artists-users",
    method="DELETE",
    path="/me/following",
    query=("type", "ids"),
    content_type=JSON,
    scopes=("user-follow-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
)
CHECK_FOLLOWS_ARTISTS_OR_USERS = Operation(
    id="check-current-user-follows",
    method="GET",
    path="/me/following/contains",
    query=("type", "ids"),
    scopes=("user-follow-read",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
)
