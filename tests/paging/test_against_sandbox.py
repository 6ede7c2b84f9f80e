"""Paginators against the sandbox over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import pytest

from spotify import AsyncSpotifyClient, ListChangedError
from spotify.testing import SpotifySandbox
from tests.support.paging_lists import everything


@pytest.fixture
async def sandbox() -> AsyncIterator[SpotifySandbox]:
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox: SpotifySandbox) -> AsyncIterator[AsyncSpotifyClient]:
    async with sandbox.client() as client:
        yield client


def offsets(sandbox: SpotifySandbox) -> list[int]:
    return [int(dict(parse_qsl(request.query)).get("offset", 0)) for request in sandbox.requests]


async def test_a_playlist_of_5000_items_is_collected_in_order(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    playlist = sandbox.catalogue.big_playlist
    calls: list[tuple[int, int | None]] = []

    entries = await client.playlists.get_items(playlist.id).collect(
        progress=lambda done, total: calls.append((done, total))
    )

    assert len(entries) == len(playlist.entries) == 5_000
    assert offsets(sandbox)[0] == 0
    assert sorted(offsets(sandbox)) == list(range(0, 5_000, 50))
    assert calls[-1] == (5_000, 5_000)
    one_by_one = [await client.playlists.get_items(playlist.id, offset=offset) for offset in (0, 2_500, 4_950)]
    assert [entries[page.offset : page.offset + 50] for page in one_by_one] == [page.items for page in one_by_one]


async def test_iteration_and_collect_return_the_same_items(client: AsyncSpotifyClient) -> None:
    assert await everything(client.tracks.get_saved(limit=7)) == await client.tracks.get_saved().collect()


async def test_a_fetched_playlist_is_continued_after_its_first_page(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    playlist = await client.playlists.get(sandbox.catalogue.big_playlist.id)
    rest = client.playlists.get_items(playlist.id).starting_with(playlist.items)

    entries = await rest.collect(max_items=230)

    assert playlist.items is not None
    assert entries[: len(playlist.items.items)] == playlist.items.items
    assert entries == await client.playlists.get_items(playlist.id).collect(max_items=230)
    assert offsets(sandbox)[1:4] == [100, 150, 200]


@pytest.mark.parametrize("kind", ["album", "show", "audiobook"])
async def test_a_list_is_continued_after_the_first_page_in_its_object(
    kind: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    catalogue = sandbox.catalogue
    if kind == "album":
        album = await client.albums.get(catalogue.long_album.id)
        items = await everything(client.albums.get_tracks(album.id).starting_with(album.tracks))
        expected = [track.id for track in catalogue.long_album.tracks]
    elif kind == "show":
        show = await client.shows.get(catalogue.long_show.id)
        items = await everything(client.shows.get_episodes(show.id).starting_with(show.episodes))
        expected = [episode.id for episode in catalogue.long_show.episodes]
    else:
        audiobook = await client.audiobooks.get(catalogue.long_audiobook.id)
        items = await everything(client.audiobooks.get_chapters(audiobook.id).starting_with(audiobook.chapters))
        expected = [chapter.id for chapter in catalogue.long_audiobook.chapters]
    assert [item.id for item in items] == expected
    assert offsets(sandbox) == list(range(0, len(expected), 50))


async def test_a_limit_lowered_by_the_quota_mode_loses_no_items() -> None:
    async with SpotifySandbox(quota_mode="development") as sandbox, sandbox.client() as client:
        albums = await client.artists.get_albums(sandbox.catalogue.artists[0].id, limit=50).collect()
        (total,) = {page.total async for page in client.artists.get_albums(sandbox.catalogue.artists[0].id).pages()}
    assert len({album.id for album in albums}) == len(albums) == total
    assert total is not None
    assert total > 10


async def test_followed_artists_are_a_list_by_cursor(client: AsyncSpotifyClient) -> None:
    paginator = client.users.get_followed_artists(limit=20)

    artists = await paginator.collect()

    assert [artist.id for artist in artists] == [artist.id for artist in await everything(paginator)]
    assert len({artist.id for artist in artists}) == len(artists) == (await paginator).total


async def test_a_scan_is_resumed_by_another_client(sandbox: SpotifySandbox) -> None:
    playlist_id = sandbox.catalogue.big_playlist.id
    async with sandbox.client() as client:
        paginator = client.playlists.get_items(playlist_id, offset=4_800)
        found = []
        async for entry in paginator:
            found.append(entry)
            if len(found) == 70:
                break
    async with sandbox.client() as client:
        found += await client.playlists.get_items(playlist_id, offset=paginator.position.offset).collect()
        assert found == await client.playlists.get_items(playlist_id, offset=4_800).collect()


async def test_a_library_that_changes_during_iteration_raises(client: AsyncSpotifyClient) -> None:
    saved = client.tracks.get_saved(limit=20).with_options(on_change="raise")

    async def remove_while_reading() -> None:
        removed = False
        async for entry in saved:
            if not removed:
                await client.tracks.remove([entry.track.id or ""])
                removed = True

    before = (await saved).total
    with pytest.raises(ListChangedError) as caught:
        await remove_while_reading()
    assert before is not None
    assert (caught.value.expected_total, caught.value.seen_total) == (before, before - 1)


@pytest.mark.parametrize("fields", ["items(total)", "items(next)", "items(total,limit,offset)"])
async def test_a_page_without_items_due_to_a_filter_is_requested_again(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox, fields: str
) -> None:
    playlist = sandbox.catalogue.mixed_playlist
    page = (await client.playlists.get(playlist.id, fields=fields)).items

    entries = await client.playlists.get_items(playlist.id).starting_with(page or None).collect()

    assert len(entries) == len(playlist.entries)
