"""The types of paginators, pages and positions, for type checkers only: nothing here is run."""

# pyright: strict

from collections.abc import AsyncGenerator
from typing import assert_type

from spotify import AsyncSpotifyClient, CursorPaginator, CursorPosition, ListChangedError, OffsetPosition, Paginator
from spotify.models import (
    Artist,
    CursorPage,
    Page,
    PlaylistItem,
    SavedTrack,
    SimplifiedAlbum,
    SimplifiedAudiobook,
    SimplifiedEpisode,
    SimplifiedPlaylist,
    SimplifiedShow,
    SimplifiedTrack,
    Track,
)


async def by_offset(client: AsyncSpotifyClient) -> None:
    tracks = client.tracks.get_saved()
    assert_type(tracks, Paginator[SavedTrack])
    assert_type(await tracks, Page[SavedTrack])
    assert_type(tracks.pages(), AsyncGenerator[Page[SavedTrack], None])
    assert_type(await tracks.collect(), list[SavedTrack])
    assert_type(await tracks.collect(max_items=10, concurrency=2, progress=print), list[SavedTrack])
    assert_type(tracks.with_progress(print), Paginator[SavedTrack])
    assert_type(tracks.position, OffsetPosition)
    assert_type(tracks.starting_at(OffsetPosition(offset=3)), Paginator[SavedTrack])
    assert_type(tracks.starting_with(await tracks), Paginator[SavedTrack])


async def by_cursor(client: AsyncSpotifyClient) -> None:
    artists = client.users.get_followed_artists()
    assert_type(artists.pages(), AsyncGenerator[CursorPage[Artist], None])
    assert_type(await artists.collect(max_items=10, progress=None), list[Artist])
    assert_type(artists.with_progress(None), CursorPaginator[Artist])
    assert_type(artists.position, CursorPosition)
    assert_type(artists.starting_at(CursorPosition(after="id")), CursorPaginator[Artist])
    assert_type(artists.starting_with(await artists), CursorPaginator[Artist])


async def nested(client: AsyncSpotifyClient) -> None:
    album, playlist = await client.albums.get("id"), await client.playlists.get("id")
    assert_type(client.albums.get_tracks("id").starting_with(album.tracks), Paginator[SimplifiedTrack])
    assert_type(client.playlists.get_items("id").starting_with(playlist.items), Paginator[PlaylistItem])
    found = await client.search.search("blue", "track")
    assert_type(client.search.results("blue", "track").starting_with(found.tracks), Paginator[Track | None])


async def results(client: AsyncSpotifyClient) -> None:
    assert_type(client.search.results("blue", "album"), Paginator[SimplifiedAlbum | None])
    assert_type(client.search.results("blue", "artist", market="DE"), Paginator[Artist | None])
    assert_type(client.search.results("blue", "playlist"), Paginator[SimplifiedPlaylist | None])
    assert_type(client.search.results("blue", "show"), Paginator[SimplifiedShow | None])
    assert_type(client.search.results("blue", "episode"), Paginator[SimplifiedEpisode | None])
    assert_type(client.search.results("blue", "audiobook"), Paginator[SimplifiedAudiobook | None])


async def without_nulls(client: AsyncSpotifyClient) -> None:
    tracks = client.search.results("blue", "track").skip_nulls()
    assert_type(tracks, Paginator[Track])
    assert_type(await tracks.collect(), list[Track])
    async for track in tracks:
        assert_type(track, Track)


def a_changed_list(error: ListChangedError) -> None:
    assert_type(error.offset, int)
    assert_type(error.seen_total, int | None)
