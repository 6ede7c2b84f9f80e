"""The cost of `to_json` and its relatives against msgspec."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from benchmarks.measuring import Effort, time_in_turns
from benchmarks.payloads import full_album, playlist_items, saved_track
from benchmarks.table import Row, microseconds
from spotify.impl.serialization import MsgspecSerializer
from spotify.models import Album, PlaylistItemPage, SavedTrack, SpotifyModel

_ENCODE: Final = "msgspec.json.encode"


def json_output(effort: Effort) -> Iterator[Row]:
    """Compare `to_json` with `msgspec.json.encode` of the same model, which leaves nothing out and checks nothing."""
    for name, into, data in (
        ("a saved track", SavedTrack, saved_track()),
        ("an album of 42 tracks", Album, full_album()),
        ("50 playlist items", PlaylistItemPage, playlist_items()),
    ):
        yield from _rows(name, MsgspecSerializer().decode(data, into), effort)


def _rows(name: str, model: SpotifyModel, effort: Effort) -> Iterator[Row]:
    written, data = model.to_json(), model.to_dict()
    contestants = {
        _ENCODE: lambda: msgspec.json.encode(model),
        "to_json()": model.to_json,
        "to_dict()": model.to_dict,
        "from_json()": lambda: type(model).from_json(written),
        "from_dict()": lambda: type(model).from_dict(data),
    }
    timings = time_in_turns(contestants, rounds=effort.rounds, calls=max(1, effort.calls // 20))
    for contestant in list(contestants)[1:]:
        yield Row(
            what=f"{name} with markets: {contestant}",
            measured=microseconds(timings.seconds(contestant)),
            limit=f"{_ENCODE}, {microseconds(timings.seconds(_ENCODE))}",
            ratio=timings.ratio(contestant, _ENCODE),
            at_most=2.0 if contestant == "to_json()" else None,
        )
