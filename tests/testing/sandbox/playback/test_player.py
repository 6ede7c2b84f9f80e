"""`Player`: what commands and the passing of time change."""

from __future__ import annotations

import random

import pytest

from spotify.testing import FakeClock
from spotify.testing.sandbox import Catalogue, Device
from spotify.testing.sandbox.playback import Player


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue.of(0)


@pytest.fixture
def device() -> Device:
    return Device("id", "Desk", "Computer")


@pytest.fixture
def idle_player(clock: FakeClock, device: Device) -> Player:
    """A player that has not played anything."""
    return Player(clock.time, random.Random(0), [device])


@pytest.fixture
def player(idle_player: Player, catalogue: Catalogue, device: Device) -> Player:
    """A player at the beginning of the long album."""
    idle_player.start(catalogue.long_album.tracks, device=device)
    return idle_player


def test_a_repeated_context_starts_again(
    player: Player, device: Device, catalogue: Catalogue, clock: FakeClock
) -> None:
    tracks = catalogue.long_album.tracks
    player.start(tracks, device=device, start=71)
    player.set_repeat("context")

    clock.advance(tracks[71].duration_ms / 1000 + 1)
    player.update()

    assert (player.item, player.is_playing) == (tracks[0], True)
    assert player.upcoming()[:2] == tracks[1:3]


def test_skipping_back_in_a_repeated_context_wraps_around(player: Player, catalogue: Catalogue) -> None:
    player.set_repeat("context")

    player.skip_to_previous()

    assert player.item is catalogue.long_album.tracks[71]
    assert player.upcoming()[:2] == catalogue.long_album.tracks[:2]


def test_a_repeated_track_plays_again(player: Player, catalogue: Catalogue, clock: FakeClock) -> None:
    track = catalogue.long_album.tracks[0]
    player.set_repeat("track")

    clock.advance(2 * track.duration_ms / 1000 + 5)
    player.update()

    assert player.item is track
    assert player.progress_ms == 5000
    assert [played.track for played in player.history] == [track, track]


def test_shuffle_keeps_the_current_track_and_plays_each_track_once(
    player: Player, device: Device, catalogue: Catalogue
) -> None:
    tracks = catalogue.long_album.tracks
    player.start(tracks, device=device, start=7)

    player.set_shuffle(on=True)
    order = [player.item]
    for _ in range(71):
        player.skip_to_next()
        order.append(player.item)

    assert order[0] is tracks[7]
    assert order != [tracks[7], *tracks[:7], *tracks[8:]]
    assert set(order) == set(tracks)


def test_starting_with_shuffle_plays_the_requested_track_first(
    player: Player, device: Device, catalogue: Catalogue
) -> None:
    tracks = catalogue.long_album.tracks
    player.set_shuffle(on=True)

    player.start(tracks, device=device, start=7)

    assert player.item is tracks[7]
    assert player.upcoming() != tracks[8:28]


def test_turning_shuffle_off_restores_the_order(player: Player, catalogue: Catalogue) -> None:
    tracks = catalogue.long_album.tracks
    player.set_shuffle(on=True)
    player.skip_to_next()
    current = player.item

    player.set_shuffle(on=False)

    index = next(index for index, track in enumerate(tracks) if track is current)
    assert player.item is current
    assert player.upcoming()[:3] == tracks[index + 1 : index + 4]


def test_the_context_continues_after_the_queue(player: Player, catalogue: Catalogue) -> None:
    queued = catalogue.tracks[500]
    player.queue.append(queued)

    player.skip_to_next()
    assert player.item is queued
    assert not player.queue
    player.skip_to_next()

    assert player.item is catalogue.long_album.tracks[1]


def test_a_queued_track_follows_one_that_ends(player: Player, catalogue: Catalogue, clock: FakeClock) -> None:
    queued = catalogue.tracks[500]
    player.queue.append(queued)

    clock.advance(catalogue.long_album.tracks[0].duration_ms / 1000 + 1)
    player.update()

    assert player.item is queued


def test_resuming_without_an_item_plays_the_queue(idle_player: Player, device: Device, catalogue: Catalogue) -> None:
    idle_player.queue.append(catalogue.tracks[5])

    idle_player.resume(device=device)

    assert (idle_player.item, idle_player.is_playing) == (catalogue.tracks[5], True)


def test_a_clock_that_goes_back_does_not_change_the_progress(catalogue: Catalogue, device: Device) -> None:
    times = iter((100.0, 50.0, 51.0))
    player = Player(lambda: next(times), random.Random(0), [device])
    player.start(catalogue.long_album.tracks, device=device)

    player.update()
    assert player.progress_ms == 0
    player.update()

    assert player.progress_ms == 1000


def test_a_track_ends_after_exactly_its_duration(player: Player, catalogue: Catalogue, clock: FakeClock) -> None:
    tracks = catalogue.long_album.tracks

    clock.advance(tracks[0].duration_ms / 1000 - 0.25)
    player.update()
    assert player.item is tracks[0]
    clock.advance(0.5)
    player.update()

    assert player.item is tracks[1]
    assert player.progress_ms == 250


def test_with_a_queue_skipping_after_the_last_track_is_allowed(
    player: Player, device: Device, catalogue: Catalogue
) -> None:
    player.start(catalogue.long_album.tracks, device=device, start=71)
    player.queue.append(catalogue.tracks[500])

    assert "skipping_next" not in player.disallows()


def test_seeking_past_the_end_adds_a_played_track_to_the_history(
    player: Player, catalogue: Catalogue, clock: FakeClock
) -> None:
    clock.advance(40)
    player.update()

    player.seek(10**7)

    assert [played.track for played in player.history] == [catalogue.long_album.tracks[0]]


def test_the_history_has_at_most_50_tracks(player: Player, clock: FakeClock) -> None:
    player.set_repeat("context")

    clock.advance(24 * 3600)
    player.update()

    assert len(player.history) == 50


def test_transferring_without_an_item_does_not_play(idle_player: Player, device: Device) -> None:

    idle_player.transfer(device, play=True)

    assert (idle_player.device, idle_player.is_playing) == (device, False)
