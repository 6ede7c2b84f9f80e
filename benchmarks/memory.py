"""The memory of models."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.measuring import Effort
from benchmarks.payloads import saved_tracks
from benchmarks.table import Row
from spotify.impl.serialization import MsgspecSerializer
from spotify.models import SavedTrackPage

_ROOT: Final = Path(__file__).resolve().parent.parent
_PAGE: Final = 50


def memory(effort: Effort) -> Iterator[Row]:
    """Compare the memory of saved tracks as models with that of dictionaries from `json.loads`.

    Tracks are decoded page by page, each kind in its own interpreter.
    """
    models, dictionaries = (_measure(kind, effort.tracks) for kind in ("models", "dictionaries"))
    yield Row(
        what=f"memory of {effort.tracks:,} saved tracks as models",
        measured=_megabytes(models),
        limit=f"as dictionaries, {_megabytes(dictionaries)}",
        ratio=models / dictionaries,
        at_most=1.0,
    )


def _measure(kind: str, tracks: int) -> int:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", kind, str(tracks)],
        cwd=_ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(run.stdout)


def _bytes_in_use(kind: str, tracks: int) -> int:
    """Return the number of bytes in use after all pages are decoded."""
    serializer = MsgspecSerializer()
    decoders: dict[str, Callable[[bytes], object]] = {
        "models": lambda data: serializer.decode(data, SavedTrackPage),
        "dictionaries": json.loads,
    }
    decode = decoders[kind]
    responses = [
        saved_tracks(first, min(_PAGE, tracks - first), with_markets=False) for first in range(0, tracks, _PAGE)
    ]
    decode(responses[0])  # one-time allocations are not measured
    tracemalloc.start()
    pages = [decode(response) for response in responses]
    in_use, _ = tracemalloc.get_traced_memory()
    assert len(pages) == len(responses)
    return in_use


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


if __name__ == "__main__":
    print(_bytes_in_use(sys.argv[1], int(sys.argv[2])))
