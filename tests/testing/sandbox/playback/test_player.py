"""What time and commands make of a player."""

from __future__ import annotations

import random

import pytest

from spotify.testing import FakeClock, SpotifySandbox
from spotify.testing.sandbox import Catalogue, Device, PlayerControl
from spotify.testing.sandbox.playback import Player


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


@pytest.fixture
def machine(clock: FakeClock, catalogue: Catalogue) -> Player:
    """A player by itself, as commands find it, at the first track of the long album."""
    device = Device("id", "Desk", "Computer")
    machine = Player(clock.time, random.Random(0), [device])
    machine.start(catalogue.long_album.tracks, device=device)
    return machine


def test_a_track_that_ends_is_followed_by_the_next(
    player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    tracks = catalogue.long_album.tracks
    player.play(catalogue.long_album.uri)

    clock.advance((tracks[0].duration_ms + tracks[1].duration_ms) / 1000 + 2)

    assert player.item is tracks[2]
    assert player.progress_ms == 2000
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


def test_a_repeated_context_starts_again(machine: Player, catalogue: Catalogue, clock: FakeClock) -> None:
    tracks = catalogue.long_album.tracks
    machine.start(tracks, device=machine.devices[0], start=71)
    machine.set_repeat("context")

    clock.advance(tracks[71].duration_ms / 1000 + 1)
    machine.update()

    assert (machine.item, machine.is_playing) == (tracks[0], True)
    assert machine.upcoming()[:2] == tracks[1:3]


def test_a_repeated_context_goes_back_over_its_beginning(machine: Player, catalogue: Catalogue) -> None:
    machine.set_repeat("context")

    machine.skip_to_previous()

    assert machine.item is catalogue.long_album.tracks[71]
    assert machine.upcoming()[:2] == catalogue.long_album.tracks[:2]


def test_a_repeated_track_plays_again(machine: Player, catalogue: Catalogue, clock: FakeClock) -> None:
    track = catalogue.long_album.tracks[0]
    machine.set_repeat("track")

    clock.advance(2 * track.duration_ms / 1000 + 5)
    machine.update()

    assert machine.item is track
    assert machine.progress_ms == 5000
    assert [played.track for played in machine.history] == [track, track]


def test_shuffle_plays_every_track_once_and_leaves_the_current_one(machine: Player, catalogue: Catalogue) -> None:
    tracks = catalogue.long_album.tracks
    machine.start(tracks, device=machine.devices[0], start=7)

    machine.set_shuffle(on=True)
    order = [machine.item]
    for _ in range(71):
        machine.skip_to_next()
        order.append(machine.item)

    assert order[0] is tracks[7]
    assert order != [tracks[7], *tracks[:7], *tracks[8:]]
    assert set(order) == set(tracks)


def test_what_is_started_with_shuffle_begins_where_it_was_told_to(machine: Player, catalogue: Catalogue) -> None:
    tracks = catalogue.long_album.tracks
    machine.set_shuffle(on=True)

    machine.start(tracks, device=machine.devices[0], start=7)

    assert machine.item is tracks[7]
    assert machine.upcoming() != tracks[8:28]


def test_without_shuffle_the_order_is_the_albums_again(machine: Player, catalogue: Catalogue) -> None:
    tracks = catalogue.long_album.tracks
    machine.set_shuffle(on=True)
    machine.skip_to_next()
    here = machine.item

    machine.set_shuffle(on=False)

    place = next(place for place, track in enumerate(tracks) if track is here)
    assert machine.item is here
    assert machine.upcoming()[:3] == tracks[place + 1 : place + 4]


def test_after_the_queue_the_context_goes_on(machine: Player, catalogue: Catalogue) -> None:
    queued = catalogue.tracks[500]
    machine.queue.append(queued)

    machine.skip_to_next()
    assert machine.item is queued
    assert not machine.queue
    machine.skip_to_next()

    assert machine.item is catalogue.long_album.tracks[1]


def test_a_queued_track_follows_one_that_ends(machine: Player, catalogue: Catalogue, clock: FakeClock) -> None:
    queued = catalogue.tracks[500]
    machine.queue.append(queued)

    clock.advance(catalogue.long_album.tracks[0].duration_ms / 1000 + 1)
    machine.update()

    assert machine.item is queued


def test_the_queue_is_what_there_is_to_resume(clock: FakeClock, catalogue: Catalogue) -> None:
    device = Device("id", "Desk", "Computer")
    machine = Player(clock.time, random.Random(0), [device])
    machine.queue.append(catalogue.tracks[5])

    machine.resume(device=device)

    assert (machine.item, machine.is_playing) == (catalogue.tracks[5], True)


def test_a_clock_that_goes_back_moves_nothing(catalogue: Catalogue) -> None:
    moments = iter((100.0, 50.0, 51.0))
    device = Device("id", "Desk", "Computer")
    machine = Player(lambda: next(moments), random.Random(0), [device])
    machine.start(catalogue.long_album.tracks, device=device)

    machine.update()
    assert machine.progress_ms == 0
    machine.update()

    assert machine.progress_ms == 1000


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


def test_a_player_can_be_made_to_play_whatever_is_disallowed(player: PlayerControl, catalogue: Catalogue) -> None:
    player.play(catalogue.long_album.uri)
    player.disallow("interrupting_playback")

    player.play(catalogue.long_album.uri, place=3)

    assert player.item is catalogue.long_album.tracks[3]


def test_what_there_is_not_cannot_be_played(player: PlayerControl, catalogue: Catalogue) -> None:
    for what in ("spotify:album:0000000000000000000000", "no uri", [], [catalogue.albums[0].uri]):
        with pytest.raises(ValueError, match=r"no item|cannot play any"):
            player.play(what)
    with pytest.raises(ValueError, match="no item 72"):
        player.play(catalogue.long_album.uri, place=72)


def test_what_is_not_available_to_the_user_cannot_be_played(player: PlayerControl, catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match="cannot play any"):
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


def test_a_track_ends_to_the_moment(machine: Player, catalogue: Catalogue, clock: FakeClock) -> None:
    tracks = catalogue.long_album.tracks

    clock.advance(tracks[0].duration_ms / 1000 - 0.25)
    machine.update()
    assert machine.item is tracks[0]
    clock.advance(0.5)
    machine.update()

    assert machine.item is tracks[1]
    assert machine.progress_ms == 250


def test_with_a_queue_the_last_track_is_not_the_last(machine: Player, catalogue: Catalogue) -> None:
    machine.start(catalogue.long_album.tracks, device=machine.devices[0], start=71)
    machine.queue.append(catalogue.tracks[500])

    assert "skipping_next" not in machine.disallows()


def test_seeking_past_the_end_of_what_was_heard_leaves_it_in_the_history(
    machine: Player, catalogue: Catalogue, clock: FakeClock
) -> None:
    clock.advance(40)
    machine.update()

    machine.seek(10**7)

    assert [played.track for played in machine.history] == [catalogue.long_album.tracks[0]]


def test_the_history_keeps_fifty_tracks(machine: Player, clock: FakeClock) -> None:
    machine.set_repeat("context")

    clock.advance(24 * 3600)
    machine.update()

    assert len(machine.history) == 50


def test_transferring_resumes_nothing_where_there_is_nothing(clock: FakeClock) -> None:
    device = Device("id", "Desk", "Computer")
    machine = Player(clock.time, random.Random(0), [device])

    machine.transfer(device, play=True)

    assert (machine.device, machine.is_playing) == (device, False)
