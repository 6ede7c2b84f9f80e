"""Calls that are cancelled, and clients that are closed, while requests are on the wire of a real socket."""

import asyncio
import contextlib
import pickle
from pathlib import Path

import pytest

import spotify
from spotify import ClientClosedError, ClientConfig, PartialReadError, PartialWriteError
from spotify.impl.system_clock import SystemClock
from spotify.testing import Fault, SpotifySandbox

ONE_AT_A_TIME = ClientConfig(max_concurrency=1)


class Held:
    """A sandbox that keeps its answers back until it is told to give them."""

    def __init__(self):
        self.came = asyncio.Event()
        self.release = asyncio.Event()
        self.sandbox = SpotifySandbox(latency=1.0, sleep=self._hold)

    async def _hold(self, _seconds):
        self.came.set()
        await self.release.wait()


@contextlib.asynccontextmanager
async def held():
    server = Held()
    async with server.sandbox:
        try:
            yield server
        finally:
            server.release.set()


CALLS = {
    "one object": lambda client, sandbox: client.albums.get(sandbox.catalogue.albums[0].id),
    "many objects": lambda client, sandbox: client.albums.get_several([each.id for each in sandbox.catalogue.albums]),
    "a list": lambda client, sandbox: client.albums.get_tracks(sandbox.catalogue.long_album.id).collect(),
    "a write": lambda client, sandbox: client.library.save_items([sandbox.catalogue.albums[0].uri]),
    "a long write": lambda client, sandbox: client.library.save_items([a.uri for a in sandbox.catalogue.albums]),
}


PACKAGE = Path(spotify.__file__).parent


def tasks_of_the_client():
    files = {task: Path(task.get_coro().cr_code.co_filename) for task in asyncio.all_tasks()}
    return {task for task, file in files.items() if PACKAGE in file.parents and PACKAGE / "testing" not in file.parents}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_call_cancelled_on_the_wire_leaves_its_place_to_the_next_one(call):
    async with held() as server, server.sandbox.client(config=ONE_AT_A_TIME) as client:
        calling = asyncio.ensure_future(call(client, server.sandbox))
        await server.came.wait()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert tasks_of_the_client() == set()
        server.release.set()
        async with asyncio.timeout(10):
            assert await client.albums.get(server.sandbox.catalogue.albums[1].id)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_closing_ends_calls_on_the_wire_and_those_that_wait_for_their_turn(call):
    async with held() as server:
        client = server.sandbox.client(config=ONE_AT_A_TIME)
        calling = [asyncio.ensure_future(call(client, server.sandbox)) for _ in range(3)]
        await server.came.wait()
        await client.close()
        async with asyncio.timeout(10):
            outcomes = await asyncio.gather(*calling, return_exceptions=True)
        assert all(isinstance(each, ClientClosedError | PartialWriteError | PartialReadError) for each in outcomes)
        assert tasks_of_the_client() == set()


async def test_closing_a_users_client_leaves_the_calls_of_others_alone():
    async with held() as server, server.sandbox.client() as client:
        view = client.with_options(timeout=5.0)
        album = server.sandbox.catalogue.albums[0]
        reading, viewing = (
            asyncio.create_task(client.albums.get(album.id)),
            asyncio.create_task(view.albums.get(album.id)),
        )
        await server.came.wait()
        await view.close()
        with pytest.raises(ClientClosedError):
            await viewing
        server.release.set()
        assert (await reading).id == album.id


async def test_a_deadline_covers_the_wait_for_a_place():
    async with held() as server, server.sandbox.client(config=ONE_AT_A_TIME) as client:
        albums = server.sandbox.catalogue.albums
        first = asyncio.create_task(client.albums.get(albums[0].id))
        await server.came.wait()
        hasty = client.with_options(deadline=0.05)
        with pytest.raises(Exception, match="deadline") as caught:
            await hasty.albums.get(albums[1].id)
        assert caught.value.may_have_been_executed is False
        server.release.set()
        assert (await first).id == albums[0].id


@pytest.mark.parametrize("before", [0.0, 1.0], ids=["executed", "not executed"])
async def test_a_long_write_that_runs_out_of_time_half_way_says_what_became_of_it(before):
    async def expire(_seconds):
        patience.reschedule(asyncio.get_running_loop().time())
        await asyncio.Event().wait()

    async with SpotifySandbox(sleep=expire) as sandbox, sandbox.client() as client:
        uris = [album.uri for album in sandbox.catalogue.albums[:110]]  # 40, 40 and 30
        sandbox.fail("save-library-items", Fault.delay(before=before, after=1.0 - before), after=1, times=1)
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(None) as patience:
                await client.library.save_items(uris)
        stopped = PartialWriteError.behind(caught.value)
        assert stopped is not None
        assert stopped.applied + stopped.unknown + stopped.not_applied == tuple(uris)
        assert (len(stopped.applied), len(stopped.unknown)) == (40, 40)
        await client.resume(pickle.loads(pickle.dumps(stopped)))
        assert await client.library.check_contains(uris) == [True] * len(uris)


class EndlessWaits(SystemClock):
    """A clock by which no wait comes to its end; it tells of the first one."""

    def __init__(self):
        self.begun = asyncio.Event()

    async def sleep(self, _seconds, /):
        self.begun.set()
        await asyncio.Event().wait()


async def test_a_long_write_cancelled_before_a_part_was_sent_says_that_it_was_not():
    clock = EndlessWaits()
    async with SpotifySandbox() as sandbox, sandbox.client(clock=clock) as client:
        playlist = await client.playlists.create("Blue")
        uris = [track.uri for track in sandbox.catalogue.tracks[:150]]
        sandbox.fail("add-items-to-playlist", Fault.status(429, retry_after=20), after=1)
        adding = asyncio.create_task(client.playlists.add_items(playlist.id, uris))
        await clock.begun.wait()
        adding.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await adding
        stopped = PartialWriteError.behind(caught.value)
        assert stopped is not None
        assert (stopped.applied, stopped.unknown, stopped.not_applied) == (tuple(uris[:100]), (), tuple(uris[100:]))


async def test_a_cancelled_call_says_in_its_cause_whether_it_was_sent():
    async with held() as server, server.sandbox.client(config=ONE_AT_A_TIME) as client:
        albums = server.sandbox.catalogue.albums
        sent = asyncio.create_task(client.library.save_items([albums[0].uri]))
        await server.came.wait()
        waiting = asyncio.create_task(client.library.save_items([albums[1].uri]))
        await asyncio.sleep(0)
        causes = []
        for call in (waiting, sent):
            call.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await call
            causes.append(caught.value.__cause__)
        assert [cause.may_have_been_executed for cause in causes] == [False, True]
        assert str(causes[1]) == "The call was cancelled (save-library-items)"
