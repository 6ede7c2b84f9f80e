"""Users and playlists as JSON objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from spotify.testing.sandbox.catalogue import Episode, LocalFile, PlaylistEntry, Track, User
from spotify.testing.sandbox.catalogue.entities import user_uri
from spotify.testing.sandbox.http.messages import JsonObject
from spotify.testing.sandbox.playback import Device, Item, PlayContext, Played, Player
from spotify.testing.sandbox.shapes.base import Links, web_player
from spotify.testing.sandbox.shapes.music import MusicShapes
from spotify.testing.sandbox.shapes.spoken_word import SpokenShapes, View
from spotify.testing.sandbox.state.playlists import EditablePlaylist
from spotify.testing.sandbox.web_api.quota import Quota

Scopes = frozenset[str]


class PeopleShapes:
    """Writes users, playlists and their entries."""

    def __init__(self, links: Links, music: MusicShapes, spoken: SpokenShapes, quota: Quota) -> None:
        """Entries of playlists are tracks and episodes: `music` and `spoken` write those; `quota` has its say."""
        self._links = links
        self._music = music
        self._spoken = spoken
        self._quota = quota

    def private_user(self, user: User, scopes: Scopes) -> JsonObject:
        """A `PrivateUserObject`: some members come only with their scopes."""
        shape = {**self.public_user(user), "account_id": user.account_id}
        if "user-read-private" in scopes:
            shape["country"] = user.country
            shape["product"] = user.product
            shape["explicit_content"] = {"filter_enabled": False, "filter_locked": False}
        if "user-read-email" in scopes:
            shape["email"] = user.email
        return self._quota.kept("user", shape)

    def public_user(self, user: User) -> JsonObject:
        """A `PublicUserObject`."""
        shape: JsonObject = {
            "display_name": user.display_name,
            **self._reference(user.id),
            "followers": {"href": None, "total": user.followers},
            "images": self._links.images(user.image)[1:],
        }
        return self._quota.kept("user", shape)

    def simplified_playlist(self, playlist: EditablePlaylist) -> JsonObject:
        """A `SimplifiedPlaylistObject`; its items under their new name and, in extended quota, under their old one."""
        items: JsonObject = {
            "href": f"{self._links.href('playlists', playlist.id)}/items",
            "total": len(playlist.entries),
        }
        old_items = {**items, "href": f"{self._links.href('playlists', playlist.id)}/tracks"}
        pages = {"items": items} if self._quota.is_development else {"items": items, "tracks": old_items}
        return {**self._head(playlist), **pages}

    def playlist(self, playlist: EditablePlaylist, pages: Mapping[str, JsonObject]) -> JsonObject:
        """A `PlaylistObject` with its first page of entries, under the names that `pages` has for it."""
        return {
            **self._head(playlist),
            "followers": {"href": None, "total": playlist.follower_count},
            **pages,
        }

    def playlist_images(self, playlist: EditablePlaylist) -> list[JsonObject] | None:
        """Its own picture, else one made of its items, else null."""
        if playlist.cover is not None:
            return [{"height": None, "url": self._links.image(playlist.cover), "width": None}]
        return self._links.images(playlist.image) if playlist.image and playlist.entries else None

    def entry(self, entry: PlaylistEntry, market: str | None, view: View, *, episodes: bool) -> JsonObject:
        """A `PlaylistTrackObject`; its item under its new name and, in extended quota, under its old one.

        Clients that do not ask for `episodes` get them with the members of a track besides.
        """
        item: JsonObject | None
        match entry.item:
            case Track() as track:
                item = {**self._music.track(track, market), "episode": False, "track": True}
            case Episode() as episode:
                item = self._spoken.episode(episode, view)
                item = item if episodes else {**item, **self._quota.kept("track", self._as_track(episode))}
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

    def entry_writer(self, market: str | None, view: View, *, episodes: bool) -> Callable[[PlaylistEntry], JsonObject]:
        """`entry` for a whole page."""
        return lambda entry: self.entry(entry, market, view, episodes=episodes)

    def _head(self, playlist: EditablePlaylist) -> JsonObject:
        return {
            "collaborative": playlist.collaborative,
            "description": playlist.description,
            "external_urls": web_player("playlist", playlist.id),
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
            "external_urls": web_player("user", user_id),
            "href": self._links.href("users", user_id),
            "id": user_id,
            "type": "user",
            "uri": user_uri(user_id),
        }

    def _as_track(self, episode: Episode) -> JsonObject:
        show = episode.show
        author: JsonObject = {
            "external_urls": web_player("show", show.id),
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
        """A track as far as Spotify knows it: no id, no links, names as the file had them."""
        shape: JsonObject = {
            "album": self._quota.kept(
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
        return self._quota.kept("track", shape)


class PlaybackShapes:
    """Writes what players hold."""

    def __init__(self, links: Links, music: MusicShapes, spoken: SpokenShapes) -> None:
        """What is played are tracks and episodes: `music` and `spoken` write those."""
        self._links = links
        self._music = music
        self._spoken = spoken

    def device(self, device: Device, *, active: bool) -> JsonObject:
        """A `DeviceObject`."""
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

    def state(self, player: Player, device: Device, market: str | None, view: View, *, episodes: bool) -> JsonObject:
        """A `CurrentlyPlayingContextObject`."""
        return {
            "device": self.device(device, active=True),
            "repeat_state": player.repeat,
            "shuffle_state": player.shuffled,
            "smart_shuffle": False,
            **self.currently_playing(player, market, view, episodes=episodes),
        }

    def currently_playing(self, player: Player, market: str | None, view: View, *, episodes: bool) -> JsonObject:
        """A `CurrentlyPlayingObject`. Without `episodes`, one that plays has no `item`."""
        item = player.item
        kind = "unknown" if item is None else "track" if isinstance(item, Track) else "episode"
        shown = item if episodes or isinstance(item, Track) else None
        return {
            "timestamp": player.changed_at,
            "context": None if player.context is None else self.context(player.context),
            "progress_ms": None if item is None else player.progress_ms,
            "item": None if shown is None else self.item(shown, market, view),
            "currently_playing_type": kind,
            "actions": {"disallows": dict.fromkeys(sorted(player.disallows()), True)},
            "is_playing": player.is_playing,
        }

    def queue(self, player: Player, view: View) -> JsonObject:
        """A `QueueObject`."""
        return {
            "currently_playing": None if player.item is None else self.item(player.item, None, view),
            "queue": [self.item(item, None, view) for item in player.upcoming()],
        }

    def item(self, item: Item, market: str | None, view: View) -> JsonObject:
        """A `TrackObject` or an `EpisodeObject`."""
        return self._music.track(item, market) if isinstance(item, Track) else self._spoken.episode(item, view)

    def history(self, played: Iterable[Played]) -> list[JsonObject]:
        """`PlayHistoryObject`s."""
        return [
            {
                "track": self._music.track(each.track, None),
                "played_at": _moment(each.at_ms),
                "context": None if each.context is None else self.context(each.context),
            }
            for each in played
        ]

    def context(self, context: PlayContext) -> JsonObject:
        """A `ContextObject`."""
        if context.kind == "collection":
            return {
                "external_urls": {"spotify": "https://open.spotify.com/collection/tracks"},
                "href": f"{self._links.api_url}/me/tracks",
                "type": "collection",
                "uri": f"{user_uri(context.id)}:collection",
            }
        return {
            "external_urls": web_player(context.kind, context.id),
            "href": self._links.href(f"{context.kind}s", context.id),
            "type": context.kind,
            "uri": f"spotify:{context.kind}:{context.id}",
        }


def _moment(milliseconds: int) -> str:
    moment = dt.datetime.fromtimestamp(milliseconds // 1000, dt.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"
