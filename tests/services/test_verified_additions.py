"""Adding to a playlist over a network that loses answers, and going on where a write stopped."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spotify.client import AsyncSpotifyClient
from spotify.errors import BadRequestError, PartialWriteError, RateLimitError, SpotifyError, TransportError
from spotify.interfaces.executor import Call, RequestExecutor
from spotify.services._base import with_executor
from spotify.services._bulk_writes import resume_write
from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.quota import QuotaMode

T = TypeVar("T")


@pytest.fixture
async def sandbox(quota_mode: QuotaMode) -> AsyncIterator[SpotifySandbox]:
    """A sandbox that is not held to the API description: what is sent here is checked elsewhere, and this is much."""
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        yield sandbox


class Lossy:
    """`RequestExecutor` that carries out writes to playlists, or does not, and loses answers, as it is told."""

    def __init__(self, executor: RequestExecutor, fates: str) -> None:
        """`fates` is a letter a write.

        `.` answered, `e` executed and lost, `n` lost before, `r` refused, `c` cancelled while it waits for its turn.
        """
        self.fates = list(fates)
        self.writes = 0
        self.before_loss: Callable[[], object] = lambda: None
        self.read_error: BaseException | None = None
        self.after_read: list[Callable[[], Awaitable[object]]] = []
        self._executor = executor

    async def execute(self, call: Call[T], /) -> T:
        if call.operation.method == "GET":
            if self.read_error is not None:
                raise self.read_error
            found = await self._executor.execute(call)
            if self.after_read:
                await self.after_read.pop()()
            return found
        self.writes += 1
        fate = self.fates.pop(0) if self.fates else "."
        if fate == "r":
            error = RateLimitError("slow down", status_code=429)
            error.may_have_been_executed = False
            raise error
        if fate == "c":
            waited = TransportError("the call was cancelled", sent=False)
            waited.may_have_been_executed = False
            raise asyncio.CancelledError from waited
        if fate == ".":
            return await self._executor.execute(call)
        if fate == "e":
            await self._executor.execute(call)
        result = self.before_loss()
        if asyncio.iscoroutine(result):
            await result
        await asyncio.sleep(0)
        raise TransportError("the connection broke", sent=True)

    async def close(self) -> None: ...


class Bench:
    """A sandbox, a client over a network that loses answers, and a playlist."""

    def __init__(self, sandbox: SpotifySandbox, client: AsyncSpotifyClient, fates: str) -> None:
        self.sandbox, self.client = sandbox, client
        self.lossy = Lossy(client._executor, fates)
        self.playlists = with_executor(client.playlists, self.lossy)
        self.tracks = [track.uri for track in sandbox.catalogue.tracks]
        self.id = ""

    async def begin(self, held: int = 5) -> Bench:
        self.id = (await self.client.playlists.create("Lossy")).id
        if held:
            await self.client.playlists.add_items(self.id, self.tracks[:held])
        return self

    async def uris(self) -> list[str]:
        entries = await self.client.playlists.get_items(self.id).collect()
        return [entry.item.uri for entry in entries if entry.item is not None]

    async def resume(self, error: PartialWriteError) -> str | None:
        return await resume_write(self.lossy, error)


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


async def test_a_refused_write_goes_on_where_it_stopped(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".r").begin()
    wanted = bench.tracks[100:350]
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted, 2)

    snapshot_id = await client.resume(pickle.loads(pickle.dumps(caught.value)))

    assert await bench.uris() == bench.tracks[:2] + wanted + bench.tracks[2:5]
    assert snapshot_id == (await client.playlists.get(bench.id)).snapshot_id


async def test_what_cannot_be_known_is_not_resumed(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".e").begin()
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, bench.tracks[100:350])

    with pytest.raises(PartialWriteError) as again:
        await client.resume(caught.value)

    assert again.value is caught.value


async def test_nobody_goes_on_from_the_same_place_twice(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".r").begin()
    wanted = bench.tracks[100:350]
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted)

    results = await asyncio.gather(*(client.resume(caught.value) for _ in range(3)), return_exceptions=True)

    assert [type(each) for each in results] == [str, ValueError, ValueError]
    assert "already" in str(results[1])
    assert await bench.uris() == bench.tracks[:5] + wanted


async def test_where_going_on_stopped_again_the_new_error_counts(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, ".r.r").begin()
    wanted = bench.tracks[100:500]
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted)
    with pytest.raises(PartialWriteError) as again:
        await bench.resume(caught.value)

    with pytest.raises(ValueError, match="already"):
        await bench.resume(caught.value)

    await bench.resume(again.value)
    assert await bench.uris() == bench.tracks[:5] + wanted


async def test_where_going_on_changed_nothing_it_can_be_tried_again(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "e").begin()
    wanted = bench.tracks[100:250]
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.replace_items(bench.id, wanted)
    bench.lossy.fates = ["r"]
    with pytest.raises(RateLimitError):
        await bench.resume(caught.value)

    await bench.resume(caught.value)

    assert await bench.uris() == wanted


async def test_a_last_part_whose_answer_was_lost_when_going_on_is_unknown(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, ".re").begin()
    wanted = bench.tracks[100:250]
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted)

    with pytest.raises(PartialWriteError) as again:
        await bench.resume(caught.value)

    assert (list(again.value.applied), list(again.value.unknown)) == (wanted[:100], wanted[100:])
    with pytest.raises(PartialWriteError):
        await bench.resume(again.value)
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
    with pytest.raises(PartialWriteError) as addition:
        await bench.playlists.add_items(bench.id, added)
    bench.lossy.fates = [".", "r"]
    with pytest.raises(PartialWriteError) as saving:
        await with_executor(client.library, bench.lossy).save_items(saved)
    stopped = await cancelled(addition.value)
    assert stopped is not None
    assert (list(stopped.applied), list(stopped.unknown)) == (added[:100], added[100:])
    await cancelled(saving.value)

    with pytest.raises(ValueError, match="already"):
        await bench.resume(addition.value)
    await bench.resume(saving.value)

    assert await bench.uris() == bench.tracks[:5] + added
    assert await client.library.check_contains(saved) == [True] * 100


async def test_where_going_on_was_cancelled_before_anything_was_sent_it_can_be_tried_again(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "e").begin()
    wanted = bench.tracks[100:250]
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.replace_items(bench.id, wanted)
    bench.lossy.fates = ["c"]
    with pytest.raises(asyncio.CancelledError):
        await bench.resume(caught.value)

    await bench.resume(caught.value)

    assert await bench.uris() == wanted


async def test_after_a_cancelled_look_at_the_playlist_it_can_be_gone_on_with(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "e").begin()
    wanted = bench.tracks[100:250]
    bench.lossy.before_loss = lambda: setattr(bench.lossy, "read_error", TransportError("no route", sent=False))
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted, verify=True)
    bench.lossy.read_error = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await bench.resume(caught.value)

    bench.lossy.read_error = None
    await bench.resume(caught.value)

    assert await bench.uris() == bench.tracks[:5] + wanted


async def test_a_write_that_stops_twice_tells_of_all_of_it(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".r.r").begin()
    wanted = bench.tracks[100:500]
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.add_items(bench.id, wanted)

    with pytest.raises(PartialWriteError) as again:
        await bench.resume(caught.value)

    assert list(again.value.applied) == wanted[:200]
    assert list(again.value.not_applied) == wanted[200:]
    await bench.resume(again.value)
    assert await bench.uris() == bench.tracks[:5] + wanted


async def test_a_replacement_whose_answer_was_lost_is_sent_again(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    bench = await Bench(sandbox, client, "e").begin()
    wanted = bench.tracks[100:350]
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.replace_items(bench.id, wanted)

    await client.resume(caught.value)

    assert await bench.uris() == wanted


async def test_a_removal_goes_on_where_it_stopped(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = await Bench(sandbox, client, ".e").begin(held=300)
    with pytest.raises(PartialWriteError) as caught:
        await bench.playlists.remove_items(bench.id, uris=bench.tracks[:250])

    await client.resume(caught.value)

    assert await bench.uris() == bench.tracks[250:300]


async def test_a_library_goes_on_where_it_stopped(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    bench = Bench(sandbox, client, ".e")
    wanted = bench.tracks[:100]
    with pytest.raises(PartialWriteError) as caught:
        await with_executor(client.library, bench.lossy).save_items(wanted)

    assert await client.resume(caught.value) is None

    assert await client.library.check_contains(wanted) == [True] * 100


async def test_an_error_of_something_else_cannot_be_resumed(client: AsyncSpotifyClient) -> None:
    with pytest.raises(TypeError, match="PartialWriteError"):
        await client.resume(BadRequestError("no", status_code=400))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="bulk write"):
        await client.resume(PartialWriteError("odd", applied=(), unknown=(), not_applied=()))


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
