"""Who may read and who may change a playlist."""

from __future__ import annotations

from spotify.testing.sandbox.catalogue.users_and_playlists import SPOTIFY_USER_ID
from spotify.testing.sandbox.state.playlists import EditablePlaylist
from spotify.testing.sandbox.web_api.arguments import path_id
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import forbidden, not_found

PLAYLIST_ID = path_id("playlist_id")


def find_playlist(call: SandboxCall) -> EditablePlaylist:
    """The playlist in the path, whoever may see it."""
    playlist = call.state.playlists.get(call[PLAYLIST_ID])
    if playlist is None or not is_there(call, playlist):
        raise not_found()
    return playlist


def is_there(call: SandboxCall, playlist: EditablePlaylist) -> bool:
    """Whether it can be found: it was not withdrawn, and development mode has none of Spotify's own."""
    return not (playlist.withdrawn or (call.quota.is_development and playlist.owner.id == SPOTIFY_USER_ID))


def shows_items(call: SandboxCall, playlist: EditablePlaylist) -> bool:
    """Whether the caller sees what is in it: in development mode only owners and collaborators do."""
    if not call.quota.is_development or playlist.owner is call.session.user:
        return True
    return playlist.collaborative and call.session.user is not None and playlist.id in call.library.playlists


def readable_playlist(call: SandboxCall) -> EditablePlaylist:
    """The playlist in the path, if the caller may read it.

    Public ones are everybody's. Private and collaborative ones are for those who have them in their
    list, and need the scopes for such playlists.
    """
    playlist = find_playlist(call)
    if playlist.public:
        return playlist
    if call.session.user is None or playlist.id not in call.library.playlists:
        raise forbidden("You cannot view this playlist")
    call.require_scope("playlist-read-collaborative" if playlist.collaborative else "playlist-read-private")
    return playlist


def editable_playlist(call: SandboxCall, doing: str) -> EditablePlaylist:
    """The playlist in the path, if the caller may change its items: as owner or collaborator."""
    playlist = find_playlist(call)
    collaborates = playlist.collaborative and playlist.id in call.library.playlists
    if playlist.owner is not call.user and not collaborates:
        raise forbidden(f"You cannot {doing} a playlist you don't own.")
    require_modify_scope(call, public=playlist.public)
    return playlist


def own_playlist(call: SandboxCall, doing: str) -> EditablePlaylist:
    """The playlist in the path, if it is the caller's."""
    playlist = find_playlist(call)
    if playlist.owner is not call.user:
        raise forbidden(f"You cannot {doing} a playlist you don't own.")
    require_modify_scope(call, public=playlist.public)
    return playlist


def require_modify_scope(call: SandboxCall, *, public: bool) -> None:
    """Public playlists and private ones have a scope each."""
    call.require_scope("playlist-modify-public" if public else "playlist-modify-private")
