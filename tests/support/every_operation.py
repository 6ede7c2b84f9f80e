"""One call of each operation: by a service method, or by `client.call`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from spotify.client import AsyncSpotifyClient
from spotify.testing.sandbox import Catalogue

Send: TypeAlias = Callable[[Any, Catalogue], Awaitable[object]]

JPEG = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"


def ids(items: Any) -> list[str]:
    return [item.id for item in items]


def joined_ids(items: Any) -> str:
    return ",".join(ids(items))


#: Calls of service methods by the id of the operation that they send.
BY_METHODS: dict[str, Send] = {
    "get-an-album": lambda client, catalogue: client.albums.get(catalogue.long_album.id, market="DE"),
    "get-multiple-albums": lambda client, catalogue: client.albums.get_several(ids(catalogue.albums[:3])),
    "get-an-albums-tracks": lambda client, catalogue: client.albums.get_tracks(
        catalogue.long_album.id, limit=7, offset=2
    ),
    "get-users-saved-albums": lambda client, catalogue: client.albums.get_saved(market="DE"),
    "get-new-releases": lambda client, catalogue: client.albums.get_new_releases(),
    "get-an-artist": lambda client, catalogue: client.artists.get(catalogue.artists[0].id),
    "get-multiple-artists": lambda client, catalogue: client.artists.get_several(ids(catalogue.artists[:3])),
    "get-an-artists-albums": lambda client, catalogue: client.artists.get_albums(
        catalogue.artists[0].id, ["album", "single"]
    ),
    "get-an-artists-top-tracks": lambda client, catalogue: client.artists.get_top_tracks(catalogue.artists[0].id),
    "get-an-artists-related-artists": lambda client, catalogue: client.artists.get_related(catalogue.artists[0].id),
    "get-an-audiobook": lambda client, catalogue: client.audiobooks.get(catalogue.long_audiobook.id),
    "get-multiple-audiobooks": lambda client, catalogue: client.audiobooks.get_several(ids(catalogue.audiobooks[:3])),
    "get-audiobook-chapters": lambda client, catalogue: client.audiobooks.get_chapters(catalogue.long_audiobook.id),
    "get-users-saved-audiobooks": lambda client, catalogue: client.audiobooks.get_saved(),
    "get-categories": lambda client, catalogue: client.browse.get_categories("sv_SE"),
    "get-a-category": lambda client, catalogue: client.browse.get_category(catalogue.categories[0].id),
    "get-a-categories-playlists": lambda client, catalogue: client.browse.get_category_playlists(
        catalogue.categories[0].id
    ),
    "get-featured-playlists": lambda client, catalogue: client.browse.get_featured_playlists(limit=3),
    "get-recommendation-genres": lambda client, catalogue: client.browse.get_genre_seeds(),
    "get-available-markets": lambda client, catalogue: client.browse.get_markets(),
    "get-a-chapter": lambda client, catalogue: client.chapters.get(catalogue.chapters[0].id),
    "get-several-chapters": lambda client, catalogue: client.chapters.get_several(ids(catalogue.chapters[:3])),
    "get-an-episode": lambda client, catalogue: client.episodes.get(catalogue.episodes[0].id),
    "get-multiple-episodes": lambda client, catalogue: client.episodes.get_several(ids(catalogue.episodes[:3])),
    "get-users-saved-episodes": lambda client, catalogue: client.episodes.get_saved(),
    "save-library-items": lambda client, catalogue: client.library.save_items(
        [catalogue.albums[0].uri, catalogue.tracks[0].uri]
    ),
    "remove-library-items": lambda client, catalogue: client.library.remove_items([catalogue.albums[0].uri]),
    "check-library-contains": lambda client, catalogue: client.library.check_contains([catalogue.albums[0].uri]),
    "get-information-about-the-users-current-playback": lambda client, catalogue: client.player.get_playback_state(
        "DE"
    ),
    "transfer-a-users-playback": lambda client, catalogue: transfer(client),
    "get-a-users-available-devices": lambda client, catalogue: client.player.get_devices(),
    "get-the-users-currently-playing-track": lambda client, catalogue: client.player.get_currently_playing(),
    "start-a-users-playback": lambda client, catalogue: client.player.start_playback(
        context_uri=catalogue.long_album.uri, offset=1, position_ms=10
    ),
    "pause-a-users-playback": lambda client, catalogue: client.player.pause_playback(),
    "skip-users-playback-to-next-track": lambda client, catalogue: client.player.skip_to_next(),
    "skip-users-playback-to-previous-track": lambda client, catalogue: client.player.skip_to_previous(),
    "seek-to-position-in-currently-playing-track": lambda client, catalogue: client.player.seek(1_000),
    "set-repeat-mode-on-users-playback": lambda client, catalogue: client.player.set_repeat_mode("context"),
    "set-volume-for-users-playback": lambda client, catalogue: client.player.set_volume(40),
    "toggle-shuffle-for-users-playback": lambda client, catalogue: client.player.set_shuffle(True),
    "get-recently-played": lambda client, catalogue: client.player.get_recently_played(limit=5),
    "get-queue": lambda client, catalogue: client.player.get_queue(),
    "add-to-queue": lambda client, catalogue: client.player.add_to_queue(catalogue.tracks[0].uri),
    "get-playlist": lambda client, catalogue: client.playlists.get(catalogue.mixed_playlist.id),
    "change-playlist-details": lambda client, catalogue: client.playlists.change_details(
        catalogue.empty_playlist.id, name="New"
    ),
    "get-playlists-items": lambda client, catalogue: client.playlists.get_items(catalogue.mixed_playlist.id),
    "add-items-to-playlist": lambda client, catalogue: client.playlists.add_items(
        catalogue.empty_playlist.id, [catalogue.tracks[0].uri]
    ),
    "reorder-or-replace-playlists-items": lambda client, catalogue: client.playlists.reorder_items(
        catalogue.collaborative_playlist.id, 0, 3
    ),
    "remove-items-playlist": lambda client, catalogue: client.playlists.remove_items(
        catalogue.collaborative_playlist.id, uris=[catalogue.tracks[0].uri]
    ),
    "get-a-list-of-current-users-playlists": lambda client, catalogue: client.playlists.get_for_current_user(),
    "get-list-users-playlists": lambda client, catalogue: client.playlists.get_for_user(catalogue.odd_user.id),
    "create-playlist": lambda client, catalogue: client.playlists.create("New", public=False),
    "get-playlist-cover": lambda client, catalogue: client.playlists.get_cover_image(catalogue.mixed_playlist.id),
    "upload-custom-playlist-cover": lambda client, catalogue: client.playlists.upload_cover_image(
        catalogue.empty_playlist.id, JPEG
    ),
    "search": lambda client, catalogue: client.search.search("a", ["album", "playlist", "track"]),
    "get-a-show": lambda client, catalogue: client.shows.get(catalogue.long_show.id),
    "get-multiple-shows": lambda client, catalogue: client.shows.get_several(ids(catalogue.shows[:3])),
    "get-a-shows-episodes": lambda client, catalogue: client.shows.get_episodes(catalogue.long_show.id),
    "get-users-saved-shows": lambda client, catalogue: client.shows.get_saved(),
    "get-track": lambda client, catalogue: client.tracks.get(catalogue.tracks[0].id),
    "get-several-tracks": lambda client, catalogue: client.tracks.get_several(ids(catalogue.tracks[:3])),
    "get-users-saved-tracks": lambda client, catalogue: client.tracks.get_saved(),
    "get-audio-features": lambda client, catalogue: client.tracks.get_audio_features(catalogue.tracks[0].id),
    "get-several-audio-features": lambda client, catalogue: client.tracks.get_several_audio_features(
        ids(catalogue.tracks[:3])
    ),
    "get-audio-analysis": lambda client, catalogue: client.tracks.get_audio_analysis(catalogue.tracks[0].id),
    "get-recommendations": lambda client, catalogue: client.tracks.get_recommendations(
        seed_artists=ids(catalogue.artists[:2]), limit=5, target_tempo=120
    ),
    "get-current-users-profile": lambda client, catalogue: client.users.get_current_profile(),
    "get-users-profile": lambda client, catalogue: client.users.get(catalogue.odd_user.id),
    "get-users-top-artists": lambda client, catalogue: client.users.get_top_artists("short_term"),
    "get-users-top-tracks": lambda client, catalogue: client.users.get_top_tracks("long_term"),
    "get-followed": lambda client, catalogue: client.users.get_followed_artists(),
}

#: Arguments of `client.call` for operations that the service methods replace by newer ones.
BY_ID_ALONE: dict[str, dict[str, Callable[[Catalogue], Any]]] = {
    **{
        f"{change}-{kind}-user": {"ids": lambda catalogue, kind=kind: joined_ids(getattr(catalogue, kind)[:3])}
        for change in ("save", "remove")
        for kind in ("albums", "audiobooks", "episodes", "shows")
    },
    "save-tracks-user": {"json": lambda catalogue: {"ids": ids(catalogue.tracks[:3])}},
    "remove-tracks-user": {"ids": lambda catalogue: joined_ids(catalogue.tracks[:3])},
    **{
        f"check-users-saved-{kind}": {"ids": lambda catalogue, kind=kind: joined_ids(getattr(catalogue, kind)[:3])}
        for kind in ("albums", "audiobooks", "episodes", "shows", "tracks")
    },
    "get-playlists-tracks": {
        "playlist_id": lambda catalogue: catalogue.mixed_playlist.id,
        "limit": lambda catalogue: 100,
    },
    "add-tracks-to-playlist": {
        "playlist_id": lambda catalogue: catalogue.empty_playlist.id,
        "json": lambda catalogue: {"uris": [catalogue.tracks[0].uri], "position": 0},
    },
    "reorder-or-replace-playlists-tracks": {
        "playlist_id": lambda catalogue: catalogue.collaborative_playlist.id,
        "json": lambda catalogue: {"range_start": 0, "insert_before": 2},
    },
    "remove-tracks-playlist": {
        "playlist_id": lambda catalogue: catalogue.collaborative_playlist.id,
        "json": lambda catalogue: {"tracks": [{"uri": catalogue.tracks[0].uri}]},
    },
    "create-playlist-for-user": {
        "user_id": lambda catalogue: catalogue.default_user.id,
        "json": lambda catalogue: {"name": "New", "public": False},
    },
    "follow-playlist": {
        "playlist_id": lambda catalogue: catalogue.foreign_playlist.id,
        "json": lambda catalogue: {"public": False},
    },
    "unfollow-playlist": {"playlist_id": lambda catalogue: catalogue.foreign_playlist.id},
    "check-if-user-follows-playlist": {"playlist_id": lambda catalogue: catalogue.foreign_playlist.id},
    "follow-artists-users": {
        "type": lambda catalogue: "artist",
        "ids": lambda catalogue: joined_ids(catalogue.artists[-3:]),
    },
    "unfollow-artists-users": {"type": lambda catalogue: "user", "ids": lambda catalogue: catalogue.odd_user.id},
    "check-current-user-follows": {
        "type": lambda catalogue: "artist",
        "ids": lambda catalogue: joined_ids(catalogue.artists[:3]),
    },
}


async def transfer(client: AsyncSpotifyClient) -> None:
    device_id = next(device.id for device in await client.player.get_devices() if device.id and not device.is_active)
    await client.player.transfer_playback(device_id, True)
