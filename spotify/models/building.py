"""Building objects from JSON documents and from parsed ones, with msgspec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar

import msgspec

from spotify._event_loops import thread_lock
from spotify.errors import DecodeError
from spotify.models.base import JsonValue, ModelT, is_required, model_fields
from spotify.models.common import PlayableItem
from spotify.models.identity import Absences
from spotify.models.json_data import check_finite, encodable_object
from spotify.models.market_codes import MarketCodes, share_markets
from spotify.models.playable import UnknownItem, playable_class, playable_item
from spotify.models.repair import check_decodable, empty_model, repair
from spotify.models.views import Views

T = TypeVar("T")

# msgspec keeps what it knows of a class in the class, while it still collects it: a thread that decodes to the class at
# that time crashes the process (msgspec 0.22).
_types_lock: Final = thread_lock()

MISMATCHES: Final = (OverflowError, RecursionError, TypeError, ValueError)
"""The errors of a document that does not match. Their messages quote it."""

_MARKETS: Final = b'"available_markets"'
_PART: Final = 4096  # longer than a track with its markets
_PARTS_DISTANCE: Final = 8 * _PART
_INCOMPLETE: Final = "the document is incomplete"

_TRACKS: Final = Views(tracks=True)
_TRACKS_WITH_MARKETS: Final = Views(tracks=True, markets=msgspec.Raw)
_ANY_ITEMS: Final = Views(markets=msgspec.Raw)
_FROM_DATA: Final = Views(markets=MarketCodes | None)


def build(data: JsonValue, into: type[T], *, strict: bool = False) -> T:
    """Return the object for a parsed JSON document, for a serializer that parses JSON with another library.

    ::

        def decode(self, data: bytes, into: type[T], /) -> T:
            return build(orjson.loads(data), into)

    The object is the one that the serializers of the client return: data that does not match is repaired, and logged.

    Args:
        data: The document as dict, list, str, int, float, bool or None. It is not modified.
        into: A model class, or a generic built-in type such as `list[bool]`.
        strict: Whether to raise an error instead of repairing.

    Raises:
        DecodeError: The data does not match `into` and cannot be repaired, with the path and none of the data. Or it
            contains NaN or an infinity, which JSON does not have.
        TypeError: `into` is neither a model nor a list, dict or optional of such.
    """
    decoder = decoder_for(into)
    check_finite(data)  # msgspec encodes the others as null
    try:
        return decoder.decode(msgspec.json.encode(data))
    except MISMATCHES:
        pass  # not the context of a later error
    return build_repaired(data, into, strict=strict)


def build_repaired(data: JsonValue, into: type[T], *, strict: bool) -> T:
    """Return the object for a parsed document that does not match, as `build` does."""
    return convert(repair(data, into, strict=strict), into)


def convert(data: JsonValue, into: type[T]) -> T:
    """Return the object for data that matches its type.

    Raises:
        ValueError: It does not match.
    """
    converted: T = msgspec.convert(data, _prepared(into), dec_hook=_convert)
    return converted


_prepared_types: Final[dict[object, Any]] = {}


def _prepared(into: Any) -> Any:
    """Return the type to convert parsed data to, of which msgspec knows all that it needs."""
    prepared = _prepared_types.get(into)
    if prepared is None:
        with _types_lock:
            prepared = _FROM_DATA.of(into)
            msgspec.json.Decoder(prepared, dec_hook=_convert)
        _prepared_types[into] = prepared
    return prepared


def build_exactly(data: Mapping[str, JsonValue], into: type[ModelT], refusal: str) -> ModelT:
    """Return the object for data that has one of the known structures of a model.

    Args:
        data: A JSON object.
        into: The model.
        refusal: The beginning of the message of the error.

    Raises:
        DecodeError: The data does not match. The error has the path, but none of the data.
    """
    try:
        absences = Absences.latest
        built: ModelT = msgspec.convert(dict(data), _prepared(into), dec_hook=_convert_exactly)
        if Absences.latest is absences:
            return built
    except (DecodeError, *MISMATCHES):
        pass  # not the context of a later error
    try:
        return build_repaired(dict(data), into, strict=True)
    except DecodeError as error:
        path = error.path
    except MISMATCHES:
        path = "$"
    missing = next((field.name for field in model_fields(into) if is_required(field) and field.name not in data), None)
    raise DecodeError(refusal if missing is None else f"{refusal}: {missing!r} is missing", path=path)


def decode_exactly(text: str | bytes, into: type[T]) -> T | None:
    """Return the object for a JSON document that matches a model; None if it does not."""
    if into is UnknownItem:
        return None
    try:
        return decoder_for(into).decode(text.encode() if isinstance(text, str) else text)
    except MISMATCHES:
        return None


class Decoder(Generic[T]):
    """Decodes documents that match a type, with the views that fit a document."""

    def __init__(self, into: type[T]) -> None:
        """Create a decoder.

        Raises:
            TypeError: The type cannot be decoded.
        """
        check_decodable(into)
        self._into = into
        self._empty: object = empty_model(into)
        # An empty object of a model that counts absences is noticed by the count.
        if self._empty is not None and any(
            field.default_factory == Absences.note for field in model_fields(type(self._empty))
        ):
            self._empty = None
        self._has_items = _TRACKS.of(into) != into
        self._has_markets = _TRACKS_WITH_MARKETS.of(into) != _TRACKS.of(into)
        self._decoders: dict[Views, Callable[[bytes], Any]] = {}

    def decode(self, data: bytes) -> T:
        """Decode a document in one pass, without any cost of the repair.

        Raises:
            ValueError: It does not match, lacks members that follow from others, or may be an error object. There are
                other errors: see `MISMATCHES`.
        """
        if not data.isascii():
            data.decode()  # msgspec does not validate strings that it skips
        decoded = self._decode(data)
        if self._empty is not None and decoded == self._empty:
            raise ValueError(_INCOMPLETE)
        return decoded

    def _decode(self, data: bytes) -> T:
        # Views for markets cost more than they save where there are none.
        views = _TRACKS_WITH_MARKETS if self._has_markets and _has_markets(data) else _TRACKS
        if not self._has_items:
            return self._decode_through(views, data)
        try:
            return self._decode_through(views, data)
        except MISMATCHES:
            return self._decode_through(_ANY_ITEMS, data)

    def _decode_through(self, views: Views, data: bytes) -> T:
        decode = self._decoders.get(views)
        if decode is None:
            with _types_lock:
                decode = msgspec.json.Decoder(views.of(self._into), dec_hook=_convert).decode
            self._decoders[views] = decode
        absences = Absences.latest
        decoded: T = decode(data)
        if Absences.latest is not absences:
            raise ValueError(_INCOMPLETE)
        return decoded


def _has_markets(data: bytes) -> bool:
    """Return whether a document has lists of markets. Those of a dozen tracks can be missed: it is read in parts."""
    if data.find(_MARKETS, 0, _PART) >= 0 or data.find(_MARKETS, -_PART) >= 0:
        return True
    parts = range(_PARTS_DISTANCE, len(data), _PARTS_DISTANCE)
    return any(data.find(_MARKETS, start, start + _PART) >= 0 for start in parts)


_decoders: Final[dict[object, Decoder[Any]]] = {}


def decoder_for(into: type[T]) -> Decoder[T]:
    """Return the decoder of a type.

    Raises:
        TypeError: The type cannot be decoded.
    """
    decoder = _decoders.get(into)
    if decoder is None:
        decoder = _decoders[into] = Decoder(into)
    return decoder


def _convert_exactly(into: type[object], data: JsonValue) -> object:
    """Convert a value of a type unknown to msgspec, without repairing it."""
    return playable_item(data) if into is PlayableItem else _convert(into, data)


def _convert(into: type[object], data: JsonValue) -> object:
    """Convert a value of a type unknown to msgspec: `object`, `MarketCodes` or `PlayableItem`."""
    if into is MarketCodes:
        return share_markets(data)
    if into is not PlayableItem:
        return data
    if not isinstance(data, dict):
        raise TypeError("a playable item must be an object")
    model = playable_class(data)
    return UnknownItem(raw=encodable_object(data)) if model is None else convert(data, model)
