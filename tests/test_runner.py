"""`spotify.run` uses the event loop of the extra `speed`."""

import asyncio
import sys

import pytest

import spotify
from spotify.testing import SpotifySandbox

IS_WINDOWS = sys.platform == "win32"
FAST_LOOP = "winloop" if IS_WINDOWS else "uvloop"


async def name_of_the_loop():
    return type(asyncio.get_running_loop()).__module__.partition(".")[0]


def test_the_event_loop_is_that_of_the_extra():
    pytest.importorskip(FAST_LOOP)
    assert spotify.run(name_of_the_loop()) == FAST_LOOP


def test_without_the_extra_it_is_that_of_asyncio(monkeypatch):
    monkeypatch.setitem(sys.modules, FAST_LOOP, None)
    assert spotify.run(name_of_the_loop()) == "asyncio"


def test_what_is_no_coroutine_is_refused():
    with pytest.raises(TypeError, match="main must be a Coroutine"):
        spotify.run(name_of_the_loop)


def test_a_client_works_in_it():
    pytest.importorskip(FAST_LOOP)

    async def use():
        async with (
            SpotifySandbox() as sandbox,
            sandbox.client(client_id=sandbox.client_id, client_secret=sandbox.client_secret) as client,
        ):
            album = sandbox.catalogue.long_album
            tracks = await client.albums.get_tracks(album.id).collect()
            sandbox.expire_all_tokens()
            albums = await client.albums.get_several([each.id for each in sandbox.catalogue.albums[:20]])
            with pytest.raises(spotify.DeadlineExceededError):
                await client.with_options(deadline=0.0001).tracks.get(tracks[0].id)
            return len(tracks), len(albums)

    tracks, albums = spotify.run(use())
    assert tracks > 50
    assert albums == 20
