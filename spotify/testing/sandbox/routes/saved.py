"""The library kind by kind: `/me/albums`, `/me/tracks`, `/me/episodes`, `/me/shows`, `/me/audiobooks`.

https://developer.spotify.com/documentation/web-api/reference/get-users-saved-albums
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from spotify.testing.sandbox.bodies import JsonBody, parse_json
from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.errors import bad_request
from spotify.testing.sandbox.messages import Answer, JsonObject
from spotify.testing.sandbox.parameters import LIMIT, MARKET, OFFSET, checked_ids, ids
from spotify.testing.sandbox.routing import RouteTable
from spotify.testing.sandbox.state import SavedKind, timestamp

routes = RouteTable()

_READ: Final = ("user-library-read",)
_MODIFY: Final = ("user-library-modify",)
_MOST: Final = 50
# The query takes fewer albums than the body does.
_MOST_IN_QUERY: Final[dict[SavedKind, int]] = {"album": 20, "track": 50, "episode": 50, "show": 50, "audiobook": 50}
_QUERY_IDS: Final = {kind: ids(most, required=False) for kind, most in _MOST_IN_QUERY.items()}
_CONTAINS_IDS: Final = {kind: ids(most) for kind, most in _MOST_IN_QUERY.items()}


@routes.route("GET", "/me/albums", "get-users-saved-albums", LIMIT, OFFSET, MARKET, scopes=_READ)
def get_saved_albums(call: Call) -> Answer:
    """Saved albums, the one saved last first."""
    market, albums = call.market, call.catalogue.album_by_id
    return _page(call, "album", lambda album_id: call.shapes.music.album(albums[album_id], market))


@routes.route("GET", "/me/tracks", "get-users-saved-tracks", LIMIT, OFFSET, MARKET, scopes=_READ)
def get_saved_tracks(call: Call) -> Answer:
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
def get_saved_episodes(call: Call) -> Answer:
    """Saved episodes, the one saved last first."""
    view, episodes = call.view, call.catalogue.episode_by_id
    return _page(call, "episode", lambda episode_id: call.shapes.spoken.episode(episodes[episode_id], view))


@routes.route("GET", "/me/shows", "get-users-saved-shows", LIMIT, OFFSET, scopes=_READ)
def get_saved_shows(call: Call) -> Answer:
    """Saved shows, the one saved last first."""
    shows = call.catalogue.show_by_id
    return _page(call, "show", lambda show_id: call.shapes.spoken.simplified_show(shows[show_id], None))


@routes.route("GET", "/me/audiobooks", "get-users-saved-audiobooks", LIMIT, OFFSET, scopes=_READ)
def get_saved_audiobooks(call: Call) -> Answer:
    """Saved audiobooks, the one saved last first."""
    view, books = call.view, call.catalogue.audiobook_by_id
    return _page(call, "audiobook", lambda book_id: call.shapes.spoken.audiobook(books[book_id], view))


@routes.route("PUT", "/me/tracks", "save-tracks-user", _QUERY_IDS["track"], scopes=_MODIFY, development_refusal=403)
def save_tracks(call: Call) -> Answer:
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
    return Answer()


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
        lambda call: Answer(body=[each in call.library.saved[kind] for each in call[contains_ids]])
    )


def _save(call: Call, kind: SavedKind) -> Answer:
    wanted = call.ids_of_query_or_body(_QUERY_IDS[kind], _MOST)
    for each in wanted:
        _check_exists(call, kind, each)
    now = call.state.now()
    for each in wanted:
        call.library.saved[kind].save(each, now)
    return Answer()


def _remove(call: Call, kind: SavedKind) -> Answer:
    for each in call.ids_of_query_or_body(_QUERY_IDS[kind], _MOST):
        call.library.saved[kind].remove(each)
    return Answer()


def _check_exists(call: Call, kind: SavedKind, item_id: str) -> None:
    if not call.catalogue.has(kind, item_id):
        raise bad_request(f"Non existing id: '{item_id}'")


def _page(call: Call, kind: SavedKind, shape: Callable[[str], JsonObject]) -> Answer:
    def saved(pair: tuple[str, str]) -> JsonObject:
        item_id, added_at = pair
        return {"added_at": added_at, kind: shape(item_id)}

    return Answer(body=call.page(call.library.saved[kind].newest_first(), saved))


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
