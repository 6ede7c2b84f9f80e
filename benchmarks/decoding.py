"""The cost of decoding against msgspec without the serializer."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from benchmarks.measuring import Effort, time_in_turns
from benchmarks.payloads import full_album, saved_tracks
from benchmarks.table import Row, milliseconds
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.models import Album, SavedTrackPage, SpotifyModel

_BARE = "msgspec bare"


def decoding(effort: Effort) -> Iterator[Row]:
    """Compare both serializers, and `json.loads` without models, with a msgspec decoder of the same models."""
    yield from _decoding("album", full_album(), Album, effort)
    yield from _decoding("50 saved tracks", saved_tracks(), SavedTrackPage, effort)


def _decoding(name: str, data: bytes, into: type[SpotifyModel], effort: Effort) -> Iterator[Row]:
    # `time_in_turns` warms up, so one-time work is not measured.
    fast, slow = MsgspecSerializer(), DataclassesJsonSerializer()
    decoder = msgspec.json.Decoder(into)
    timings = time_in_turns(
        {
            _BARE: lambda: decoder.decode(data),
            "MsgspecSerializer": lambda: fast.decode(data, into),
            "json.loads": lambda: json.loads(data),
        },
        rounds=effort.rounds,
        calls=effort.calls,
    )
    # A hundred times slower: measured apart with few calls, so that the rounds of the others stay short.
    slow_timings = time_in_turns(
        {_BARE: lambda: decoder.decode(data), "DataclassesJsonSerializer": lambda: slow.decode(data, into)},
        rounds=max(1, effort.rounds // 8),
        calls=max(1, effort.calls // 100),
    )
    for contestant, measured, at_most in (
        ("MsgspecSerializer", timings, 1.1),
        ("json.loads", timings, None),
        ("DataclassesJsonSerializer", slow_timings, None),
    ):
        yield Row(
            what=f"decode {name} ({len(data) / 1000:.0f} KB): {contestant}",
            measured=milliseconds(measured.seconds(contestant)),
            limit=f"{_BARE}, {milliseconds(measured.seconds(_BARE))}",
            ratio=measured.ratio(contestant, _BARE),
            at_most=at_most,
        )
