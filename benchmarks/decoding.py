"""The cost of decoding against msgspec with plain dataclasses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec

from benchmarks.measuring import Effort, time_in_turns
from benchmarks.payloads import full_album, playlist_items, search_result
from benchmarks.plain_models import plain
from benchmarks.table import Row, milliseconds
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.models import Album, PlaylistItemPage, SearchResult

_PLAIN: Final = "msgspec into plain dataclasses"
_BODIES: Final = 4
_MAY_COST: Final = {False: 1.15, True: 0.70}


def decoding(effort: Effort) -> Iterator[Row]:
    """Compare the serializers with a msgspec decoder of plain dataclasses, which checks and repairs nothing.

    Each call decodes another response.
    """
    for name, into, body, known_miss in (
        ("an album of 42 tracks", Album, full_album, None),
        ("50 playlist items", PlaylistItemPage, playlist_items, 1.22),
        ("a search for 3 types", SearchResult, search_result, None),
    ):
        for with_markets in (False, True):
            bodies = [body(number, with_markets=with_markets) for number in range(_BODIES)]
            yield replace(
                _default_serializer(name, bodies, into, effort, with_markets=with_markets),
                known_miss=None if with_markets else known_miss,
            )
    bodies = [full_album(number) for number in range(_BODIES)]
    yield from _others("an album of 42 tracks", bodies, Album, effort)


def _default_serializer(
    name: str, bodies: Sequence[bytes], into: type[Any], effort: Effort, *, with_markets: bool
) -> Row:
    serializer, decoder = MsgspecSerializer(), msgspec.json.Decoder(plain(into))
    timings = time_in_turns(
        {
            _PLAIN: _decode_all(bodies, decoder.decode),
            "models": _decode_all(bodies, lambda data: serializer.decode(data, into)),
        },
        rounds=effort.rounds,
        calls=max(1, effort.calls // 40),
    )
    return Row(
        what=f"decode {name} {'with' if with_markets else 'without'} markets ({len(bodies[0]) / 1000:.0f} KB)",
        measured=milliseconds(timings.seconds("models") / len(bodies)),
        limit=f"{_PLAIN}, {milliseconds(timings.seconds(_PLAIN) / len(bodies))}",
        ratio=timings.ratio("models", _PLAIN),
        at_most=_MAY_COST[with_markets],
    )


def _others(name: str, bodies: Sequence[bytes], into: type[Any], effort: Effort) -> Iterator[Row]:
    slow, decoder = DataclassesJsonSerializer(), msgspec.json.Decoder(plain(into))
    # A hundred times slower: few calls.
    for contestant, decode in (
        ("json.loads", json.loads),
        ("DataclassesJsonSerializer", lambda data: slow.decode(data, into)),
    ):
        timings = time_in_turns(
            {_PLAIN: _decode_all(bodies, decoder.decode), contestant: _decode_all(bodies, decode)},
            rounds=max(1, effort.rounds // 8),
            calls=max(1, effort.calls // 200),
        )
        yield Row(
            what=f"decode {name} with markets: {contestant}",
            measured=milliseconds(timings.seconds(contestant) / len(bodies)),
            limit=f"{_PLAIN}, {milliseconds(timings.seconds(_PLAIN) / len(bodies))}",
            ratio=timings.ratio(contestant, _PLAIN),
        )


def _decode_all(bodies: Sequence[bytes], decode: Callable[[bytes], object]) -> Callable[[], None]:
    def run() -> None:
        for body in bodies:
            decode(body)

    return run
