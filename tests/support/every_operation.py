"""One call of each operation: by a method of a service, or by its id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from spotify.client import AsyncSpotifyClient
from spotify.testing.sandbox import Catalogue

Send: TypeAlias = Callable[[Any, Catalogue], Awaitable[object]]

JPEG = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"


def ids(things: Any) -> list[str]:
    return [thing.id for thing in things]


def joined(things: Any) -> str:
    return ",".join(ids(things))


#: What the methods of the services send, by the operation's id.
BY_METHODS: dict[str, Send] = {
    "get-an-album": lambda client, has: client.albums.get(has.long_album.id, market="DE"),
    "get-multiple-albums": lambda client, has: client.albums.get_several(ids(has.albums[:3])),
    "get-an-albums-tracks": lambda client, has: client.albums.get_tracks(has.long_album.id, limit=7, offset=2),
    "get-users-saved-albums": lambda client, has: client.albums.get_saved(market="DE"),
    "get-new-releases": lambda client, has: client.albums.get_new_releases(),
    "get-an-artist": lambda client, has: client.artists.get(has.artists[0].id),
    "get-multiple-artists": lambda client, has: client.artists.get_several(ids(has.artists[:3])),
    "get-an-artists-albums": lambda client, has: client.artists.get_albums(has.artists[0].id, ["album", "single"]),
    "get-an-artists-top-tracks": lambda client, has: client.artists.get_top_tracks(has.artists[0].id),
    "get-an-artists-related-artists": lambda client, has: client.artists.get_related(has.artists[0].id),
    "get-an-audiobook": lambda client, has: client.audiobooks.get(has.long_audiobook.id),
    "get-multiple-audiobooks": lambda client, has: client.audiobooks.get_several(ids(has.audiobooks[:3])),
    "get-audiobook-chapters": lambda client, has: client.audiobooks.get_chapters(has.long_audiobook.id),
    "get-users-saved-audiobooks": lambda client, has: client.audiobooks.get_saved(),
    "get-categories": lambda client, has: client.browse.get_categories("sv_SE"),
    "get-a-category": lambda client, has: client.browse.get_category(has.categories[0].id),
    "get-a-categories-playlists": lambda client, has: client.browse.get_category_playlists(has.categories[0].id),
    "get-featured-playlists": lambda client, has: client.browse.get_featured_playlists(limit=3),
    "get-recommendation-genres": lambda client, has: client.browse.get_genre_seeds(),
    "get-available-markets": lambda client, has: client.browse.get_markets(),
    "get-a-chapter": lambda client, has: client.chapters.get(has.chapters[0].id),
    "get-several-chapters": lambda client, has: client.chapters.get_several(ids(has.chapters[:3])),
    "get-an-episode": lambda client, has: client.episodes.get(has.episodes[0].id),
    "get-multiple-episodes": lambda client, has: client.episodes.get_several(ids(has.episodes[:3])),
    "get-users-saved-episodes": lambda client, has: client.episodes.get_saved(),
    "save-library-items": lambda client, has: client.library.save_items([has.albums[0].uri, has.tracks[0].uri]),
    "remove-library-items": lambda client, has: client.library.remove_items([has.albums[0].uri]),
    "check-library-contains": lambda client, has: client.library.check_contains([has.albums[0].uri]),
    "get-information-about-the-users-current-playback": lambda client, has: client.player.get_playback_state("DE"),
    "transfer-a-users-playback": lambda client, has: transfer(client),
    "get-a-users-available-devices": lambda client, has: client.player.get_devices(),
    "get-the-users-currently-playing-track": lambda client, has: client.player.get_currently_playing(),
    "start-a-users-playback": lambda client, has: client.player.start_playback(
        context_uri=has.long_album.uri, offset=1, position_ms=10
    ),
    "pause-a-users-playback": lambda client, has: client.player.pause_playback(),
    "skip-users-playback-to-next-track": lambda client, has: client.player.skip_to_next(),
    "skip-users-playback-to-previous-track": lambda client, has: client.player.skip_to_previous(),
    "seek-to-position-in-currently-playing-track": lambda client, has: client.player.seek(1_000),
    "set-repeat-mode-on-users-playback": lambda client, has: client.player.set_repeat_mode("context"),
    "set-volume-for-users-playback": lambda client, has: client.player.set_volume(40),
    "toggle-shuffle-for-users-playback": lambda client, has: client.player.set_shuffle(True),
    "get-recently-played": lambda client, has: client.player.get_recently_played(limit=5),
    "get-queue": lambda client, has: client.player.get_queue(),
    "add-to-queue": lambda client, has: client.player.add_to_queue(has.tracks[0].uri),
    "get-playlist": lambda client, has: client.playlists.get(has.mixed_playlist.id),
    "change-playlist-details": lambda client, has: client.playlists.change_details(has.empty_playlist.id, name="New"),
    "get-playlists-items": lambda client, has: client.playlists.get_items(has.mixed_playlist.id),
    "add-items-to-playlist": lambda client, has: client.playlists.add_items(has.empty_playlist.id, [has.tracks[0].uri]),
    "reorder-or-replace-playlists-items": lambda client, has: client.playlists.reorder_items(
        has.collaborative_playlist.id, 0, 3
    ),
    "remove-items-playlist": lambda client, has: client.playlists.remove_items(
        has.collaborative_playlist.id, uris=[has.tracks[0].uri]
    ),
    "get-a-list-of-current-users-playlists": lambda client, has: client.playlists.get_for_current_user(),
    "get-list-users-playlists": lambda client, has: client.playlists.get_for_user(has.odd_user.id),
    "create-playlist": lambda client, has: client.playlists.create("New", public=False),
    "get-playlist-cover": lambda client, has: client.playlists.get_cover_image(has.mixed_playlist.id),
    "upload-custom-playlist-cover": lambda client, has: client.playlists.upload_cover_image(
        has.empty_playlist.id, JPEG
    ),
    "search": lambda client, has: client.search.search("a", ["album", "playlist", "track"]),
    "get-a-show": lambda client, has: client.shows.get(has.long_show.id),
    "get-multiple-shows": lambda client, has: client.shows.get_several(ids(has.shows[:3])),
    "get-a-shows-episodes": lambda client, has: client.shows.get_episodes(has.long_show.id),
    "get-users-saved-shows": lambda client, has: client.shows.get_saved(),
    "get-track": lambda client, has: client.tracks.get(has.tracks[0].id),
    "get-several-tracks": lambda client, has: client.tracks.get_several(ids(has.tracks[:3])),
    "get-users-saved-tracks": lambda client, has: client.tracks.get_saved(),
    "get-audio-features": lambda client, has: client.tracks.get_audio_features(has.tracks[0].id),
    "get-several-audio-features": lambda client, has: client.tracks.get_several_audio_features(ids(has.tracks[:3])),
    "get-audio-analysis": lambda client, has: client.tracks.get_audio_analysis(has.tracks[0].id),
    "get-recommendations": lambda client, has: client.tracks.get_recommendations(
        seed_artists=ids(has.artists[:2]), limit=5, target_tempo=120
    ),
    "get-current-users-profile": lambda client, has: client.users.get_current_profile(),
    "get-users-profile": lambda client, has: client.users.get(has.odd_user.id),
    "get-users-top-artists": lambda client, has: client.users.get_top_artists("short_term"),
    "get-users-top-tracks": lambda client, has: client.users.get_top_tracks("long_term"),
    "get-followed": lambda client, has: client.users.get_followed_artists(),
}

#: Older operations, whose work the services' methods do by newer ones: sent by `client.call`.
BY_ID_ALONE: dict[str, dict[str, Callable[[Catalogue], Any]]] = {
    **{
        f"{what}-{kind}-user": {"ids": lambda has, kind=kind: joined(getattr(has, kind)[:3])}
        for what in ("save", "remove")
        for kind in ("albums", "audiobooks", "episodes", "shows")
    },
    "save-tracks-user": {"json": lambda has: {"ids": ids(has.tracks[:3])}},
    "remove-tracks-user": {"ids": lambda has: joined(has.tracks[:3])},
    **{
        f"check-users-saved-{kind}": {"ids": lambda has, kind=kind: joined(getattr(has, kind)[:3])}
        for kind in ("albums", "audiobooks", "episodes", "shows", "tracks")
    },
    "get-playlists-tracks": {"playlist_id": lambda has: has.mixed_playlist.id, "limit": lambda has: 100},
    "add-tracks-to-playlist": {
        "playlist_id": lambda has: has.empty_playlist.id,
        "json": lambda has: {"uris": [has.tracks[0].uri], "position": 0},
    },
    "reorder-or-replace-playlists-tracks": {
        "playlist_id": lambda has: has.collaborative_playlist.id,
        "json": lambda has: {"range_start": 0, "insert_before": 2},
    },
    "remove-tracks-playlist": {
        "playlist_id": lambda has: has.collaborative_playlist.id,
        "json": lambda has: {"tracks": [{"uri": has.tracks[0].uri}]},
    },
    "create-playlist-for-user": {
        "user_id": lambda has: has.default_user.id,
        "json": lambda has: {"name": "New", "public": False},
    },
    "follow-playlist": {
        "playlist_id": lambda has: has.foreign_playlist.id,
        "json": lambda has: {"public": False},
    },
    "unfollow-playlist": {"playlist_id": lambda has: has.foreign_playlist.id},
    "check-if-user-follows-playlist": {"playlist_id": lambda has: has.foreign_playlist.id},
    "follow-artists-users": {"type": lambda has: "artist", "ids": lambda has: joined(has.artists[-3:])},
    "unfollow-artists-users": {"type": lambda has: "user", "ids": lambda has: has.odd_user.id},
    "check-current-user-follows": {"type": lambda has: "artist", "ids": lambda has: joined(has.artists[:3])},
}


async def transfer(client: AsyncSpotifyClient) -> None:
    device = next(each.id for each in await client.player.get_devices() if each.id and not each.is_active)
    await client.player.transfer_playback(device, True)
