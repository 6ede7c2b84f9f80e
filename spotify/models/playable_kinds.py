"""Which class a playable item is of, and how fields that hold such items travel."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Final, TypeAlias, cast

from spotify.models.base import JsonObject, JsonValue, is_none, metadata
from spotify.models.playable import PlayableItem, UnknownItem
from spotify.models.spoken_word import Episode
from spotify.models.tracks import Track

PlayableClass: TypeAlias = type[Track] | type[Episode]

_CLASSES: Final[Mapping[str, PlayableClass]] = {"track": Track, "episode": Episode}
_REQUIRED: Final = {
    kind: [field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING]
    for kind in _CLASSES.values()
}


def playable_class(data: Mapping[str, JsonValue]) -> PlayableClass | None:
    """Return the class that an item's `type` names, in any case; None for any other type, or none."""
    kind = data.get("type")
    return _CLASSES.get(kind.lower()) if isinstance(kind, str) else None


def playable_item(data: "JsonValue | PlayableItem") -> PlayableItem:
    """Build a playable item from its JSON object; what is one already is returned as it is."""
    if isinstance(data, PlayableItem):
        return data
    item = cast("JsonObject", data)
    kind = playable_class(item)
    # A damaged item was kept as an unknown one, and has to come back as such.
    if kind is None or not all(isinstance(item.get(name), str) for name in _REQUIRED[kind]):
        return UnknownItem(raw=item)
    return kind.from_dict(item)


def _playable_items(data: "list[JsonValue | PlayableItem]") -> list[PlayableItem]:
    return [playable_item(item) for item in data]


def _to_dict(item: PlayableItem | None) -> JsonObject | None:
    return None if item is None else item.to_dict()


def _to_dicts(items: list[PlayableItem]) -> list[JsonObject]:
    return [item.to_dict() for item in items]


PLAYABLE: Final = metadata(encoder=_to_dict, decoder=playable_item)
"""For a `PlayableItem | None`."""

OLD_PLAYABLE: Final = metadata(encoder=_to_dict, decoder=playable_item, exclude=is_none)
"""For the older name of a `PlayableItem | None`."""

PLAYABLES: Final = metadata(encoder=_to_dicts, decoder=_playable_items)
"""For a `list[PlayableItem]`."""
