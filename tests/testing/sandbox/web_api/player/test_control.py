"""Pausing, resuming, skipping and seeking, and when they are disallowed."""

from __future__ import annotations

from typing import Any

import pytest

from spotify.testing import FakeClock
from spotify.testing.sandbox import Catalogue, PlayerControl
from tests.support.player_calls import RESTRICTED, error, play, state
from tests.support.sandbox_http import Caller


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
