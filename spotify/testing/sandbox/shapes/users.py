"""Users, their playlists, players, queues and playback history as JSON objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from spotify.testing.sandbox.catalogue import Episode, LocalFile, PlayableItem, PlaylistEntry, Track, User
from spotify.testing.sandbox.catalogue.entities import timestamp, user_uri
from spotify.testing.sandbox.http.messages import JsonObject
from spotify.testing.sandbox.playback import Device, PlayContext, Played, Player
from spotify.testing.sandbox.quota import Quota
from spotify.testing.sandbox.shapes.base import Links, external_urls
from spotify.testing.sandbox.shapes.catalogue import MusicShapes, SpokenWordShapes, SpokenWordView
from spotify.testing.sandbox.state import EditablePlaylist

Scopes = frozenset[str]


class UserShapes:
    """Builds users, playlists and playlist entries."""

    def __init__(self, links: Links, music: MusicShapes, spoken_word: SpokenWordShapes, quota: Quota) -> None:
        """`music` and `spoken_word` build the items of playlists; `quota` removes the fields of the quota mode."""
        self._links = links
        self._music = music
        self._spoken_word = spoken_word
        self._quota = quota

    def private_user(self, user: User, scopes: Scopes) -> JsonObject:
        """Return a `PrivateUserObject` with the fields that `scopes` allow."""
        shape = {**self.public_user(user), "account_id": user.account_id}
        if "user-read-private" in scopes:
            shape["country"] = user.country
            shape["product"] = user.product
            shape["explicit_content"] = {"filter_enabled": False, "filter_locked": False}
        if "user-read-email" in scopes:
            shape["email"] = user.email
        return self._quota.filter_fields("user", shape)

    def public_user(self, user: User) -> JsonObject:
        """Return a `PublicUserObject`."""
        shape: JsonObject = {
            "display_name": user.display_name,
            **self._reference(user.id),
            "followers": {"href": None, "total": user.followers},
            "images": self._links.images(user.image)[1:],
        }
        return self._quota.filter_fields("user", shape)

    def simplified_playlist(self, playlist: EditablePlaylist) -> JsonObject:
        """Return a `SimplifiedPlaylistObject`: with `items` and, in extended quota mode, also `tracks`."""
        items: JsonObject = {
            "href": f"{self._links.href('playlists', playlist.id)}/items",
            "total": len(playlist.entries),
        }
        tracks = {**items, "href": f"{self._links.href('playlists', playlist.id)}/tracks"}
        contents = {"items": items} if self._quota.is_development else {"items": items, "tracks": tracks}
        return {**self._playlist_fields(playlist), **contents}

    def playlist(self, playlist: EditablePlaylist, pages: Mapping[str, JsonObject]) -> JsonObject:
        """Return a `PlaylistObject`; `pages` has its first page of entries by field name."""
        return {
            **self._playlist_fields(playlist),
            "followers": {"href": None, "total": playlist.follower_count},
            **pages,
        }

    def playlist_images(self, playlist: EditablePlaylist) -> list[JsonObject] | None:
        """Return the uploaded cover, else the image made from the items, else None."""
        if playlist.cover is not None:
            return [{"height": None, "url": self._links.image(playlist.cover), "width": None}]
        return self._links.images(playlist.image) if playlist.image and playlist.entries else None

    def playlist_entry(
        self, entry: PlaylistEntry, market: str | None, view: SpokenWordView, *, episodes: bool
    ) -> JsonObject:
        """Return a `PlaylistTrackObject`: with `item` and, in extended quota mode, also `track`.

        Without `episodes`, an episode also has the fields of a track.
        """
        item: JsonObject | None
        match entry.item:
            case Track() as track:
                item = {**self._music.track(track, market), "episode": False, "track": True}
            case Episode() as episode:
                item = self._spoken_word.episode(episode, view)
                item = item if episodes else {**item, **self._quota.filter_fields("track", self._as_track(episode))}
            case LocalFile() as file:
                item = self._local_file(file)
            case None:
                item = None
        shape: JsonObject = {
            "added_at": entry.added_at,
            "added_by": None if entry.added_by is None else self._reference(entry.added_by),
            "is_local": isinstance(entry.item, LocalFile),
            "primary_color": None,
            "item": item,
            "video_thumbnail": {"url": None},
        }
        if not self._quota.is_development:
            shape["track"] = item
        return shape

    def _playlist_fields(self, playlist: EditablePlaylist) -> JsonObject:
        return {
            "collaborative": playlist.collaborative,
            "description": None if playlist.description is None else escape(playlist.description),
            "external_urls": external_urls("playlist", playlist.id),
            "href": self._links.href("playlists", playlist.id),
            "id": playlist.id,
            "images": self.playlist_images(playlist),
            "name": playlist.name,
            "owner": {"display_name": playlist.owner.display_name, **self._reference(playlist.owner.id)},
            "primary_color": None,
            "public": playlist.public,
            "snapshot_id": playlist.snapshot_id,
            "type": "playlist",
            "uri": f"spotify:playlist:{playlist.id}",
        }

    def _reference(self, user_id: str) -> JsonObject:
        return {
            "external_urls": external_urls("user", user_id),
            "href": self._links.href("users", user_id),
            "id": user_id,
            "type": "user",
            "uri": user_uri(user_id),
        }

    def _as_track(self, episode: Episode) -> JsonObject:
        show = episode.show
        author: JsonObject = {
            "external_urls": external_urls("show", show.id),
            "href": self._links.href("shows", show.id),
            "id": show.id,
            "name": show.publisher,
            "type": "show",
            "uri": show.uri,
        }
        return {
            "album": {**author, "album_type": "compilation", "name": show.name, "artists": [author], "images": []},
            "artists": [author],
            "disc_number": 0,
            "episode": True,
            "external_ids": {"spotify": episode.uri},
            "is_local": False,
            "popularity": 0,
            "track": False,
            "track_number": 0,
        }

    def _local_file(self, file: LocalFile) -> JsonObject:
        """Return a `TrackObject` without id and links."""
        shape: JsonObject = {
            "album": self._quota.filter_fields(
                "album",
                {
                    "album_type": None,
                    "artists": [],
                    "available_markets": [],
                    "external_urls": {},
                    "href": None,
                    "id": None,
                    "images": [],
                    "name": file.album,
                    "release_date": None,
                    "release_date_precision": None,
                    "type": "album",
                    "uri": None,
                },
            ),
            "artists": [
                {"external_urls": {}, "href": None, "id": None, "name": file.artist, "type": "artist", "uri": None}
            ]
            if file.artist
            else [],
            "available_markets": [],
            "disc_number": 0,
            "duration_ms": file.duration_ms,
            "episode": False,
            "explicit": False,
            "external_ids": {},
            "external_urls": {},
            "href": None,
            "id": None,
            "is_local": True,
            "name": file.name,
            "popularity": 0,
            "preview_url": None,
            "track": True,
            "track_number": 0,
            "type": "track",
            "uri": file.uri,
        }
        return self._quota.filter_fields("track", shape)


_EPOCH: Final = dt.datetime.fromtimestamp(0, dt.UTC)


class PlaybackShapes:
    """Builds devices, playback states, queues and histories."""

    def __init__(self, links: Links, music: MusicShapes, spoken_word: SpokenWordShapes) -> None:
        """`music` and `spoken_word` build the tracks and episodes."""
        self._links = links
        self._music = music
        self._spoken_word = spoken_word

    def device(self, device: Device, *, active: bool) -> JsonObject:
        """Return a `DeviceObject`."""
        return {
            "id": device.id,
            "is_active": active,
            "is_private_session": device.is_private_session,
            "is_restricted": device.is_restricted,
            "name": device.name,
            "supports_volume": device.supports_volume,
            "type": device.type,
            "volume_percent": device.volume_percent,
        }

    def state(
        self, player: Player, device: Device, market: str | None, view: SpokenWordView, *, episodes: bool
    ) -> JsonObject:
        """Return a `CurrentlyPlayingContextObject`. Without `episodes`, an episode is omitted."""
        return {
            "device": self.device(device, active=True),
            "repeat_state": player.repeat,
            "shuffle_state": player.shuffled,
            "smart_shuffle": False,
            **self.currently_playing(player, market, view, episodes=episodes),
        }

    def currently_playing(
        self, player: Player, market: str | None, view: SpokenWordView, *, episodes: bool
    ) -> JsonObject:
        """Return a `CurrentlyPlayingObject`. Without `episodes`, an episode is omitted."""
        item = player.item
        kind = "unknown" if item is None else "track" if isinstance(item, Track) else "episode"
        included = item if episodes or isinstance(item, Track) else None
        return {
            "timestamp": player.changed_at,
            "context": None if player.context is None else self.context(player.context),
            "progress_ms": None if item is None else player.progress_ms,
            "item": None if included is None else self.item(included, market, view),
            "currently_playing_type": kind,
            "actions": {"disallows": dict.fromkeys(sorted(player.disallows()), True)},
            "is_playing": player.is_playing,
        }

    def queue(self, player: Player, view: SpokenWordView) -> JsonObject:
        """Return a `QueueObject`."""
        return {
            "currently_playing": None if player.item is None else self.item(player.item, None, view),
            "queue": [self.item(item, None, view) for item in player.upcoming()],
        }

    def item(self, item: PlayableItem, market: str | None, view: SpokenWordView) -> JsonObject:
        """Return a `TrackObject` or an `EpisodeObject`."""
        return self._music.track(item, market) if isinstance(item, Track) else self._spoken_word.episode(item, view)

    def history(self, history: Iterable[Played]) -> list[JsonObject]:
        """Return `PlayHistoryObject`s."""
        return [
            {
                "track": self._music.track(entry.track, None),
                "played_at": timestamp(_EPOCH + dt.timedelta(milliseconds=entry.at_ms), "milliseconds"),
                "context": None if entry.context is None else self.context(entry.context),
            }
            for entry in history
        ]

    def context(self, context: PlayContext) -> JsonObject:
        """Return a `ContextObject`."""
        if context.kind == "collection":
            return {
                "external_urls": {"spotify": "https://open.spotify.com/collection/tracks"},
                "href": f"{self._links.api_url}/me/tracks",
                "type": "collection",
                "uri": f"{user_uri(context.id)}:collection",
            }
        return {
            "external_urls": external_urls(context.kind, context.id),
            "href": self._links.href(f"{context.kind}s", context.id),
            "type": context.kind,
            "uri": f"spotify:{context.kind}:{context.id}",
        }
