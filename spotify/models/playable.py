"""What can stand in a playlist or a queue: tracks, episodes, and what is neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from spotify.models.base import JsonObject, JsonValue, SpotifyModel


class PlayableItem(SpotifyModel):
    """A `Track`, an `Episode`, or an `UnknownItem`: what playlists, the player, the queue and the history hold.

    Spotify tells them apart by `type`, and so does the client::

        match entry.item:
            case Track(): ...
            case Episode(): ...
            case UnknownItem(): ...     # Spotify invented something, or sent something damaged: `raw` has it
            case None: ...              # gone from the catalogue
    """

    __slots__ = ()

    if TYPE_CHECKING:  # real properties would pass for the defaults of the fields that implement them

        @property
        def type(self) -> str | None:
            """What it is: `track`, `episode` or something new."""

        @property
        def uri(self) -> str | None:
            """Its Spotify URI; None only for an `UnknownItem` that has none."""

        @property
        def name(self) -> str | None:
            """Its name; None only for an `UnknownItem` that has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownItem(PlayableItem):
    """Something that is neither a track nor an episode, or too damaged to be one.

    Attributes:
        raw: What Spotify sent.
    """

    raw: JsonObject

    @property
    def type(self) -> str | None:
        """The `type` that Spotify sent, if it is a text."""
        return self._text("type")

    @property
    def uri(self) -> str | None:
        """The `uri` that Spotify sent, if it is a text."""
        return self._text("uri")

    @property
    def name(self) -> str | None:
        """The `name` that Spotify sent, if it is a text."""
        return self._text("name")

    def to_dict(self) -> JsonObject:
        """Return what Spotify sent."""
        return self.raw

    @classmethod
    def from_dict(cls, data: Mapping[str, JsonValue], /) -> Self:
        """Keep what Spotify sent."""
        return cls(raw=dict(data))

    def _text(self, key: str) -> str | None:
        value = self.raw.get(key)
        return value if isinstance(value, str) else None
