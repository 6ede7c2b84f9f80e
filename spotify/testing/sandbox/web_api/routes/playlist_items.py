"""The items of playlists, at their new address (`/items`) and the old one (`/tracks`).

https://developer.spotify.com/documentation/web-api/reference/get-playlists-items
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from spotify.testing.sandbox.catalogue import Episode, PlaylistEntry, Track
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.state.playlists import MOST_ENTRIES, EditablePlaylist
from spotify.testing.sandbox.web_api.arguments import MARKET, OFFSET, Parameter, SpotifyUri, choices, limit, number
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import bad_request, forbidden
from spotify.testing.sandbox.web_api.fields import Fields, parse_fields
from spotify.testing.sandbox.web_api.playlist_access import (
    PLAYLIST_ID,
    editable_playlist,
    readable_playlist,
    shows_items,
)
from spotify.testing.sandbox.web_api.routing import RouteTable

routes = RouteTable()

_MOST: Final = 100


def _uris(given: str | None) -> list[str] | None:
    return None if given is None else [uri for uri in given.split(",") if uri]


def _fields(given: str | None) -> Fields | None:
    return parse_fields(given) if given else None


ITEMS_LIMIT = limit(default=20, most=50)
TRACKS_LIMIT = limit(default=100, most=100)
POSITION = number("position", least=0, most=MOST_ENTRIES)
URIS = Parameter("uris", _uris)

FIELDS = Parameter("fields", _fields)
ADDITIONAL_TYPES = choices("additional_types", ("track", "episode"))


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
    """A page of entries."""
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
    development_refusal=403,
)
def get_tracks(call: SandboxCall) -> Response:
    """A page of entries; the old address allows longer ones."""
    return _get(call, TRACKS_LIMIT)


@routes.route("POST", "/playlists/{playlist_id}/items", "add-items-to-playlist", PLAYLIST_ID, POSITION, URIS)
@routes.route(
    "POST",
    "/playlists/{playlist_id}/tracks",
    "add-tracks-to-playlist",
    PLAYLIST_ID,
    POSITION,
    URIS,
    development_refusal=403,
)
def add_items(call: SandboxCall) -> Response:
    """Insert items at a position, by default at the end."""
    playlist = editable_playlist(call, "add tracks to")
    body = call.json(array_is="uris")  # the reference shows an object; spotipy has always sent the array alone
    entries = _entries(call, _uris_of(call, body.strings("uris")))
    position = call[POSITION] if call[POSITION] is not None else body.number("position")
    playlist.insert(entries, position)
    return _snapshot(playlist, status=201)


@routes.route("PUT", "/playlists/{playlist_id}/items", "reorder-or-replace-playlists-items", PLAYLIST_ID, URIS)
@routes.route(
    "PUT",
    "/playlists/{playlist_id}/tracks",
    "reorder-or-replace-playlists-tracks",
    PLAYLIST_ID,
    URIS,
    development_refusal=403,
)
def reorder_or_replace(call: SandboxCall) -> Response:
    """Put other items in the place of all, or else move some of them."""
    body = call.json()
    if call[URIS] is not None or "uris" in body:
        playlist = editable_playlist(call, "replace the tracks of")
        in_query = call[URIS]
        playlist.replace(_entries(call, body.strings("uris") or [] if in_query is None else in_query))
        return _snapshot(playlist)
    playlist = editable_playlist(call, "reorder the tracks of")
    start, before = body.number("range_start"), body.number("insert_before")
    if start is None or before is None:
        raise bad_request("Missing required field: range_start and insert_before, or uris")
    length = body.number("range_length")
    playlist.move(start, 1 if length is None else length, before, body.text("snapshot_id"))
    return _snapshot(playlist)


@routes.route("DELETE", "/playlists/{playlist_id}/items", "remove-items-playlist", PLAYLIST_ID)
def remove_items(call: SandboxCall) -> Response:
    """Remove every entry of the items that are named."""
    return _remove(call, "items")


@routes.route(
    "DELETE", "/playlists/{playlist_id}/tracks", "remove-tracks-playlist", PLAYLIST_ID, development_refusal=403
)
def remove_tracks(call: SandboxCall) -> Response:
    """The same at the old address, whose body names `tracks`."""
    return _remove(call, "tracks")


def entry_writer(call: SandboxCall) -> Callable[[PlaylistEntry], JsonObject]:
    """What writes entries as this call wants them."""
    # Who names the types that they know is served episodes as such; others get them track-like.
    named = any(name == "additional_types" for name, _ in call.request.query_pairs())
    episodes = named and "episode" in call[ADDITIONAL_TYPES]
    return call.shapes.people.entry_writer(call.market, call.view, episodes=episodes)


def filtered(call: SandboxCall, body: JsonObject) -> object:
    """What the call's `fields` leave of an answer."""
    fields = call[FIELDS]
    return body if fields is None else fields.of(body)


def _get(call: SandboxCall, page_limit: Parameter[int]) -> Response:
    playlist = readable_playlist(call)
    if not shows_items(call, playlist):
        raise forbidden("Forbidden")
    return Response(body=filtered(call, call.page(playlist.entries, entry_writer(call), page_limit)))


def _remove(call: SandboxCall, member: str) -> Response:
    playlist = editable_playlist(call, "remove tracks from")
    body = call.json()
    named = body.objects(member)
    if not named:
        raise bad_request(f"Missing required field: {member}")
    if len(named) > _MOST:
        raise bad_request("You can remove a maximum of 100 tracks per request.")
    uris = {uri for entry in named if (uri := entry.text("uri")) is not None}
    for uri in uris:
        if not uri.startswith("spotify:local:"):
            _parsed(uri)
    playlist.remove(lambda entry: entry.item is not None and entry.item.uri in uris, body.text("snapshot_id"))
    return _snapshot(playlist)


def _uris_of(call: SandboxCall, in_body: list[str] | None) -> list[str]:
    uris = call[URIS] or in_body
    if not uris:
        raise bad_request("No uris provided.")
    return uris


def _entries(call: SandboxCall, uris: Sequence[str]) -> list[PlaylistEntry]:
    if len(uris) > _MOST:
        raise bad_request("You can add a maximum of 100 tracks per request.")
    now = call.state.now()
    return [PlaylistEntry(_item(call, _parsed(uri)), now, call.user.id) for uri in uris]


def _item(call: SandboxCall, uri: SpotifyUri) -> Track | Episode:
    item = call.catalogue.track_by_id.get(uri.id) if uri.kind == "track" else call.catalogue.episode_by_id.get(uri.id)
    if item is None:
        raise bad_request("Payload contains a non-existing ID")
    return item


def _parsed(text: str) -> SpotifyUri:
    uri = SpotifyUri.parse(text)
    if uri is None or uri.kind not in {"track", "episode"}:
        raise bad_request(f"Invalid track uri: {text}")
    return uri


def _snapshot(playlist: EditablePlaylist, status: int = 200) -> Response:
    return Response(status=status, body={"snapshot_id": playlist.snapshot_id})
