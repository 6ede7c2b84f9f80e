"""A serializer without compiled code, which decodes with the standard library and dataclasses-json."""

import json
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Protocol, TypeVar, Union, get_args, get_origin

from dataclasses_json import DataClassJsonMixin

from spotify.models import JsonValue, SpotifyModel
from spotify.models.common import PlayableItem
from spotify.models.json_data import parse_json, to_json_data
from spotify.models.playable import playable_item
from spotify.models.repair import repair

T = TypeVar("T")


class _FromDict(Protocol):
    def __call__(self, cls: type[T], data: JsonValue, /) -> T: ...


# The function of the mixin without the mixin, which would give each object a `__dict__` despite its slots.
_from_dict: Final[_FromDict] = vars(DataClassJsonMixin)["from_dict"].__func__


class DataclassesJsonSerializer:
    """A serializer for applications without compiled dependencies, or with models extended by dataclasses-json.

    It returns the same objects as `MsgspecSerializer` and is some hundred times slower: decoding a full album blocks
    the event loop for tens of milliseconds.
    """

    def __init__(self, *, strict: bool = False) -> None:
        """Create a serializer.

        Args:
            strict: Whether to raise `DecodeError` for a response that does not match its model, instead of repairing it
                and logging a warning.
        """
        self._strict = strict

    def decode(self, data: bytes, into: type[T], /) -> T:
        """Decode a JSON document; see `Serializer.decode`."""
        decoded: T = _build(repair(parse_json(data), into, strict=self._strict), into)
        return decoded

    def encode(self, value: object, /) -> bytes:
        """Encode a value as compact JSON; see `Serializer.encode`."""
        return json.dumps(to_json_data(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _build(data: JsonValue, into: Any) -> Any:
    """Return repaired data as an object of a type."""
    if data is None:
        return None
    if into is PlayableItem:
        return playable_item(data)
    arguments = tuple(argument for argument in get_args(into) if argument is not NoneType)
    if get_origin(into) in (Union, UnionType):
        return _build(data, arguments[0])
    if isinstance(data, list) and arguments:
        return [_build(item, arguments[0]) for item in data]
    if isinstance(data, dict) and arguments:
        return {key: _build(item, arguments[1]) for key, item in data.items()}
    return _build_instance(data, into) if isinstance(into, type) else data


def _build_instance(data: JsonValue, into: type[object]) -> object:
    if issubclass(into, SpotifyModel) and isinstance(data, dict):
        return _from_dict(into, data)
    if issubclass(into, Enum):
        return into(data)
    if into is datetime and isinstance(data, str):
        return datetime.fromisoformat(data)
    return data
