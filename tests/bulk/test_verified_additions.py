"""Adding to a playlist over a network that loses answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spotify.client import AsyncSpotifyClient
from spotify.errors import PartialWriteError, SpotifyError, TransportError
from spotify.interfaces.executor import Call, RequestExecutor
from spotify.models import PartialPlaylist
from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.web_api.quota import QuotaMode
from tests.support.lossy_playlists import Bench

T = TypeVar("T")


@pytest.fixture
async def sandbox(quota_mode: QuotaMode) -> AsyncIterator[SpotifySandbox]:
    """A sandbox that is not held to the API description: what is sent here is checked elsewhere, and this is much."""
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("fates", "writes"), [("...", 3), ("e..", 3), (".e.", 3), ("..e", 3), ("n...", 4), (".n..", 4), ("ene.", 4)]
)
async def test_whatever_is_lost_everything_is_added_once_and_in_order(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient, fates: str, writes: int
) -> None:
    bench = await Bench(sandbox, client, fates).begin()
    wanted = bench.tracks[100:350]

    snapshot_id = await bench.playlists.add_items(bench.id, wanted, verify=True)

    assert await bench.uris() == bench.tracks[:5] + wanted
    assert bench.lossy.writes == writes
    assert snapshot_id == (await client.playlists.get(bench.id)).snapshot_id


@pytest.mark.parametrize("fates", ["e..", ".n..", "en."])
async def test_the_same_at_a_place_among_equal_items(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient, fates: str
) -> None:
    bench = await Bench(sandbox, client, fates).begin(held=0)
    same = bench.tracks[:1] * 150
    await client.playlists.add_items(bench.id, same)

    await bench.playlists.add_items(bench.id, same, 20, verify=True)

    assert await bench.uris() == same * 2


async def test_without_a_look_a_lost_answer_stops_the_write(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, ".e.").begin()
    wanted = bench.tracks[100:350]

    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted)

    assert list(caught.value.applied) == wanted[:100]
    assert list(caught.value.unknown) == wanted[100:200]
    assert list(caught.value.not_applied) == wanted[200:]


async def test_a_part_that_is_lost_again_and_again_is_given_up_and_known_not_to_be_applied(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, ".nnn.").begin()
    wanted = bench.tracks[100:350]

    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted, verify=True)

    assert caught.value.unknown == ()
    assert list(caught.value.not_applied) == wanted[100:]
    assert await bench.uris() == bench.tracks[:5] + wanted[:100]


async def test_where_somebody_else_changed_the_playlist_it_is_not_guessed(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, ".e.").begin()
    wanted = bench.tracks[100:350]
    bench.lossy.before_loss = lambda: client.playlists.add_items(bench.id, bench.tracks[:1], 0)

    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted, verify=True)

    assert list(caught.value.unknown) == wanted[100:200]


async def test_where_somebody_else_removed_as_many_as_were_added_nothing_is_added_twice(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "e").begin()
    bench.lossy.before_loss = lambda: client.playlists.remove_items(bench.id, uris=bench.tracks[:1])

    with pytest.raises(TransportError) as caught:
        await bench.playlists.add_items(bench.id, bench.tracks[100:101], verify=True)

    assert caught.value.may_have_been_executed
    assert await bench.uris() == [*bench.tracks[1:5], bench.tracks[100]]


async def test_what_is_added_while_the_playlist_is_read_back_is_not_added_twice(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "n").begin()
    wanted = bench.tracks[100:101]
    late = [lambda: client.playlists.add_items(bench.id, wanted)]
    bench.lossy.before_loss = lambda: setattr(bench.lossy, "after_read", late)

    with pytest.raises(TransportError) as caught:
        await bench.playlists.add_items(bench.id, wanted, verify=True)

    assert caught.value.may_have_been_executed
    assert await bench.uris() == bench.tracks[:5] + wanted


class WithoutVersions:
    """`RequestExecutor` whose playlists do not say which version they are."""

    def __init__(self, executor: RequestExecutor) -> None:
        self._executor = executor

    async def execute(self, call: Call[T], /) -> T:
        found = await self._executor.execute(call)
        return replace(found, snapshot_id=None) if isinstance(found, PartialPlaylist) else found

    async def close(self) -> None: ...


async def test_where_the_playlist_names_no_version_it_is_not_guessed(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "n").begin()
    bench.lossy._executor = WithoutVersions(client._executor)

    with pytest.raises(TransportError) as caught:
        await bench.playlists.add_items(bench.id, bench.tracks[100:101], verify=True)

    assert caught.value.may_have_been_executed
    assert bench.lossy.writes == 1


async def test_where_it_cannot_be_read_it_is_not_guessed(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".e.").begin()
    wanted = bench.tracks[100:350]

    def fail_reads() -> None:
        bench.lossy.read_error = TransportError("no route", sent=False)

    bench.lossy.before_loss = fail_reads
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted, verify=True)
    assert list(caught.value.unknown) == wanted[100:200]

    bench.lossy.read_error = None
    await bench.resume(caught.value)

    assert await bench.uris() == bench.tracks[:5] + wanted


async def test_a_look_that_is_cancelled_settles_nothing(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".e.").begin()
    wanted = bench.tracks[100:350]
    cancelled = asyncio.CancelledError()
    cancelled.__cause__ = TransportError("the call was cancelled", sent=False)  # the look, not the addition
    cancelled.__cause__.may_have_been_executed = False

    def cancel_reads() -> None:
        bench.lossy.read_error = cancelled

    bench.lossy.before_loss = cancel_reads
    with pytest.raises(asyncio.CancelledError) as caught:
        await bench.playlists.add_items(bench.id, wanted, verify=True)
    stopped = PartialWriteError.behind(caught.value)
    assert stopped is not None
    assert list(stopped.unknown) == wanted[100:200]

    bench.lossy.read_error = None
    await bench.resume(stopped)

    assert await bench.uris() == bench.tracks[:5] + wanted


async def test_a_playlist_that_cannot_be_looked_at_is_not_written_to(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "").begin()
    bench.lossy.read_error = TransportError("no route", sent=True)

    with pytest.raises(TransportError) as caught:
        await bench.playlists.add_items(bench.id, bench.tracks[:1], verify=True)

    assert caught.value.may_have_been_executed is False
    assert bench.lossy.writes == 0


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fates=st.text("..enr", max_size=8), position=st.none() | st.integers(0, 5), count=st.integers(1, 420))
async def test_whatever_happens_nothing_is_lost_or_doubled(fates: str, position: int | None, count: int) -> None:
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        bench = await Bench(sandbox, client, fates).begin()
        wanted = (bench.tracks * 2)[100 : 100 + count]
        stopped: SpotifyError | None = None
        try:
            await bench.playlists.add_items(bench.id, wanted, position, verify=True)
        except SpotifyError as error:
            stopped = error
        if isinstance(stopped, PartialWriteError):
            assert stopped.unknown == ()
            assert [*stopped.applied, *stopped.not_applied] == wanted
            bench.lossy.fates.clear()
            await bench.resume(stopped)
        elif stopped is not None:
            assert stopped.may_have_been_executed is False
            wanted = []
        place = 5 if position is None else position
        assert await bench.uris() == bench.tracks[:place] + wanted + bench.tracks[place:5]
