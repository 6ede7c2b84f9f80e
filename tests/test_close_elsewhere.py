"""Closing a client in another event loop than the one that used it."""

import asyncio
import gc
import threading

import pytest

from spotify import AsyncSpotifyClient, ClientClosedError, ClientConfig, FileTokenStore
from spotify.impl.auth.client_credentials import ClientCredentialsAuth
from spotify.testing import SpotifySandbox


def test_a_client_is_closed_from_another_event_loop_while_the_first_one_runs():
    with SpotifySandbox.in_thread() as sandbox:
        config = ClientConfig(api_url=sandbox.api_url)
        client = AsyncSpotifyClient(sandbox.issue_token(), config=config)
        used, closed, album = threading.Event(), threading.Event(), sandbox.catalogue.albums[0].id

        async def use() -> None:
            await client.albums.get(album)
            used.set()
            await asyncio.to_thread(closed.wait)

        using = threading.Thread(target=asyncio.run, args=(use(),))
        using.start()
        used.wait()
        asyncio.run(client.close())
        closed.set()
        using.join()


PARTS = ["nothing else", "files", "redis"]


def client_with(parts, sandbox, tmp_path, request):
    """Return a client with every part that opens something, and that sends its own token requests."""
    settings = {"api_url": sandbox.api_url, "accounts_url": sandbox.accounts_url, "cache_ttl": {"album": 60.0}}
    store = None
    if parts == "files":
        settings |= {"cache": "sqlite", "cache_path": tmp_path / "cache", "usage_path": tmp_path / "usage"}
        store = FileTokenStore(tmp_path / "tokens")
    if parts == "redis":
        settings |= {"cache": "redis", "redis_url": request.getfixturevalue("redis_server").url}
    auth = ClientCredentialsAuth(sandbox.client_id, sandbox.client_secret, store=store)
    return AsyncSpotifyClient(auth_provider=auth, config=ClientConfig(**settings))


def run_without_closing(coroutine):
    """Run a coroutine in an event loop that ends, but is not closed."""
    loop = asyncio.new_event_loop()
    loop.run_until_complete(coroutine)
    return loop


@pytest.fixture
def left_connections():
    """Allows the warning of Python about connections that were open when their event loop was closed."""
    yield
    gc.collect()


leaves_connections = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@leaves_connections
@pytest.mark.usefixtures("left_connections")
@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("is_closed", [True, False], ids=["a closed loop", "a stopped loop"])
@pytest.mark.parametrize("drain", [None, 5.0])
def test_a_client_is_closed_after_the_event_loop_that_used_it_ended(parts, is_closed, drain, tmp_path, request):
    with SpotifySandbox.in_thread() as sandbox:
        client = client_with(parts, sandbox, tmp_path, request)
        album = sandbox.catalogue.albums[0].id
        loop = run_without_closing(client.albums.get(album))
        if is_closed:
            loop.close()
        asyncio.run(client.close() if drain is None else client.close(drain=drain))
        loop.close()


@leaves_connections
@pytest.mark.usefixtures("left_connections")
@pytest.mark.parametrize("parts", PARTS)
def test_a_client_is_used_and_closed_after_the_first_event_loop_ended(parts, tmp_path, request):
    with SpotifySandbox.in_thread() as sandbox:
        client = client_with(parts, sandbox, tmp_path, request)
        first, second = (album.id for album in sandbox.catalogue.albums[:2])
        asyncio.run(client.albums.get(first))

        async def use_and_close() -> None:
            await client.albums.get(second)
            await client.close()

        asyncio.run(use_and_close())


def test_closing_without_an_event_loop_says_what_to_do():
    client = AsyncSpotifyClient("t")
    closing = client.close()
    with pytest.raises(RuntimeError, match="no running event loop"):
        closing.send(None)


def test_a_call_that_its_event_loop_left_unfinished_does_not_hold_up_the_close():
    received = threading.Event()

    async def hold_up(_seconds: float) -> None:
        received.set()
        await asyncio.Event().wait()

    with SpotifySandbox.in_thread(latency=1.0, sleep=hold_up) as sandbox:
        client = AsyncSpotifyClient(sandbox.issue_token(), config=ClientConfig(api_url=sandbox.api_url))

        async def begin() -> None:
            calling.append(asyncio.ensure_future(client.albums.get(sandbox.catalogue.albums[0].id)))
            await asyncio.to_thread(received.wait)

        calling: list[asyncio.Future[object]] = []
        loop = run_without_closing(begin())
        asyncio.run(client.close())
        with pytest.raises(ClientClosedError):
            loop.run_until_complete(calling[0])
        loop.close()


def test_closing_again_in_other_event_loops_does_nothing():
    with SpotifySandbox.in_thread() as sandbox:
        config = ClientConfig(api_url=sandbox.api_url)
        client = AsyncSpotifyClient(sandbox.issue_token(), config=config)

        async def use() -> None:
            await client.albums.get(sandbox.catalogue.albums[0].id)
            await client.close()

        asyncio.run(use())
        asyncio.run(client.close())
        asyncio.run(client.close(drain=0.1))
