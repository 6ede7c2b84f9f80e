"""tekore and spotify-sdk, two other typed clients, work with the sandbox when their base URL is changed.

What they cannot do is listed with the reason, which is theirs: both refuse responses that Spotify sends.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Catalogue
from tests.support.failures import failures

pytestmark = pytest.mark.slow

JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9").decode()

Calls = dict[str, Callable[[Any, Catalogue], object]]


def ids(items: Any) -> list[str]:
    return [item.id for item in items[:3]]


TEKORE: Calls = {
    "album": lambda c, k: c.album(k.long_album.id),
    "albums": lambda c, k: c.albums(ids(k.albums)),
    "all_items": lambda c, k: list(c.all_items(c.album_tracks(k.long_album.id, limit=20))),
    "artist": lambda c, k: c.artist(k.artists[0].id),
    "artist_albums": lambda c, k: c.artist_albums(k.artists[0].id, limit=5),
    "artist_related_artists": lambda c, k: c.artist_related_artists(k.artists[0].id),
    "artist_top_tracks": lambda c, k: c.artist_top_tracks(k.artists[0].id, "DE"),
    "artists": lambda c, k: c.artists(ids(k.artists)),
    "artists_follow": lambda c, k: c.artists_follow(ids(k.artists)),
    "artists_is_following": lambda c, k: c.artists_is_following(ids(k.artists)),
    "audiobook": lambda c, k: c.audiobook(k.long_audiobook.id, market="US"),
    "audiobook_chapters": lambda c, k: c.audiobook_chapters(k.long_audiobook.id, market="US"),
    "categories": lambda c, k: c.categories(),
    "category": lambda c, k: c.category(k.categories[0].id),
    "category_playlists": lambda c, k: c.category_playlists(k.categories[0].id),
    "chapter": lambda c, k: c.chapter(k.chapters[0].id, market="US"),
    "current_user": lambda c, k: c.current_user(),
    "current_user_top_artists": lambda c, k: c.current_user_top_artists(),
    "current_user_top_tracks": lambda c, k: c.current_user_top_tracks(),
    "episode": lambda c, k: c.episode(k.episodes[0].id),
    "episodes": lambda c, k: c.episodes(ids(k.episodes)),
    "featured_playlists": lambda c, k: c.featured_playlists(),
    "followed_artists": lambda c, k: c.followed_artists(),
    "followed_playlists": lambda c, k: c.followed_playlists(),
    "markets": lambda c, k: c.markets(),
    "new_releases": lambda c, k: c.new_releases(),
    "playback": lambda c, k: c.playback(),
    "playback_currently_playing": lambda c, k: c.playback_currently_playing(),
    "playback_devices": lambda c, k: c.playback_devices(),
    "playback_queue": lambda c, k: c.playback_queue(),
    "playback_queue_add": lambda c, k: c.playback_queue_add(k.tracks[0].uri),
    "playback_recently_played": lambda c, k: c.playback_recently_played(),
    "playback_repeat": lambda c, k: c.playback_repeat("context"),
    "playback_seek": lambda c, k: c.playback_seek(1_000),
    "playback_shuffle": lambda c, k: c.playback_shuffle(True),
    "playback_start_context": lambda c, k: c.playback_start_context(k.long_album.uri, offset=1),
    "playback_start_tracks": lambda c, k: c.playback_start_tracks(ids(k.tracks)),
    "playback_volume": lambda c, k: c.playback_volume(30),
    "playlist": lambda c, k: c.playlist(k.big_playlist.id),
    "playlist of every kind of item": lambda c, k: c.playlist(k.mixed_playlist.id),
    "playlist_add": lambda c, k: c.playlist_add(k.empty_playlist.id, [k.tracks[0].uri]),
    "playlist_change_details": lambda c, k: c.playlist_change_details(k.empty_playlist.id, name="New"),
    "playlist_clear": lambda c, k: c.playlist_clear(k.empty_playlist.id),
    "playlist_cover_image": lambda c, k: c.playlist_cover_image(k.mixed_playlist.id),
    "playlist_cover_image_upload": lambda c, k: c.playlist_cover_image_upload(k.empty_playlist.id, JPEG),
    "playlist_create": lambda c, k: c.playlist_create(k.default_user.id, "New"),
    "playlist_items": lambda c, k: c.playlist_items(k.big_playlist.id),
    "playlist_remove": lambda c, k: c.playlist_remove(k.big_playlist.id, [k.tracks[0].uri]),
    "playlist_reorder": lambda c, k: c.playlist_reorder(k.big_playlist.id, 0, 3),
    "playlist_replace": lambda c, k: c.playlist_replace(k.empty_playlist.id, [k.tracks[0].uri]),
    "recommendations": lambda c, k: c.recommendations(artist_ids=[k.artists[0].id]),
    "saved_albums": lambda c, k: c.saved_albums(),
    "saved_albums_contains": lambda c, k: c.saved_albums_contains(ids(k.albums)),
    "saved_episodes": lambda c, k: c.saved_episodes(),
    "saved_shows": lambda c, k: c.saved_shows(),
    "saved_tracks": lambda c, k: c.saved_tracks(),
    "saved_tracks_add": lambda c, k: c.saved_tracks_add(ids(k.tracks)),
    "saved_tracks_delete": lambda c, k: c.saved_tracks_delete(ids(k.tracks)),
    "search": lambda c, k: c.search("a", ("track", "album", "artist", "show", "episode")),
    "search of playlists": lambda c, k: c.search("a", ("playlist",)),
    "show": lambda c, k: c.show(k.long_show.id),
    "show_episodes": lambda c, k: c.show_episodes(k.long_show.id),
    "track": lambda c, k: c.track(k.tracks[0].id),
    "track_audio_analysis": lambda c, k: c.track_audio_analysis(k.tracks[0].id),
    "track_audio_features": lambda c, k: c.track_audio_features(k.tracks[0].id),
    "tracks": lambda c, k: c.tracks(ids(k.tracks)),
    "user": lambda c, k: c.user(k.default_user.id),
}

SDK: Calls = {
    "albums.get": lambda c, k: c.albums.get(k.long_album.id),
    "albums.get_tracks": lambda c, k: c.albums.get_tracks(k.long_album.id),
    "albums.get_saved": lambda c, k: c.albums.get_saved(),
    "artists.get": lambda c, k: c.artists.get(k.artists[0].id),
    "artists.get_albums": lambda c, k: c.artists.get_albums(k.artists[0].id),
    "audiobooks.get": lambda c, k: c.audiobooks.get(k.long_audiobook.id),
    "audiobooks.get_chapters": lambda c, k: c.audiobooks.get_chapters(k.long_audiobook.id),
    "audiobooks.get_saved": lambda c, k: c.audiobooks.get_saved(),
    "chapters.get": lambda c, k: c.chapters.get(k.chapters[0].id),
    "episodes.get": lambda c, k: c.episodes.get(k.episodes[0].id),
    "episodes.get_saved": lambda c, k: c.episodes.get_saved(),
    "library.save_items": lambda c, k: c.library.save_items([k.albums[0].uri]),
    "library.remove_items": lambda c, k: c.library.remove_items([k.albums[0].uri]),
    "library.check_contains": lambda c, k: c.library.check_contains([k.albums[0].uri]),
    "player.get_playback_state": lambda c, k: c.player.get_playback_state(),
    "player.get_currently_playing": lambda c, k: c.player.get_currently_playing(),
    "player.get_devices": lambda c, k: c.player.get_devices(),
    "player.get_queue": lambda c, k: c.player.get_queue(),
    "player.get_recently_played": lambda c, k: c.player.get_recently_played(),
    "player.start_playback": lambda c, k: c.player.start_playback(context_uri=k.long_album.uri, offset=1),
    "player.skip_to_next": lambda c, k: c.player.skip_to_next(),
    "player.seek": lambda c, k: c.player.seek(1_000),
    "player.set_volume": lambda c, k: c.player.set_volume(30),
    "player.set_repeat_mode": lambda c, k: c.player.set_repeat_mode("context"),
    "player.set_shuffle": lambda c, k: c.player.set_shuffle(True),
    "player.add_to_queue": lambda c, k: c.player.add_to_queue(k.tracks[0].uri),
    "playlists.get": lambda c, k: c.playlists.get(k.big_playlist.id),
    "playlists.get of every kind of item": lambda c, k: c.playlists.get(k.mixed_playlist.id),
    "playlists.get_items": lambda c, k: c.playlists.get_items(k.big_playlist.id),
    "playlists.get_for_current_user": lambda c, k: c.playlists.get_for_current_user(),
    "playlists.create": lambda c, k: c.playlists.create("New", public=False),
    "playlists.change_details": lambda c, k: c.playlists.change_details(k.empty_playlist.id, name="New"),
    "playlists.add_items": lambda c, k: c.playlists.add_items(k.empty_playlist.id, [k.tracks[0].uri]),
    "playlists.remove_items": lambda c, k: c.playlists.remove_items(k.big_playlist.id, uris=[k.tracks[0].uri]),
    "playlists.reorder": lambda c, k: c.playlists.reorder_or_replace_items(
        k.big_playlist.id, range_start=0, insert_before=3
    ),
    "playlists.get_cover_image": lambda c, k: c.playlists.get_cover_image(k.mixed_playlist.id),
    "playlists.upload_cover_image": lambda c, k: c.playlists.upload_cover_image(k.empty_playlist.id, JPEG),
    "search.search": lambda c, k: c.search.search("a", ["track", "album", "artist"]),
    "search.search of playlists": lambda c, k: c.search.search("a", ["playlist"]),
    "shows.get": lambda c, k: c.shows.get(k.long_show.id),
    "shows.get_episodes": lambda c, k: c.shows.get_episodes(k.long_show.id),
    "shows.get_saved": lambda c, k: c.shows.get_saved(),
    "tracks.get": lambda c, k: c.tracks.get(k.tracks[0].id),
    "tracks.get_saved": lambda c, k: c.tracks.get_saved(),
    "users.get_current_profile": lambda c, k: c.users.get_current_profile(),
    "users.get_top_artists": lambda c, k: c.users.get_top_artists(),
    "users.get_top_tracks": lambda c, k: c.users.get_top_tracks(),
    "users.get_followed_artists": lambda c, k: c.users.get_followed_artists(),
}

NULL_DEVICE = "requires the id of a device, which Spotify's restricted devices lack"
NULL_ALBUM_TYPE = "requires the album type of a track, which local files lack"
NULL_ARTIST = "requires the address of an artist, which local files lack"
NULL_IMAGES = "requires the images of a playlist, which are null without a cover"
NULL_RESULT = "requires every result of a search, of which Spotify hides some as null"
NO_PUBLISHER = "requires the publisher of a show or audiobook, which development mode lacks"
NO_POPULARITY = "requires the popularity of a track, album or artist, which development mode lacks"

#: What a client cannot do, with the reason.
TEKORE_CANNOT = {"playback_devices": NULL_DEVICE, "playlist of every kind of item": NULL_ALBUM_TYPE}
SDK_CANNOT = {
    "extended": {
        "playlists.get of every kind of item": NULL_ARTIST,
        "playlists.get_for_current_user": NULL_IMAGES,
    },
    "development": {
        "albums.get": NO_POPULARITY,
        "albums.get_saved": NO_POPULARITY,
        "artists.get": NO_POPULARITY,
        "audiobooks.get": NO_PUBLISHER,
        "audiobooks.get_saved": NO_PUBLISHER,
        "chapters.get": NO_PUBLISHER,
        "episodes.get": NO_PUBLISHER,
        "episodes.get_saved": NO_PUBLISHER,
        "player.get_currently_playing": NO_POPULARITY,
        "player.get_playback_state": NO_POPULARITY,
        "player.get_queue": NO_POPULARITY,
        "player.get_recently_played": NO_POPULARITY,
        "playlists.get": NO_POPULARITY,
        "playlists.get of every kind of item": NO_POPULARITY,
        "playlists.get_for_current_user": NULL_IMAGES,
        "playlists.get_items": NO_POPULARITY,
        "search.search": NO_POPULARITY,
        "search.search of playlists": NULL_RESULT,
        "shows.get": NO_PUBLISHER,
        "shows.get_saved": NO_PUBLISHER,
        "tracks.get": NO_POPULARITY,
        "tracks.get_saved": NO_POPULARITY,
        "users.get_followed_artists": NO_POPULARITY,
        "users.get_top_artists": NO_POPULARITY,
        "users.get_top_tracks": NO_POPULARITY,
    },
}


async def failed_calls(client: Any, sandbox: SpotifySandbox, calls: Calls) -> dict[str, str]:
    """Return the errors of the calls that fail, each on the sandbox as it was at first."""

    def check(call: Callable[[Any, Catalogue], object]) -> None:
        call(client, sandbox.catalogue)

    found: dict[str, str] = {}
    for name, call in calls.items():
        sandbox.reset()
        sandbox.player().play(sandbox.catalogue.long_album.uri, place=1)
        found |= await asyncio.to_thread(failures, check, {name: call})
    return found


async def test_tekore(monkeypatch: pytest.MonkeyPatch) -> None:
    tekore = pytest.importorskip("tekore", reason="tekore is not installed; the dependency group `test` has it")
    async with SpotifySandbox() as sandbox:
        monkeypatch.setattr("tekore._client.base.prefix", f"{sandbox.api_url}/")
        client = tekore.Spotify(sandbox.issue_token(user=sandbox.catalogue.default_user.id))
        try:
            found = await failed_calls(client, sandbox, TEKORE)
        finally:
            client.close()

    assert found.keys() == TEKORE_CANNOT.keys(), found


@pytest.mark.parametrize("quota_mode", ["extended", "development"])
async def test_spotify_sdk(quota_mode: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "spotify-sdk is not installed; the dependency group `test` has it"
    spotify_sdk = pytest.importorskip("spotify_sdk", reason=reason)
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        monkeypatch.setattr("spotify_sdk._sync._base_client.BaseClient.BASE_URL", sandbox.api_url)
        client = spotify_sdk.SpotifyClient(sandbox.issue_token(user=sandbox.catalogue.default_user.id), max_retries=0)
        try:
            found = await failed_calls(client, sandbox, SDK)
        finally:
            client.close()

    assert found.keys() == SDK_CANNOT[quota_mode].keys(), found
