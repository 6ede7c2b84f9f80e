"""The current user's library, follows, profile and top lists, and other users' profiles."""

from __future__ import annotations

from typing import Final

from spotify.interfaces.operation import JSON, REMOVED_IN_2026, Operation
from spotify.operations.playlists import PLAYLIST_LISTS

_MODIFY: Final = ("user-library-modify", "user-follow-modify", "playlist-modify-public")
_READ: Final = ("user-library-read", "user-follow-read", "playlist-read-private")

# `/me/library` holds objects of every kind, and the lists of one kind show the same objects.
_LIBRARY: Final = (
    "/me/albums",
    "/me/audiobooks",
    "/me/episodes",
    "/me/following",
    "/me/shows",
    "/me/tracks",
    *PLAYLIST_LISTS,
)

SAVE_LIBRARY_ITEMS = Operation(
    id="save-library-items",
    method="PUT",
    path="/me/library",
    query=("uris",),
    scopes=_MODIFY,
    idempotent=True,
    max_ids=40,
    invalidates=_LIBRARY,
)
REMOVE_LIBRARY_ITEMS = Operation(
    id="remove-library-items",
    method="DELETE",
    path="/me/library",
    query=("uris",),
    scopes=_MODIFY,
    idempotent=True,
    max_ids=40,
    invalidates=_LIBRARY,
)
CHECK_LIBRARY_CONTAINS = Operation(
    id="check-library-contains",
    method="GET",
    path="/me/library/contains",
    query=("uris",),
    scopes=_READ,
    idempotent=True,
    max_ids=40,
    cache_area="/me/library",
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
    cache_area="/me/albums",
)
SAVE_ALBUMS = Operation(
    id="save-albums-user",
    method="PUT",
    path="/me/albums",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="save-library-items",
    max_ids=20,
    invalidates=_LIBRARY,
)
REMOVE_ALBUMS = Operation(
    id="remove-albums-user",
    method="DELETE",
    path="/me/albums",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="remove-library-items",
    max_ids=20,
    invalidates=_LIBRARY,
)
CHECK_SAVED_ALBUMS = Operation(
    id="check-users-saved-albums",
    method="GET",
    path="/me/albums/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="check-library-contains",
    max_ids=20,
    cache_area="/me/albums",
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
    cache_area="/me/tracks",
)
SAVE_TRACKS = Operation(
    id="save-tracks-user",
    method="PUT",
    path="/me/tracks",
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
REMOVE_TRACKS = Operation(
    id="remove-tracks-user",
    method="DELETE",
    path="/me/tracks",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
CHECK_SAVED_TRACKS = Operation(
    id="check-users-saved-tracks",
    method="GET",
    path="/me/tracks/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
    cache_area="/me/tracks",
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
    cache_area="/me/audiobooks",
)
SAVE_AUDIOBOOKS = Operation(
    id="save-audiobooks-user",
    method="PUT",
    path="/me/audiobooks",
    query=("ids",),
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
REMOVE_AUDIOBOOKS = Operation(
    id="remove-audiobooks-user",
    method="DELETE",
    path="/me/audiobooks",
    query=("ids",),
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
CHECK_SAVED_AUDIOBOOKS = Operation(
    id="check-users-saved-audiobooks",
    method="GET",
    path="/me/audiobooks/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
    cache_area="/me/audiobooks",
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
    cache_area="/me/shows",
)
SAVE_SHOWS = Operation(
    id="save-shows-user",
    method="PUT",
    path="/me/shows",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
REMOVE_SHOWS = Operation(
    id="remove-shows-user",
    method="DELETE",
    path="/me/shows",
    query=("ids", "market"),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
CHECK_SAVED_SHOWS = Operation(
    id="check-users-saved-shows",
    method="GET",
    path="/me/shows/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
    cache_area="/me/shows",
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
    cache_area="/me/episodes",
)
SAVE_EPISODES = Operation(
    id="save-episodes-user",
    method="PUT",
    path="/me/episodes",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
REMOVE_EPISODES = Operation(
    id="remove-episodes-user",
    method="DELETE",
    path="/me/episodes",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
CHECK_SAVED_EPISODES = Operation(
    id="check-users-saved-episodes",
    method="GET",
    path="/me/episodes/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
    cache_area="/me/episodes",
)
GET_CURRENT_USER_PROFILE = Operation(
    id="get-current-users-profile",
    method="GET",
    path="/me",
    scopes=("user-read-private", "user-read-email"),
    idempotent=True,
    cache_area="/me",
)
GET_USER_PROFILE = Operation(
    id="get-users-profile",
    method="GET",
    path="/users/{user_id}",
    idempotent=True,
    removed_on=REMOVED_IN_2026,
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
    cache_area="/me/top",
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
    cache_area="/me/top",
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
    cache_area="/me/following",
)
FOLLOW_ARTISTS_OR_USERS = Operation(
    id="follow-artists-users",
    method="PUT",
    path="/me/following",
    query=("type", "ids"),
    content_type=JSON,
    scopes=("user-follow-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
UNFOLLOW_ARTISTS_OR_USERS = Operation(
    id="unfollow-artists-users",
    method="DELETE",
    path="/me/following",
    query=("type", "ids"),
    content_type=JSON,
    scopes=("user-follow-modify",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
    invalidates=_LIBRARY,
)
CHECK_FOLLOWS_ARTISTS_OR_USERS = Operation(
    id="check-current-user-follows",
    method="GET",
    path="/me/following/contains",
    query=("type", "ids"),
    scopes=("user-follow-read",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
    cache_area="/me/following",
)
