"""Closing a client in another event loop than the one that used it."""

import asyncio
import threading

from spotify import AsyncSpotifyClient, ClientConfig
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
