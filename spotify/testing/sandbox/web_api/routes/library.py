"""The library by URI, whatever the kind: https://developer.spotify.com/documentation/web-api/reference/save-library-items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.state.state import SAVED_KINDS, SavedKind, timestamp
from spotify.testing.sandbox.web_api.arguments import (
    LIMIT,
    MARKET,
    OFFSET,
    JsonBody,
    Parameter,
    SpotifyUri,
    checked_ids,
    ids,
    parse_json,
)
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import bad_request
from spotify.testing.sandbox.web_api.routing import RouteTable

routes = RouteTable()

_MOST_URIS: Final = 40
# The reference of the two writes leaves artists out; the migration guide of February 2026 names them as what replaces
# `/me/following`, which development mode lacks.
_KINDS: Final = (*SAVED_KINDS, "artist", "user", "playlist")
_WRITE_SCOPES: Final = ("user-library-modify", "user-follow-modify", "playlist-modify-public")
_READ_SCOPES: Final = ("user-library-read", "user-follow-read", "playlist-read-private")


def _read_uris(given: str | None) -> list[SpotifyUri]:
    if not given:
        raise bad_request("Missing required field: uris")
    texts = given.split(",")
    if len(texts) > _MOST_URIS:
        raise bad_request("Too many uris requested")
    return [_checked(text) for text in texts]


def _checked(text: str) -> SpotifyUri:
    uri = SpotifyUri.parse(text)
    if uri is None:
        raise bad_request(f"Invalid uri: {text}")
    if uri.kind not in _KINDS:
        raise bad_request(f"Unsupported uri type: {uri.kind}")
    return uri


URIS = Parameter("uris", _read_uris)


@routes.route("PUT", "/me/library", "save-library-items", URIS, scopes=_WRITE_SCOPES)
def save_items(call: SandboxCall) -> Response:
    """Save or follow each; what there is not is passed over."""
    now = call.state.now()
    for uri in call[URIS]:
        playlist = call.state.playlists.get(uri.id) if uri.kind == "playlist" else None
        saved_kind = _saved_kind(call, uri)
        if playlist is not None:
            call.state.follow_playlist(call.user, playlist, public=True)
        elif saved_kind is not None and call.catalogue.contains(saved_kind, uri.id):
            call.library.saved[saved_kind].save(uri.id, now)
        elif uri.kind in _followed(call) and call.catalogue.contains(uri.kind, uri.id):
            _followed(call)[uri.kind][uri.id] = None
    return Response()


@routes.route("DELETE", "/me/library", "remove-library-items", URIS, scopes=_WRITE_SCOPES)
def remove_items(call: SandboxCall) -> Response:
    """Remove or unfollow each; what is not there is passed over."""
    for uri in call[URIS]:
        playlist = call.state.playlists.get(uri.id) if uri.kind == "playlist" else None
        saved_kind = _saved_kind(call, uri)
        if playlist is not None:
            call.state.unfollow_playlist(call.user, playlist)
        elif saved_kind is not None:
            call.library.saved[saved_kind].remove(uri.id)
        elif uri.kind in _followed(call):
            _followed(call)[uri.kind].pop(uri.id, None)
    return Response()


@routes.route("GET", "/me/library/contains", "check-library-contains", URIS, scopes=_READ_SCOPES)
def check_contains(call: SandboxCall) -> Response:
    """Whether each is saved or followed, in order."""
    return Response(body=[_contains(call, uri) for uri in call[URIS]])


def _contains(call: SandboxCall, uri: SpotifyUri) -> bool:
    saved_kind = _saved_kind(call, uri)
    if saved_kind is not None:
        return uri.id in call.library.saved[saved_kind]
    return uri.id in (call.library.playlists if uri.kind == "playlist" else _followed(call)[uri.kind])


def _followed(call: SandboxCall) -> dict[str, dict[str, None]]:
    return {"artist": call.library.artists, "user": call.library.users}


def _saved_kind(call: SandboxCall, uri: SpotifyUri) -> SavedKind | None:
    """The kind of what is saved; None for what is followed. Audiobooks' own URIs say `show`."""
    if uri.kind == "show" and call.catalogue.contains("audiobook", uri.id):
        return "audiobook"
    return SAVED_KINDS.get(uri.kind)


_READ: Final = ("user-library-read",)
_MODIFY: Final = ("user-library-modify",)
_MOST: Final = 50
# The query takes fewer albums than the body does.
_MOST_IN_QUERY: Final[dict[SavedKind, int]] = {"album": 20, "track": 50, "episode": 50, "show": 50, "audiobook": 50}
_QUERY_IDS: Final = {kind: ids(most, required=False) for kind, most in _MOST_IN_QUERY.items()}
_CONTAINS_IDS: Final = {kind: ids(most) for kind, most in _MOST_IN_QUERY.items()}


@routes.route("GET", "/me/albums", "get-users-saved-albums", LIMIT, OFFSET, MARKET, scopes=_READ)
def get_saved_albums(call: SandboxCall) -> Response:
    """Saved albums, the one saved last first."""
    market, albums = call.market, call.catalogue.album_by_id
    return _page(call, "album", lambda album_id: call.shapes.music.album(albums[album_id], market))


@routes.route("GET", "/me/tracks", "get-users-saved-tracks", LIMIT, OFFSET, MARKET, scopes=_READ)
def get_saved_tracks(call: SandboxCall) -> Response:
    """Saved tracks, the one saved last first."""
    market, tracks = call.market, call.catalogue.track_by_id
    return _page(call, "track", lambda track_id: call.shapes.music.track(tracks[track_id], market))


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
    """Saved episodes, the one saved last first."""
    view, episodes = call.view, call.catalogue.episode_by_id
    return _page(call, "episode", lambda episode_id: call.shapes.spoken.episode(episodes[episode_id], view))


@routes.route("GET", "/me/shows", "get-users-saved-shows", LIMIT, OFFSET, scopes=_READ)
def get_saved_shows(call: SandboxCall) -> Response:
    """Saved shows, the one saved last first."""
    shows = call.catalogue.show_by_id
    return _page(call, "show", lambda show_id: call.shapes.spoken.simplified_show(shows[show_id], None))


@routes.route("GET", "/me/audiobooks", "get-users-saved-audiobooks", LIMIT, OFFSET, scopes=_READ)
def get_saved_audiobooks(call: SandboxCall) -> Response:
    """Saved audiobooks, the one saved last first."""
    view, books = call.view, call.catalogue.audiobook_by_id
    return _page(call, "audiobook", lambda book_id: call.shapes.spoken.audiobook(books[book_id], view))


@routes.route("PUT", "/me/tracks", "save-tracks-user", _QUERY_IDS["track"], scopes=_MODIFY, development_refusal=403)
def save_tracks(call: SandboxCall) -> Response:
    """Save tracks, each at a moment of its own with `timestamped_ids`."""
    body = parse_json(call.request.body) if call.request.body else None
    stamped = call.json().objects("timestamped_ids") if isinstance(body, dict) else None
    if stamped is None:
        return _save(call, "track")
    if len(stamped) > _MOST:
        raise bad_request("Too many ids requested")
    moments = [(_required(entry, "id"), _moment(_required(entry, "added_at"))) for entry in stamped]
    for track_id in checked_ids([track_id for track_id, _ in moments], _MOST):
        _check_exists(call, "track", track_id)
    for track_id, moment in moments:
        call.library.saved["track"].save_at(track_id, moment)
    return Response()


def _declare(kind: SavedKind, *, save: str | None, remove: str, check: str) -> None:
    """Declare the writes and the check of one kind; `save` is None where saving has more to it."""
    if save is not None:
        routes.route("PUT", f"/me/{kind}s", save, _QUERY_IDS[kind], scopes=_MODIFY, development_refusal=403)(
            lambda call: _save(call, kind)
        )
    routes.route("DELETE", f"/me/{kind}s", remove, _QUERY_IDS[kind], scopes=_MODIFY, development_refusal=403)(
        lambda call: _remove(call, kind)
    )
    contains_ids = _CONTAINS_IDS[kind]
    routes.route("GET", f"/me/{kind}s/contains", check, contains_ids, scopes=_READ, development_refusal=403)(
        lambda call: Response(body=[each in call.library.saved[kind] for each in call[contains_ids]])
    )


def _save(call: SandboxCall, kind: SavedKind) -> Response:
    wanted = call.ids_of_query_or_body(_QUERY_IDS[kind], _MOST)
    for each in wanted:
        _check_exists(call, kind, each)
    now = call.state.now()
    for each in wanted:
        call.library.saved[kind].save(each, now)
    return Response()


def _remove(call: SandboxCall, kind: SavedKind) -> Response:
    for each in call.ids_of_query_or_body(_QUERY_IDS[kind], _MOST):
        call.library.saved[kind].remove(each)
    return Response()


def _check_exists(call: SandboxCall, kind: SavedKind, item_id: str) -> None:
    if not call.catalogue.contains(kind, item_id):
        raise bad_request(f"Non existing id: '{item_id}'")


def _page(call: SandboxCall, kind: SavedKind, shape: Callable[[str], JsonObject]) -> Response:
    def saved(pair: tuple[str, str]) -> JsonObject:
        item_id, added_at = pair
        return {"added_at": added_at, kind: shape(item_id)}

    return Response(body=call.page(call.library.saved[kind].newest_first(), saved))


def _required(entry: JsonBody, name: str) -> str:
    value = entry.text(name)
    if value is None:
        raise bad_request(f"Missing required field: {name}")
    return value


def _moment(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise bad_request("Invalid value for field: added_at") from None
    if moment.tzinfo is None:
        raise bad_request("Invalid value for field: added_at")
    return timestamp(moment)


_declare("album", save="save-albums-user", remove="remove-albums-user", check="check-users-saved-albums")
_declare("track", save=None, remove="remove-tracks-user", check="check-users-saved-tracks")
_declare("episode", save="save-episodes-user", remove="remove-episodes-user", check="check-users-saved-episodes")
_declare("show", save="save-shows-user", remove="remove-shows-user", check="check-users-saved-shows")
_declare(
    "audiobook", save="save-audiobooks-user", remove="remove-audiobooks-user", check="check-users-saved-audiobooks"
)
