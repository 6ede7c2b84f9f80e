"""JSON by msgspec: from bytes to models in one pass."""

from typing import Any, TypeVar, cast

import msgspec

from spotify.impl.serialization.json_text import model_without_members, read_json, to_plain
from spotify.impl.serialization.repair import ensure_decodable, fitted, writable
from spotify.models import JsonObject, PlayableItem, UnknownItem
from spotify.models.playable import playable_class

T = TypeVar("T")


class MsgspecSerializer:
    """The default serializer.

    An answer that fits its model is decoded in one pass, and pays nothing for tolerance. One that does not is read
    again and repaired. msgspec's own lax mode is not used: it takes texts for numbers and booleans, and numbers for
    moments.
    """

    def __init__(self, *, strict: bool = False) -> None:
        """Make a serializer.

        Args:
            strict: Refuse answers that do not fit (`DecodeError`), instead of repairing them and logging a warning.
        """
        self._strict = strict
        # Each with what it makes of an object without members, if it makes anything: that is looked at twice.
        self._decoders: dict[object, tuple[msgspec.json.Decoder[Any], object]] = {}

    def decode(self, data: bytes, into: type[T], /) -> T:
        """Decode one JSON document; see `Serializer.decode`."""
        decoder, empty = self._decoders.get(into) or self._prepare(into)
        try:
            if not data.isascii():
                data.decode()  # msgspec does not look at the texts that it skips
            found = decoder.decode(data)
            if empty is None or found != empty:
                return cast("T", found)
        except (OverflowError, RecursionError, TypeError, ValueError):
            pass  # left behind here, so that no later error drags it along: it quotes the data
        fitting = fitted(read_json(data), into, strict=self._strict)
        return msgspec.convert(fitting, into, dec_hook=_dec_hook)

    def encode(self, value: object, /) -> bytes:
        """Encode a value as compact JSON; see `Serializer.encode`."""
        return msgspec.json.encode(to_plain(value))

    def _prepare(self, into: type[Any]) -> tuple[msgspec.json.Decoder[Any], object]:
        ensure_decodable(into)
        prepared = msgspec.json.Decoder(into, dec_hook=_dec_hook), model_without_members(into)
        self._decoders[into] = prepared
        return prepared


def _dec_hook(into: type[object], data: object) -> object:
    if into is object or isinstance(data, PlayableItem):
        return data
    if not isinstance(data, dict):
        raise TypeError("a playable item is an object")
    item = cast("JsonObject", data)
    kind = playable_class(item)
    if kind is None:
        return UnknownItem(raw=cast("JsonObject", writable(item)))
    return msgspec.convert(item, kind, dec_hook=_dec_hook)
