"""Playlists: details, items, cover images and followers."""

from __future__ import annotations

from typing import Final

from spotify.interfaces.operation import JPEG, JSON, REMOVED_IN_2026, Operation

_MODIFY: Final = ("playlist-modify-public", "playlist-modify-private")

# The reads that list playlists. A write does not show who owns the playlist, so every user's public list is affected.
PLAYLIST_LISTS: Final = ("/me/playlists", "/me/library", "/users/*/playlists")
_PLAYLIST: Final = ("/playlists/{playlist_id}", *PLAYLIST_LISTS)

_SPOTIFY_OWNED = "in development mode playlists that Spotify owns are not found"

# What writes change. Following a playlist saves it in the library.
_ITEMS: Final = "/playlists/{playlist_id}/items"
_FOLLOWED: Final = "/me/library/spotify:playlist:{playlist_id}"

GET_PLAYLIST = Operation(
    id="get-playlist",
    method="GET",
    path="/playlists/{playlist_id}",
    query=("market", "fields", "additional_types"),
    idempotent=True,
    cache_area="/playlists/{playlist_id}",
    not_found_advice=_SPOTIFY_OWNED,
)
CHANGE_PLAYLIST_DETAILS = Operation(
    id="change-playlist-details",
    method="PUT",
    path="/playlists/{playlist_id}",
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=True,
    invalidates=_PLAYLIST,
    changes="/playlists/{playlist_id}",
)
GET_PLAYLIST_ITEMS = Operation(
    id="get-playlists-items",
    method="GET",
    path="/playlists/{playlist_id}/items",
    query=("market", "fields", "limit", "offset", "additional_types"),
    scopes=("playlist-read-private",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
    cache_area="/playlists/{playlist_id}",
    forbidden_advice="in development mode only the owner and the collaborators of a playlist can read its items",
    not_found_advice=_SPOTIFY_OWNED,
)
ADD_PLAYLIST_ITEMS = Operation(
    id="add-items-to-playlist",
    method="POST",
    path="/playlists/{playlist_id}/items",
    query=("position", "uris"),
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=False,
    max_ids=100,
    invalidates=_PLAYLIST,
    changes=_ITEMS,
    returns_snapshot=True,
)
# Replacing twice is harmless, but a second reordering moves other items.
REORDER_OR_REPLACE_PLAYLIST_ITEMS = Operation(
    id="reorder-or-replace-playlists-items",
    method="PUT",
    path="/playlists/{playlist_id}/items",
    query=("uris",),
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=False,
    max_ids=100,
    invalidates=_PLAYLIST,
    changes=_ITEMS,
    returns_snapshot=True,
)
# By URI a second request finds nothing to remove, but by position it removes the items that moved up.
REMOVE_PLAYLIST_ITEMS = Operation(
    id="remove-items-playlist",
    method="DELETE",
    path="/playlists/{playlist_id}/items",
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=False,
    max_ids=100,
    invalidates=_PLAYLIST,
    changes=_ITEMS,
    commutes=True,
    returns_snapshot=True,
)
GET_PLAYLIST_TRACKS = Operation(
    id="get-playlists-tracks",
    method="GET",
    path="/playlists/{playlist_id}/tracks",
    query=("market", "fields", "limit", "offset", "additional_types"),
    scopes=("playlist-read-private",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="get-playlists-items",
    default_limit=20,
    max_limit=100,
    cache_area="/playlists/{playlist_id}",
)
ADD_PLAYLIST_TRACKS = Operation(
    id="add-tracks-to-playlist",
    method="POST",
    path="/playlists/{playlist_id}/tracks",
    query=("position", "uris"),
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=False,
    removed_on=REMOVED_IN_2026,
    replacement="add-items-to-playlist",
    max_ids=100,
    invalidates=_PLAYLIST,
    changes=_ITEMS,
    returns_snapshot=True,
)
REORDER_OR_REPLACE_PLAYLIST_TRACKS = Operation(
    id="reorder-or-replace-playlists-tracks",
    method="PUT",
    path="/playlists/{playlist_id}/tracks",
    query=("uris",),
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=False,
    removed_on=REMOVED_IN_2026,
    replacement="reorder-or-replace-playlists-items",
    max_ids=100,
    invalidates=_PLAYLIST,
    changes=_ITEMS,
    returns_snapshot=True,
)
REMOVE_PLAYLIST_TRACKS = Operation(
    id="remove-tracks-playlist",
    method="DELETE",
    path="/playlists/{playlist_id}/tracks",
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=False,
    removed_on=REMOVED_IN_2026,
    replacement="remove-items-playlist",
    max_ids=100,
    invalidates=_PLAYLIST,
    changes=_ITEMS,
    commutes=True,
    returns_snapshot=True,
)
GET_CURRENT_USERS_PLAYLISTS = Operation(
    id="get-a-list-of-current-users-playlists",
    method="GET",
    path="/me/playlists",
    query=("limit", "offset"),
    scopes=("playlist-read-private",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
    cache_area="/me/playlists",
)
GET_USERS_PLAYLISTS = Operation(
    id="get-list-users-playlists",
    method="GET",
    path="/users/{user_id}/playlists",
    query=("limit", "offset"),
    scopes=("playlist-read-private", "playlist-read-collaborative"),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="get-a-list-of-current-users-playlists",
    default_limit=20,
    max_limit=50,
    cache_area="/users/*/playlists",
)
CREATE_PLAYLIST = Operation(
    id="create-playlist",
    method="POST",
    path="/me/playlists",
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=False,
    invalidates=PLAYLIST_LISTS,
)
CREATE_PLAYLIST_FOR_USER = Operation(
    id="create-playlist-for-user",
    method="POST",
    path="/users/{user_id}/playlists",
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=False,
    removed_on=REMOVED_IN_2026,
    replacement="create-playlist",
    invalidates=PLAYLIST_LISTS,
)
GET_PLAYLIST_COVER_IMAGE = Operation(
    id="get-playlist-cover",
    method="GET",
    path="/playlists/{playlist_id}/images",
    idempotent=True,
    cache_area="/playlists/{playlist_id}",
)
UPLOAD_PLAYLIST_COVER_IMAGE = Operation(
    id="upload-custom-playlist-cover",
    method="PUT",
    path="/playlists/{playlist_id}/images",
    content_type=JPEG,
    scopes=("ugc-image-upload", *_MODIFY),
    idempotent=True,
    invalidates=_PLAYLIST,
    changes="/playlists/{playlist_id}/images",
)
FOLLOW_PLAYLIST = Operation(
    id="follow-playlist",
    method="PUT",
    path="/playlists/{playlist_id}/followers",
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="save-library-items",
    invalidates=_PLAYLIST,
    changes=_FOLLOWED,
)
UNFOLLOW_PLAYLIST = Operation(
    id="unfollow-playlist",
    method="DELETE",
    path="/playlists/{playlist_id}/followers",
    scopes=_MODIFY,
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="remove-library-items",
    invalidates=_PLAYLIST,
    changes=_FOLLOWED,
)
# `ids` takes one id, that of the current user.
CHECK_FOLLOWS_PLAYLIST = Operation(
    id="check-if-user-follows-playlist",
    method="GET",
    path="/playlists/{playlist_id}/followers/contains",
    query=("ids",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="check-library-contains",
    max_ids=1,
    cache_area="/playlists/{playlist_id}",
)
