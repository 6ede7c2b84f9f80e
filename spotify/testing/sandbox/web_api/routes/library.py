"""The library: saved items of one kind, and items of any kind by URI.

https://developer.spotify.com/documentation/web-api/reference/save-library-items
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from spotify.testing.sandbox.catalogue import SpotifyUri
from spotify.testing.sandbox.catalogue.entities import timestamp
from spotify.testing.sandbox.http.errors import bad_request, invalid_field, missing_field
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.state import SAVED_KINDS, SavedKind
from spotify.testing.sandbox.web_api.arguments import (
    LIMIT,
    MARKET,
    OFFSET,
    JsonBody,
    Parameter,
    check_ids,
    ids,
)
from spotify.testing.sandbox.web_api.operations import RouteTable, SandboxCall

routes = RouteTable()

_Entity = TypeVar("_Entity")

_MAX_URIS: Final = 40
_MAX_IDS: Final = 50
# Fewer album ids are accepted in the query than in the body.
_MAX_QUERY_IDS: Final[dict[SavedKind, int]] = {"album": 20, "track": 50, "episode": 50, "show": 50, "audiobook": 50}
# The reference of the two writes does not list artists. The migration guide of February 2026 names them as the
# replacement of `/me/following`, which development mode lacks.
_URI_KINDS: Final = (*SAVED_KINDS, "artist", "user", "playlist")
_READ: Final = ("user-library-read",)
_MODIFY: Final = ("user-library-modify",)
_READ_ANY: Final = (*_READ, "user-follow-read", "playlist-read-private")
_MODIFY_ANY: Final = (*_MODIFY, "user-follow-modify", "playlist-modify-public")


def _parse_uris(value: str | None) -> list[SpotifyUri]:
    if not value:
        raise missing_field("uris")
    uris = value.split(",")
    if len(uris) > _MAX_URIS:
        raise bad_request("Too many uris requested")
    return [_parse_uri(uri) for uri in uris]


def _parse_uri(value: str) -> SpotifyUri:
    uri = SpotifyUri.parse(value)
    if uri is None:
        raise bad_request(f"Invalid uri: {value}")
    if uri.kind not in _URI_KINDS:
        raise bad_request(f"Unsupported uri type: {uri.kind}")
    return uri


URIS = Parameter("uris", _parse_uris)
_QUERY_IDS: Final = {kind: ids(maximum, required=False) for kind, maximum in _MAX_QUERY_IDS.items()}
_CONTAINS_IDS: Final = {kind: ids(maximum) for kind, maximum in _MAX_QUERY_IDS.items()}


@routes.route("PUT", "/me/library", "save-library-items", URIS, scopes=_MODIFY_ANY)
def save_items(call: SandboxCall) -> Response:
    """Save or follow each item. Items that do not exist are ignored."""
    now, followed = call.state.now(), _followed(call)
    for uri in call[URIS]:
        playlist = call.state.playlists.get(uri.id) if uri.kind == "playlist" else None
        saved_kind = _saved_kind(call, uri)
        if playlist is not None:
            call.state.follow_playlist(call.user, playlist, public=True)
        elif saved_kind is not None and call.catalogue.contains(saved_kind, uri.id):
            call.library.saved[saved_kind].save(uri.id, now)
        elif uri.kind in followed and call.catalogue.contains(uri.kind, uri.id):
            followed[uri.kind][uri.id] = None
    return Response()


@routes.route("DELETE", "/me/library", "remove-library-items", URIS, scopes=_MODIFY_ANY)
def remove_items(call: SandboxCall) -> Response:
    """Remove or unfollow each item. Items that are not in the library are ignored."""
    followed = _followed(call)
    for uri in call[URIS]:
        playlist = call.state.playlists.get(uri.id) if uri.kind == "playlist" else None
        saved_kind = _saved_kind(call, uri)
        if playlist is not None:
            call.state.unfollow_playlist(call.user, playlist)
        elif saved_kind is not None:
            call.library.saved[saved_kind].remove(uri.id)
        elif uri.kind in followed:
            followed[uri.kind].pop(uri.id, None)
    return Response()


@routes.route("GET", "/me/library/contains", "check-library-contains", URIS, scopes=_READ_ANY)
def check_contains(call: SandboxCall) -> Response:
    """Return whether each item is saved or followed, in order."""
    return Response(body=[_contains(call, uri) for uri in call[URIS]])


@routes.route("GET", "/me/albums", "get-users-saved-albums", LIMIT, OFFSET, MARKET, scopes=_READ)
def get_saved_albums(call: SandboxCall) -> Response:
    """Return a page of saved albums, newest first."""
    market, shapes = call.market, call.shapes.music
    return _page(call, "album", call.catalogue.album_by_id, lambda album: shapes.album(album, market))


@routes.route("GET", "/me/tracks", "get-users-saved-tracks", LIMIT, OFFSET, MARKET, scopes=_READ)
def get_saved_tracks(call: SandboxCall) -> Response:
    """Return a page of saved tracks, newest first."""
    market, shapes = call.market, call.shapes.music
    return _page(call, "track", call.catalogue.track_by_id, lambda track: shapes.track(track, market))


@routes.route(
    "GET",
    "/me/episodes",
    "get-users-saved-episodes",
    LIMIT,
    OFFSET,
    MARKET,
    scopes=(*_READ, "user-read-playback-position"),
)
def get_saved_episodes(call: SandboxCall) -> Response:
    """Return a page of saved episodes, newest first."""
    view, shapes = call.view, call.shapes.spoken_word
    return _page(call, "episode", call.catalogue.episode_by_id, lambda episode: shapes.episode(episode, view))


@routes.route("GET", "/me/shows", "get-users-saved-shows", LIMIT, OFFSET, scopes=_READ)
def get_saved_shows(call: SandboxCall) -> Response:
    """Return a page of saved shows, newest first."""
    return _page(call, "show", call.catalogue.show_by_id, call.shapes.spoken_word.simplified_show)


@routes.route("GET", "/me/audiobooks", "get-users-saved-audiobooks", LIMIT, OFFSET, scopes=_READ)
def get_saved_audiobooks(call: SandboxCall) -> Response:
    """Return a page of saved audiobooks, newest first."""
    view, shapes = call.view, call.shapes.spoken_word
    return _page(
        call,
        "audiobook",
        call.catalogue.audiobook_by_id,
        lambda book: shapes.audiobook(book, view),
        bare=call.data.bare_saved_audiobooks,
    )


@routes.route("PUT", "/me/tracks", "save-tracks-user", _QUERY_IDS["track"], scopes=_MODIFY, development_status=403)
def save_tracks(call: SandboxCall) -> Response:
    """Save tracks, with `timestamped_ids` at given times."""
    timestamped = call.json(array_field="ids").objects("timestamped_ids")
    if timestamped is None:
        return _save(call, "track")
    if len(timestamped) > _MAX_IDS:
        raise bad_request("Too many ids requested")
    tracks = [(_required(entry, "id"), _parse_added_at(_required(entry, "added_at"))) for entry in timestamped]
    for track_id in check_ids([track_id for track_id, _ in tracks], _MAX_IDS):
        _check_exists(call, "track", track_id)
    for track_id, added_at in tracks:
        call.library.saved["track"].save_at(track_id, added_at)
    return Response()


def _declare(kind: SavedKind, *, save: str | None, remove: str, check: str) -> None:
    """Declare the writes and the check of one kind; `save` is None if it has its own handler."""
    if save is not None:
        routes.route("PUT", f"/me/{kind}s", save, _QUERY_IDS[kind], scopes=_MODIFY, development_status=403)(
            lambda call: _save(call, kind)
        )
    routes.route("DELETE", f"/me/{kind}s", remove, _QUERY_IDS[kind], scopes=_MODIFY, development_status=403)(
        lambda call: _remove(call, kind)
    )
    contains_ids = _CONTAINS_IDS[kind]
    routes.route("GET", f"/me/{kind}s/contains", check, contains_ids, scopes=_READ, development_status=403)(
        lambda call: Response(body=[item_id in call.library.saved[kind] for item_id in call[contains_ids]])
    )


_declare("album", save="save-albums-user", remove="remove-albums-user", check="check-users-saved-albums")
_declare("track", save=None, remove="remove-tracks-user", check="check-users-saved-tracks")
_declare("episode", save="save-episodes-user", remove="remove-episodes-user", check="check-users-saved-episodes")
_declare("show", save="save-shows-user", remove="remove-shows-user", check="check-users-saved-shows")
_declare(
    "audiobook", save="save-audiobooks-user", remove="remove-audiobooks-user", check="check-users-saved-audiobooks"
)


def _saved_kind(call: SandboxCall, uri: SpotifyUri) -> SavedKind | None:
    """Return the kind of items that are saved, None for those that are followed.

    The URIs in audiobook objects have the kind `show`.
    """
    if uri.kind == "show" and call.catalogue.contains("audiobook", uri.id):
        return "audiobook"
    return SAVED_KINDS.get(uri.kind)


def _followed(call: SandboxCall) -> dict[str, dict[str, None]]:
    """Return the ids of followed artists and users."""
    return {"artist": call.library.artists, "user": call.library.users}


def _contains(call: SandboxCall, uri: SpotifyUri) -> bool:
    saved_kind = _saved_kind(call, uri)
    if saved_kind is not None:
        return uri.id in call.library.saved[saved_kind]
    return uri.id in (call.library.playlists if uri.kind == "playlist" else _followed(call)[uri.kind])


def _page(
    call: SandboxCall,
    kind: SavedKind,
    entities: Mapping[str, _Entity],
    build: Callable[[_Entity], JsonObject],
    *,
    bare: bool = False,
) -> Response:
    """Return a page of the saved items of a kind, newest first; bare, without the entries that hold them."""

    def build_saved(saved: tuple[str, str]) -> JsonObject:
        item_id, added_at = saved
        item = build(entities[item_id])
        return item if bare else {"added_at": added_at, kind: item}

    return Response(body=call.page(call.library.saved[kind].newest_first(), build_saved))


def _save(call: SandboxCall, kind: SavedKind) -> Response:
    item_ids = call.ids_of_query_or_body(_QUERY_IDS[kind], _MAX_IDS)
    for item_id in item_ids:
        _check_exists(call, kind, item_id)
    now = call.state.now()
    for item_id in item_ids:
        call.library.saved[kind].save(item_id, now)
    return Response()


def _remove(call: SandboxCall, kind: SavedKind) -> Response:
    for item_id in call.ids_of_query_or_body(_QUERY_IDS[kind], _MAX_IDS):
        call.library.saved[kind].remove(item_id)
    return Response()


def _check_exists(call: SandboxCall, kind: SavedKind, item_id: str) -> None:
    if not call.catalogue.contains(kind, item_id):
        raise bad_request(f"Non existing id: '{item_id}'")


def _required(entry: JsonBody, name: str) -> str:
    value = entry.string(name)
    if value is None:
        raise missing_field(name)
    return value


def _parse_added_at(value: str) -> str:
    try:
        added_at = dt.datetime.fromisoformat(value)
    except ValueError:
        raise invalid_field("added_at") from None
    if added_at.tzinfo is None:
        raise invalid_field("added_at")
    return timestamp(added_at)
