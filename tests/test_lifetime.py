"""Calls that are cancelled, and clients that are closed, during requests over a socket."""

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


class HeldSandbox:
    """A sandbox that responds once `release` is set; `arrived` is set by its first request."""

    def __init__(self):
        self.arrived = asyncio.Event()
        self.release = asyncio.Event()
        self.sandbox = SpotifySandbox(latency=1.0, sleep=self._hold)

    async def _hold(self, _seconds):
        self.arrived.set()
        await self.release.wait()


@contextlib.asynccontextmanager
async def held():
    server = HeldSandbox()
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
async def test_a_cancelled_call_releases_its_connection(call):
    async with held() as server, server.sandbox.client(config=ONE_AT_A_TIME) as client:
        calling = asyncio.ensure_future(call(client, server.sandbox))
        await server.arrived.wait()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert tasks_of_the_client() == set()
        server.release.set()
        async with asyncio.timeout(10):
            assert await client.albums.get(server.sandbox.catalogue.albums[1].id)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_closing_ends_running_and_waiting_calls(call):
    async with held() as server:
        client = server.sandbox.client(config=ONE_AT_A_TIME)
        calling = [asyncio.ensure_future(call(client, server.sandbox)) for _ in range(3)]
        await server.arrived.wait()
        await client.close()
        async with asyncio.timeout(10):
            outcomes = await asyncio.gather(*calling, return_exceptions=True)
        assert all(isinstance(each, ClientClosedError | PartialWriteError | PartialReadError) for each in outcomes)
        assert tasks_of_the_client() == set()


async def test_closing_a_derived_client_does_not_end_the_calls_of_others():
    async with held() as server, server.sandbox.client() as client:
        view = client.with_options(timeout=5.0)
        album = server.sandbox.catalogue.albums[0]
        reading, viewing = (
            asyncio.create_task(client.albums.get(album.id)),
            asyncio.create_task(view.albums.get(album.id)),
        )
        await server.arrived.wait()
        await view.close()
        with pytest.raises(ClientClosedError):
            await viewing
        server.release.set()
        assert (await reading).id == album.id


async def test_the_deadline_includes_the_wait_for_a_slot():
    async with held() as server, server.sandbox.client(config=ONE_AT_A_TIME) as client:
        albums = server.sandbox.catalogue.albums
        first = asyncio.create_task(client.albums.get(albums[0].id))
        await server.arrived.wait()
        hasty = client.with_options(deadline=0.05)
        with pytest.raises(Exception, match="deadline") as caught:
            await hasty.albums.get(albums[1].id)
        assert caught.value.may_have_been_executed is False
        server.release.set()
        assert (await first).id == albums[0].id


@pytest.mark.parametrize("before", [0.0, 1.0], ids=["executed", "not executed"])
async def test_a_bulk_write_that_times_out_can_be_resumed(before):
    async def expire(_seconds):
        timeout.reschedule(asyncio.get_running_loop().time())
        await asyncio.Event().wait()

    async with SpotifySandbox(sleep=expire) as sandbox, sandbox.client() as client:
        uris = [album.uri for album in sandbox.catalogue.albums[:110]]  # 40, 40 and 30
        sandbox.fail("save-library-items", Fault.delay(before=before, after=1.0 - before), after=1, times=1)
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(None) as timeout:
                await client.library.save_items(uris)
        stopped = PartialWriteError.behind(caught.value)
        assert stopped is not None
        assert stopped.applied + stopped.unknown + stopped.not_applied == tuple(uris)
        assert (len(stopped.applied), len(stopped.unknown)) == (40, 40)
        await client.resume(pickle.loads(pickle.dumps(stopped)))
        assert await client.library.check_contains(uris) == [True] * len(uris)


class EndlessClock(SystemClock):
    """A clock whose sleeps never end; `started` is set by the first one."""

    def __init__(self):
        self.started = asyncio.Event()

    async def sleep(self, _seconds, /):
        self.started.set()
        await asyncio.Event().wait()


async def test_a_bulk_write_cancelled_between_its_requests_has_no_unknown_items():
    clock = EndlessClock()
    async with SpotifySandbox() as sandbox, sandbox.client(clock=clock) as client:
        playlist = await client.playlists.create("Blue")
        uris = [track.uri for track in sandbox.catalogue.tracks[:150]]
        sandbox.fail("add-items-to-playlist", Fault.status(429, retry_after=20), after=1)
        adding = asyncio.create_task(client.playlists.add_items(playlist.id, uris))
        await clock.started.wait()
        adding.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await adding
        stopped = PartialWriteError.behind(caught.value)
        assert stopped is not None
        assert (stopped.applied, stopped.unknown, stopped.not_applied) == (tuple(uris[:100]), (), tuple(uris[100:]))


async def test_the_cause_of_a_cancelled_call_says_whether_it_was_sent():
    async with held() as server, server.sandbox.client(config=ONE_AT_A_TIME) as client:
        albums = server.sandbox.catalogue.albums
        sent = asyncio.create_task(client.library.save_items([albums[0].uri]))
        await server.arrived.wait()
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
