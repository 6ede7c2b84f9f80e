"""Transferring playback to another device."""

from __future__ import annotations

import pytest

from spotify.testing import FakeClock
from spotify.testing.sandbox import Catalogue, PlayerControl
from tests.support.player_calls import RESTRICTED, error, state
from tests.support.sandbox_http import Caller


async def test_transferring_can_be_disallowed(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)
    player.disallow("transferring_playback")

    assert error(await call("PUT", "/me/player", body={"device_ids": [player.devices[1].id]})) == RESTRICTED


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
