"""Devices, playback and play history as JSON objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from spotify.testing.sandbox.catalogue import Track
from spotify.testing.sandbox.catalogue.entities import user_uri
from spotify.testing.sandbox.messages import JsonObject
from spotify.testing.sandbox.playback import Device, Item, PlayContext, Played, Player
from spotify.testing.sandbox.shapes.links import Links, web_player
from spotify.testing.sandbox.shapes.music import MusicShapes
from spotify.testing.sandbox.shapes.spoken import SpokenShapes, View


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
