"""The player's operations: responses and errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from spotify.testing import FakeClock, SpotifySandbox
from spotify.testing.sandbox import Catalogue, PlayerControl
from spotify.testing.sandbox.catalogue import Episode, Track
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.sandbox_http import Caller, Reply


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def sandbox(checker: ExchangeChecker, clock: FakeClock) -> AsyncIterator[SpotifySandbox]:
    """A sandbox that uses the fake clock."""
    async with SpotifySandbox(time=clock.time, token_lifetime=10**9) as sandbox:
        sandbox.add_observer(checker)
        yield sandbox


@pytest.fixture
async def call(sandbox: SpotifySandbox) -> AsyncIterator[Caller]:
    user = sandbox.catalogue.default_user.id
    async with aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=user, expires_in=10**9))


@pytest.fixture
def player(sandbox: SpotifySandbox) -> PlayerControl:
    return sandbox.player()


async def state(call: Caller, query: str = "") -> Any:
    return (await call.get(f"/me/player{query}")).json


def error(reply: Reply) -> Any:
    return reply.json["error"]


async def play(call: Caller, **body: object) -> Reply:
    return await call("PUT", "/me/player/play", body=body)


RESTRICTED = {"status": 403, "message": "Player command failed: Restriction violated", "reason": "UNKNOWN"}
COMMANDS = (
    ("PUT", "/me/player/play"),
    ("PUT", "/me/player/pause"),
    ("POST", "/me/player/next"),
    ("POST", "/me/player/previous"),
    ("PUT", "/me/player/seek?position_ms=1"),
    ("PUT", "/me/player/repeat?state=off"),
    ("PUT", "/me/player/volume?volume_percent=10"),
    ("PUT", "/me/player/shuffle?state=true"),
)


async def test_nothing_is_playing_at_the_start(call: Caller) -> None:
    for path in ("/me/player", "/me/player/currently-playing"):
        reply = await call.get(path)
        assert (reply.status, reply.body) == (204, b"")
    assert (await call.get("/me/player/queue")).json == {"currently_playing": None, "queue": []}


async def test_the_default_user_has_one_device_of_each_kind(call: Caller) -> None:
    devices = (await call.get("/me/player/devices")).json["devices"]

    assert [device["type"] for device in devices] == ["Computer", "Smartphone", "Speaker", "CastVideo"]
    assert not any(device["is_active"] for device in devices)
    assert devices[2]["volume_percent"] is None
    assert devices[3]["id"] is None


async def test_a_command_without_an_active_device_is_an_error(call: Caller) -> None:
    for method, path in COMMANDS:
        reply = await call(method, path)

        assert reply.status == 404, path
        assert error(reply)["reason"] == "NO_ACTIVE_DEVICE", path
        assert "No active device" in reply.message, path


async def test_a_command_without_premium_is_an_error(call: Caller, catalogue: Catalogue) -> None:
    free_user = call.acting(user=catalogue.free_user.id)

    for method, path in (*COMMANDS, ("PUT", "/me/player")):
        reply = await free_user(method, path)

        assert (reply.status, error(reply)["reason"]) == (403, "PREMIUM_REQUIRED"), path


async def test_reading_the_player_does_not_need_premium(
    sandbox: SpotifySandbox, call: Caller, catalogue: Catalogue
) -> None:
    sandbox.player(catalogue.free_user.id).play(catalogue.tracks[0].uri)

    shown = await state(call.acting(user=catalogue.free_user.id))

    assert shown["item"]["id"] == catalogue.tracks[0].id


async def test_a_command_to_an_unknown_device_is_an_error(call: Caller) -> None:
    for method, path in COMMANDS:
        reply = await call(method, f"{path}{'&' if '?' in path else '?'}device_id=none")

        assert (reply.status, reply.message) == (404, "Device not found"), path


async def test_a_command_to_a_restricted_device_is_an_error(call: Caller, player: PlayerControl) -> None:
    television = player.add_device("Television", "TV", is_restricted=True)

    reply = await call("PUT", f"/me/player/play?device_id={television.id}")

    assert (reply.status, error(reply)["reason"]) == (403, "DEVICE_NOT_CONTROLLABLE")


async def test_a_command_to_an_inactive_device_is_an_error(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.play(catalogue.long_album.uri)

    reply = await call("PUT", f"/me/player/pause?device_id={player.devices[1].id}")

    assert error(reply) == RESTRICTED


async def test_an_album_starts_at_an_offset(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    album = catalogue.long_album
    player.activate(player.devices[0])

    reply = await play(call, context_uri=album.uri, offset={"position": 5}, position_ms=1500)

    assert (reply.status, reply.body) == (204, b"")
    shown = await state(call)
    assert shown["item"]["id"] == album.tracks[5].id
    assert shown["context"]["uri"] == album.uri
    assert shown["context"]["type"] == "album"
    assert (shown["is_playing"], shown["progress_ms"]) == (True, 1500)
    assert shown["device"]["id"] == player.devices[0].id
    assert shown["device"]["is_active"] is True
    assert (shown["repeat_state"], shown["shuffle_state"]) == ("off", False)
    assert shown["actions"] == {"disallows": {"resuming": True}}


async def test_starting_playback_activates_the_device(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    device = player.devices[1]

    await call("PUT", f"/me/player/play?device_id={device.id}", body={"uris": [catalogue.tracks[0].uri]})

    assert player.active_device is device
    devices = (await call.get("/me/player/devices")).json["devices"]
    assert [listed["is_active"] for listed in devices] == [False, True, False, False]


async def test_a_playlist_starts_at_an_item_by_uri(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    entry = catalogue.foreign_playlist.entries[3].item
    assert entry
    player.activate(player.devices[0])

    await play(call, context_uri=catalogue.foreign_playlist.uri, offset={"uri": entry.uri})

    assert player.item is entry


async def test_items_that_cannot_be_played_are_skipped(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    entries = catalogue.mixed_playlist.entries
    assert entries[3].item is None
    player.activate(player.devices[0])

    await play(call, context_uri=catalogue.mixed_playlist.uri, offset={"position": 3})

    assert player.item is entries[4].item


async def test_the_saved_tracks_can_be_played(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    uri = f"{catalogue.default_user.uri}:collection"
    newest = (await call.get("/me/tracks?limit=1")).json["items"][0]["track"]
    player.activate(player.devices[0])

    await play(call, context_uri=uri)

    shown = await state(call)
    assert shown["item"]["uri"] == newest["uri"]
    assert (shown["context"]["type"], shown["context"]["uri"]) == ("collection", uri)


async def test_items_without_a_context_can_be_played(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    uris = [track.uri for track in catalogue.tracks[:3]]
    player.activate(player.devices[0])

    await play(call, uris=uris, offset={"position": 1})

    shown = await state(call)
    assert (shown["context"], shown["item"]["uri"]) == (None, uris[1])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"context_uri": "spotify:track:4iV5W9uYEdYUVa79Axb7Rh"}, "Non supported context uri"),
        ({"uris": ["spotify:album:4iV5W9uYEdYUVa79Axb7Rh"]}, "Invalid track uri: spotify:album:4iV5W9uYEdYUVa79Axb7Rh"),
        ({"uris": ["spotify:track:0000000000000000000000"]}, "Payload contains a non-existing ID"),
        ({"uris": []}, "No uris provided."),
        ({"uris": "no"}, "Invalid value for field: uris"),
        ({"position_ms": -1}, "Invalid position_ms"),
        ({"offset": 5, "uris": []}, "Invalid value for field: offset"),
        ({"offset": {"position": 0}}, "offset needs context_uri or uris"),
    ],
)
async def test_an_invalid_start_is_an_error(
    body: dict[str, object], message: str, call: Caller, player: PlayerControl
) -> None:
    player.activate(player.devices[0])

    reply = await play(call, **body)

    assert (reply.status, reply.message) == (400, message)


@pytest.mark.parametrize(
    ("offset", "message"),
    [
        ({"position": 72}, "position out of range"),
        ({"position": -1}, "position out of range"),
        ({}, 'At least one of "uri" or "position" should be specified'),
        ({"uri": "spotify:track:0000000000000000000000"}, "uri not found in the context"),
    ],
)
async def test_an_invalid_offset_is_an_error(
    offset: dict[str, object], message: str, call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.activate(player.devices[0])

    reply = await play(call, context_uri=catalogue.long_album.uri, offset=offset)

    assert (reply.status, reply.message) == (400, message)


async def test_both_a_context_and_items_are_an_error(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.activate(player.devices[0])

    reply = await play(call, context_uri=catalogue.long_album.uri, uris=[catalogue.tracks[0].uri])

    assert reply.status == 400


async def test_an_offset_in_an_artist_is_an_error(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.activate(player.devices[0])

    reply = await play(call, context_uri=catalogue.artists[0].uri, offset={"position": 1})

    assert (reply.status, reply.message) == (400, "Can't have offset for context type: ARTIST")


async def test_a_context_that_the_user_cannot_access_is_not_found(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.activate(player.devices[0])
    collection = f"{catalogue.free_user.uri}:collection"
    unknown = "spotify:album:0000000000000000000000"

    for uri in (catalogue.foreign_private_playlist.uri, catalogue.withdrawn_playlist.uri, collection, unknown):
        assert (await play(call, context_uri=uri)).status == 404, uri


async def test_a_context_that_is_not_available_in_the_country_is_an_error(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.activate(player.devices[0])

    assert error(await play(call, context_uri=catalogue.nordic_show.uri)) == RESTRICTED


async def test_progress_stops_when_paused_and_continues_when_resumed(
    call: Caller, player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    player.play(catalogue.tracks[0].uri)
    clock.advance(10)
    assert (await state(call))["progress_ms"] == 10_000

    assert (await call("PUT", "/me/player/pause")).status == 204
    clock.advance(60)
    paused = await state(call)
    assert (await call("PUT", "/me/player/play")).status == 204
    clock.advance(5)

    assert (paused["is_playing"], paused["progress_ms"]) == (False, 10_000)
    assert paused["actions"]["disallows"] == {"pausing": True, "skipping_next": True, "skipping_prev": True}
    assert (await state(call))["progress_ms"] == 15_000


async def test_pausing_and_resuming_twice_are_errors(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.tracks[0].uri)

    assert error(await call("PUT", "/me/player/play")) == RESTRICTED
    await call("PUT", "/me/player/pause")
    assert error(await call("PUT", "/me/player/pause")) == RESTRICTED


async def test_resuming_on_another_device_transfers_playback(
    call: Caller, player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    player.play(catalogue.long_album.uri, device=player.devices[0])
    clock.advance(8)

    assert (await call("PUT", f"/me/player/play?device_id={player.devices[1].id}")).status == 204

    assert player.active_device is player.devices[1]
    assert (player.is_playing, player.progress_ms) == (True, 8000)


async def test_resuming_without_an_item_is_an_error(call: Caller, player: PlayerControl) -> None:
    player.activate(player.devices[0])

    assert error(await call("PUT", "/me/player/play")) == RESTRICTED


async def test_resuming_at_a_position(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.tracks[0].uri)
    await call("PUT", "/me/player/pause")

    await play(call, position_ms=7000)

    assert (player.is_playing, player.progress_ms) == (True, 7000)


async def test_an_active_device_without_an_item_has_null_fields(call: Caller, player: PlayerControl) -> None:
    player.activate(player.devices[2])

    shown = await state(call)

    assert shown["item"] is shown["context"] is shown["progress_ms"] is shown["device"]["volume_percent"] is None
    assert (shown["is_playing"], shown["currently_playing_type"]) == (False, "unknown")
    assert (await call.get("/me/player/currently-playing")).status == 204


async def test_skipping_to_next_and_previous(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    tracks = catalogue.long_album.tracks
    player.play(catalogue.long_album.uri, position_ms=4000)

    await call("POST", "/me/player/next")
    await call("POST", "/me/player/next")
    assert player.item is tracks[2]
    await call("POST", "/me/player/previous")

    assert player.item is tracks[1]
    assert player.progress_ms == 0


async def test_skipping_past_either_end_is_disallowed(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.play(catalogue.long_album.uri)
    assert (await state(call))["actions"]["disallows"] == {"resuming": True, "skipping_prev": True}
    assert error(await call("POST", "/me/player/previous")) == RESTRICTED

    player.play(catalogue.long_album.uri, place=71)
    assert (await state(call))["actions"]["disallows"] == {"resuming": True, "skipping_next": True}
    assert error(await call("POST", "/me/player/next")) == RESTRICTED


@pytest.mark.parametrize(
    ("action", "method", "path"),
    [
        ("skipping_next", "POST", "/me/player/next"),
        ("skipping_prev", "POST", "/me/player/previous"),
        ("seeking", "PUT", "/me/player/seek?position_ms=1"),
        ("toggling_shuffle", "PUT", "/me/player/shuffle?state=true"),
        ("toggling_repeat_track", "PUT", "/me/player/repeat?state=track"),
        ("toggling_repeat_context", "PUT", "/me/player/repeat?state=context"),
        ("pausing", "PUT", "/me/player/pause"),
    ],
)
async def test_disallowed_actions_are_listed_and_are_errors(
    action: Any, method: str, path: str, call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.play(catalogue.long_album.uri, place=4)
    player.disallow(action)

    assert (await state(call))["actions"]["disallows"][action] is True
    assert error(await call(method, path)) == RESTRICTED
    player.allow(action)
    assert (await call(method, path)).status == 204


async def test_transferring_can_be_disallowed(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)
    player.disallow("transferring_playback")

    assert error(await call("PUT", "/me/player", body={"device_ids": [player.devices[1].id]})) == RESTRICTED


async def test_interrupting_playback_can_be_disallowed(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.play(catalogue.long_album.uri)
    player.disallow("interrupting_playback")

    assert error(await play(call, uris=[catalogue.tracks[200].uri])) == RESTRICTED


async def test_seeking_changes_the_progress(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)

    assert (await call("PUT", "/me/player/seek?position_ms=25000")).status == 204

    assert player.progress_ms == 25_000


async def test_seeking_past_the_end_plays_the_next_track(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    tracks = catalogue.long_album.tracks
    player.play(catalogue.long_album.uri)

    await call("PUT", f"/me/player/seek?position_ms={tracks[0].duration_ms}")

    assert (player.item, player.progress_ms) == (tracks[1], 0)


INVALID_SETTINGS = (
    "/me/player/seek",
    "/me/player/seek?position_ms=-1",
    "/me/player/volume",
    "/me/player/volume?volume_percent=101",
    "/me/player/volume?volume_percent=-1",
    "/me/player/volume?volume_percent=loud",
    "/me/player/repeat",
    "/me/player/repeat?state=always",
    "/me/player/shuffle",
    "/me/player/shuffle?state=maybe",
)


async def test_an_invalid_setting_is_an_error(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)

    for path in INVALID_SETTINGS:
        assert (await call("PUT", path)).status == 400, path


@pytest.mark.parametrize("percent", [0, 100])
async def test_the_volume_is_set(percent: int, call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)

    await call("PUT", f"/me/player/volume?volume_percent={percent}")

    assert (await state(call))["device"]["volume_percent"] == percent


async def test_the_volume_of_another_device_is_set(call: Caller, player: PlayerControl) -> None:
    pocket = player.devices[1]

    assert (await call("PUT", f"/me/player/volume?volume_percent=7&device_id={pocket.id}")).status == 204

    assert pocket.volume_percent == 7


async def test_setting_the_volume_of_a_device_without_volume_is_an_error(call: Caller, player: PlayerControl) -> None:
    player.activate(player.devices[2])

    reply = await call("PUT", "/me/player/volume?volume_percent=50")

    assert (reply.status, error(reply)["reason"]) == (403, "VOLUME_CONTROL_DISALLOW")


async def test_repeat_and_shuffle_are_in_the_playback_state(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.play(catalogue.long_album.uri)

    await call("PUT", "/me/player/repeat?state=track")
    await call("PUT", "/me/player/shuffle?state=true")
    shown = await state(call)
    await call("PUT", "/me/player/shuffle?state=false")

    assert (shown["repeat_state"], shown["shuffle_state"]) == ("track", True)
    assert (await state(call))["shuffle_state"] is False


async def test_transferring_keeps_item_and_progress(
    call: Caller, player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    player.play(catalogue.long_album.uri, device=player.devices[0])
    clock.advance(3)

    reply = await call("PUT", "/me/player", body={"device_ids": [player.devices[1].id]})

    assert reply.status == 204
    shown = await state(call)
    assert (shown["device"]["id"], shown["progress_ms"]) == (player.devices[1].id, 3000)
    assert shown["is_playing"] is True


@pytest.mark.parametrize(("play", "plays"), [(True, True), (False, False), (None, False)])
async def test_transferring_resumes_only_if_play_is_true(
    play: bool | None, plays: bool, call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.play(catalogue.long_album.uri, device=player.devices[0])
    await call("PUT", "/me/player/pause")
    body = {} if play is None else {"play": play}

    await call("PUT", "/me/player", body={"device_ids": [player.devices[1].id], **body})

    assert player.is_playing is plays


@pytest.mark.parametrize("ids", [[], ["a", "b"]])
async def test_a_transfer_needs_exactly_one_device(ids: list[str], call: Caller) -> None:
    assert (await call("PUT", "/me/player", body={"device_ids": ids})).status == 400


async def test_a_transfer_to_an_unknown_device_is_an_error(call: Caller) -> None:
    assert (await call("PUT", "/me/player", body={"device_ids": ["none"]})).status == 404


async def test_an_episode_is_omitted_unless_additional_types_has_it(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.play(catalogue.long_show.uri)

    for path in ("/me/player", "/me/player/currently-playing"):
        default = (await call.get(path)).json
        with_episodes = (await call.get(f"{path}?additional_types=track,episode")).json
        assert (default["item"], default["currently_playing_type"]) == (None, "episode")
        assert with_episodes["item"]["id"] == catalogue.long_show.episodes[0].id
        assert with_episodes["item"]["show"]["id"] == catalogue.long_show.id


async def test_the_queue_comes_before_the_context(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    album = catalogue.long_album
    queued: list[Track | Episode] = [catalogue.tracks[300], catalogue.episodes[0]]
    player.play(album.uri)

    for item in queued:
        assert (await call("POST", f"/me/player/queue?uri={item.uri}")).status == 204

    shown = (await call.get("/me/player/queue")).json
    assert shown["currently_playing"]["id"] == album.tracks[0].id
    assert [item["id"] for item in shown["queue"]] == [queued_item.id for queued_item in (*queued, *album.tracks[1:19])]
    await call("POST", "/me/player/next")
    assert player.item is queued[0]


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("?uri=spotify:album:4iV5W9uYEdYUVa79Axb7Rh", 400), ("?uri=spotify:track:0000000000000000000000", 404)],
)
async def test_queueing_other_than_tracks_and_episodes_is_an_error(
    query: str, status: int, call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.play(catalogue.long_album.uri)

    assert (await call("POST", f"/me/player/queue{query}")).status == status


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/me/player", "user-read-playback-state"),
        ("GET", "/me/player/currently-playing", "user-read-currently-playing"),
        ("GET", "/me/player/devices", "user-read-playback-state"),
        ("PUT", "/me/player/pause", "user-modify-playback-state"),
    ],
)
async def test_player_operations_respond_401_without_the_scope(
    method: str, path: str, scope: str, call: Caller
) -> None:
    refused = await call.acting(scopes=())(method, path)

    assert (refused.status, refused.json) == (401, {"error": {"status": 401, "message": "Permissions missing"}})
    assert (await call.acting(scopes=(scope,))(method, path)).status not in {401, 403}


async def test_the_history_responds_403_without_the_scope(call: Caller) -> None:
    refused = await call.acting(scopes=())("GET", "/me/player/recently-played")

    assert (refused.status, refused.message) == (403, "Insufficient client scope")
    assert (await call.acting(scopes=("user-read-recently-played",)).get("/me/player/recently-played")).status == 200


async def test_the_history_is_paged_back_in_time(call: Caller, player: PlayerControl) -> None:
    path, entries = "/me/player/recently-played?limit=20", list[Any]()

    while path:
        page = (await call.get(path)).json
        entries += page["items"]
        path = (page["next"] or "").removeprefix(call.sandbox.api_url)

    assert [entry["track"]["id"] for entry in entries] == [played.track.id for played in player.history]
    assert len(entries) == 50
    assert page["cursors"] == {"after": str(player.history[40].at_ms), "before": str(player.history[49].at_ms)}
    assert {entry["context"] and entry["context"]["type"] for entry in entries} == {None, "album", "playlist"}


async def test_the_history_is_paged_forward_from_a_timestamp(call: Caller, player: PlayerControl) -> None:
    timestamp = player.history[10].at_ms

    page = (await call.get(f"/me/player/recently-played?limit=6&after={timestamp}")).json
    rest = (await call.get(page["next"].removeprefix(call.sandbox.api_url))).json

    expected = [played.track.id for played in player.history[:10]]
    assert [item["track"]["id"] for item in rest["items"] + page["items"]] == expected
    assert rest["next"] is None


async def test_a_page_before_the_history_is_empty(call: Caller) -> None:
    page = (await call.get("/me/player/recently-played?before=1")).json

    assert (page["items"], page["next"], page["cursors"]) == ([], None, None)


async def test_both_cursors_are_an_error(call: Caller) -> None:
    assert (await call.get("/me/player/recently-played?before=1&after=1")).status == 400


async def test_a_played_track_is_added_to_the_history(
    call: Caller, player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    player.play(catalogue.long_album.uri)
    clock.advance(31)
    await call("POST", "/me/player/next")

    newest = (await call.get("/me/player/recently-played?limit=1")).json["items"][0]

    assert newest["track"]["id"] == catalogue.long_album.tracks[0].id
    assert newest["context"]["uri"] == catalogue.long_album.uri
    assert newest["played_at"] == "2027-01-15T08:00:31.000Z"
