"""Going on where a write stopped."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Awaitable

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import BadRequestError, PartialWriteError, RateLimitError, TransportError
from spotify.services import LibraryService
from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.web_api.quota import QuotaMode
from tests.support.lossy_playlists import Bench


@pytest.fixture
async def sandbox(quota_mode: QuotaMode) -> AsyncIterator[SpotifySandbox]:
    """A sandbox that is not held to the API description: what is sent here is checked elsewhere, and this is much."""
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        yield sandbox


async def stopped(write: Awaitable[object]) -> PartialWriteError:
    with pytest.raises(PartialWriteError) as caught:
        await write
    return caught.value


async def test_a_refused_write_goes_on_where_it_stopped(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".r").begin()
    wanted = bench.tracks[100:350]
    caught = await stopped(bench.playlists.add_items(bench.id, wanted, 2))

    snapshot_id = await client.resume(pickle.loads(pickle.dumps(caught)))

    assert await bench.uris() == bench.tracks[:2] + wanted + bench.tracks[2:5]
    assert snapshot_id == (await client.playlists.get(bench.id)).snapshot_id


async def test_what_cannot_be_known_is_not_resumed(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".e").begin()
    caught = await stopped(bench.playlists.add_items(bench.id, bench.tracks[100:350]))

    again = await stopped(client.resume(caught))

    assert again is caught


async def test_nobody_goes_on_from_the_same_place_twice(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".r").begin()
    wanted = bench.tracks[100:350]
    caught = await stopped(bench.playlists.add_items(bench.id, wanted))

    results = await asyncio.gather(*(client.resume(caught) for _ in range(3)), return_exceptions=True)

    assert [type(each) for each in results] == [str, ValueError, ValueError]
    assert "not resumed before" in str(results[1])
    assert await bench.uris() == bench.tracks[:5] + wanted


@pytest.mark.parametrize(("fate", "kind"), [("r", RateLimitError), ("c", asyncio.CancelledError)])
async def test_where_going_on_changed_nothing_it_can_be_tried_again(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient, fate: str, kind: type[BaseException]
) -> None:
    bench = await Bench(sandbox, client, "e").begin()
    wanted = bench.tracks[100:250]
    caught = await stopped(bench.playlists.replace_items(bench.id, wanted))
    bench.lossy.fates = [fate]
    with pytest.raises(kind):
        await bench.resume(caught)

    await bench.resume(caught)

    assert await bench.uris() == wanted


async def test_a_last_part_whose_answer_was_lost_when_going_on_is_unknown(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, ".re").begin()
    wanted = bench.tracks[100:250]
    caught = await stopped(bench.playlists.add_items(bench.id, wanted))

    again = await stopped(bench.resume(caught))

    assert (list(again.applied), list(again.unknown)) == (wanted[:100], wanted[100:])
    await stopped(bench.resume(again))
    assert await bench.uris() == bench.tracks[:5] + wanted


async def test_after_a_cancellation_only_what_is_harmless_is_gone_on_with_again(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    async def cancelled(error: PartialWriteError) -> PartialWriteError | None:
        bench.lossy.before_loss = lambda: asyncio.current_task().cancel()  # type: ignore[union-attr]
        bench.lossy.fates = ["e"]
        with pytest.raises(asyncio.CancelledError) as caught:
            await asyncio.create_task(bench.resume(error))
        return PartialWriteError.behind(caught.value)

    bench = await Bench(sandbox, client, ".r").begin()
    added, saved = bench.tracks[100:250], bench.tracks[:100]
    addition = await stopped(bench.playlists.add_items(bench.id, added))
    bench.lossy.fates = [".", "r"]
    saving = await stopped(LibraryService(bench.lossy).save_items(saved))
    interrupted = await cancelled(addition)
    assert interrupted is not None
    assert (list(interrupted.applied), list(interrupted.unknown)) == (added[:100], added[100:])
    await cancelled(saving)

    with pytest.raises(ValueError, match="not resumed before"):
        await bench.resume(addition)
    await bench.resume(saving)

    assert await bench.uris() == bench.tracks[:5] + added
    assert await client.library.check_contains(saved) == [True] * 100


async def test_after_a_cancelled_look_at_the_playlist_it_can_be_gone_on_with(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "e").begin()
    wanted = bench.tracks[100:250]
    bench.lossy.before_loss = lambda: setattr(bench.lossy, "read_error", TransportError("no route", sent=False))
    caught = await stopped(bench.playlists.add_items(bench.id, wanted, verify=True))
    bench.lossy.read_error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await bench.resume(caught)

    bench.lossy.read_error = None
    await bench.resume(caught)

    assert await bench.uris() == bench.tracks[:5] + wanted


async def test_a_write_that_stops_twice_tells_of_all_of_it_and_goes_on_from_there(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, ".r.r").begin()
    wanted = bench.tracks[100:500]
    caught = await stopped(bench.playlists.add_items(bench.id, wanted))

    again = await stopped(bench.resume(caught))

    assert list(again.applied) == wanted[:200]
    assert list(again.not_applied) == wanted[200:]
    with pytest.raises(ValueError, match="not resumed before"):
        await bench.resume(caught)
    await bench.resume(again)
    assert await bench.uris() == bench.tracks[:5] + wanted


async def test_what_is_found_in_the_playlist_counts_as_applied_where_it_stops_again(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, ".er").begin()
    wanted = bench.tracks[100:350]
    bench.lossy.before_loss = lambda: setattr(bench.lossy, "read_error", TransportError("no route", sent=False))
    caught = await stopped(bench.playlists.add_items(bench.id, wanted, verify=True))
    bench.lossy.read_error = None

    again = await stopped(bench.resume(caught))

    assert (list(again.applied), list(again.not_applied)) == (wanted[:200], wanted[200:])


async def test_a_replacement_whose_answer_was_lost_is_sent_again(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "e").begin()
    wanted = bench.tracks[100:350]
    caught = await stopped(bench.playlists.replace_items(bench.id, wanted))

    await client.resume(caught)

    assert await bench.uris() == wanted


async def test_a_removal_goes_on_where_it_stopped(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".e").begin(held=300)
    caught = await stopped(bench.playlists.remove_items(bench.id, uris=bench.tracks[:250]))

    await client.resume(caught)

    assert await bench.uris() == bench.tracks[250:300]


async def test_a_library_goes_on_where_it_stopped(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = Bench(sandbox, client, ".e")
    wanted = bench.tracks[:100]
    caught = await stopped(LibraryService(bench.lossy).save_items(wanted))

    assert await client.resume(caught) is None

    assert await client.library.check_contains(wanted) == [True] * 100


async def test_an_error_of_something_else_cannot_be_resumed(client: AsyncSpotifyClient) -> None:
    with pytest.raises(TypeError, match="PartialWriteError"):
        await client.resume(BadRequestError("no", status_code=400))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="bulk write"):
        await client.resume(PartialWriteError("odd", applied=(), unknown=(), not_applied=()))
