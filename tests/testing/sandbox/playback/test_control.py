"""`PlayerControl`: what tests do to a player directly, and what it shows."""

from __future__ import annotations

import pytest

from spotify.testing import FakeClock, SpotifySandbox
from spotify.testing.sandbox import Catalogue, PlayerControl


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox(clock: FakeClock) -> SpotifySandbox:
    return SpotifySandbox(time=clock.time)


@pytest.fixture
def catalogue(sandbox: SpotifySandbox) -> Catalogue:
    return sandbox.catalogue


@pytest.fixture
def player(sandbox: SpotifySandbox) -> PlayerControl:
    return sandbox.player()


def test_the_next_track_follows_one_that_ends(player: PlayerControl, catalogue: Catalogue, clock: FakeClock) -> None:
    tracks = catalogue.long_album.tracks
    player.play(catalogue.long_album.uri)

    clock.advance((tracks[0].duration_ms + tracks[1].duration_ms) / 1000 + 2)

    assert player.item is tracks[2]
    assert player.progress_ms == 2000
    assert [played.track for played in player.history[:2]] == [tracks[1], tracks[0]]
    assert player.history[0].at_ms - player.history[1].at_ms == tracks[1].duration_ms


def test_after_the_last_track_playback_pauses_at_the_first(
    player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    player.play(catalogue.long_album.uri, place=71)

    clock.advance(3600)

    assert (player.item, player.is_playing) == (catalogue.long_album.tracks[0], False)
    assert player.progress_ms == 0


def test_a_single_track_pauses_at_its_beginning_when_it_ends(
    player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    player.play(catalogue.tracks[9].uri)

    clock.advance(3600)

    assert (player.item, player.is_playing, player.progress_ms) == (catalogue.tracks[9], False, 0)


def test_a_track_played_for_29_seconds_is_not_in_the_history(
    player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    before = player.history
    player.play(catalogue.tracks[0].uri)
    clock.advance(29)

    player.play(catalogue.tracks[1].uri)

    assert player.history == before


def test_skipped_time_does_not_count_as_played(player: PlayerControl, catalogue: Catalogue, clock: FakeClock) -> None:
    before = player.history
    player.play(catalogue.tracks[0].uri, position_ms=100_000)
    clock.advance(10)

    player.stop()

    assert player.history == before


def test_episodes_are_not_in_the_history(player: PlayerControl, catalogue: Catalogue, clock: FakeClock) -> None:
    before = player.history
    player.play(catalogue.long_show.uri)
    clock.advance(60)

    player.stop()

    assert player.history == before


def test_a_private_session_leaves_no_history(player: PlayerControl, catalogue: Catalogue, clock: FakeClock) -> None:
    before = player.history
    player.play(catalogue.tracks[0].uri, device=player.add_device("Den", is_private_session=True))
    clock.advance(60)

    player.stop()

    assert player.history == before


def test_stopping_restores_the_initial_state(player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)

    player.stop()

    assert (player.item, player.active_device, player.is_playing) == (None, None, False)


def test_removing_the_active_device_stops_playback(player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)
    device = player.active_device
    assert device

    player.remove_device(device)

    assert player.active_device is None
    assert device not in player.devices
    assert not player.is_playing


def test_each_user_has_a_player(sandbox: SpotifySandbox, catalogue: Catalogue) -> None:
    sandbox.player().play(catalogue.tracks[0].uri)

    other = sandbox.player(catalogue.free_user.id)

    assert other.item is None
    assert [device.type for device in other.devices] == ["Computer"]
    assert other.history == ()
    assert {device.id for device in other.devices}.isdisjoint(device.id for device in sandbox.player().devices)


def test_added_devices_have_different_ids(player: PlayerControl) -> None:
    one, other = player.add_device("Twin", "Speaker"), player.add_device("Twin", "Speaker")

    assert one.id != other.id
    assert player.devices[-2:] == (one, other)


def test_play_allows_all_actions_again(player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)
    player.disallow("interrupting_playback")

    player.play(catalogue.long_album.uri, place=3)

    assert player.item is catalogue.long_album.tracks[3]


def test_playing_unknown_items_is_a_value_error(player: PlayerControl, catalogue: Catalogue) -> None:
    for what in ("spotify:album:0000000000000000000000", "no uri", [], [catalogue.albums[0].uri]):
        with pytest.raises(ValueError, match=r"no item|cannot play any"):
            player.play(what)
    with pytest.raises(ValueError, match="no item 72"):
        player.play(catalogue.long_album.uri, place=72)


def test_playing_unavailable_items_is_a_value_error(player: PlayerControl, catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="cannot play any"):
        player.play(catalogue.nordic_show.uri)


def test_using_a_device_of_another_user_is_a_value_error(sandbox: SpotifySandbox, catalogue: Catalogue) -> None:
    player, foreign = sandbox.player(), sandbox.player(catalogue.free_user.id).devices[0]

    with pytest.raises(ValueError, match="no device"):
        player.activate(foreign)
    with pytest.raises(ValueError, match="no device"):
        player.remove_device(foreign)
    with pytest.raises(ValueError, match="no such device"):
        player.play(catalogue.tracks[0].uri, device=foreign)


def test_the_player_of_an_unknown_user_is_a_value_error(sandbox: SpotifySandbox) -> None:
    with pytest.raises(ValueError, match="no user"):
        sandbox.player("nobody")
