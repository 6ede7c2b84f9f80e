"""The player.

https://developer.spotify.com/documentation/web-api/reference/get-information-about-the-users-current-playback
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, get_args
from urllib.parse import urlencode

from spotify.testing.sandbox.catalogue import SpotifyUri
from spotify.testing.sandbox.http.errors import bad_request, missing_field, non_existing, not_found, restricted
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.playback import PlayContext, Player, Repeat
from spotify.testing.sandbox.playback.tracklist import ContextItem, playable_items
from spotify.testing.sandbox.web_api.arguments import (
    ADDITIONAL_TYPES,
    LIMIT,
    MARKET,
    JsonBody,
    Parameter,
    boolean,
    integer,
    parse_item_uri,
    required,
    string,
)
from spotify.testing.sandbox.web_api.operations import Handler, RouteTable, SandboxCall

# Except for the history, the player responds with 401 to a token without the scope.
routes = RouteTable(missing_scope_status=401)

_READ_STATE: Final = ("user-read-playback-state",)
_READ_CURRENT: Final = ("user-read-currently-playing",)
_READ_HISTORY: Final = ("user-read-recently-played",)
_MODIFY: Final = ("user-modify-playback-state",)
_REPEAT_MODES: Final[Mapping[str, Repeat]] = {mode: mode for mode in get_args(Repeat)}
_MAX_TIMESTAMP_MS: Final = 10**14
_MAX_POSITION_MS: Final = 2**31 - 1


def _parse_item_uri(value: str | None) -> SpotifyUri:
    if not value:
        raise missing_field("uri")
    return parse_item_uri(value)


def _parse_repeat(value: str | None) -> Repeat:
    if value is None:
        raise missing_field("state")
    if value not in _REPEAT_MODES:
        raise bad_request("Invalid state")
    return _REPEAT_MODES[value]


DEVICE_ID = string("device_id")
POSITION_MS = required(integer("position_ms", minimum=0, maximum=_MAX_POSITION_MS))
VOLUME_PERCENT = required(integer("volume_percent", minimum=0, maximum=100))
REPEAT_STATE = Parameter("state", _parse_repeat)
SHUFFLE_STATE = required(boolean("state"))
AFTER = integer("after", minimum=0, maximum=_MAX_TIMESTAMP_MS)
BEFORE = integer("before", minimum=0, maximum=_MAX_TIMESTAMP_MS)
URI = Parameter("uri", _parse_item_uri)


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
    """Return the device and what it plays; 204 if no device is active."""
    player, shapes = call.player, call.shapes.playback
    if player.device is None:
        return Response(status=204)
    return Response(body=shapes.state(player, player.device, call.market, call.view, episodes=call[ADDITIONAL_TYPES]))


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
    """Return the current item; 204 if there is none."""
    player, shapes = call.player, call.shapes.playback
    if player.device is None or player.item is None:
        return Response(status=204)
    return Response(body=shapes.currently_playing(player, call.market, call.view, episodes=call[ADDITIONAL_TYPES]))


@routes.route("GET", "/me/player/devices", "get-a-users-available-devices", scopes=_READ_STATE, caching="never")
def get_devices(call: SandboxCall) -> Response:
    """Return the devices of the user."""
    player, shapes = call.player, call.shapes.playback
    devices = [shapes.device(device, active=device is player.device) for device in player.devices]
    return Response(body={"devices": devices})


@routes.route(
    "GET",
    "/me/player/recently-played",
    "get-recently-played",
    LIMIT,
    AFTER,
    BEFORE,
    scopes=_READ_HISTORY,
    missing_scope_status=403,
    caching="never",
)
def get_recently_played(call: SandboxCall) -> Response:
    """Return a cursor page of the last 50 tracks, newest first.

    `before` and the links of the pages go back in time. With `after`, a page has the next tracks after that time.
    """
    after, before, limit = call[AFTER], call[BEFORE], call[LIMIT]
    if after is not None and before is not None:
        raise bad_request("Only one of after and before can be specified")
    history = list(call.player.history)
    cursor: dict[str, int] = {}
    if after is not None:
        matching = [played for played in history if played.at_ms > after]
        entries = matching[-limit:]
        if entries:
            cursor = {"after": entries[0].at_ms}
    else:
        matching = [played for played in history if before is None or played.at_ms < before]
        entries = matching[:limit]
        if entries:
            cursor = {"before": entries[-1].at_ms}

    def link(**cursor: int | None) -> str:
        query = {name: value for name, value in cursor.items() if value is not None}
        return f"{call.url}?{urlencode({**query, 'limit': limit})}"

    body: JsonObject = {
        "items": call.shapes.playback.history(entries),
        "next": link(**cursor) if len(matching) > limit else None,
        "cursors": {"after": str(entries[0].at_ms), "before": str(entries[-1].at_ms)} if entries else None,
        "limit": limit,
        "href": link(after=after, before=before),
    }
    return Response(body=body)


@routes.route("GET", "/me/player/queue", "get-queue", scopes=(*_READ_CURRENT, *_READ_STATE), caching="never")
def get_queue(call: SandboxCall) -> Response:
    """Return the current item and those that follow."""
    return Response(body=call.shapes.playback.queue(call.player, call.view))


def _command(
    method: str, path: str, operation_id: str, *parameters: Parameter[object]
) -> Callable[[Callable[[SandboxCall], None]], Handler]:
    """Declare the decorated function as the handler of a command: it needs Premium and returns 204."""

    def declare(execute: Callable[[SandboxCall], None]) -> Handler:
        def handler(call: SandboxCall) -> Response:
            execute(call)
            return Response(status=204)

        return routes.route(method, path, operation_id, *parameters, scopes=_MODIFY, premium=True)(handler)

    return declare


@_command("PUT", "/me/player", "transfer-a-users-playback")
def transfer_playback(call: SandboxCall) -> None:
    """Make another device the active one; playback stays paused unless `play` is true."""
    body = call.json()
    device_ids = body.strings("device_ids")
    if not device_ids:
        raise missing_field("device_ids")
    if len(device_ids) > 1:
        raise bad_request("Only a single device_id is supported")
    play = body.boolean("play") or False
    player = call.player
    player.transfer(player.find_device(device_ids[0]), play=play)


@_command("PUT", "/me/player/play", "start-a-users-playback", DEVICE_ID)
def start_playback(call: SandboxCall) -> None:
    """Play a context or items, or resume playback."""
    body = call.json()
    context_uri, uris, offset = body.string("context_uri"), body.strings("uris"), body.object("offset")
    position_ms = body.integer("position_ms")
    if position_ms is not None and not 0 <= position_ms <= _MAX_POSITION_MS:
        raise bad_request("Invalid position_ms")
    player = call.player
    if context_uri is None and uris is None:
        if offset is not None:
            raise bad_request("offset needs context_uri or uris")
        player.resume(device=player.find_device(call[DEVICE_ID]), position_ms=position_ms)
        return
    if context_uri is not None and uris is not None:
        raise bad_request("Only one of context_uri and uris can be specified")
    context = None if context_uri is None else _parse_context(context_uri)
    items = call.find_items(uris) if context is None else _context_items(call, context)
    playable, start = playable_items(items, _start_index(offset, context, items), call.user.country)
    if not playable:
        raise restricted()
    device = player.find_device(call[DEVICE_ID])
    player.start(playable, device=device, context=context, start=start, position_ms=position_ms or 0)


@_command("PUT", "/me/player/pause", "pause-a-users-playback", DEVICE_ID)
def pause_playback(call: SandboxCall) -> None:
    """Pause playback."""
    _active_player(call).pause()


@_command("POST", "/me/player/next", "skip-users-playback-to-next-track", DEVICE_ID)
def skip_to_next(call: SandboxCall) -> None:
    """Play the next item."""
    _active_player(call).skip_to_next()


@_command("POST", "/me/player/previous", "skip-users-playback-to-previous-track", DEVICE_ID)
def skip_to_previous(call: SandboxCall) -> None:
    """Play the previous item."""
    _active_player(call).skip_to_previous()


@_command("PUT", "/me/player/seek", "seek-to-position-in-currently-playing-track", POSITION_MS, DEVICE_ID)
def seek(call: SandboxCall) -> None:
    """Seek to a position in the current item."""
    _active_player(call).seek(call[POSITION_MS])


@_command("PUT", "/me/player/repeat", "set-repeat-mode-on-users-playback", REPEAT_STATE, DEVICE_ID)
def set_repeat_mode(call: SandboxCall) -> None:
    """Set the repeat mode."""
    _active_player(call).set_repeat(call[REPEAT_STATE])


@_command("PUT", "/me/player/volume", "set-volume-for-users-playback", VOLUME_PERCENT, DEVICE_ID)
def set_volume(call: SandboxCall) -> None:
    """Set the volume of a device, by default the active one."""
    player = call.player
    player.set_volume(player.find_device(call[DEVICE_ID]), call[VOLUME_PERCENT])


@_command("PUT", "/me/player/shuffle", "toggle-shuffle-for-users-playback", SHUFFLE_STATE, DEVICE_ID)
def set_shuffle(call: SandboxCall) -> None:
    """Turn shuffle on or off."""
    _active_player(call).set_shuffle(on=call[SHUFFLE_STATE])


@_command("POST", "/me/player/queue", "add-to-queue", URI, DEVICE_ID)
def add_to_queue(call: SandboxCall) -> None:
    """Add an item to the queue."""
    player, uri = _active_player(call), call[URI]
    item = call.catalogue.find_item(uri)
    if item is None:
        raise non_existing(f"spotify:{uri.kind}:{uri.id}")
    player.queue.append(item)


def _active_player(call: SandboxCall) -> Player:
    """Return the player if the command is for its active device."""
    player = call.player
    player.require_active(call[DEVICE_ID])
    return player


def _parse_context(uri: str) -> PlayContext:
    context = PlayContext.parse(uri)
    if context is None:
        raise bad_request("Non supported context uri")
    return context


def _context_items(call: SandboxCall, context: PlayContext) -> Sequence[ContextItem]:
    items = call.state.context_items(call.user, context)
    if items is None:
        raise not_found("Context not found")
    return items


def _start_index(offset: JsonBody | None, context: PlayContext | None, items: Sequence[ContextItem]) -> int:
    """Return the index of the item at `offset`."""
    if offset is None:
        return 0
    if context is not None and context.kind == "artist":
        raise bad_request("Can't have offset for context type: ARTIST")
    position, uri = offset.integer("position"), offset.string("uri")
    if uri is not None:
        index = next((index for index, item in enumerate(items) if item is not None and item.uri == uri), None)
        if index is None:
            raise bad_request("uri not found in the context")
        return index
    if position is None:
        raise bad_request('At least one of "uri" or "position" should be specified')
    if not 0 <= position < len(items):
        raise bad_request("position out of range")
    return position
