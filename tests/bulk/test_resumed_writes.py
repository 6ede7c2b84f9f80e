"""Resuming a bulk write where it stopped."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Awaitable

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import BadRequestError, PartialWriteError, RateLimitError
from spotify.services import LibraryService
from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.quota import QuotaMode
from tests.support.lossy_playlists import LossyExecutor, LossyPlaylist


@pytest.fixture
async def sandbox(quota_mode: QuotaMode) -> AsyncIterator[SpotifySandbox]:
    """A sandbox whose requests are not checked against the contract: tests/services does that, and these are many."""
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        yield sandbox


async def stopped(write: Awaitable[object]) -> PartialWriteError:
    with pytest.raises(PartialWriteError) as caught:
        await write
    return caught.value


async def test_a_refused_write_resumes_where_it_stopped(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".r")
    added = playlist.tracks[100:350]
    caught = await stopped(playlist.service.add_items(playlist.id, added, 2))

    snapshot_id = await client.resume(pickle.loads(pickle.dumps(caught)))

    assert await playlist.uris() == playlist.tracks[:2] + added + playlist.tracks[2:5]
    assert snapshot_id == (await client.playlists.get(playlist.id)).snapshot_id


async def test_a_write_with_an_unknown_outcome_is_not_resumed(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".e")
    caught = await stopped(playlist.service.add_items(playlist.id, playlist.tracks[100:350]))

    again = await stopped(client.resume(caught))

    assert again is caught


async def test_an_error_is_resumed_once(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".r")
    added = playlist.tracks[100:350]
    caught = await stopped(playlist.service.add_items(playlist.id, added))

    results = await asyncio.gather(*(client.resume(caught) for _ in range(3)), return_exceptions=True)

    assert [type(result) for result in results] == [str, ValueError, ValueError]
    assert "not resumed before" in str(results[1])
    assert await playlist.uris() == playlist.tracks[:5] + added


@pytest.mark.parametrize(("fate", "kind"), [("r", RateLimitError), ("c", asyncio.CancelledError)])
async def test_an_error_can_be_resumed_again_if_nothing_was_applied(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient, fate: str, kind: type[BaseException]
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, "e")
    added = playlist.tracks[100:250]
    playlist.lossy.before_loss = playlist.lossy.fail_reads
    caught = await stopped(playlist.service.replace_items(playlist.id, added))
    playlist.lossy.outcomes = [fate]
    with pytest.raises(kind):
        await playlist.resume(caught)

    await playlist.resume(caught)

    assert await playlist.uris() == added


async def test_a_lost_response_of_the_last_request_leaves_it_unknown(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".re")
    added = playlist.tracks[100:250]
    caught = await stopped(playlist.service.add_items(playlist.id, added))

    again = await stopped(playlist.resume(caught))

    assert (list(again.applied), list(again.unknown)) == (added[:100], added[100:])
    await stopped(playlist.resume(again))
    assert await playlist.uris() == playlist.tracks[:5] + added


async def test_after_a_cancellation_only_idempotent_writes_are_resumed_again(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    async def cancelled(error: PartialWriteError) -> PartialWriteError | None:
        playlist.lossy.before_loss = lambda: asyncio.current_task().cancel()  # type: ignore[union-attr]
        playlist.lossy.outcomes = ["e"]
        with pytest.raises(asyncio.CancelledError) as caught:
            await asyncio.create_task(playlist.resume(error))
        return PartialWriteError.behind(caught.value)

    playlist = await LossyPlaylist.create(sandbox, client, ".r")
    added, saved = playlist.tracks[100:250], playlist.tracks[:100]
    addition = await stopped(playlist.service.add_items(playlist.id, added))
    playlist.lossy.outcomes = [".", "r"]
    saving = await stopped(LibraryService(playlist.lossy).save_items(saved))
    interrupted = await cancelled(addition)
    assert interrupted is not None
    assert (list(interrupted.applied), list(interrupted.unknown)) == (added[:100], added[100:])
    await cancelled(saving)

    with pytest.raises(ValueError, match="not resumed before"):
        await playlist.resume(addition)
    await playlist.resume(saving)

    assert await playlist.uris() == playlist.tracks[:5] + added
    assert await client.library.check_contains(saved) == [True] * 100


async def test_an_error_can_be_resumed_again_after_a_cancelled_read(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, "e")
    added = playlist.tracks[100:250]
    playlist.lossy.before_loss = playlist.lossy.fail_reads
    caught = await stopped(playlist.service.add_items(playlist.id, added, verify=True))
    playlist.lossy.read_error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await playlist.resume(caught)

    playlist.lossy.read_error = None
    await playlist.resume(caught)

    assert await playlist.uris() == playlist.tracks[:5] + added


async def test_the_error_of_a_resumed_write_covers_all_of_it(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".r.r")
    added = playlist.tracks[100:500]
    caught = await stopped(playlist.service.add_items(playlist.id, added))

    again = await stopped(playlist.resume(caught))

    assert list(again.applied) == added[:200]
    assert list(again.not_applied) == added[200:]
    with pytest.raises(ValueError, match="not resumed before"):
        await playlist.resume(caught)
    await playlist.resume(again)
    assert await playlist.uris() == playlist.tracks[:5] + added


async def test_items_found_in_the_playlist_count_as_applied(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".er")
    added = playlist.tracks[100:350]
    playlist.lossy.before_loss = playlist.lossy.fail_reads
    caught = await stopped(playlist.service.add_items(playlist.id, added, verify=True))
    playlist.lossy.read_error = None

    again = await stopped(playlist.resume(caught))

    assert (list(again.applied), list(again.not_applied)) == (added[:200], added[200:])


async def test_a_replacement_without_a_response_is_sent_again(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, "e")
    added = playlist.tracks[100:350]
    playlist.lossy.before_loss = playlist.lossy.fail_reads
    caught = await stopped(playlist.service.replace_items(playlist.id, added))

    await client.resume(caught)

    assert await playlist.uris() == added


@pytest.mark.parametrize(("outcomes", "writes"), [("e..", 3), ("n...", 4), (".e.", 3), (".n..", 4), ("ene.", 4)])
async def test_a_replacement_finds_out_what_was_lost(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient, outcomes: str, writes: int
) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, outcomes)
    uris = playlist.tracks[100:350]

    await playlist.service.replace_items(playlist.id, uris)

    assert await playlist.uris() == uris
    assert playlist.lossy.writes == writes


async def test_a_removal_resumes_where_it_stopped(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    playlist = await LossyPlaylist.create(sandbox, client, ".e", count=300)
    caught = await stopped(playlist.service.remove_items(playlist.id, uris=playlist.tracks[:250]))

    await client.resume(caught)

    assert await playlist.uris() == playlist.tracks[250:300]


async def test_a_library_write_resumes_where_it_stopped(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    library = LibraryService(LossyExecutor(client._executor, ".e"))
    saved = [track.uri for track in sandbox.catalogue.tracks[:100]]
    caught = await stopped(library.save_items(saved))

    assert await client.resume(caught) is None

    assert await client.library.check_contains(saved) == [True] * 100


async def test_other_errors_cannot_be_resumed(client: AsyncSpotifyClient) -> None:
    with pytest.raises(TypeError, match="PartialWriteError"):
        await client.resume(BadRequestError("no", status_code=400))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="bulk write"):
        await client.resume(PartialWriteError("odd", applied=(), unknown=(), not_applied=()))
