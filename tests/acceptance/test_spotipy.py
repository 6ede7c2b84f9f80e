"""spotipy, the most used Python client, with nothing but its base URL changed: the sandbox is a Spotify to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Exchange
from tests.contract.exchange_checker import ExchangeChecker

spotipy = pytest.importorskip("spotipy", reason="spotipy is not installed; the extra `dev` has it")


@pytest.fixture(params=["extended", "development"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[SpotifySandbox]:
    """A sandbox in each quota mode: spotipy calls nothing by itself that development mode lacks."""
    checker = ExchangeChecker()
    async with SpotifySandbox(quota_mode=request.param) as sandbox:
        sandbox.add_observer(lambda exchange: checker(as_described(exchange)))
        yield sandbox
    checker.assert_clean()


def as_described(exchange: Exchange) -> Exchange:
    """Undo two habits of spotipy's that Spotify overlooks and its description does not know.

    Some of its paths end in a slash, and it adds items to a playlist with the bare array of their URIs.
    """
    body = exchange.request_body
    if exchange.operation_id == "add-items-to-playlist" and body.startswith(b"["):
        body = b'{"uris": %s}' % body
    return replace(exchange, path=exchange.path.rstrip("/"), request_body=body)


@pytest.fixture
def client(sandbox: SpotifySandbox) -> Iterator[Any]:
    """A client of spotipy's own for the sandbox's default user."""
    client = spotipy.Spotify(auth=sandbox.issue_token(user=sandbox.catalogue.default_user.id))
    client.prefix = f"{sandbox.api_url}/"
    yield client
    client._session.close()


async def in_a_thread(work: Callable[[], Any]) -> Any:
    """Run what blocks, as all of spotipy does, while the sandbox serves."""
    return await asyncio.to_thread(work)


async def test_it_reads_an_album_and_all_its_tracks(client: Any, sandbox: SpotifySandbox) -> None:
    album = sandbox.catalogue.long_album

    def read() -> tuple[Any, list[str]]:
        page = client.album_tracks(album.id, limit=20)
        tracks = list(page["items"])
        while page := client.next(page):
            tracks += page["items"]
        return client.album(f"spotify:album:{album.id}"), [track["id"] for track in tracks]

    found, tracks = await in_a_thread(read)

    assert (found["name"], found["type"]) == (album.name, "album")
    assert tracks == [track.id for track in album.tracks]


@pytest.mark.parametrize("sandbox", ["extended"], indirect=True)
async def test_it_reads_many_at_once_with_none_for_the_unknown(client: Any, sandbox: SpotifySandbox) -> None:
    ids = [track.id for track in sandbox.catalogue.tracks[:3]]

    found = await in_a_thread(lambda: client.tracks([*ids, "0" * 22])["tracks"])

    assert [track and track["id"] for track in found] == [*ids, None]


@pytest.mark.parametrize("sandbox", ["development"], indirect=True)
async def test_it_is_refused_what_development_mode_lacks(client: Any, sandbox: SpotifySandbox) -> None:
    with pytest.raises(spotipy.SpotifyException) as caught:
        await in_a_thread(lambda: client.tracks([sandbox.catalogue.tracks[0].id]))

    assert caught.value.http_status == 403


async def test_it_walks_a_playlist(client: Any, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.mixed_playlist

    def walk() -> list[Any]:
        page = client.playlist_items(playlist.id, limit=4)
        entries = list(page["items"])
        while page := client.next(page):
            entries += page["items"]
        return entries

    entries = await in_a_thread(walk)

    assert len(entries) == len(playlist.entries)
    assert len({entry["item"]["type"] for entry in entries if entry["item"]}) > 1


async def test_it_searches(client: Any, sandbox: SpotifySandbox) -> None:
    album = sandbox.catalogue.albums[0]

    found = await in_a_thread(lambda: client.search(f"album:{album.name}", type="album,artist"))

    assert album.id in {each["id"] for each in found["albums"]["items"] if each}
    assert found["artists"]["limit"] == 10


async def test_it_changes_the_library(client: Any, sandbox: SpotifySandbox) -> None:
    saved = [album.id for album in sandbox.catalogue.albums[-3:]]

    def change() -> list[Any]:
        steps = [client.current_user_saved_albums_add(saved), client.current_user_saved_albums_contains(saved)]
        newest = client.current_user_saved_albums(limit=3)["items"]
        steps += [{entry["album"]["id"] for entry in newest}, client.current_user_saved_albums_delete(saved[:1])]
        return [*steps, client.current_user_saved_albums_contains(saved)]

    assert await in_a_thread(change) == [None, [True] * 3, set(saved), None, [False, True, True]]


async def test_it_makes_and_changes_a_playlist(client: Any, sandbox: SpotifySandbox) -> None:
    one, other, third = (track.uri for track in sandbox.catalogue.tracks[:3])

    def change() -> tuple[Any, list[list[str]]]:
        made = client.current_user_playlist_create("Mine", public=False, description="Made by spotipy")["id"]
        seen: list[list[str]] = []

        def look() -> None:
            seen.append([entry["item"]["uri"] for entry in client.playlist_items(made)["items"]])

        client.playlist_replace_items(made, [one, other, third, one])
        look()
        client.playlist_reorder_items(made, range_start=0, insert_before=3)
        look()
        client.playlist_add_items(made, [third], position=0)
        look()
        client.playlist_remove_all_occurrences_of_items(made, [one])
        look()
        client.playlist_change_details(made, name="Still mine")
        return client.playlist(made), seen

    playlist, seen = await in_a_thread(change)

    assert (playlist["name"], playlist["public"], playlist["description"]) == ("Still mine", False, "Made by spotipy")
    assert seen == [
        [one, other, third, one],
        [other, third, one, one],
        [third, other, third, one, one],
        [third, other, third],
    ]


async def test_it_learns_who_the_user_is_and_whom_they_follow(client: Any, sandbox: SpotifySandbox) -> None:
    artist = sandbox.catalogue.artists[-1].id

    def read() -> tuple[str, Any, list[bool]]:
        client.user_follow_artists([artist])
        followed = client.current_user_followed_artists(limit=50)["artists"]
        return client.me()["id"], followed["total"], client.current_user_following_artists([artist])

    before = await in_a_thread(lambda: client.current_user_followed_artists()["artists"]["total"])
    user, after, follows = await in_a_thread(read)

    assert user == sandbox.catalogue.default_user.id
    assert after == before + 1
    assert follows == [True]


async def test_it_plays(client: Any, sandbox: SpotifySandbox) -> None:
    album, player = sandbox.catalogue.long_album, sandbox.player()

    def play() -> Any:
        device = client.devices()["devices"][0]["id"]
        client.start_playback(device, album.uri, offset={"position": 1})
        client.next_track()
        client.volume(30)
        client.shuffle(True)
        client.add_to_queue(album.tracks[7].uri)
        return client.current_playback(), client.queue()

    state, queue = await in_a_thread(play)

    assert (state["item"]["id"], state["device"]["volume_percent"]) == (album.tracks[2].id, 30)
    assert (state["shuffle_state"], player.is_shuffled) == (True, True)
    assert queue["queue"][0]["uri"] == album.tracks[7].uri


async def test_it_understands_that_no_device_is_in_use(client: Any) -> None:
    with pytest.raises(spotipy.SpotifyException) as caught:
        await in_a_thread(client.pause_playback)

    assert (caught.value.http_status, caught.value.reason) == (404, "NO_ACTIVE_DEVICE")


async def test_it_understands_a_refusal(client: Any) -> None:
    with pytest.raises(spotipy.SpotifyException) as caught:
        await in_a_thread(lambda: client.album("0" * 22))

    assert caught.value.http_status == 404
