"""The items of playlists, at `/items` and at the older `/tracks`.

https://developer.spotify.com/documentation/web-api/reference/get-playlists-items
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from spotify.testing.sandbox.catalogue import PlaylistEntry
from spotify.testing.sandbox.http.errors import bad_request, forbidden, missing_field
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.state import MAX_ENTRIES, EditablePlaylist
from spotify.testing.sandbox.web_api.arguments import (
    ADDITIONAL_TYPES,
    MARKET,
    OFFSET,
    Parameter,
    integer,
    limit,
    parse_item_uri,
)
from spotify.testing.sandbox.web_api.fields import parse_fields
from spotify.testing.sandbox.web_api.operations import RouteTable, SandboxCall
from spotify.testing.sandbox.web_api.playlist_access import (
    PLAYLIST_ID,
    editable_playlist,
    may_read_items,
    readable_playlist,
)

routes = RouteTable()

_MAX_ITEMS: Final = 100


def _parse_uris(value: str | None) -> list[str] | None:
    return None if value is None else [uri for uri in value.split(",") if uri]


ITEMS_LIMIT = limit(default=20, maximum=50)
TRACKS_LIMIT = limit(default=100, maximum=100)
POSITION = integer("position", minimum=0, maximum=MAX_ENTRIES)
URIS = Parameter("uris", _parse_uris)
FIELDS = Parameter("fields", lambda value: parse_fields(value) if value else None)


@routes.route(
    "GET",
    "/playlists/{playlist_id}/items",
    "get-playlists-items",
    PLAYLIST_ID,
    MARKET,
    FIELDS,
    ITEMS_LIMIT,
    OFFSET,
    ADDITIONAL_TYPES,
)
def get_items(call: SandboxCall) -> Response:
    """Return a page of entries."""
    return _get(call, ITEMS_LIMIT)


@routes.route(
    "GET",
    "/playlists/{playlist_id}/tracks",
    "get-playlists-tracks",
    PLAYLIST_ID,
    MARKET,
    FIELDS,
    TRACKS_LIMIT,
    OFFSET,
    ADDITIONAL_TYPES,
    development_status=403,
)
def get_tracks(call: SandboxCall) -> Response:
    """Return a page of entries, which may be larger than at `/items`."""
    return _get(call, TRACKS_LIMIT)


@routes.route("POST", "/playlists/{playlist_id}/items", "add-items-to-playlist", PLAYLIST_ID, POSITION, URIS)
@routes.route(
    "POST",
    "/playlists/{playlist_id}/tracks",
    "add-tracks-to-playlist",
    PLAYLIST_ID,
    POSITION,
    URIS,
    development_status=403,
)
def add_items(call: SandboxCall) -> Response:
    """Insert items at a position, by default at the end."""
    playlist = editable_playlist(call, "add tracks to")
    body = call.json(array_field="uris")  # The reference has an object; spotipy sends the array alone.
    uris_in_body = body.strings("uris")
    entries = _entries(call, call[URIS] or uris_in_body)
    position = call[POSITION] if call[POSITION] is not None else body.integer("position")
    playlist.insert(entries, position)
    return _snapshot(playlist, status=201)


@routes.route("PUT", "/playlists/{playlist_id}/items", "reorder-or-replace-playlists-items", PLAYLIST_ID, URIS)
@routes.route(
    "PUT",
    "/playlists/{playlist_id}/tracks",
    "reorder-or-replace-playlists-tracks",
    PLAYLIST_ID,
    URIS,
    development_status=403,
)
def reorder_or_replace(call: SandboxCall) -> Response:
    """Replace all items if `uris` are given, else move a range of them."""
    body = call.json()
    if call[URIS] is not None or "uris" in body:
        playlist = editable_playlist(call, "replace the tracks of")
        uris = body.strings("uris") if call[URIS] is None else call[URIS]
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
    return _remove(call, "items")


@routes.route(
    "DELETE", "/playlists/{playlist_id}/tracks", "remove-tracks-playlist", PLAYLIST_ID, development_status=403
)
def remove_tracks(call: SandboxCall) -> Response:
    """Remove all entries with the items in the field `tracks`."""
    return _remove(call, "tracks")


def entry_builder(call: SandboxCall) -> Callable[[PlaylistEntry], JsonObject]:
    """Return a function that builds the JSON objects of entries."""
    market, view, episodes = call.market, call.view, call[ADDITIONAL_TYPES]
    return lambda entry: call.shapes.users.playlist_entry(entry, market, view, episodes=episodes)


def filtered(call: SandboxCall, body: JsonObject) -> object:
    """Apply the filter in `fields` to a response body."""
    fields = call[FIELDS]
    return body if fields is None else fields.apply(body)


def _get(call: SandboxCall, page_limit: Parameter[int]) -> Response:
    playlist = readable_playlist(call)
    if not may_read_items(call, playlist):
        raise forbidden("Forbidden")
    return Response(body=filtered(call, call.page(playlist.entries, entry_builder(call), page_limit)))


def _remove(call: SandboxCall, field: str) -> Response:
    playlist = editable_playlist(call, "remove tracks from")
    body = call.json()
    items = body.objects(field)
    if not items:
        raise missing_field(field)
    if len(items) > _MAX_ITEMS:
        raise bad_request("You can remove a maximum of 100 tracks per request.")
    uris = {uri for item in items if (uri := item.string("uri")) is not None}
    for uri in uris:
        if not uri.startswith("spotify:local:"):
            parse_item_uri(uri)
    playlist.remove(lambda entry: entry.item is not None and entry.item.uri in uris, body.string("snapshot_id"))
    return _snapshot(playlist)


def _entries(call: SandboxCall, uris: Sequence[str] | None) -> list[PlaylistEntry]:
    if uris is not None and len(uris) > _MAX_ITEMS:
        raise bad_request("You can add a maximum of 100 tracks per request.")
    now = call.state.now()
    return [PlaylistEntry(item, now, call.user.id) for item in call.find_items(uris)]


def _snapshot(playlist: EditablePlaylist, status: int = 200) -> Response:
    return Response(status=status, body={"snapshot_id": playlist.snapshot_id})
