"""What models weigh."""

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
    """Compare what saved tracks take as models with what they take as the dictionaries of `json.loads`.

    They are read as they come, page by page. Each kind has an interpreter of its own, so that nothing is shared.
    """
    models, dictionaries = (_weigh(kind, effort.tracks) for kind in ("models", "dictionaries"))
    yield Row(
        what=f"memory of {effort.tracks:,} saved tracks as models",
        measured=_megabytes(models),
        limit=f"as dictionaries, {_megabytes(dictionaries)}",
        ratio=models / dictionaries,
        at_most=1.0,
    )


def _weigh(kind: str, tracks: int) -> int:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", kind, str(tracks)],
        cwd=_ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(run.stdout)


def _held(kind: str, tracks: int) -> int:
    """Return how many bytes are held after all pages were decoded."""
    serializer = MsgspecSerializer()
    decoders: dict[str, Callable[[bytes], object]] = {
        "models": lambda data: serializer.decode(data, SavedTrackPage),
        "dictionaries": json.loads,
    }
    decode = decoders[kind]
    answers = [saved_tracks(first, min(_PAGE, tracks - first), with_markets=False) for first in range(0, tracks, _PAGE)]
    decode(answers[0])  # what is made once is not counted
    tracemalloc.start()
    pages = [decode(answer) for answer in answers]
    held, _ = tracemalloc.get_traced_memory()
    assert len(pages) == len(answers)
    return held


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


if __name__ == "__main__":
    print(_held(sys.argv[1], int(sys.argv[2])))
