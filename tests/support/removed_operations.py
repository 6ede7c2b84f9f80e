"""A use of each operation that development mode lacks, and its result.

The three tables say what the client does in development mode.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from spotify.client import AsyncSpotifyClient
from spotify.testing.sandbox import Catalogue

Action: TypeAlias = Callable[[AsyncSpotifyClient, Catalogue], Awaitable[Any]]

_UNKNOWN_ID = "0" * 22


def several(service: str) -> Action:
    async def action(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[str | None]:
        ids = [item.id for item in getattr(catalogue, service)[:30]]
        items = await getattr(client, service).get_several([ids[1], _UNKNOWN_ID, *ids, ids[1]])
        return [item and item.id for item in items]

    return action


def save_or_remove(service: str, change: str | None) -> Action:
    """Save or remove a saved item and another one, or change nothing; return whether they are saved."""

    async def action(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
        items = getattr(catalogue, service)
        ids = [items[0].id, items[-1].id]
        if change is not None:
            await getattr(getattr(client, service), change)(ids)
        saved: list[bool] = await getattr(client, service).check_saved(ids)
        return saved

    return action


async def follow_artists(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    ids = [catalogue.artists[0].id, catalogue.artists[-1].id]
    await client.users.follow_artists_or_users("artist", ids)
    return await client.users.check_follows_artists_or_users("artist", ids)


async def unfollow_artists(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    ids = [catalogue.artists[0].id, catalogue.artists[-1].id]
    await client.users.unfollow_artists_or_users("artist", ids)
    return await client.users.check_follows_artists_or_users("artist", ids)


async def check_followed_artists(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    ids = [catalogue.artists[0].id, catalogue.artists[-1].id]
    return await client.users.check_follows_artists_or_users("artist", ids)


async def follow_playlist(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    await client.playlists.follow(catalogue.foreign_private_playlist.id)
    return await client.playlists.check_follows(catalogue.foreign_private_playlist.id)


async def unfollow_playlist(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    await client.playlists.unfollow(catalogue.foreign_playlist.id)
    return await client.playlists.check_follows(catalogue.foreign_playlist.id)


async def check_followed_playlist(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    return await client.playlists.check_follows(catalogue.foreign_playlist.id)


async def create_playlist(client: AsyncSpotifyClient, catalogue: Catalogue) -> object:
    playlist = await client.playlists.create("Rain", public=False)
    return playlist.name, playlist.public, playlist.owner and playlist.owner.id


async def uris_in(client: AsyncSpotifyClient, playlist: str) -> list[object]:
    return [entry.item and entry.item.uri async for entry in client.playlists.get_items(playlist)]


async def list_items(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[object]:
    return await uris_in(client, catalogue.mixed_playlist.id)


async def add_items(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[object]:
    playlist = catalogue.empty_playlist.id
    await client.playlists.add_items(playlist, [track.uri for track in catalogue.tracks[:120]])
    return await uris_in(client, playlist)


async def replace_items(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[object]:
    playlist = catalogue.mixed_playlist.id
    await client.playlists.replace_items(playlist, [track.uri for track in catalogue.tracks[:3]])
    await client.playlists.reorder_items(playlist, 0, 3)
    return await uris_in(client, playlist)


async def remove_items(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[object]:
    playlist = catalogue.empty_playlist.id
    await client.playlists.add_items(playlist, [track.uri for track in catalogue.tracks[:3]])
    await client.playlists.remove_items(playlist, uris=[catalogue.tracks[1].uri])
    return await uris_in(client, playlist)


#: Operations that read several objects: the client reads them one by one.
SEVERAL: dict[str, Action] = {
    "get-multiple-albums": several("albums"),
    "get-multiple-artists": several("artists"),
    "get-several-tracks": several("tracks"),
    "get-multiple-shows": several("shows"),
    "get-multiple-episodes": several("episodes"),
    "get-multiple-audiobooks": several("audiobooks"),
    "get-several-chapters": several("chapters"),
}

#: Operations that the client replaces by another operation in both modes.
REPLACED: dict[str, Action] = {
    **{
        operation.format(service): save_or_remove(service, change)
        for service in ("albums", "audiobooks", "episodes", "shows", "tracks")
        for operation, change in (
            ("save-{}-user", "save"),
            ("remove-{}-user", "remove"),
            ("check-users-saved-{}", None),
        )
    },
    "follow-artists-users": follow_artists,
    "unfollow-artists-users": unfollow_artists,
    "check-current-user-follows": check_followed_artists,
    "follow-playlist": follow_playlist,
    "unfollow-playlist": unfollow_playlist,
    "check-if-user-follows-playlist": check_followed_playlist,
    "create-playlist-for-user": create_playlist,
    "get-playlists-tracks": list_items,
    "add-tracks-to-playlist": add_items,
    "reorder-or-replace-playlists-tracks": replace_items,
    "remove-tracks-playlist": remove_items,
}

#: Operations without a replacement.
UNAVAILABLE: dict[str, Action] = {
    "get-users-profile": lambda client, catalogue: client.users.get(catalogue.users[4].id),
    "get-list-users-playlists": lambda client, catalogue: client.playlists.get_for_user(catalogue.odd_user.id),
    "get-an-artists-top-tracks": lambda client, catalogue: client.artists.get_top_tracks(catalogue.artists[0].id),
    "get-an-artists-related-artists": lambda client, catalogue: client.artists.get_related(catalogue.artists[0].id),
    "get-new-releases": lambda client, catalogue: client.albums.get_new_releases(),
    "get-categories": lambda client, catalogue: client.browse.get_categories(),
    "get-a-category": lambda client, catalogue: client.browse.get_category("dinner"),
    "get-a-categories-playlists": lambda client, catalogue: client.browse.get_category_playlists("dinner"),
    "get-featured-playlists": lambda client, catalogue: client.browse.get_featured_playlists(),
    "get-available-markets": lambda client, catalogue: client.browse.get_markets(),
    "get-recommendation-genres": lambda client, catalogue: client.browse.get_genre_seeds(),
    "get-recommendations": lambda client, catalogue: client.tracks.get_recommendations(
        seed_genres=catalogue.genres[:1]
    ),
    "get-audio-features": lambda client, catalogue: client.tracks.get_audio_features(catalogue.tracks[0].id),
    "get-several-audio-features": lambda client, catalogue: client.tracks.get_several_audio_features(
        [catalogue.tracks[0].id]
    ),
    "get-audio-analysis": lambda client, catalogue: client.tracks.get_audio_analysis(catalogue.tracks[0].id),
}
