"""Operations on the user's library, whatever it holds, by URI."""

from __future__ import annotations

from typing import Final

from spotify.interfaces.operation import Operation

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
