"""JSON by the standard library and dataclasses-json: no compiled part."""

import json
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import TypeVar, Union, cast, get_args, get_origin

from spotify.impl.serialization.json_text import read_json, to_plain
from spotify.impl.serialization.repair import fitted
from spotify.models import JsonObject, PlayableItem, SpotifyModel
from spotify.models.playable import playable_item

T = TypeVar("T")


class DataclassesJsonSerializer:
    """A serializer for those who want no compiled part, or who extend the models with dataclasses-json.

    It gives the same objects as `MsgspecSerializer` and is some hundred times slower: tens of milliseconds for a full
    album, during which the event loop stands still.
    """

    def __init__(self, *, strict: bool = False) -> None:
        """Make a serializer.

        Args:
            strict: Refuse answers that do not fit (`DecodeError`), instead of repairing them and logging a warning.
        """
        self._strict = strict

    def decode(self, data: bytes, into: type[T], /) -> T:
        """Decode one JSON document; see `Serializer.decode`."""
        return cast("T", _build(fitted(read_json(data), into, strict=self._strict), into))

    def encode(self, value: object, /) -> bytes:
        """Encode a value as compact JSON; see `Serializer.encode`."""
        return json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _build(data: object, into: object) -> object:
    if data is None:
        return None
    if into is PlayableItem:
        return playable_item(cast("JsonObject", data))
    if isinstance(into, type) and issubclass(into, SpotifyModel):
        return into.from_dict(cast("JsonObject", data))
    if isinstance(into, type) and issubclass(into, Enum):
        return into(data)
    if into is datetime:
        return datetime.fromisoformat(cast("str", data))
    return _build_generic(data, into)  # pyright: ignore[reportUnknownArgumentType]


def _build_generic(data: object, into: object) -> object:
    arguments = tuple(argument for argument in get_args(into) if argument is not NoneType)
    if get_origin(into) in (Union, UnionType):
        return _build(data, arguments[0])
    if arguments and isinstance(data, list):
        return [_build(item, arguments[0]) for item in cast("list[object]", data)]
    if arguments and isinstance(data, dict):
        return {key: _build(item, arguments[1]) for key, item in cast("dict[str, object]", data).items()}
    return data
