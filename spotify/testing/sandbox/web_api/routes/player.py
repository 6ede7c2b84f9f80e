"""The player: https://developer.spotify.com/documentation/web-api/reference/get-information-about-the-users-current-playback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args
from urllib.parse import urlencode

from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.playback import PlayContext, Repeat
from spotify.testing.sandbox.playback.contexts import Listed, find_item, listed_in, parse_context, playable
from spotify.testing.sandbox.web_api.arguments import (
    LIMIT,
    MARKET,
    JsonBody,
    Parameter,
    SpotifyUri,
    choices,
    flag,
    number,
    required,
    text,
)
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import WebApiError, bad_request, non_existing, restricted
from spotify.testing.sandbox.web_api.routing import RouteTable

routes = RouteTable()

_READ_STATE: Final = ("user-read-playback-state",)
_READ_CURRENT: Final = ("user-read-currently-playing",)
_READ_HISTORY: Final = ("user-read-recently-played",)
_MODIFY: Final = ("user-modify-playback-state",)
_REPEATS: Final[Mapping[str, Repeat]] = {state: state for state in get_args(Repeat)}
_LATEST_MS: Final = 10**14
_LONGEST_MS: Final = 2**31 - 1


def _item_uri(given: str | None) -> SpotifyUri:
    if not given:
        raise bad_request("Missing required field: uri")
    uri = SpotifyUri.parse(given)
    if uri is None or uri.kind not in {"track", "episode"}:
        raise bad_request(f"Invalid track uri: {given}")
    return uri


def _repeat(given: str | None) -> Repeat:
    if given is None:
        raise bad_request("Missing required field: state")
    if given not in _REPEATS:
        raise bad_request("Invalid state")
    return _REPEATS[given]


DEVICE_ID = text("device_id")
ADDITIONAL_TYPES = choices("additional_types", ("track", "episode"))
POSITION_MS = required(number("position_ms", least=0, most=_LONGEST_MS))
VOLUME_PERCENT = required(number("volume_percent", least=0, most=100))
REPEAT_STATE = Parameter("state", _repeat)
SHUFFLE_STATE = required(flag("state"))
AFTER = number("after", least=0, most=_LATEST_MS)
BEFORE = number("before", least=0, most=_LATEST_MS)
URI = Parameter("uri", _item_uri)


@routes.route(
    "GET",
    "/me/player",
    "get-information-about-the-users-current-playback",
    MARKET,
    ADDITIONAL_TYPES,
    scopes=_READ_STATE,
    caching="never",
)
def get_playback_state(call: SandboxCall) -> Response:
    """What plays, where and how; 204 when no device is active."""
    player = call.player
    if player.device is None:
        return Response(status=204)
    episodes = _wants_episodes(call)
    shapes = call.shapes.playback
    return Response(body=shapes.state(player, player.device, call.market, call.view, episodes=episodes))


@routes.route(
    "GET",
    "/me/player/currently-playing",
    "get-the-users-currently-playing-track",
    MARKET,
    ADDITIONAL_TYPES,
    scopes=_READ_CURRENT,
    caching="never",
)
def get_currently_playing(call: SandboxCall) -> Response:
    """What plays; 204 when there is nothing."""
    player = call.player
    if player.device is None or player.item is None:
        return Response(status=204)
    episodes = _wants_episodes(call)
    return Response(body=call.shapes.playback.currently_playing(player, call.market, call.view, episodes=episodes))


@routes.route("GET", "/me/player/devices", "get-a-users-available-devices", scopes=_READ_STATE, caching="never")
def get_devices(call: SandboxCall) -> Response:
    """Where the user could play."""
    player = call.player
    shape = call.shapes.playback.device
    return Response(body={"devices": [shape(device, active=device is player.device) for device in player.devices]})


@routes.route("PUT", "/me/player", "transfer-a-users-playback", scopes=_MODIFY, premium=True)
def transfer_playback(call: SandboxCall) -> Response:
    """Go on, or stay paused, on another device."""
    body = call.json()
    ids = body.strings("device_ids")
    if not ids:
        raise bad_request("Missing required field: device_ids")
    if len(ids) > 1:
        raise bad_request("Only a single device_id is supported")
    play = body.flag("play") or False
    player = call.player
    player.transfer(player.target(ids[0]), play=play)
    return Response(status=204)


@routes.route("PUT", "/me/player/play", "start-a-users-playback", DEVICE_ID, scopes=_MODIFY, premium=True)
def start_playback(call: SandboxCall) -> Response:
    """Play a context or some items, or go on with what was paused."""
    body = call.json()
    context_uri, uris, offset = body.text("context_uri"), body.strings("uris"), body.object("offset")
    position_ms = body.number("position_ms")
    if position_ms is not None and not 0 <= position_ms <= _LONGEST_MS:
        raise bad_request("Invalid position_ms")
    player = call.player
    if context_uri is None and uris is None:
        if offset is not None:
            raise bad_request("offset needs context_uri or uris")
        player.resume(device=player.target(call[DEVICE_ID]), position_ms=position_ms)
        return Response(status=204)
    if context_uri is not None and uris is not None:
        raise bad_request("Only one of context_uri and uris can be specified")
    context = None if context_uri is None else _context(context_uri)
    listed = _items(call, uris or []) if context is None else _listed(call, context)
    items, place = playable(listed, _offset(offset, context, listed), call.user.country)
    if not items:
        raise restricted()
    player.start(
        items, device=player.target(call[DEVICE_ID]), context=context, place=place, position_ms=position_ms or 0
    )
    return Response(status=204)


@routes.route("PUT", "/me/player/pause", "pause-a-users-playback", DEVICE_ID, scopes=_MODIFY, premium=True)
def pause_playback(call: SandboxCall) -> Response:
    """Pause."""
    player = call.player
    player.active(call[DEVICE_ID])
    player.pause()
    return Response(status=204)


@routes.route("POST", "/me/player/next", "skip-users-playback-to-next-track", DEVICE_ID, scopes=_MODIFY, premium=True)
def skip_to_next(call: SandboxCall) -> Response:
    """Play what follows."""
    player = call.player
    player.active(call[DEVICE_ID])
    player.skip_to_next()
    return Response(status=204)


@routes.route(
    "POST", "/me/player/previous", "skip-users-playback-to-previous-track", DEVICE_ID, scopes=_MODIFY, premium=True
)
def skip_to_previous(call: SandboxCall) -> Response:
    """Play what came before."""
    player = call.player
    player.active(call[DEVICE_ID])
    player.skip_to_previous()
    return Response(status=204)


@routes.route(
    "PUT",
    "/me/player/seek",
    "seek-to-position-in-currently-playing-track",
    POSITION_MS,
    DEVICE_ID,
    scopes=_MODIFY,
    premium=True,
)
def seek(call: SandboxCall) -> Response:
    """Go to a position in what plays."""
    player = call.player
    player.active(call[DEVICE_ID])
    player.seek(call[POSITION_MS])
    return Response(status=204)


@routes.route(
    "PUT",
    "/me/player/repeat",
    "set-repeat-mode-on-users-playback",
    REPEAT_STATE,
    DEVICE_ID,
    scopes=_MODIFY,
    premium=True,
)
def set_repeat_mode(call: SandboxCall) -> Response:
    """Repeat the track, the context or nothing."""
    player = call.player
    player.active(call[DEVICE_ID])
    player.set_repeat(call[REPEAT_STATE])
    return Response(status=204)


@routes.route(
    "PUT",
    "/me/player/volume",
    "set-volume-for-users-playback",
    VOLUME_PERCENT,
    DEVICE_ID,
    scopes=_MODIFY,
    premium=True,
)
def set_volume(call: SandboxCall) -> Response:
    """Set the volume of the active device, or of another one."""
    player = call.player
    player.set_volume(player.target(call[DEVICE_ID]), call[VOLUME_PERCENT])
    return Response(status=204)


@routes.route(
    "PUT",
    "/me/player/shuffle",
    "toggle-shuffle-for-users-playback",
    SHUFFLE_STATE,
    DEVICE_ID,
    scopes=_MODIFY,
    premium=True,
)
def set_shuffle(call: SandboxCall) -> Response:
    """Play in random order, or no longer."""
    player = call.player
    player.active(call[DEVICE_ID])
    player.set_shuffle(on=call[SHUFFLE_STATE])
    return Response(status=204)


@routes.route(
    "GET",
    "/me/player/recently-played",
    "get-recently-played",
    LIMIT,
    AFTER,
    BEFORE,
    scopes=_READ_HISTORY,
    caching="never",
)
def get_recently_played(call: SandboxCall) -> Response:
    """A cursor page of the latest 50 tracks, the newest first.

    `before`, as the pages' links have it, goes back in time. `after` goes forward: its page has the
    tracks that come next after that moment.
    """
    after, before, most = call[AFTER], call[BEFORE], call[LIMIT]
    if after is not None and before is not None:
        raise bad_request("Only one of after and before can be specified")
    history = list(call.player.history)
    if after is not None:
        found = [played for played in history if played.at_ms > after]
        shown, more = found[-most:], len(found) > most
    else:
        found = [played for played in history if before is None or played.at_ms < before]
        shown, more = found[:most], len(found) > most

    def link(**cursor: int | None) -> str:
        return f"{call.url}?{urlencode({**{k: v for k, v in cursor.items() if v is not None}, 'limit': most})}"

    following = {"after": shown[0].at_ms} if shown and after is not None else {}
    following = {"before": shown[-1].at_ms} if shown and after is None else following
    body: JsonObject = {
        "items": call.shapes.playback.history(shown),
        "next": link(**following) if more else None,
        "cursors": {"after": str(shown[0].at_ms), "before": str(shown[-1].at_ms)} if shown else None,
        "limit": most,
        "href": link(after=after, before=before),
    }
    return Response(body=body)


@routes.route("GET", "/me/player/queue", "get-queue", scopes=(*_READ_CURRENT, *_READ_STATE), caching="never")
def get_queue(call: SandboxCall) -> Response:
    """What plays, and what comes next."""
    return Response(body=call.shapes.playback.queue(call.player, call.view))


@routes.route("POST", "/me/player/queue", "add-to-queue", URI, DEVICE_ID, scopes=_MODIFY, premium=True)
def add_to_queue(call: SandboxCall) -> Response:
    """Play an item before the rest of the context."""
    player = call.player
    player.active(call[DEVICE_ID])
    item = find_item(call.catalogue, call[URI])
    if item is None:
        raise non_existing(f"spotify:{call[URI].kind}:{call[URI].id}")
    player.queue.append(item)
    return Response(status=204)


def _wants_episodes(call: SandboxCall) -> bool:
    """Episodes are for clients that say that they know them."""
    named = any(name == "additional_types" for name, _ in call.request.query_pairs())
    return named and "episode" in call[ADDITIONAL_TYPES]


def _context(uri: str) -> PlayContext:
    context = parse_context(uri)
    if context is None:
        raise bad_request("Non supported context uri")
    return context


def _listed(call: SandboxCall, context: PlayContext) -> list[Listed]:
    listed = listed_in(context, call.catalogue, call.state, call.user)
    if listed is None:
        raise WebApiError(404, "Context not found")
    return list(listed)


def _items(call: SandboxCall, uris: list[str]) -> list[Listed]:
    if not uris:
        raise bad_request("No uris provided.")
    found = [find_item(call.catalogue, _item_uri(uri)) for uri in uris]
    if None in found:
        raise bad_request("Payload contains a non-existing ID")
    return list(found)


def _offset(offset: JsonBody | None, context: PlayContext | None, listed: list[Listed]) -> int:
    """The place in `listed` at which to start."""
    if offset is None:
        return 0
    if context is not None and context.kind == "artist":
        raise bad_request("Can't have offset for context type: ARTIST")
    position, uri = offset.number("position"), offset.text("uri")
    if uri is not None:
        place = next((place for place, item in enumerate(listed) if item is not None and item.uri == uri), None)
        if place is None:
            raise bad_request("uri not found in the context")
        return place
    if position is None:
        raise bad_request('At least one of "uri" or "position" should be specified')
    if not 0 <= position < len(listed):
        raise bad_request("position out of range")
    return position
