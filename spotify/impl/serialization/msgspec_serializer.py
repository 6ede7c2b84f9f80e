"""The default serializer, which decodes with msgspec."""

from typing import TypeVar

import msgspec

from spotify.models.building import MISMATCHES, build_repaired, decoder_for
from spotify.models.json_data import parse_json, to_json_data

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

    def decode(self, data: bytes, into: type[T], /) -> T:
        """Decode a JSON document; see `Serializer.decode`."""
        decoder = decoder_for(into)
        try:
            return decoder.decode(data)
        except MISMATCHES:
            pass  # not the context of a later error, because its message quotes the data
        return build_repaired(parse_json(data), into, strict=self._strict)

    def encode(self, value: object, /) -> bytes:
        """Encode a value as compact JSON; see `Serializer.encode`."""
        return msgspec.json.encode(to_json_data(value))
