"""Volume, repeat, shuffle and the fields of the playback state."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox import Catalogue, PlayerControl
from tests.support.player_calls import error, state
from tests.support.sandbox_http import Caller

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


async def test_an_active_device_without_an_item_has_null_fields(call: Caller, player: PlayerControl) -> None:
    player.activate(player.devices[2])

    shown = await state(call)

    assert shown["item"] is shown["context"] is shown["progress_ms"] is shown["device"]["volume_percent"] is None
    assert (shown["is_playing"], shown["currently_playing_type"]) == (False, "unknown")
    assert (await call.get("/me/player/currently-playing")).status == 204


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
