"""Lists of country codes, of which equal ones are one object."""

from collections.abc import Callable, Iterable
from itertools import product
from string import ascii_uppercase
from threading import Lock
from typing import Final, NoReturn, Self

from spotify.models.base import json_metadata

_MAX_LISTS: Final = 1024
_MAX_BYTES: Final = 4096  # the JSON of 185 codes has 926
_CODES: Final = {code: code for code in map("".join, product(ascii_uppercase, repeat=2))}


class MarketCodes(list[str]):
    """An immutable list of country codes.

    Spotify sends up to 185 codes with each album and each track, mostly the same ones. Equal lists of responses are one
    object, which must therefore not change: `markets.copy()` and `list(markets)` return a list that may.
    """

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]  # a list has none
        return hash(tuple(self))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[[Iterable[str]], list[str]], tuple[tuple[str, ...]]]:
        return MarketCodes, (tuple(self),)


def _refuse(_markets: MarketCodes, *_arguments: object, **_options: object) -> NoReturn:
    raise TypeError("the markets of an object cannot be modified, because other objects share them; copy the list")


for _method in (
    *("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"),
    *("__delitem__", "__iadd__", "__imul__", "__setitem__"),
):
    setattr(MarketCodes, _method, _refuse)


class MarketTable:
    """The lists of markets of recent responses, by the JSON that Spotify sent. All threads share it.

    It is bounded: lists with more than 4 KiB of JSON are not shared, and the oldest of 1,024 lists is dropped for a new
    one. Objects keep the list that they have.
    """

    def __init__(self) -> None:
        """Create an empty table."""
        self._lists: dict[bytes, MarketCodes] = {}
        self._lock = Lock()

    def find(self, json: bytes) -> MarketCodes | None:
        """Return the list for some JSON, which is parsed if it is new; None for null.

        Raises:
            ValueError: It is not the JSON of a list of strings.
        """
        markets = self._lists.get(json)
        return self._add(json) if markets is None else markets

    def _add(self, json: bytes) -> MarketCodes | None:
        import msgspec  # models can be imported without it

        codes: list[str] | None = msgspec.json.decode(json, type=list[str] | None)
        if codes is None:
            return None
        markets = MarketCodes([_CODES.get(code, code) for code in codes])
        if len(json) > _MAX_BYTES:
            return markets
        with self._lock:
            markets = self._keep(msgspec.json.encode(codes), markets)  # the same list in another notation
            return self._keep(json, markets)

    def _keep(self, json: bytes, markets: MarketCodes) -> MarketCodes:
        if json not in self._lists and len(self._lists) >= _MAX_LISTS:
            del self._lists[next(iter(self._lists))]
        return self._lists.setdefault(json, markets)


find_markets: Final = MarketTable().find
"""Return the shared list for some JSON; see `MarketTable.find`."""


def share_markets(codes: object) -> MarketCodes | None:
    """Return the shared list of some country codes.

    Raises:
        TypeError: They are not a list of strings.
        ValueError: A string is not valid Unicode.
    """
    import msgspec  # models can be imported without it

    return find_markets(msgspec.json.encode(msgspec.convert(codes, list[str] | None)))


MARKETS: Final = json_metadata(decoder=share_markets)
"""Metadata of a list of markets or None."""
