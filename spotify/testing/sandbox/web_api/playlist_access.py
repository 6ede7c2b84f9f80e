"""Which callers may read and change a playlist."""

from __future__ import annotations

from spotify.testing.sandbox.catalogue.users_and_playlists import SPOTIFY_USER_ID
from spotify.testing.sandbox.http.errors import WebApiError, forbidden, not_found
from spotify.testing.sandbox.state import EditablePlaylist
from spotify.testing.sandbox.web_api.arguments import path_id
from spotify.testing.sandbox.web_api.operations import SandboxCall

PLAYLIST_ID = path_id("playlist_id")


def find_playlist(call: SandboxCall) -> EditablePlaylist:
    """Return the playlist in the path, whether the caller may read it or not."""
    playlist = call.state.playlists.get(call[PLAYLIST_ID])
    if playlist is None or not is_findable(call, playlist):
        raise not_found()
    return playlist


def is_findable(call: SandboxCall, playlist: EditablePlaylist) -> bool:
    """Return whether operations find it: not if it was withdrawn or, in development mode, if Spotify owns it."""
    return not (playlist.withdrawn or (call.quota.is_development and playlist.owner.id == SPOTIFY_USER_ID))


def may_read_items(call: SandboxCall, playlist: EditablePlaylist) -> bool:
    """Return whether the response may have its items: in development mode only for owners and collaborators."""
    if not call.quota.is_development or playlist.owner is call.session.user:
        return True
    return playlist.collaborative and call.session.user is not None and playlist.id in call.library.playlists


def may_list(call: SandboxCall, playlist: EditablePlaylist) -> bool:
    """Return whether the token has the scope for listing a playlist of its user that is not public."""
    return call.has_scope(_read_scope(playlist))


def readable_playlist(call: SandboxCall) -> EditablePlaylist:
    """Return the playlist in the path if the caller may read it.

    Everyone may read public playlists. Others must be the user's own, also unfollowed, or in the user's list, and the
    token needs their scope.
    """
    playlist = find_playlist(call)
    if playlist.public:
        return playlist
    user = call.session.user
    if user is None or (playlist.owner is not user and playlist.id not in call.library.playlists):
        raise forbidden("You cannot view this playlist")
    call.require_scope(_read_scope(playlist))
    return playlist


def editable_playlist(call: SandboxCall, action: str) -> EditablePlaylist:
    """Return the playlist in the path if the caller may change its items, as owner or collaborator.

    `action` is for the error message: `add tracks to`.
    """
    playlist = find_playlist(call)
    collaborates = playlist.collaborative and playlist.id in call.library.playlists
    if playlist.owner is not call.user and not collaborates:
        raise _not_owner(action)
    require_modify_scope(call, public=playlist.public)
    return playlist


def own_playlist(call: SandboxCall, action: str) -> EditablePlaylist:
    """Return the playlist in the path if the caller owns it; `action` is as in `editable_playlist`."""
    playlist = find_playlist(call)
    if playlist.owner is not call.user:
        raise _not_owner(action)
    require_modify_scope(call, public=playlist.public)
    return playlist


def require_modify_scope(call: SandboxCall, *, public: bool) -> None:
    """Raise `WebApiError` unless the token has the scope for changing public or private playlists."""
    call.require_scope("playlist-modify-public" if public else "playlist-modify-private")


def _read_scope(playlist: EditablePlaylist) -> str:
    return "playlist-read-collaborative" if playlist.collaborative else "playlist-read-private"


def _not_owner(action: str) -> WebApiError:
    return forbidden(f"You cannot {action} a playlist you don't own.")
