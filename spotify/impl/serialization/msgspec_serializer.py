"""The default serializer, which decodes with msgspec."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from spotify.impl.serialization.json_text import encodable_object, parse_json, to_json_data
from spotify.impl.serialization.repair import check_decodable, empty_model, repair
from spotify.models import JsonValue, UnknownItem
from spotify.models.base import model_fields
from spotify.models.identity import Absences
from spotify.models.market_codes import MarketCodes, share_markets
from spotify.models.playable import playable_class
from spotify.models.views import Views

T = TypeVar("T")

_NOT_DECODED: Final = (OverflowError, RecursionError, TypeError, ValueError)
_ENDS: Final = 4096
_MARKETS: Final = b'"available_markets"'

_ANY_ITEMS: Final = Views(markets=msgspec.Raw)
_FROM_DATA: Final = Views(markets=MarketCodes | None)
_TRACKS: Final = Views(tracks=True)
_TRACKS_WITH_MARKETS: Final = Views(markets=msgspec.Raw, tracks=True)


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
        self._decoders: dict[object, _Decoder] = {}

    def decode(self, data: bytes, into: type[T], /) -> T:
        """Decode a JSON document; see `Serializer.decode`."""
        decoder = self._decoders.get(into) or self._add_decoder(into)
        try:
            if not data.isascii():
                data.decode()  # msgspec does not validate strings that it skips
            absences = Absences.count
            decoded: T = decoder.decode(data)
            if Absences.count == absences and (decoder.empty is None or decoded != decoder.empty):
                return decoded
        except _NOT_DECODED:
            pass  # not the context of a later error, because its message quotes the data
        repaired = repair(parse_json(data), into, strict=self._strict)
        built: T = msgspec.convert(repaired, _FROM_DATA.of(into), dec_hook=_convert)
        return built

    def encode(self, value: object, /) -> bytes:
        """Encode a value as compact JSON; see `Serializer.encode`."""
        return msgspec.json.encode(to_json_data(value))

    def _add_decoder(self, into: type[Any]) -> "_Decoder":
        check_decodable(into)
        decoder = self._decoders[into] = _Decoder(into)
        return decoder


class _Decoder:
    """Decodes documents that match a type, with the views that fit the document.

    Attributes:
        empty: The model for an object without any known field, if it is one that may be an error object.
    """

    def __init__(self, into: type[Any]) -> None:
        self.empty = empty_model(into)
        # An empty object of a model that counts absences is noticed by the count.
        if self.empty is not None and any(
            field.default_factory == Absences.note for field in model_fields(type(self.empty))
        ):
            self.empty = None
        self._into = into
        self._has_items = _TRACKS.of(into) != into
        self._has_markets = _TRACKS_WITH_MARKETS.of(into) != _TRACKS.of(into)
        self._decoders: dict[Views, Callable[[bytes], Any]] = {}

    def decode(self, data: bytes) -> Any:
        """Decode a document."""
        has_markets = self._has_markets and (data.find(_MARKETS, 0, _ENDS) >= 0 or data.find(_MARKETS, -_ENDS) >= 0)
        decode = self._decoder(_TRACKS_WITH_MARKETS if has_markets else _TRACKS)
        if not self._has_items:
            return decode(data)
        try:
            return decode(data)
        except _NOT_DECODED:
            return self._decoder(_ANY_ITEMS)(data)

    def _decoder(self, views: Views) -> Callable[[bytes], Any]:
        decode = self._decoders.get(views)
        if decode is None:
            decode = self._decoders[views] = msgspec.json.Decoder(views.of(self._into), dec_hook=_convert).decode
        return decode


def _convert(into: type[object], data: JsonValue) -> object:
    """Convert a value of a type unknown to msgspec: `object`, `MarketCodes` or `PlayableItem`."""
    if into is object:
        return data
    if into is MarketCodes:
        return share_markets(data)
    if not isinstance(data, dict):
        raise TypeError("a playable item must be an object")
    model = playable_class(data)
    if model is None:
        return UnknownItem(raw=encodable_object(data))
    return msgspec.convert(data, _FROM_DATA.of(model), dec_hook=_convert)
