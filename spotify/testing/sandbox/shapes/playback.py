"""Players, queues and the playback history as JSON objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from spotify.testing.sandbox.catalogue import PlayableItem, Track
from spotify.testing.sandbox.catalogue.entities import timestamp, user_uri
from spotify.testing.sandbox.http.messages import JsonObject
from spotify.testing.sandbox.playback import Device, PlayContext, Played, Player
from spotify.testing.sandbox.shapes.base import Links, external_urls
from spotify.testing.sandbox.shapes.music import MusicShapes
from spotify.testing.sandbox.shapes.spoken_word import SpokenWordShapes, SpokenWordView

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
