"""spotipy, the most used Python client, works with the sandbox when its base URL is changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Exchange
from tests.contract.exchange_checker import ExchangeChecker

pytestmark = pytest.mark.slow

spotipy = pytest.importorskip("spotipy", reason="spotipy is not installed; the extra `dev` has it")


@pytest.fixture(params=["extended", "development"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[SpotifySandbox]:
    """A sandbox in each quota mode; the methods used here call no operations that development mode lacks."""
    checker = ExchangeChecker()
    async with SpotifySandbox(quota_mode=request.param) as sandbox:
        sandbox.add_observer(lambda exchange: checker(as_in_contract(exchange)))
        yield sandbox
    checker.assert_clean()


def as_in_contract(exchange: Exchange) -> Exchange:
    """Undo two deviations of spotipy that Spotify accepts and the contract does not have.

    Some paths end in a slash, and items are added to a playlist with a bare array of URIs.
    """
    body = exchange.request_body
    if exchange.operation_id == "add-items-to-playlist" and body.startswith(b"["):
        body = b'{"uris": %s}' % body
    return replace(exchange, path=exchange.path.rstrip("/"), request_body=body)


@pytest.fixture
def client(sandbox: SpotifySandbox) -> Iterator[Any]:
    """A spotipy client with a token of the sandbox's default user."""
    client = spotipy.Spotify(auth=sandbox.issue_token(user=sandbox.catalogue.default_user.id))
    client.prefix = f"{sandbox.api_url}/"
    yield client
    client._session.close()


async def in_thread(blocking: Callable[[], Any]) -> Any:
    """Run blocking calls of spotipy in a thread, while the sandbox serves them."""
    return await asyncio.to_thread(blocking)


async def test_album_and_all_its_tracks(client: Any, sandbox: SpotifySandbox) -> None:
    album = sandbox.catalogue.long_album

    def read() -> tuple[Any, list[str]]:
        page = client.album_tracks(album.id, limit=20)
        tracks = list(page["items"])
        while page := client.next(page):
            tracks += page["items"]
        return client.album(f"spotify:album:{album.id}"), [track["id"] for track in tracks]

    result, tracks = await in_thread(read)

    assert (result["name"], result["type"]) == (album.name, "album")
    assert tracks == [track.id for track in album.tracks]


@pytest.mark.parametrize("sandbox", ["extended"], indirect=True)
async def test_several_tracks_with_none_for_an_unknown_id(client: Any, sandbox: SpotifySandbox) -> None:
    ids = [track.id for track in sandbox.catalogue.tracks[:3]]

    results = await in_thread(lambda: client.tracks([*ids, "0" * 22])["tracks"])

    assert [track and track["id"] for track in results] == [*ids, None]


@pytest.mark.parametrize("sandbox", ["development"], indirect=True)
async def test_a_removed_operation_raises_403_in_development_mode(client: Any, sandbox: SpotifySandbox) -> None:
    with pytest.raises(spotipy.SpotifyException) as caught:
        await in_thread(lambda: client.tracks([sandbox.catalogue.tracks[0].id]))

    assert caught.value.http_status == 403


async def test_all_pages_of_a_playlist(client: Any, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.mixed_playlist

    def read() -> list[Any]:
        page = client.playlist_items(playlist.id, limit=4)
        entries = list(page["items"])
        while page := client.next(page):
            entries += page["items"]
        return entries

    entries = await in_thread(read)

    assert len(entries) == len(playlist.entries)
    assert len({entry["item"]["type"] for entry in entries if entry["item"]}) > 1


async def test_search(client: Any, sandbox: SpotifySandbox) -> None:
    album = sandbox.catalogue.albums[0]

    results = await in_thread(lambda: client.search(f"album:{album.name}", type="album,artist"))

    assert album.id in {each["id"] for each in results["albums"]["items"] if each}
    assert results["artists"]["limit"] == 10


async def test_library_changes(client: Any, sandbox: SpotifySandbox) -> None:
    saved = [album.id for album in sandbox.catalogue.albums[-3:]]

    def change() -> list[Any]:
        results = [client.current_user_saved_albums_add(saved), client.current_user_saved_albums_contains(saved)]
        newest = client.current_user_saved_albums(limit=3)["items"]
        results += [{entry["album"]["id"] for entry in newest}, client.current_user_saved_albums_delete(saved[:1])]
        return [*results, client.current_user_saved_albums_contains(saved)]

    assert await in_thread(change) == [None, [True] * 3, set(saved), None, [False, True, True]]


async def test_playlist_creation_and_changes(client: Any, sandbox: SpotifySandbox) -> None:
    one, other, third = (track.uri for track in sandbox.catalogue.tracks[:3])

    def change() -> tuple[Any, list[list[str]]]:
        playlist_id = client.current_user_playlist_create("Mine", public=False, description="Made by spotipy")["id"]
        contents: list[list[str]] = []

        def read_items() -> None:
            contents.append([entry["item"]["uri"] for entry in client.playlist_items(playlist_id)["items"]])

        client.playlist_replace_items(playlist_id, [one, other, third, one])
        read_items()
        client.playlist_reorder_items(playlist_id, range_start=0, insert_before=3)
        read_items()
        client.playlist_add_items(playlist_id, [third], position=0)
        read_items()
        client.playlist_remove_all_occurrences_of_items(playlist_id, [one])
        read_items()
        client.playlist_change_details(playlist_id, name="Still mine")
        return client.playlist(playlist_id), contents

    playlist, contents = await in_thread(change)

    assert (playlist["name"], playlist["public"], playlist["description"]) == ("Still mine", False, "Made by spotipy")
    assert contents == [
        [one, other, third, one],
        [other, third, one, one],
        [third, other, third, one, one],
        [third, other, third],
    ]


async def test_profile_and_followed_artists(client: Any, sandbox: SpotifySandbox) -> None:
    artist = sandbox.catalogue.artists[-1].id

    def read() -> tuple[str, Any, list[bool]]:
        client.user_follow_artists([artist])
        followed = client.current_user_followed_artists(limit=50)["artists"]
        return client.me()["id"], followed["total"], client.current_user_following_artists([artist])

    before = await in_thread(lambda: client.current_user_followed_artists()["artists"]["total"])
    user, after, follows = await in_thread(read)

    assert user == sandbox.catalogue.default_user.id
    assert after == before + 1
    assert follows == [True]


async def test_playback(client: Any, sandbox: SpotifySandbox) -> None:
    album, player = sandbox.catalogue.long_album, sandbox.player()

    def play() -> Any:
        device = client.devices()["devices"][0]["id"]
        client.start_playback(device, album.uri, offset={"position": 1})
        client.next_track()
        client.volume(30)
        client.shuffle(True)
        client.add_to_queue(album.tracks[7].uri)
        return client.current_playback(), client.queue()

    state, queue = await in_thread(play)

    assert (state["item"]["id"], state["device"]["volume_percent"]) == (album.tracks[2].id, 30)
    assert (state["shuffle_state"], player.is_shuffled) == (True, True)
    assert queue["queue"][0]["uri"] == album.tracks[7].uri


async def test_no_active_device_raises_404_with_the_reason(client: Any) -> None:
    with pytest.raises(spotipy.SpotifyException) as caught:
        await in_thread(client.pause_playback)

    assert (caught.value.http_status, caught.value.reason) == (404, "NO_ACTIVE_DEVICE")


async def test_an_unknown_id_raises_404(client: Any) -> None:
    with pytest.raises(spotipy.SpotifyException) as caught:
        await in_thread(lambda: client.album("0" * 22))

    assert caught.value.http_status == 404
