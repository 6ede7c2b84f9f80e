"""Adding items to a playlist with `verify` while responses are lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.bulk.writes import resume_write
from spotify.client import AsyncSpotifyClient
from spotify.errors import PartialWriteError, SpotifyError, TransportError
from spotify.interfaces.executor import Call, RequestExecutor
from spotify.models import PartialPlaylist
from spotify.services import PlaylistsService
from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.quota import QuotaMode
from tests.support.lossy_playlists import LossyExecutor, LossyPlaylist
from tests.support.scripted_executor import InMemoryPlaylist, track_uris

T = TypeVar("T")


@pytest.fixture
async def sandbox(quota_mode: QuotaMode) -> AsyncIterator[SpotifySandbox]:
    """A sandbox whose requests are not checked against the contract: tests/services does that, and these are many."""
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("outcomes", "writes"), [("...", 3), ("e..", 3), (".e.", 3), ("..e", 3), ("n...", 4), (".n..", 4), ("ene.", 4)]
)
async def test_lost_requests_and_responses_add_every_item_once_and_in_order(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient, outcomes: str, writes: int
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, outcomes)
    added = playlist.tracks[100:350]

    snapshot_id = await playlist.service.add_items(playlist.id, added, verify=True)

    assert await playlist.uris() == playlist.tracks[:5] + added
    assert playlist.lossy.writes == writes
    assert snapshot_id == (await client.playlists.get(playlist.id)).snapshot_id


@pytest.mark.parametrize("outcomes", ["e..", ".n..", "en."])
async def test_lost_additions_are_found_among_equal_items(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient, outcomes: str
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, outcomes, count=0)
    equal = playlist.tracks[:1] * 150
    await client.playlists.add_items(playlist.id, equal)

    await playlist.service.add_items(playlist.id, equal, 20, verify=True)

    assert await playlist.uris() == equal * 2


async def test_without_verify_a_lost_response_stops_the_write(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".e.")
    added = playlist.tracks[100:350]

    with pytest.raises(PartialWriteError) as caught:
        await playlist.service.add_items(playlist.id, added)

    assert list(caught.value.applied) == added[:100]
    assert list(caught.value.unknown) == added[100:200]
    assert list(caught.value.not_applied) == added[200:]


async def test_a_request_that_is_always_lost_is_not_applied_and_given_up(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".nnn.")
    added = playlist.tracks[100:350]

    with pytest.raises(PartialWriteError) as caught:
        await playlist.service.add_items(playlist.id, added, verify=True)

    assert caught.value.unknown == ()
    assert list(caught.value.not_applied) == added[100:]
    assert await playlist.uris() == playlist.tracks[:5] + added[:100]


async def test_the_outcome_is_unknown_if_another_client_adds_items(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".e.")
    added = playlist.tracks[100:350]
    playlist.lossy.before_loss = lambda: client.playlists.add_items(playlist.id, playlist.tracks[:1], 0)

    with pytest.raises(PartialWriteError) as caught:
        await playlist.service.add_items(playlist.id, added, verify=True)

    assert list(caught.value.unknown) == added[100:200]


async def test_nothing_is_added_twice_if_another_client_removes_as_many_items(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, "e")
    playlist.lossy.before_loss = lambda: client.playlists.remove_items(playlist.id, uris=playlist.tracks[:1])

    with pytest.raises(TransportError) as caught:
        await playlist.service.add_items(playlist.id, playlist.tracks[100:101], verify=True)

    assert caught.value.may_have_been_executed
    assert await playlist.uris() == [*playlist.tracks[1:5], playlist.tracks[100]]


async def test_nothing_is_added_twice_if_the_items_appear_during_the_reads(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, "n")
    added = playlist.tracks[100:101]

    def add_after_the_next_read() -> None:
        playlist.lossy.after_read = lambda: client.playlists.add_items(playlist.id, added)

    playlist.lossy.before_loss = add_after_the_next_read

    await playlist.service.add_items(playlist.id, added, verify=True)

    assert playlist.lossy.writes == 1
    assert await playlist.uris() == playlist.tracks[:5] + added


class WithoutSnapshotIds:
    """`RequestExecutor` whose playlists have no snapshot id."""

    def __init__(self, executor: RequestExecutor) -> None:
        self._executor = executor

    async def execute(self, call: Call[T], /) -> T:
        result = await self._executor.execute(call)
        return replace(result, snapshot_id=None) if isinstance(result, PartialPlaylist) else result

    async def close(self) -> None: ...


async def test_the_outcome_is_unknown_without_snapshot_ids(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, "n", executor=WithoutSnapshotIds(client._executor))

    with pytest.raises(TransportError) as caught:
        await playlist.service.add_items(playlist.id, playlist.tracks[100:101], verify=True)

    assert caught.value.may_have_been_executed
    assert playlist.lossy.writes == 1


async def test_the_outcome_is_unknown_if_the_playlist_cannot_be_read(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".e.")
    added = playlist.tracks[100:350]

    playlist.lossy.before_loss = playlist.lossy.fail_reads
    with pytest.raises(PartialWriteError) as caught:
        await playlist.service.add_items(playlist.id, added, verify=True)
    assert list(caught.value.unknown) == added[100:200]

    playlist.lossy.read_error = None
    await playlist.resume(caught.value)

    assert await playlist.uris() == playlist.tracks[:5] + added


async def test_the_outcome_is_unknown_if_a_read_is_cancelled(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".e.")
    added = playlist.tracks[100:350]
    cancelled = asyncio.CancelledError()
    cancelled.__cause__ = TransportError("the call was cancelled", sent=False)  # the read, not the addition
    cancelled.__cause__.may_have_been_executed = False

    def cancel_reads() -> None:
        playlist.lossy.read_error = cancelled

    playlist.lossy.before_loss = cancel_reads
    with pytest.raises(asyncio.CancelledError) as caught:
        await playlist.service.add_items(playlist.id, added, verify=True)
    stopped = PartialWriteError.behind(caught.value)
    assert stopped is not None
    assert list(stopped.unknown) == added[100:200]

    playlist.lossy.read_error = None
    await playlist.resume(stopped)

    assert await playlist.uris() == playlist.tracks[:5] + added


async def test_a_playlist_that_cannot_be_read_is_not_written_to(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, "")
    playlist.lossy.read_error = TransportError("no route", sent=True)

    with pytest.raises(TransportError) as caught:
        await playlist.service.add_items(playlist.id, playlist.tracks[:1], verify=True)

    assert caught.value.may_have_been_executed is False
    assert playlist.lossy.writes == 0


@given(outcomes=st.text("..enr", max_size=8), position=st.none() | st.integers(0, 5), count=st.integers(1, 420))
async def test_no_sequence_of_losses_loses_or_doubles_items(outcomes: str, position: int | None, count: int) -> None:
    old, added = track_uris(5), track_uris(425)[5 : 5 + count]
    playlist = InMemoryPlaylist(old)
    lossy = LossyExecutor(playlist, outcomes)
    stopped: SpotifyError | None = None

    try:
        await PlaylistsService(lossy).add_items("0" * 22, added, position, verify=True)
    except SpotifyError as error:
        stopped = error

    if isinstance(stopped, PartialWriteError):
        assert stopped.unknown == ()
        assert [*stopped.applied, *stopped.not_applied] == added
        lossy.outcomes.clear()
        await resume_write(lossy, stopped)
    elif stopped is not None:
        assert stopped.may_have_been_executed is False
        added = []
    start = 5 if position is None else position
    assert playlist.uris == old[:start] + added + old[start:]
