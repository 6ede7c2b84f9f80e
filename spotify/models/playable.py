"""Tracks, episodes and unknown items: decoding an item of any of these types."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Self, TypeAlias

from spotify.models.base import JsonObject, JsonValue, is_none, is_required, json_metadata
from spotify.models.common import PlayableItem
from spotify.models.music import Track
from spotify.models.spoken_word import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownItem(PlayableItem):
    """An item that is neither a track nor an episode, or too damaged to be decoded as one.

    Attributes:
        raw: The data that Spotify sent.
    """

    raw: JsonObject

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

    def _string(self, key: str) -> str | None:
        value = self.raw.get(key)
        return value if isinstance(value, str) else None


PlayableClass: TypeAlias = type[Track] | type[Episode]

_CLASSES: Final[Mapping[str, PlayableClass]] = {"track": Track, "episode": Episode}
_REQUIRED_FIELDS: Final = {
    model: [field.name for field in fields(model) if is_required(field)] for model in _CLASSES.values()
}


def playable_class(data: Mapping[str, JsonValue]) -> PlayableClass | None:
    """Return the class for the `type` of an item, whose case is ignored; None for any other type."""
    item_type = data.get("type")
    return _CLASSES.get(item_type.lower()) if isinstance(item_type, str) else None


def intact_playable_class(data: Mapping[str, JsonValue]) -> PlayableClass | None:
    """Return the class for the `type` of an item; None if it is an unknown item or a damaged one."""
    model = playable_class(data)
    if model is None or not all(isinstance(data.get(name), str) for name in _REQUIRED_FIELDS[model]):
        return None
    return model


def playable_item(data: JsonValue) -> PlayableItem:
    """Create a playable item from its JSON object.

    Raises:
        TypeError: `data` is not a JSON object.
    """
    if not isinstance(data, dict):
        raise TypeError(f"a playable item must be a dict, not {type(data).__name__}")
    model = intact_playable_class(data)
    return UnknownItem(raw=data) if model is None else model.from_dict(data)


def _playable_items(data: list[JsonValue]) -> list[PlayableItem]:
    return [playable_item(item) for item in data]


def _to_dict(item: PlayableItem | None) -> JsonObject | None:
    return None if item is None else item.to_dict()


def _to_dicts(items: list[PlayableItem]) -> list[JsonObject]:
    return [item.to_dict() for item in items]


PLAYABLE: Final = json_metadata(encoder=_to_dict, decoder=playable_item)
"""Metadata of a `PlayableItem | None`."""

OLD_PLAYABLE: Final = json_metadata(encoder=_to_dict, decoder=playable_item, exclude=is_none)
"""Metadata of the old name of a `PlayableItem | None`."""

PLAYABLES: Final = json_metadata(encoder=_to_dicts, decoder=_playable_items)
"""Metadata of a `list[PlayableItem]`."""
