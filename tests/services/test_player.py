"""The player: requests, results, and invalid arguments."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import ApiError, ForbiddenError, NotFoundError, TransportError
from spotify.models import CurrentlyPlaying, Episode, PlaybackState, Track
from spotify.services.player import PlayerService
from spotify.testing import FakeClock, FakeTransport
from tests.support.failures import async_failures
from tests.support.scripted_executor import ScriptedExecutor

ID = "4aawyAB9vmqN3uQ7FjRGTy"
TRACK = {"type": "track", "id": ID, "uri": f"spotify:track:{ID}", "name": "Quiet", "duration_ms": 1000}
EPISODE = {"type": "episode", "id": ID, "uri": f"spotify:episode:{ID}", "name": "One", "duration_ms": 1000}
DEVICE = {"id": "d1", "type": "Computer", "name": "Desk", "is_active": True, "volume_percent": 30}


def at(transport: FakeTransport) -> AsyncSpotifyClient:
    return AsyncSpotifyClient("t", transport=transport, clock=FakeClock())


def query_of(transport: FakeTransport) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(transport.requests[-1].url).query))


for_each_reader = pytest.mark.parametrize(
    ("route", "read", "kind"),
    [
        ("GET /me/player", lambda client, **arguments: client.player.get_playback_state(**arguments), PlaybackState),
        (
            "GET /me/player/currently-playing",
            lambda client, **arguments: client.player.get_currently_playing(**arguments),
            CurrentlyPlaying,
        ),
    ],
    ids=["get_playback_state", "get_currently_playing"],
)


@for_each_reader
async def test_nothing_playing_is_none(route: str, read: Callable[..., Any], kind: type) -> None:
    transport = FakeTransport()
    transport.answer(route, status=204)

    assert await read(at(transport)) is None


@for_each_reader
@pytest.mark.parametrize(("item", "item_kind"), [(TRACK, Track), (EPISODE, Episode), (None, type(None))])
async def test_the_playing_item_is_a_track_an_episode_or_unknown(
    route: str, read: Callable[..., Any], kind: type, item: Any, item_kind: type
) -> None:
    transport = FakeTransport()
    transport.answer(route, json={"is_playing": True, "item": item, "progress_ms": 5, "context": None})

    found = await read(at(transport))

    assert type(found) is kind
    assert type(found.item) is item_kind
    assert found.progress == timedelta(milliseconds=5)


@for_each_reader
async def test_episodes_are_requested_by_default(route: str, read: Callable[..., Any], kind: type) -> None:
    transport = FakeTransport()
    transport.answer(route, status=204, times=3)

    await read(at(transport), market="DE")
    assert query_of(transport) == {"market": "DE", "additional_types": "track,episode"}
    await read(at(transport), additional_types="track")
    assert query_of(transport) == {"additional_types": "track"}
    await read(at(transport), additional_types=["episode"])
    assert query_of(transport) == {"additional_types": "episode"}


async def test_get_devices_returns_a_list() -> None:
    transport = FakeTransport()
    transport.answer("GET /me/player/devices", json={"devices": [DEVICE, {"type": "Speaker", "id": None}]})

    first, second = await at(transport).player.get_devices()

    assert (first.id, first.type, first.volume_percent) == ("d1", "computer", 30)
    assert second.id is None


async def test_the_queue_has_tracks_and_episodes() -> None:
    transport = FakeTransport()
    transport.answer("GET /me/player/queue", json={"currently_playing": None, "queue": [TRACK, EPISODE]})

    queue = await at(transport).player.get_queue()

    assert queue.currently_playing is None
    assert [type(item) for item in queue.queue] == [Track, Episode]


async def test_iterating_history_goes_back_in_time() -> None:
    transport = FakeTransport()
    played = {"track": TRACK, "played_at": "2024-05-01T10:00:00.000Z", "context": None}
    link = "https://api.spotify.com/v1/me/player/recently-played?before=1714557600000&limit=1"
    transport.answer(
        "GET /me/player/recently-played",
        json={"items": [played], "next": link, "cursors": {"after": "1714557600001", "before": "1714557600000"}},
    )
    earlier = {**played, "played_at": "2024-05-01T09:00:00.000Z"}
    transport.answer(
        "GET /me/player/recently-played", json={"items": [earlier], "limit": 50, "next": None, "cursors": None}
    )

    history = [entry async for entry in at(transport).player.get_recently_played(limit=1)]

    assert [entry.played_at for entry in history] == [datetime(2024, 5, 1, hour, tzinfo=UTC) for hour in (10, 9)]
    assert query_of(transport)["before"] == "1714557600000"


@pytest.mark.parametrize("name", ["after", "before"])
@pytest.mark.parametrize(
    "time",
    [
        1714557600123,
        datetime(2024, 5, 1, 10, 0, 0, 123_999, tzinfo=UTC),
        datetime(2024, 5, 1, 12, 0, 0, 123_000, tzinfo=timezone(timedelta(hours=2))),
    ],
    ids=["milliseconds", "UTC", "two hours east"],
)
async def test_a_datetime_is_sent_as_milliseconds(name: str, time: Any) -> None:
    transport = FakeTransport()
    transport.answer("GET /me/player/recently-played", json={"items": []})

    await at(transport).player.get_recently_played(**{name: time})

    query = query_of(transport)
    assert query.pop(name) == "1714557600123"
    assert not query.keys() & {"after", "before"}


Command = Callable[..., Any]

COMMANDS: dict[str, tuple[str, Command, dict[str, str]]] = {
    "start_playback": ("PUT /me/player/play", lambda player, **to: player.start_playback(**to), {}),
    "pause_playback": ("PUT /me/player/pause", lambda player, **to: player.pause_playback(**to), {}),
    "skip_to_next": ("POST /me/player/next", lambda player, **to: player.skip_to_next(**to), {}),
    "skip_to_previous": ("POST /me/player/previous", lambda player, **to: player.skip_to_previous(**to), {}),
    "seek": ("PUT /me/player/seek", lambda player, **to: player.seek(0, **to), {"position_ms": "0"}),
    "set_repeat_mode": (
        "PUT /me/player/repeat",
        lambda player, **to: player.set_repeat_mode("context", **to),
        {"state": "context"},
    ),
    "set_volume": (
        "PUT /me/player/volume",
        lambda player, **to: player.set_volume(100, **to),
        {"volume_percent": "100"},
    ),
    "set_shuffle": ("PUT /me/player/shuffle", lambda player, **to: player.set_shuffle(False, **to), {"state": "false"}),
    "add_to_queue": (
        "POST /me/player/queue",
        lambda player, **to: player.add_to_queue(f"https://open.spotify.com/track/{ID}", **to),
        {"uri": f"spotify:track:{ID}"},
    ),
}


async def test_a_command_is_sent_to_the_active_or_the_given_device() -> None:
    async def check(case: tuple[str, Command, dict[str, str]]) -> None:
        route, command, query = case
        transport = FakeTransport()
        transport.answer(route, status=204, times=2)
        player = at(transport).player

        await command(player)
        assert query_of(transport) == query
        await command(player, device_id="ab/c d")
        assert query_of(transport) == {**query, "device_id": "ab/c d"}
        assert [request.body for request in transport.requests] == [None, None]

    assert await async_failures(check, COMMANDS) == {}


@pytest.mark.parametrize("body", [b"", b"Command sent", b'{"snapshot_id": 1}'])
async def test_commands_return_none(body: bytes) -> None:
    async def check(case: tuple[str, Command, dict[str, str]]) -> None:
        route, command, _ = case
        transport = FakeTransport()
        transport.answer(route, status=200, body=body)

        assert await command(at(transport).player) is None

    assert await async_failures(check, COMMANDS) == {}


@pytest.mark.parametrize(
    ("reason", "status", "error"),
    [("NO_ACTIVE_DEVICE", 404, NotFoundError), ("PREMIUM_REQUIRED", 403, ForbiddenError)],
)
async def test_the_error_of_a_refused_command_has_the_reason(reason: str, status: int, error: type[ApiError]) -> None:
    async def check(case: tuple[str, Command, dict[str, str]]) -> None:
        route, command, _ = case
        transport = FakeTransport()
        refusal = {"error": {"status": status, "message": "Player command failed", "reason": reason}}
        transport.answer(route, status=status, json=refusal)

        with pytest.raises(error) as caught:
            await command(at(transport).player)

        assert caught.value.reason == reason

    assert await async_failures(check, COMMANDS) == {}


@pytest.mark.parametrize("name", ["skip_to_next", "skip_to_previous", "add_to_queue"])
async def test_commands_that_are_not_idempotent_are_sent_once(name: str) -> None:
    route, command, _ = COMMANDS[name]
    transport = FakeTransport()
    transport.fail(route, TransportError("the connection broke", sent=True), times=4)

    with pytest.raises(TransportError):
        await command(at(transport).player)

    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({"uris": [f"spotify:track:{ID}"]}, {"uris": [f"spotify:track:{ID}"]}),
        (
            {"context_uri": f"spotify:album:{ID}", "offset": 5, "position_ms": 10},
            {"context_uri": f"spotify:album:{ID}", "offset": {"position": 5}, "position_ms": 10},
        ),
    ],
)
async def test_the_playback_request_is_sent_as_json(arguments: dict[str, Any], body: dict[str, Any]) -> None:
    transport = FakeTransport()
    transport.answer("PUT /me/player/play", status=204)

    await at(transport).player.start_playback(**arguments)

    (request,) = transport.requests
    assert json.loads(request.body or b"") == body
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(("play", "body"), [(None, {}), (True, {"play": True}), (False, {"play": False})])
async def test_transfer_playback_sends_one_device_id(play: bool | None, body: dict[str, Any]) -> None:
    transport = FakeTransport()
    transport.answer("PUT /me/player", status=204)

    await at(transport).player.transfer_playback("d1", play)

    assert json.loads(transport.requests[0].body or b"") == {"device_ids": ["d1"], **body}


REFUSED: list[tuple[Callable[[PlayerService], Any], str]] = [
    (lambda player: player.get_playback_state(market="de"), "market must be"),
    (lambda player: player.get_playback_state(additional_types=[]), "additional_types must be at least one"),
    (lambda player: player.get_currently_playing(additional_types="album"), "additional_types can be track, episode"),
    (lambda player: player.get_currently_playing("Germany"), "market must be"),
    (lambda player: player.transfer_playback(""), "device_id must not be empty"),
    (lambda player: player.start_playback(f"spotify:album:{ID}"), "device_id must be the id of a device"),
    (lambda player: player.start_playback(uris=[]), "at least one"),
    (lambda player: player.seek(-1), "position_ms must be 0 or more, not -1"),
    (lambda player: player.set_repeat_mode("on"), "state must be one of track, context, off, not 'on'"),
    (lambda player: player.set_volume(101), "volume_percent must be from 0 to 100, not 101"),
    (lambda player: player.set_volume(-1), "volume_percent must be from 0 to 100, not -1"),
    (lambda player: player.add_to_queue(f"spotify:album:{ID}"), "is an album; expected a track or episode"),
    (lambda player: player.add_to_queue(ID), "expected a URI such as spotify:track:ID"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[message for _, message in REFUSED])
async def test_invalid_arguments_raise_before_a_request(call: Callable[[PlayerService], Any], message: str) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(ValueError, match=message):
        await call(PlayerService(executor))

    assert executor.calls == []


MISTYPED: list[tuple[Callable[[PlayerService], Any], str]] = [
    (lambda player: player.transfer_playback(["d1"]), "device_id must be a str, not list"),
    (lambda player: player.transfer_playback("d1", "yes"), "play must be True, False or None, not str"),
    (lambda player: player.seek(1.5), "position_ms must be an integer, not float"),
    (lambda player: player.set_volume("50"), "volume_percent must be an integer, not str"),
    (lambda player: player.set_repeat_mode(None), "state must be a str, not NoneType"),
    (lambda player: player.set_shuffle(None), "state must be True or False, not NoneType"),
    (lambda player: player.set_shuffle("false"), "state must be True or False, not str"),
    (lambda player: player.add_to_queue(None), "not NoneType"),
]


@pytest.mark.parametrize(("call", "message"), MISTYPED, ids=[message for _, message in MISTYPED])
async def test_values_of_invalid_types_raise_before_a_request(
    call: Callable[[PlayerService], Any], message: str
) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(TypeError, match=message):
        await call(PlayerService(executor))

    assert executor.calls == []


async def test_invalid_device_ids_raise_before_a_request() -> None:
    executor = ScriptedExecutor()

    async def check(case: tuple[str, Command, dict[str, str]]) -> None:
        _, command, _ = case
        with pytest.raises(ValueError, match="device_id must not be empty"):
            await command(PlayerService(executor), device_id=" ")
        with pytest.raises(TypeError, match="device_id must be a str, not int"):
            await command(PlayerService(executor), device_id=1)

    assert await async_failures(check, COMMANDS) == {}
    assert executor.calls == []


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"after": 1, "before": 2}, ValueError, "pass either after or before"),
        ({"after": -1}, ValueError, "after must be 0 or more"),
        ({"before": datetime(1969, 12, 31, tzinfo=UTC)}, ValueError, "before must be 0 or more"),
        ({"before": datetime(2024, 5, 1)}, ValueError, "before must have a time zone"),  # noqa: DTZ001
        ({"limit": 0}, ValueError, "limit must be .*, not 0"),
        ({"limit": 51}, ValueError, "limit must be from 1 to 50, not 51"),
        ({"after": "2024-05-01"}, TypeError, "after must be an integer, not str"),
        ({"before": True}, TypeError, "before must be an integer, not bool"),
    ],
)
async def test_invalid_history_arguments_raise_before_a_request(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(error, match=message):
        await PlayerService(executor).get_recently_played(**arguments)

    assert executor.calls == []
