"""What time and commands make of a player."""

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


def test_a_track_that_ends_is_followed_by_the_next(
    player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    tracks = catalogue.long_album.tracks
    player.play(catalogue.long_album.uri)

    clock.advance((tracks[0].duration_ms + tracks[1].duration_ms) / 1000 + 2)

    assert player.item is tracks[2]
    assert abs(player.progress_ms - 2000) <= 1
    assert [played.track for played in player.history[:2]] == [tracks[1], tracks[0]]
    assert player.history[0].at_ms - player.history[1].at_ms == tracks[1].duration_ms


def test_after_the_last_track_the_first_one_waits(
    player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    player.play(catalogue.long_album.uri, place=71)

    clock.advance(3600)

    assert (player.item, player.is_playing) == (catalogue.long_album.tracks[0], False)
    assert player.progress_ms == 0


def test_a_single_track_that_ends_waits_at_its_beginning(
    player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    player.play(catalogue.tracks[9].uri)

    clock.advance(3600)

    assert (player.item, player.is_playing, player.progress_ms) == (catalogue.tracks[9], False, 0)


def test_a_repeated_context_starts_again(sandbox: SpotifySandbox, catalogue: Catalogue, clock: FakeClock) -> None:
    tracks = catalogue.long_album.tracks
    state = sandbox._state.player(catalogue.default_user)
    sandbox.player().play(catalogue.long_album.uri, place=71)
    state.set_repeat("context")

    clock.advance(tracks[71].duration_ms / 1000 + 1)

    assert (sandbox.player().item, sandbox.player().is_playing) == (tracks[0], True)
    assert state.upcoming()[:2] == tracks[1:3]


def test_a_repeated_track_plays_again(sandbox: SpotifySandbox, catalogue: Catalogue, clock: FakeClock) -> None:
    player, track = sandbox.player(), catalogue.long_album.tracks[0]
    player.play(catalogue.long_album.uri)
    sandbox._state.player(catalogue.default_user).set_repeat("track")

    clock.advance(2 * track.duration_ms / 1000 + 5)

    assert player.item is track
    assert abs(player.progress_ms - 5000) <= 1
    assert [played.track for played in player.history[:2]] == [track, track]


def test_shuffle_plays_every_track_once_and_leaves_the_current_one(
    sandbox: SpotifySandbox, catalogue: Catalogue
) -> None:
    player = sandbox._state.player(catalogue.default_user)
    tracks = catalogue.long_album.tracks
    sandbox.player().play(catalogue.long_album.uri, place=7)

    player.set_shuffle(on=True)
    order = [player.item]
    for _ in range(71):
        player.skip_to_next()
        order.append(player.item)

    assert order[0] is tracks[7]
    assert order != [tracks[7], *tracks[:7], *tracks[8:]]
    assert set(order) == set(tracks)


def test_without_shuffle_the_order_is_the_albums_again(sandbox: SpotifySandbox, catalogue: Catalogue) -> None:
    player = sandbox._state.player(catalogue.default_user)
    sandbox.player().play(catalogue.long_album.uri)
    player.set_shuffle(on=True)
    player.skip_to_next()
    here = player.item
    assert here

    player.set_shuffle(on=False)

    place = [track.id for track in catalogue.long_album.tracks].index(here.id)
    assert player.item is here
    assert player.upcoming()[:3] == catalogue.long_album.tracks[place + 1 :][:3]


def test_after_the_queue_the_context_goes_on(
    sandbox: SpotifySandbox, player: PlayerControl, catalogue: Catalogue
) -> None:
    state, queued = sandbox._state.player(catalogue.default_user), catalogue.tracks[500]
    player.play(catalogue.long_album.uri)
    state.queue.append(queued)

    state.skip_to_next()
    assert player.item is queued
    assert player.queue == ()
    state.skip_to_next()

    assert player.item is catalogue.long_album.tracks[1]


def test_a_track_that_was_hardly_heard_is_not_in_the_history(
    player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    before = player.history
    player.play(catalogue.tracks[0].uri)
    clock.advance(29)

    player.play(catalogue.tracks[1].uri)

    assert player.history == before


def test_what_was_skipped_by_seeking_was_not_heard(
    player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
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


def test_stopping_is_the_state_of_the_start(player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)

    player.stop()

    assert (player.item, player.active_device, player.is_playing) == (None, None, False)


def test_removing_the_active_device_leaves_none(player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)
    device = player.active_device
    assert device

    player.remove_device(device)

    assert player.active_device is None
    assert device not in player.devices
    assert not player.is_playing


def test_every_user_has_a_player_of_their_own(sandbox: SpotifySandbox, catalogue: Catalogue) -> None:
    sandbox.player().play(catalogue.tracks[0].uri)

    other = sandbox.player(catalogue.free_user.id)

    assert other.item is None
    assert [device.type for device in other.devices] == ["Computer"]
    assert other.history == ()
    assert {device.id for device in other.devices}.isdisjoint(device.id for device in sandbox.player().devices)


def test_added_devices_have_ids_of_their_own(player: PlayerControl) -> None:
    one, other = player.add_device("Twin", "Speaker"), player.add_device("Twin", "Speaker")

    assert one.id != other.id
    assert player.devices[-2:] == (one, other)


def test_playing_clears_what_was_disallowed(sandbox: SpotifySandbox, catalogue: Catalogue) -> None:
    player = sandbox.player()
    player.play(catalogue.long_album.uri)
    player.disallow("interrupting_playback", "seeking")

    player.play(catalogue.long_album.uri, place=3)

    assert sandbox._state.player(catalogue.default_user).disallows() == {"resuming"}


def test_what_there_is_not_cannot_be_played(player: PlayerControl, catalogue: Catalogue) -> None:
    for what in ("spotify:album:0000000000000000000000", "no uri", [], [catalogue.albums[0].uri]):
        with pytest.raises(ValueError, match="nothing"):
            player.play(what)
    with pytest.raises(ValueError, match="place 72"):
        player.play(catalogue.long_album.uri, place=72)


def test_what_is_not_available_to_the_user_cannot_be_played(player: PlayerControl, catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="can play nothing"):
        player.play(catalogue.nordic_show.uri)


def test_devices_of_others_cannot_be_used(sandbox: SpotifySandbox, catalogue: Catalogue) -> None:
    player, foreign = sandbox.player(), sandbox.player(catalogue.free_user.id).devices[0]

    with pytest.raises(ValueError, match="no device"):
        player.activate(foreign)
    with pytest.raises(ValueError, match="no device"):
        player.remove_device(foreign)
    with pytest.raises(ValueError, match="no such device"):
        player.play(catalogue.tracks[0].uri, device=foreign)


def test_there_is_no_player_of_nobody(sandbox: SpotifySandbox) -> None:
    with pytest.raises(ValueError, match="no user"):
        sandbox.player("nobody")
