"""The player against the sandbox: the effects of commands, the playback state, and refused commands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import ForbiddenError, MissingScopeError, NotFoundError
from spotify.models import Episode, PlaybackState, Track
from spotify.services import PlayerService
from spotify.testing import FakeClock, SpotifySandbox
from tests.contract.exchange_checker import ExchangeChecker


@pytest.fixture
def clock() -> FakeClock:
    """The clock of the sandbox, which playback depends on."""
    return FakeClock()


@pytest.fixture
async def sandbox(checker: ExchangeChecker, clock: FakeClock) -> AsyncIterator[SpotifySandbox]:
    async with SpotifySandbox(time=clock.time) as sandbox:
        sandbox.add_observer(checker)
        yield sandbox


async def state_of(client: AsyncSpotifyClient) -> PlaybackState:
    state = await client.player.get_playback_state()
    assert state is not None
    return state


def desk(sandbox: SpotifySandbox) -> str:
    """Return the id of a device that accepts every command."""
    device_id = sandbox.player().devices[0].id
    assert device_id is not None
    return device_id


async def test_nothing_is_playing_at_first(client: AsyncSpotifyClient) -> None:
    assert await client.player.get_playback_state() is None
    assert await client.player.get_currently_playing() is None


async def test_devices_are_those_of_the_user(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    devices = await client.player.get_devices()

    assert [(device.id, device.name, device.is_restricted) for device in devices] == [
        (device.id, device.name, device.is_restricted) for device in sandbox.player().devices
    ]
    assert None in {device.id for device in devices}


async def test_an_album_starts_at_the_given_position(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    album = sandbox.catalogue.long_album
    third = album.tracks[2]

    await client.player.start_playback(desk(sandbox), f"https://open.spotify.com/album/{album.id}", None, 2, 1_500)

    state = await state_of(client)
    assert state.is_playing
    assert isinstance(state.item, Track)
    assert (state.item.id, state.progress_ms) == (third.id, 1_500)
    assert state.context is not None
    assert (state.context.type, state.context.uri) == ("album", album.uri)
    assert state.device is not None
    assert (state.device.id, state.device.is_active) == (desk(sandbox), True)


async def test_an_album_starts_at_the_given_track(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    album = sandbox.catalogue.long_album

    await client.player.start_playback(desk(sandbox), album.uri, offset=album.tracks[4].uri)

    assert sandbox.player().item is album.tracks[4]


async def test_tracks_and_episodes_can_be_played(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox, clock: FakeClock
) -> None:
    track, episode = sandbox.catalogue.long_album.tracks[0], sandbox.catalogue.long_show.episodes[0]

    await client.player.start_playback(desk(sandbox), uris=[track.uri, episode.uri])
    clock.advance(track.duration_ms / 1000 + 1)

    state = await state_of(client)
    assert isinstance(state.item, Episode)
    assert (state.item.id, state.progress_ms, state.context) == (episode.id, 1_000, None)
    assert state.currently_playing_type == "episode"


@pytest.mark.parametrize("read", ["get_playback_state", "get_currently_playing"])
async def test_an_episode_is_not_returned_for_additional_types_track(
    read: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    sandbox.player().play(sandbox.catalogue.long_show.episodes[0].uri)

    both = await getattr(client.player, read)()
    tracks = await getattr(client.player, read)(additional_types="track")

    assert isinstance(both.item, Episode)
    assert (tracks.item, tracks.is_playing) == (None, True)


async def test_currently_playing_has_no_device(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    track = sandbox.catalogue.long_album.tracks[0]
    sandbox.player().play([track.uri], position_ms=700)

    playing = await client.player.get_currently_playing(market="DE")

    assert playing is not None
    assert isinstance(playing.item, Track)
    assert (playing.item.id, playing.progress_ms, playing.is_playing) == (track.id, 700, True)


async def test_playback_can_be_paused_and_resumed(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox, clock: FakeClock
) -> None:
    sandbox.player().play(sandbox.catalogue.long_album.uri)

    clock.advance(3)
    await client.player.pause_playback()
    clock.advance(5)
    paused = await state_of(client)
    await client.player.start_playback()
    clock.advance(2)
    playing = await state_of(client)

    assert (paused.is_playing, paused.progress_ms) == (False, 3_000)
    assert (playing.is_playing, playing.progress_ms) == (True, 5_000)


async def test_skip_to_next_and_previous(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    tracks, player = sandbox.catalogue.long_album.tracks, sandbox.player()
    player.play(sandbox.catalogue.long_album.uri)

    await client.player.skip_to_next()
    await client.player.skip_to_next(player.devices[0].id)
    third = player.item
    await client.player.skip_to_previous()

    assert (third, player.item) == (tracks[2], tracks[1])


async def test_seek_changes_the_position(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    sandbox.player().play(sandbox.catalogue.long_album.uri)

    await client.player.seek(42_000)

    assert (await state_of(client)).progress_ms == 42_000


@pytest.mark.parametrize("mode", ["track", "context", "off"])
async def test_the_repeat_mode_is_set(mode: Any, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    sandbox.player().play(sandbox.catalogue.long_album.uri)

    await client.player.set_repeat_mode(mode)

    assert (await state_of(client)).repeat_state == sandbox.player().repeat == mode


async def test_shuffle_can_be_switched_on_and_off(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    sandbox.player().play(sandbox.catalogue.long_album.uri)

    await client.player.set_shuffle(True)
    on = (await state_of(client)).shuffle_state
    await client.player.set_shuffle(False)

    assert (on, (await state_of(client)).shuffle_state) == (True, False)


@pytest.mark.parametrize("percent", [0, 37, 100])
async def test_the_volume_is_set(percent: int, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    await client.player.set_volume(percent, desk(sandbox))

    assert (await client.player.get_devices())[0].volume_percent == percent


@pytest.mark.parametrize("play", [None, False, True])
async def test_playback_is_transferred_to_another_device(
    play: bool | None, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    player = sandbox.player()
    player.play(sandbox.catalogue.long_album.uri)
    await client.player.pause_playback()
    other = player.devices[1].id
    assert other is not None

    await client.player.transfer_playback(other, play)

    state = await state_of(client)
    assert state.device is not None
    assert (state.device.id, state.is_playing) == (other, bool(play))


async def test_queued_items_play_before_the_rest_of_the_context(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    album, episode = sandbox.catalogue.long_album, sandbox.catalogue.long_show.episodes[0]
    sandbox.player().play(album.uri)

    await client.player.add_to_queue(f"https://open.spotify.com/episode/{episode.id}")
    queue = await client.player.get_queue()

    assert queue.currently_playing is not None
    assert queue.currently_playing.uri == album.tracks[0].uri
    assert [item.uri for item in queue.queue[:2]] == [episode.uri, album.tracks[1].uri]


async def test_an_empty_queue_is_no_error(client: AsyncSpotifyClient) -> None:
    queue = await client.player.get_queue()

    assert (queue.currently_playing, queue.queue) == (None, [])


async def test_history_is_listed_latest_first(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    played = sandbox.player().history

    page = await client.player.get_recently_played(limit=7)
    every = [entry async for entry in client.player.get_recently_played(limit=7)]

    assert [entry.track and entry.track.uri for entry in every] == [each.track.uri for each in played]
    assert page.items == every[:7]
    times = [entry.played_at for entry in every]
    assert times == sorted(times, key=lambda time: time.timestamp() if time else 0, reverse=True)


async def test_history_is_listed_before_or_after_a_datetime(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    every = [entry async for entry in client.player.get_recently_played()]
    middle = every[10].played_at
    assert middle is not None

    before = [entry async for entry in client.player.get_recently_played(before=middle)]
    after = await client.player.get_recently_played(after=middle)

    assert before == every[11:]
    assert after.items == every[:10]


async def test_no_active_device_has_its_own_error(client: AsyncSpotifyClient) -> None:
    with pytest.raises(NotFoundError) as caught:
        await client.player.pause_playback()

    assert (caught.value.reason, caught.value.operation) == ("NO_ACTIVE_DEVICE", "pause-a-users-playback")


async def test_an_unknown_device_is_not_found(client: AsyncSpotifyClient) -> None:
    with pytest.raises(NotFoundError, match="Device not found"):
        await client.player.transfer_playback("no-such-device")


async def test_commands_need_premium_and_reading_does_not(sandbox: SpotifySandbox) -> None:
    user = sandbox.catalogue.free_user
    async with sandbox.client(user=user.id) as client:
        devices = await client.player.get_devices()
        with pytest.raises(ForbiddenError) as caught:
            await client.player.set_volume(10, devices[0].id)

    assert caught.value.reason == "PREMIUM_REQUIRED"


async def test_disallowed_commands_are_refused(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    sandbox.player().play(sandbox.catalogue.long_album.uri)
    sandbox.player().disallow("seeking")

    state = await state_of(client)
    with pytest.raises(ForbiddenError):
        await client.player.seek(1)

    assert state.actions is not None
    assert state.actions.disallows.seeking


async def test_each_method_needs_its_scope(sandbox: SpotifySandbox) -> None:
    calls: list[tuple[Callable[[PlayerService], Awaitable[object]], str]] = [
        (lambda player: player.get_playback_state(), "user-read-playback-state"),
        (lambda player: player.get_devices(), "user-read-playback-state"),
        (lambda player: player.get_currently_playing(), "user-read-currently-playing"),
        (lambda player: player.get_queue(), "user-read-currently-playing"),
        (lambda player: player.get_recently_played(), "user-read-recently-played"),
        (lambda player: player.skip_to_next(), "user-modify-playback-state"),
        (lambda player: player.set_shuffle(True), "user-modify-playback-state"),
    ]

    async with sandbox.client(scopes=["user-library-read"]) as client:
        for call, scope in calls:
            with pytest.raises(MissingScopeError) as caught:
                await call(client.player)

            assert scope in caught.value.required_scopes
