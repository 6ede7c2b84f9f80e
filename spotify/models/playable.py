"""Tracks, episodes and unknown items: decoding an item of any of these types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from spotify.models.base import JsonObject, JsonValue, is_none, json_metadata
from spotify.models.common import PlayableItem as PlayableBase
from spotify.models.identity import kind_of
from spotify.models.music import Track
from spotify.models.spoken_word import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownItem(PlayableBase):
    """An item that is neither a track nor an episode."""

    raw: JsonObject
    """The data that Spotify sent; empty for an entry of a list that is not an object."""

    @property
    def type(self) -> str | None:
        """The `type` that Spotify sent, if it is a string."""
        return self._string("type")

    @property
    def uri(self) -> str | None:
        """The `uri` that Spotify sent, if it is a string."""
        return self._string("uri")

    @property
    def name(self) -> str | None:
        """The `name` that Spotify sent, if it is a string."""
        return self._string("name")

    def to_dict(self) -> JsonObject:
        """Return the data that Spotify sent."""
        return self.raw

    @classmethod
    def from_dict(cls, data: Mapping[str, JsonValue], /) -> Self:
        """Create the item from the data that Spotify sent."""
        return cls(raw=dict(data))

    def holds_object(self) -> bool:
        """Return False: what it is is not known."""
        return False

    def _string(self, key: str) -> str | None:
        value = self.raw.get(key)
        return value if isinstance(value, str) else None


if TYPE_CHECKING:
    PlayableItem: TypeAlias = Track | Episode | UnknownItem
else:
    PlayableItem = PlayableBase

PlayableClass: TypeAlias = type[Track] | type[Episode]

_CLASSES: Final[Mapping[str, PlayableClass]] = {"track": Track, "episode": Episode}


def playable_class(data: Mapping[str, JsonValue]) -> PlayableClass | None:
    """Return the class of an item: that of its `type`, whose case is ignored, or None if that is another one.

    Where the `type` is missing, as after a `fields` filter, the class follows from the URI or from other members.
    """
    item_type = data.get("type")
    if isinstance(item_type, str):
        return _CLASSES.get(item_type.lower())
    if (kind := kind_of(data)) is not None:
        return Track if kind == "local" else _CLASSES.get(kind)
    if "show" in data:
        return Episode
    return None if data.keys().isdisjoint(("album", "artists")) else Track


def playable_item(data: JsonValue) -> PlayableItem:
    """Create a playable item from its JSON object.

    Raises:
        TypeError: `data` is not a JSON object.
    """
    if not isinstance(data, dict):
        raise TypeError(f"a playable item must be a dict, not {type(data).__name__}")
    model = playable_class(data)
    if model is None:
        return UnknownItem(raw=data)
    return model.from_dict(data if data.get("type") is not None else {**data, "type": model.__name__.lower()})


def _playable_items(data: list[JsonValue]) -> list[PlayableItem]:
    return [playable_item(item) for item in data]


PLAYABLE: Final = json_metadata(decoder=playable_item)
"""Metadata of a `PlayableItem | None`."""

OLD_PLAYABLE: Final = json_metadata(decoder=playable_item, exclude=is_none)
"""Metadata of the old name of a `PlayableItem | None`."""

PLAYABLES: Final = json_metadata(decoder=_playable_items)
"""Metadata of a `list[PlayableItem]`."""
