"""The types of results, for type checkers only: nothing here is run."""

# pyright: strict

from typing import assert_never, assert_type

from spotify import AsyncSpotifyClient, CursorPaginator, Paginator
from spotify.models import (
    ABSENT,
    Absent,
    Album,
    Artist,
    AudioAnalysis,
    Audiobook,
    AudioFeatures,
    Chapter,
    CursorPage,
    Episode,
    Image,
    JsonObject,
    Page,
    PartialPlaylist,
    PartialPlaylistItemPage,
    Playlist,
    PlaylistItem,
    PlaylistOwner,
    PrivateUser,
    PublicUser,
    Recommendations,
    SavedAlbum,
    SavedAudiobook,
    SavedEpisode,
    SavedShow,
    SavedTrack,
    SearchResult,
    Show,
    SimplifiedAlbum,
    SimplifiedChapter,
    SimplifiedEpisode,
    SimplifiedPlaylist,
    SimplifiedShow,
    SimplifiedTrack,
    SimplifiedTrackPage,
    Track,
    UnknownItem,
)


async def one_object(client: AsyncSpotifyClient) -> None:
    assert_type(await client.albums.get("id", market="DE"), Album)
    assert_type(await client.artists.get("id"), Artist)
    assert_type(await client.audiobooks.get("id", "DE"), Audiobook)
    assert_type(await client.chapters.get("id"), Chapter)
    assert_type(await client.episodes.get("id"), Episode)
    assert_type(await client.playlists.get("id", additional_types=["track"]), Playlist)
    assert_type(await client.shows.get("id"), Show)
    assert_type(await client.tracks.get("id"), Track)
    assert_type(await client.tracks.get_audio_features("id"), AudioFeatures)
    assert_type(await client.tracks.get_audio_analysis("id"), AudioAnalysis)
    assert_type(await client.tracks.get_recommendations(seed_genres=["jazz"], max_tempo=120.0), Recommendations)
    assert_type(await client.users.get_current_profile(), PrivateUser)
    assert_type(await client.users.get("id"), PublicUser)


async def several_objects(client: AsyncSpotifyClient) -> None:
    assert_type(await client.albums.get_several(["a", "b"]), list[Album | None])
    assert_type(await client.artists.get_several({"a", "b"}), list[Artist | None])
    assert_type(await client.artists.get_top_tracks("id", market="DE"), list[Track])
    assert_type(await client.artists.get_related("id"), list[Artist])
    assert_type(await client.audiobooks.get_several(iter(["a"])), list[Audiobook | None])
    assert_type(await client.chapters.get_several(name for name in ("a", "b")), list[Chapter | None])
    assert_type(await client.episodes.get_several(("a", "b")), list[Episode | None])
    assert_type(await client.shows.get_several(["a"]), list[SimplifiedShow | None])
    assert_type(await client.tracks.get_several(["a"]), list[Track | None])
    assert_type(await client.tracks.get_several_audio_features(["a"]), list[AudioFeatures | None])
    assert_type(await client.playlists.get_cover_image("id"), list[Image])


async def one_page(client: AsyncSpotifyClient) -> None:
    assert_type(client.albums.get_tracks("id"), Paginator[SimplifiedTrack])
    assert_type(await client.albums.get_tracks("id"), Page[SimplifiedTrack])
    assert_type(await client.albums.get_saved(limit=50), Page[SavedAlbum])
    assert_type(await client.albums.get_new_releases(), Page[SimplifiedAlbum])
    assert_type(await client.artists.get_albums("id", include_groups=["single"]), Page[SimplifiedAlbum])
    assert_type(await client.audiobooks.get_chapters("id"), Page[SimplifiedChapter])
    assert_type(await client.playlists.get_items("id"), Page[PlaylistItem])
    assert_type(client.users.get_followed_artists(), CursorPaginator[Artist])
    assert_type(await client.users.get_followed_artists(after="id"), CursorPage[Artist])
    assert_type((await client.albums.get_tracks("id")).items, list[SimplifiedTrack])
    assert_type((await client.albums.get_tracks("id")).total, int | None)


async def every_item(client: AsyncSpotifyClient) -> None:
    async for track in client.albums.get_tracks("id"):
        assert_type(track, SimplifiedTrack)
    async for saved_audiobook in client.audiobooks.get_saved():
        assert_type(saved_audiobook, SavedAudiobook)
    async for saved_episode in client.episodes.get_saved():
        assert_type(saved_episode, SavedEpisode)
    async for entry in client.playlists.get_items("id"):
        assert_type(entry, PlaylistItem)
    async for playlist in client.playlists.get_for_current_user():
        assert_type(playlist, SimplifiedPlaylist)
    async for episode in client.shows.get_episodes("id"):
        assert_type(episode, SimplifiedEpisode)


async def every_item_of_the_user(client: AsyncSpotifyClient) -> None:
    async for saved_show in client.shows.get_saved():
        assert_type(saved_show, SavedShow)
    async for saved_track in client.tracks.get_saved():
        assert_type(saved_track.track, Track | None)
    async for artist in client.users.get_top_artists(time_range="long_term"):
        assert_type(artist, Artist)
    async for followed in client.users.get_followed_artists():
        assert_type(followed, Artist)
    assert_type([saved async for saved in client.tracks.get_saved()], list[SavedTrack])


async def writes(client: AsyncSpotifyClient) -> None:
    await client.albums.save(["id"])
    await client.library.remove_items(["spotify:album:id"])
    await client.playlists.change_details("id", name="Blue", public=False)
    await client.users.follow_artists_or_users("artist", ["id"])
    assert_type(await client.albums.check_saved(["id"]), list[bool])
    assert_type(await client.library.check_contains(["spotify:album:id"]), list[bool])
    assert_type(await client.playlists.create("Blue", public=True), Playlist)
    assert_type(await client.playlists.add_items("id", ["spotify:track:id"], position=0), str | None)
    assert_type(await client.playlists.replace_items("id", []), str | None)


async def search(client: AsyncSpotifyClient) -> None:
    found = await client.search.search("blue", ["track", "album"])
    assert_type(found, SearchResult)
    assert_type(await client.search.search("blue", "artist"), SearchResult)
    if found.tracks is not None:
        assert_type(found.tracks.items, list[Track | None])
        assert_type(found.tracks.present(), list[Track])
    if found.playlists is not None:
        assert_type(found.playlists.present(), list[SimplifiedPlaylist])


def inside_models(album: Album, entry: PlaylistItem) -> None:
    assert_type(album.tracks, SimplifiedTrackPage | None)
    assert_type(album.release_date, str | None)
    assert_type(album.to_dict(), JsonObject)
    assert_type(Album.from_json("{}"), Album)
    assert_type(entry.item, Track | Episode | UnknownItem | None)
    match entry.item:
        case Track() as track:
            assert_type(track.album, SimplifiedAlbum)
        case Episode() as episode:
            assert_type(episode.show, SimplifiedShow | None)
        case UnknownItem() as unknown:
            assert_type(unknown.raw, JsonObject)
        case None:
            pass
        case _:
            assert_never(entry.item)


async def filtered(client: AsyncSpotifyClient, fields: str, optional: str | None) -> None:
    assert_type(await client.playlists.get("id"), Playlist)
    assert_type(await client.playlists.get("id", "DE", None), Playlist)
    assert_type(await client.playlists.get("id", fields=fields), PartialPlaylist)
    assert_type(await client.playlists.get("id", market="DE", fields="name"), PartialPlaylist)
    assert_type(await client.playlists.get("id", None, "name", ["track"]), PartialPlaylist)
    assert_type(await client.playlists.get("id", fields=optional), Playlist | PartialPlaylist)


def absent_members(playlist: PartialPlaylist) -> None:
    assert_type(playlist.name, str | Absent)
    assert_type(playlist.description, str | Absent | None)
    assert_type(playlist.items, PartialPlaylistItemPage | Absent | None)
    if playlist.name is not ABSENT:
        assert_type(playlist.name.upper(), str)
    if playlist.name is ABSENT:
        return
    assert_type(playlist.name, str)
    if playlist.description is not ABSENT:
        assert_type(playlist.description, str | None)
    if playlist.items:
        assert_type(playlist.items, PartialPlaylistItemPage)
    if not isinstance(playlist.owner, Absent):
        assert_type(playlist.owner, PlaylistOwner | None)
    match playlist.images:
        case Absent.ABSENT:
            pass
        case images:
            assert_type(images, list[Image] | None)
    assert_type(PartialPlaylist(name="Blue", description=None, items=ABSENT), PartialPlaylist)


async def opening() -> None:
    async with AsyncSpotifyClient("token") as client:
        assert_type(client, AsyncSpotifyClient)
    async with AsyncSpotifyClient.from_client_credentials(client_id="i", client_secret="s") as client:
        assert_type(client, AsyncSpotifyClient)


class CustomClient(AsyncSpotifyClient):
    """A subclass, which `async with` returns."""


async def opening_a_subclass() -> None:
    async with CustomClient.from_client_credentials() as client:
        assert_type(client, CustomClient)
