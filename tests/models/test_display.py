"""How models, pages, lists and services are shown in an interactive session and in a notebook."""

import asyncio

import pytest

from spotify import AsyncSpotifyClient
from spotify.models import Album, Device, Image, Page, PlaylistItem, Track
from spotify.testing import SpotifySandbox

ID = "0" * 22


@pytest.fixture
async def client():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        client.sandbox = sandbox
        yield client


async def test_the_repr_of_every_object_is_one_short_line(client):
    catalogue = client.sandbox.catalogue
    shown = {
        "album": repr(await client.albums.get(catalogue.long_album.id)),
        "playlist": repr(await client.playlists.get(catalogue.mixed_playlist.id)),
        "page": repr(await client.albums.get_tracks(catalogue.long_album.id)),
        "entry": repr((await client.tracks.get_saved()).items[0]),
        "result": repr(await client.search.search("blue", "track")),
        "user": repr(await client.users.get_current_profile()),
    }
    assert all("\n" not in text and len(text) < 400 for text in shown.values()), shown
    album = catalogue.long_album
    assert shown["album"].startswith(f"<Album {album.name!r} by ")
    assert f"{len(album.tracks)} tracks" in shown["album"]
    assert album.uri in shown["album"]
    assert "items" in shown["playlist"]
    assert shown["page"].startswith(f"<SimplifiedTrackPage: 50 of {len(album.tracks)} items; iterate over it")


def test_an_object_without_a_uri_shows_the_fields_that_are_set():
    assert repr(Image(url="https://i.scdn.co/x", width=64)) == "Image(url='https://i.scdn.co/x', width=64)"
    assert repr(Device(type="computer", name="Desk")) == "Device(type='computer', name='Desk')"
    track = Track(type="track", uri="spotify:track:x", name="So What")
    assert repr(PlaylistItem(item=track)) == "PlaylistItem(item=<Track 'So What', spotify:track:x>)"


def test_a_page_is_a_collection_of_its_items():
    page = Page(items=[1, 2, 3], total=10)
    assert list(page) == [1, 2, 3]
    assert (len(page), page[0], page[-1], 2 in page) == (3, 1, 3, True)
    assert not Page(items=[])


async def test_a_page_without_items_is_not_requested_again(client):
    playlist = await client.playlists.create("Empty")
    sent = len(client.sandbox.requests)
    items = client.playlists.get_items(playlist.id).starting_with(playlist.items)
    assert await items.collect() == []
    assert items.cost == 0
    assert len(client.sandbox.requests) == sent


async def test_html_is_a_table_with_escaped_names(client):
    album = await client.albums.get(client.sandbox.catalogue.albums[0].id)
    assert "<table>" in album._repr_html_()
    assert album.name.split()[0] in album._repr_html_()
    page = await client.tracks.get_saved(limit=3)
    assert page._repr_html_().count("<tr>") == 3
    track = Track(type="track", uri="x", name="<script>")
    assert "<script>" not in Page(items=[track])._repr_html_()
    assert Image(url="x")._repr_html_() is None
    assert Album(type="album", id=ID, uri="u")._repr_html_() is None


@pytest.mark.parametrize(
    "use",
    [list, len, lambda pages: pages[0], iter],
    ids=["list", "len", "index", "iter"],
)
def test_a_list_used_as_if_it_were_read_says_what_to_write(use):
    pages = AsyncSpotifyClient("t").albums.get_tracks(ID)
    with pytest.raises(TypeError, match=r"write `async for item in …`, `items = await ….collect\(\)`"):
        use(pages)
    assert pages


@pytest.mark.filterwarnings("ignore:coroutine")
def test_run_and_create_task_of_a_list_say_what_to_write():
    pages = AsyncSpotifyClient("t").albums.get_tracks(ID)
    with pytest.raises(ValueError, match=r"await ….collect\(\)"):
        asyncio.run(pages)

    async def create_task():
        return asyncio.create_task(pages)

    with pytest.raises(TypeError, match=r"await ….collect\(\)"):
        asyncio.run(create_task())


def test_a_service_shows_its_methods():
    assert repr(AsyncSpotifyClient("t").albums).startswith("<AlbumsService: check_saved, get, ")
