"""What to remove from a playlist, and how it is spread over several requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NotRequired, Required, TypedDict, cast

from spotify._checks import check_range, each_of, in_chunks, shown
from spotify.ids import playlist_entry_uri

_MEMBERS: Final = frozenset({"uri", "positions"})


class ItemToRemove(TypedDict, total=False):
    """An item of a playlist, everywhere or at some places.

    Attributes:
        uri: Its URI or URL.
        positions: Where it stands, from 0. Left out: wherever it stands.
    """

    uri: Required[str]
    positions: NotRequired[Iterable[int]]


@dataclass(frozen=True, slots=True)
class Removal:
    """One item to remove: at its positions, or everywhere if there are none."""

    uri: str
    positions: tuple[int, ...] = ()

    def body(self) -> dict[str, object]:
        """Return it as the API takes it."""
        return {"uri": self.uri, "positions": list(self.positions)} if self.positions else {"uri": self.uri}


def removals_of(items: Iterable[ItemToRemove]) -> list[Removal]:
    """Return what several items say, each once.

    Raises:
        TypeError: It is not an iterable of mappings, or a member is of the wrong type.
        ValueError: There is none, or one of them has no URI of a playlist's item, or says something else than it.
    """
    if isinstance(items, (str, Mapping)):
        raise TypeError("items must be several mappings, such as [{'uri': 'spotify:track:…', 'positions': [0]}]")
    each = each_of(items, "items must be several mappings")
    found = [_removal(f"items[{number}]", item) for number, item in enumerate(each)]
    if not found:
        raise ValueError("expected items, but there are none; give at least one")
    return list(dict.fromkeys(found))


def in_requests(removals: Sequence[Removal], most: int | None) -> list[Sequence[Removal]]:
    """Spread the removals over requests of at most so many.

    Where several are needed, positions are removed from the last one backwards: whatever stands before them keeps its
    place, so that each request is right about the playlist that the one before it left. What is to go wherever it
    stands comes last, since that moves everything.
    """
    if most is None or len(removals) <= most:
        return [removals]
    placed = sorted({(place, each.uri) for each in removals for place in each.positions}, reverse=True)
    everywhere = [each for each in removals if not each.positions]
    return list(in_chunks([*(Removal(uri, (place,)) for place, uri in placed), *everywhere], most))


def _removal(name: str, item: object) -> Removal:
    if not isinstance(item, Mapping):
        raise TypeError(f"{name} must be a mapping such as {{'uri': 'spotify:track:…'}}, not {type(item).__name__}")
    members = cast("Mapping[str, object]", item)
    if unknown := members.keys() - _MEMBERS:
        raise ValueError(f"{name} has an unknown member {shown(next(iter(unknown)))}; expected uri and positions")
    try:
        uri = playlist_entry_uri(cast("str", members.get("uri")))
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return Removal(uri, _positions(f"{name}['positions']", members["positions"]) if "positions" in members else ())


def _positions(name: str, positions: object) -> tuple[int, ...]:
    found = tuple(each_of(cast("Iterable[int]", positions), f"{name} must be several whole numbers"))
    for position in found:
        check_range(name, position, at_least=0)
    if not found:
        raise ValueError(f"{name} must not be empty; leave it out to remove the item wherever it stands")
    return tuple(sorted(set(found)))
