"""The default serializer, which decodes with msgspec."""

from typing import Any, TypeVar

import msgspec

from spotify.impl.serialization.json_text import encodable_object, parse_json, to_json_data
from spotify.impl.serialization.repair import check_decodable, empty_model, repair
from spotify.models import JsonValue, UnknownItem
from spotify.models.base import model_fields
from spotify.models.identity import Absences
from spotify.models.playable import playable_class

T = TypeVar("T")


class MsgspecSerializer:
    """The default serializer.

    A response that matches its model is decoded in one pass, without any cost of the repair. Any other response is
    parsed again and repaired, and so is one that lacks members which follow from others. msgspec's lax mode is not
    used: it accepts strings as numbers and bools, and numbers as timestamps.
    """

    def __init__(self, *, strict: bool = False) -> None:
        """Create a serializer.

        Args:
            strict: Whether to raise `DecodeError` for a response that does not match its model, instead of repairing it
                and logging a warning.
        """
        self._strict = strict
        # The decoder of each type, with the model that it returns for an object without any known field, if it does.
        # A response decoded as such may be an error object.
        self._decoders: dict[object, tuple[msgspec.json.Decoder[Any], object]] = {}

    def decode(self, data: bytes, into: type[T], /) -> T:
        """Decode a JSON document; see `Serializer.decode`."""
        decoder, empty = self._decoders.get(into) or self._add_decoder(into)
        try:
            if not data.isascii():
                data.decode()  # msgspec does not validate strings that it skips
            absences = Absences.count
            decoded: T = decoder.decode(data)
            if Absences.count == absences and (empty is None or decoded != empty):
                return decoded
        except (OverflowError, RecursionError, TypeError, ValueError):
            pass  # not the context of a later error, because its message quotes the data
        repaired = repair(parse_json(data), into, strict=self._strict)
        return msgspec.convert(repaired, into, dec_hook=_convert)

    def encode(self, value: object, /) -> bytes:
        """Encode a value as compact JSON; see `Serializer.encode`."""
        return msgspec.json.encode(to_json_data(value))

    def _add_decoder(self, into: type[Any]) -> tuple[msgspec.json.Decoder[Any], object]:
        check_decodable(into)
        empty = empty_model(into)
        # An empty object of a model that counts absences is noticed by the count.
        if empty is not None and any(field.default_factory == Absences.note for field in model_fields(type(empty))):
            empty = None
        entry = msgspec.json.Decoder(into, dec_hook=_convert), empty
        self._decoders[into] = entry
        return entry


def _convert(into: type[object], data: JsonValue) -> object:
    """Convert a value of a type unknown to msgspec: `object` or `PlayableItem`."""
    if into is object:
        return data
    if not isinstance(data, dict):
        raise TypeError("a playable item must be an object")
    model = playable_class(data)
    return UnknownItem(raw=encodable_object(data)) if model is None else msgspec.convert(data, model, dec_hook=_convert)
