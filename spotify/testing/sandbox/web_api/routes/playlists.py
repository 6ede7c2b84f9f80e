"""Playlists themselves: https://developer.spotify.com/documentation/web-api/reference/get-playlist."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from typing import Final

from spotify.testing.sandbox.catalogue import User
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.shapes.base import page
from spotify.testing.sandbox.state.playlists import EditablePlaylist
from spotify.testing.sandbox.web_api.arguments import LIMIT, MARKET, OFFSET, path_text
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import WebApiError, bad_request, forbidden, not_found
from spotify.testing.sandbox.web_api.playlist_access import (
    PLAYLIST_ID,
    own_playlist,
    readable_playlist,
    require_modify_scope,
    shows_items,
)
from spotify.testing.sandbox.web_api.routes.playlist_items import ADDITIONAL_TYPES, FIELDS, entry_writer, filtered
from spotify.testing.sandbox.web_api.routing import RouteTable

routes = RouteTable()

USER_ID = path_text("user_id")
_ENTRIES_IN_PLAYLIST = 100


@routes.route("GET", "/playlists/{playlist_id}", "get-playlist", PLAYLIST_ID, MARKET, FIELDS, ADDITIONAL_TYPES)
def get_playlist(call: SandboxCall) -> Response:
    """One playlist with its first entries."""
    playlist = readable_playlist(call)
    write = entry_writer(call)
    entries: list[object] = [write(entry) for entry in playlist.entries[:_ENTRIES_IN_PLAYLIST]]
    return Response(body=filtered(call, _whole(call, playlist, entries)))


@routes.route("PUT", "/playlists/{playlist_id}", "change-playlist-details", PLAYLIST_ID)
def change_details(call: SandboxCall) -> Response:
    """Change the name, the description, and who may see and edit it."""
    playlist = own_playlist(call, "change the details of")
    body = call.json()
    name, description = body.text("name"), body.text("description")
    public, collaborative = body.flag("public"), body.flag("collaborative")
    if name == "":
        raise bad_request("Missing required field: name")
    becomes_public = playlist.public if public is None else public
    if public is not None and public != playlist.public:
        require_modify_scope(call, public=public)
    if collaborative and becomes_public:
        raise bad_request("Collaborative playlists can only be private.")
    playlist.name = playlist.name if name is None else name
    playlist.description = playlist.description if description is None else description
    playlist.collaborative = playlist.collaborative if collaborative is None else collaborative
    playlist.public = becomes_public
    playlist.collaborative = playlist.collaborative and not playlist.public
    call.library.playlists[playlist.id] = playlist.public
    playlist.touch()
    return Response()


@routes.route("GET", "/me/playlists", "get-a-list-of-current-users-playlists", LIMIT, OFFSET)
def get_own_playlists(call: SandboxCall) -> Response:
    """The playlists in the user's list, private ones only with their scopes."""
    shown = [playlist for playlist in _listed(call, call.user) if playlist.public or _may_list(call, playlist)]
    return Response(body=call.page(shown, call.shapes.people.simplified_playlist))


@routes.route(
    "GET",
    "/users/{user_id}/playlists",
    "get-list-users-playlists",
    USER_ID,
    LIMIT,
    OFFSET,
    user=True,
    development_refusal=403,
)
def get_user_playlists(call: SandboxCall) -> Response:
    """The playlists on a user's profile; of the caller's own also the private ones, with their scopes."""
    user = _find_user(call)
    profile = call.state.library(user).playlists
    shown = [
        playlist
        for playlist in _listed(call, user)
        if (playlist.public and profile[playlist.id]) or (user is call.user and _may_list(call, playlist))
    ]
    return Response(body=call.page(shown, call.shapes.people.simplified_playlist))


@routes.route("POST", "/me/playlists", "create-playlist")
def create_playlist(call: SandboxCall) -> Response:
    """Make an empty playlist."""
    return _create(call)


@routes.route("POST", "/users/{user_id}/playlists", "create-playlist-for-user", USER_ID, development_refusal=403)
def create_playlist_for_user(call: SandboxCall) -> Response:
    """Make an empty playlist; the user in the path must be the caller."""
    if _find_user(call) is not call.user:
        raise forbidden("You cannot create a playlist for another user.")
    return _create(call)


def _create(call: SandboxCall) -> Response:
    body = call.json()
    name = body.text("name")
    if not name:
        raise bad_request("Missing required field: name")
    public = body.flag("public")
    collaborative = body.flag("collaborative") or False
    public = True if public is None else public
    if collaborative and public:
        raise bad_request("Collaborative playlists can only be private.")
    require_modify_scope(call, public=public)
    if collaborative:
        require_modify_scope(call, public=True)
    playlist = call.state.create_playlist(
        call.user, name, description=body.text("description"), public=public, collaborative=collaborative
    )
    return Response(status=201, body=_whole(call, playlist, []))


def _whole(call: SandboxCall, playlist: EditablePlaylist, entries: list[object]) -> JsonObject:
    url = call.shapes.links.href("playlists", playlist.id)
    query = f"market={call.market}" if call.market else ""

    def first_page(name: str) -> JsonObject:
        total = len(playlist.entries)
        return page(f"{url}/{name}", entries, total=total, limit=_ENTRIES_IN_PLAYLIST, offset=0, query=query)

    names = ("items",) if call.quota.is_development else ("items", "tracks")
    pages = {name: first_page(name) for name in names} if shows_items(call, playlist) else {}
    return call.shapes.people.playlist(playlist, pages)


def _listed(call: SandboxCall, user: User) -> Iterator[EditablePlaylist]:
    listed = (call.state.playlists[playlist_id] for playlist_id in call.state.library(user).playlists)
    return (playlist for playlist in listed if not playlist.withdrawn)


def _may_list(call: SandboxCall, playlist: EditablePlaylist) -> bool:
    return call.has_scope("playlist-read-collaborative" if playlist.collaborative else "playlist-read-private")


def _find_user(call: SandboxCall) -> User:
    user = call.catalogue.user_by_id.get(call[USER_ID])
    if user is None:
        raise not_found("No such user")
    return user


_MOST_BYTES: Final = 256 * 1024
_JPEG: Final = b"\xff\xd8\xff"


@routes.route("GET", "/playlists/{playlist_id}/images", "get-playlist-cover", PLAYLIST_ID)
def get_cover(call: SandboxCall) -> Response:
    """The picture: the uploaded one, or the one that Spotify made of the items."""
    return Response(body=call.shapes.people.playlist_images(readable_playlist(call)) or [])


@routes.route(
    "PUT",
    "/playlists/{playlist_id}/images",
    "upload-custom-playlist-cover",
    PLAYLIST_ID,
    scopes=("ugc-image-upload",),
)
def upload_cover(call: SandboxCall) -> Response:
    """Replace the picture by a base64-encoded JPEG of at most 256 KB."""
    playlist = own_playlist(call, "upload an image to")
    if call.request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "image/jpeg":
        raise WebApiError(415, "Content-Type must be image/jpeg")
    if len(call.request.body) > _MOST_BYTES:
        raise WebApiError(413, "Image exceeds maximum file size of 256 KB")
    try:
        jpeg = base64.b64decode(call.request.body.strip(), validate=True)
    except binascii.Error:
        raise bad_request("Image is not base64 encoded") from None
    if not jpeg.startswith(_JPEG):
        raise bad_request("Image is not a JPEG")
    playlist.cover = f"cover-{hashlib.blake2b(jpeg, digest_size=20).hexdigest()}"
    call.state.covers[playlist.cover] = jpeg
    playlist.touch()
    return Response(status=202)
