"""Playlists, and their items at `/items` and at the older `/tracks`.

https://developer.spotify.com/documentation/web-api/reference/get-playlists-items
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from spotify.testing.sandbox.catalogue import PlaylistEntry, User
from spotify.testing.sandbox.http.errors import WebApiError, bad_request, forbidden, missing_field
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.shapes.base import first_page
from spotify.testing.sandbox.state import MAX_ENTRIES, EditablePlaylist
from spotify.testing.sandbox.web_api.arguments import (
    ADDITIONAL_TYPES,
    LIMIT,
    MARKET,
    OFFSET,
    Parameter,
    integer,
    limit,
    parse_fields,
    parse_item_uri,
)
from spotify.testing.sandbox.web_api.operations import RouteTable, SandboxCall
from spotify.testing.sandbox.web_api.playlist_access import (
    PLAYLIST_ID,
    editable_playlist,
    may_list,
    may_read_items,
    own_playlist,
    readable_playlist,
    require_modify_scope,
)
from spotify.testing.sandbox.web_api.routes.users import USER_ID, find_user

routes = RouteTable()

_MAX_ITEMS: Final = 100
_ENTRIES_IN_PLAYLIST: Final = 100
_MAX_NAME: Final = 200
_MAX_DESCRIPTION: Final = 300
_MAX_COVER_BYTES: Final = 256 * 1024
_JPEG_MAGIC: Final = b"\xff\xd8\xff"


def _parse_uris(value: str | None) -> list[str] | None:
    return None if value is None else [uri for uri in value.split(",") if uri]


# More than the documented 50, as the playlist's own links to its items have the limit of its first page.
_ITEMS_LIMIT = limit(default=20, maximum=100)
_TRACKS_LIMIT = limit(default=100, maximum=100)
_POSITION = integer("position", minimum=0, maximum=MAX_ENTRIES)
_URIS = Parameter("uris", _parse_uris)
_FIELDS = Parameter("fields", lambda value: parse_fields(value) if value else None)


@routes.route("GET", "/playlists/{playlist_id}", "get-playlist", PLAYLIST_ID, MARKET, _FIELDS, ADDITIONAL_TYPES)
def get_playlist(call: SandboxCall) -> Response:
    """Return a playlist with its first page of entries."""
    playlist = readable_playlist(call)
    build = _entry_builder(call)
    entries: list[object] = [build(entry) for entry in playlist.entries[:_ENTRIES_IN_PLAYLIST]]
    return Response(body=_filtered(call, _playlist_object(call, playlist, entries)))


@routes.route("PUT", "/playlists/{playlist_id}", "change-playlist-details", PLAYLIST_ID)
def change_details(call: SandboxCall) -> Response:
    """Change the name, the description, and whether it is public or collaborative."""
    playlist = own_playlist(call, "change the details of")
    body = call.json()
    name, description = body.string("name"), body.string("description")
    public, collaborative = body.boolean("public"), body.boolean("collaborative")
    if name == "":
        raise missing_field("name")
    _check_texts(name, description)
    will_be_public = playlist.public if public is None else public
    if will_be_public != playlist.public:
        require_modify_scope(call, public=will_be_public)
    if collaborative and will_be_public:
        raise bad_request("Collaborative playlists can only be private.")
    playlist.name = playlist.name if name is None else name
    playlist.description = playlist.description if description is None else description
    playlist.collaborative = playlist.collaborative if collaborative is None else collaborative
    playlist.public = will_be_public
    playlist.collaborative = playlist.collaborative and not playlist.public
    call.library.playlists[playlist.id] = playlist.public
    playlist.touch()
    return Response()


@routes.route("GET", "/me/playlists", "get-a-list-of-current-users-playlists", LIMIT, OFFSET)
def get_own_playlists(call: SandboxCall) -> Response:
    """Return a page of the user's list; playlists that are not public need their scopes."""
    playlists = [playlist for playlist in _playlists_of(call, call.user) if playlist.public or may_list(call, playlist)]
    return Response(body=call.page(playlists, call.shapes.users.simplified_playlist))


@routes.route(
    "GET",
    "/users/{user_id}/playlists",
    "get-list-users-playlists",
    USER_ID,
    LIMIT,
    OFFSET,
    user=True,
    development_status=403,
)
def get_user_playlists(call: SandboxCall) -> Response:
    """Return a page of the playlists on a user's profile; for the caller, also of those that are not public."""
    user = find_user(call)
    on_profile = call.state.library(user).playlists
    playlists = [
        playlist
        for playlist in _playlists_of(call, user)
        if (playlist.public and on_profile[playlist.id]) or (user is call.user and may_list(call, playlist))
    ]
    return Response(body=call.page(playlists, call.shapes.users.simplified_playlist))


@routes.route("POST", "/me/playlists", "create-playlist")
def create_playlist(call: SandboxCall) -> Response:
    """Create an empty playlist."""
    return _create(call)


@routes.route("POST", "/users/{user_id}/playlists", "create-playlist-for-user", USER_ID, development_status=403)
def create_playlist_for_user(call: SandboxCall) -> Response:
    """Create an empty playlist; the user in the path must be the caller."""
    if find_user(call) is not call.user:
        raise forbidden("You cannot create a playlist for another user.")
    return _create(call)


@routes.route("GET", "/playlists/{playlist_id}/images", "get-playlist-cover", PLAYLIST_ID)
def get_cover(call: SandboxCall) -> Response:
    """Return the uploaded cover, or the image made from the items."""
    return Response(body=call.shapes.users.playlist_images(readable_playlist(call)) or [])


@routes.route(
    "PUT",
    "/playlists/{playlist_id}/images",
    "upload-custom-playlist-cover",
    PLAYLIST_ID,
    scopes=("ugc-image-upload",),
)
def upload_cover(call: SandboxCall) -> Response:
    """Replace the cover by a base64-encoded JPEG of up to 256 KB."""
    playlist = own_playlist(call, "upload an image to")
    if call.request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "image/jpeg":
        raise WebApiError(415, "Content-Type must be image/jpeg")
    if len(call.request.body) > _MAX_COVER_BYTES:
        raise WebApiError(413, "Image exceeds maximum file size of 256 KB")
    try:
        jpeg = base64.b64decode(call.request.body.strip(), validate=True)
    except binascii.Error:
        raise bad_request("Image is not base64 encoded") from None
    if not jpeg.startswith(_JPEG_MAGIC):
        raise bad_request("Image is not a JPEG")
    call.state.set_cover(playlist, f"cover-{hashlib.blake2b(jpeg, digest_size=20).hexdigest()}", jpeg)
    return Response(status=202)


@routes.route(
    "GET",
    "/playlists/{playlist_id}/items",
    "get-playlists-items",
    PLAYLIST_ID,
    MARKET,
    _FIELDS,
    _ITEMS_LIMIT,
    OFFSET,
    ADDITIONAL_TYPES,
)
def get_items(call: SandboxCall) -> Response:
    """Return a page of entries."""
    return _get_page(call, _ITEMS_LIMIT)


@routes.route(
    "GET",
    "/playlists/{playlist_id}/tracks",
    "get-playlists-tracks",
    PLAYLIST_ID,
    MARKET,
    _FIELDS,
    _TRACKS_LIMIT,
    OFFSET,
    ADDITIONAL_TYPES,
    development_status=403,
)
def get_tracks(call: SandboxCall) -> Response:
    """Return a page of entries, which may be larger than at `/items`."""
    return _get_page(call, _TRACKS_LIMIT)


@routes.route("POST", "/playlists/{playlist_id}/items", "add-items-to-playlist", PLAYLIST_ID, _POSITION, _URIS)
@routes.route(
    "POST",
    "/playlists/{playlist_id}/tracks",
    "add-tracks-to-playlist",
    PLAYLIST_ID,
    _POSITION,
    _URIS,
    development_status=403,
)
def add_items(call: SandboxCall) -> Response:
    """Insert items at a position, by default at the end."""
    playlist = editable_playlist(call, "add tracks to")
    body = call.json(array_field="uris")  # The reference has an object; spotipy sends the array alone.
    uris_in_body = body.strings("uris")
    entries = _entries(call, call[_URIS] or uris_in_body)
    position = call[_POSITION] if call[_POSITION] is not None else body.integer("position")
    playlist.insert(entries, position)
    return _snapshot(playlist, status=201)


@routes.route("PUT", "/playlists/{playlist_id}/items", "reorder-or-replace-playlists-items", PLAYLIST_ID, _URIS)
@routes.route(
    "PUT",
    "/playlists/{playlist_id}/tracks",
    "reorder-or-replace-playlists-tracks",
    PLAYLIST_ID,
    _URIS,
    development_status=403,
)
def reorder_or_replace(call: SandboxCall) -> Response:
    """Replace all items if `uris` are given, else move a range of them."""
    body = call.json()
    if call[_URIS] is not None or "uris" in body:
        playlist = editable_playlist(call, "replace the tracks of")
        uris = body.strings("uris") if call[_URIS] is None else call[_URIS]
        playlist.replace(_entries(call, uris) if uris else [])
        return _snapshot(playlist)
    playlist = editable_playlist(call, "reorder the tracks of")
    start, before = body.integer("range_start"), body.integer("insert_before")
    if start is None or before is None:
        raise missing_field("range_start and insert_before, or uris")
    length = body.integer("range_length")
    playlist.move(start, 1 if length is None else length, before, body.string("snapshot_id"))
    return _snapshot(playlist)


@routes.route("DELETE", "/playlists/{playlist_id}/items", "remove-items-playlist", PLAYLIST_ID)
def remove_items(call: SandboxCall) -> Response:
    """Remove all entries with the items in the field `items`."""
    return _remove_items(call, "items")


@routes.route(
    "DELETE", "/playlists/{playlist_id}/tracks", "remove-tracks-playlist", PLAYLIST_ID, development_status=403
)
def remove_tracks(call: SandboxCall) -> Response:
    """Remove all entries with the items in the field `tracks`."""
    return _remove_items(call, "tracks")


def _create(call: SandboxCall) -> Response:
    body = call.json()
    name = body.string("name")
    if not name:
        raise missing_field("name")
    description = body.string("description")
    _check_texts(name, description or None)  # tekore creates playlists with an empty description
    public = body.boolean("public")
    collaborative = body.boolean("collaborative") or False
    public = True if public is None else public
    if collaborative and public:
        raise bad_request("Collaborative playlists can only be private.")
    require_modify_scope(call, public=public)
    if collaborative:
        require_modify_scope(call, public=True)
    playlist = call.state.create_playlist(
        call.user, name, description=description or None, public=public, collaborative=collaborative
    )
    return Response(status=201, body={**_playlist_object(call, playlist, []), "images": []})


def _check_texts(name: str | None, description: str | None) -> None:
    """Check the texts of a playlist. Spotify has no error for a description that its storage refuses."""
    if name is not None and len(name) > _MAX_NAME:
        raise bad_request("Playlist name is too long")
    if description == "":
        raise bad_request("Attribute description can not be empty")
    if description is not None and (len(description) > _MAX_DESCRIPTION or len(description.splitlines()) > 1):
        raise WebApiError(500, "Server error")


def _playlist_object(call: SandboxCall, playlist: EditablePlaylist, entries: list[object]) -> JsonObject:
    """Return a `PlaylistObject`: with `items` and, in extended quota mode, also `tracks`."""
    url, total = call.shapes.links.href("playlists", playlist.id), len(playlist.entries)
    pages: dict[str, JsonObject] = {}
    if may_read_items(call, playlist):
        for name in ("items",) if call.quota.is_development else ("items", "tracks"):
            pages[name] = first_page(
                f"{url}/{name}", entries, total=total, limit=_ENTRIES_IN_PLAYLIST, market=call.market
            )
    return call.shapes.users.playlist(playlist, pages)


def _playlists_of(call: SandboxCall, user: User) -> Iterator[EditablePlaylist]:
    """Return the own and followed playlists of a user, without withdrawn ones."""
    playlists = (call.state.playlists[playlist_id] for playlist_id in call.state.library(user).playlists)
    return (playlist for playlist in playlists if not playlist.withdrawn)


def _entry_builder(call: SandboxCall) -> Callable[[PlaylistEntry], JsonObject]:
    """Return a function that builds the JSON objects of entries."""
    market, view, episodes = call.market, call.view, call[ADDITIONAL_TYPES]
    return lambda entry: call.shapes.users.playlist_entry(entry, market, view, episodes=episodes)


def _filtered(call: SandboxCall, body: JsonObject) -> object:
    """Apply the filter in `fields` to a response body."""
    fields = call[_FIELDS]
    return body if fields is None else fields.apply(body)


def _get_page(call: SandboxCall, page_limit: Parameter[int]) -> Response:
    playlist = readable_playlist(call)
    if not may_read_items(call, playlist):
        raise forbidden("Forbidden")
    return Response(body=_filtered(call, call.page(playlist.entries, _entry_builder(call), page_limit)))


def _remove_items(call: SandboxCall, field: str) -> Response:
    playlist = editable_playlist(call, "remove tracks from")
    body = call.json()
    items = body.objects(field)
    if not items:
        raise missing_field(field)
    if len(items) > _MAX_ITEMS:
        raise bad_request("You can remove a maximum of 100 tracks per request.")
    uris = {uri for item in items if (uri := item.string("uri")) is not None}
    for uri in uris:
        parse_item_uri(uri)  # local files cannot be removed
    playlist.remove(lambda entry: entry.item is not None and entry.item.uri in uris, body.string("snapshot_id"))
    return _snapshot(playlist)


def _entries(call: SandboxCall, uris: Sequence[str] | None) -> list[PlaylistEntry]:
    if uris is not None and len(uris) > _MAX_ITEMS:
        raise bad_request("You can add a maximum of 100 tracks per request.")
    now = call.state.now()
    return [PlaylistEntry(item, now, call.user.id) for item in call.find_items(uris)]


def _snapshot(playlist: EditablePlaylist, status: int = 200) -> Response:
    return Response(status=status, body={"snapshot_id": playlist.snapshot_id})
