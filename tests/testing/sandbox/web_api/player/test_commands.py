"""The state at the start, and commands without an active device, Premium or a scope."""

from __future__ import annotations

import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Catalogue, PlayerControl
from tests.support.player_calls import COMMANDS, RESTRICTED, error, state
from tests.support.sandbox_http import Caller


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
