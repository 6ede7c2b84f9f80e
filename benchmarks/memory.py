"""The memory of models."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.measuring import Effort
from benchmarks.payloads import saved_tracks
from benchmarks.plain_models import plain
from benchmarks.table import Row
from spotify.impl.serialization import MsgspecSerializer
from spotify.models import SavedTrackPage

_ROOT: Final = Path(__file__).resolve().parent.parent
_PAGE: Final = 50
_KIB: Final = 1 if sys.platform == "darwin" else 1024


def memory(effort: Effort) -> Iterator[Row]:
    """Compare the memory of saved tracks with markets as models with that of plain dataclasses, decoded by msgspec.

    Tracks are decoded page by page, each kind in its own interpreter.
    """
    models, plain_objects = (_measure(kind, effort.tracks) for kind in ("models", "plain"))
    yield Row(
        what=f"memory of {effort.tracks:,} saved tracks with markets",
        measured=_mebibytes(models),
        limit=f"as plain dataclasses, {_mebibytes(plain_objects)}",
        ratio=models / plain_objects,
        at_most=0.28,
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
    """Return by how many bytes the process grows while all pages are decoded."""
    serializer = MsgspecSerializer()
    decoders: dict[str, Callable[[bytes], object]] = {
        "models": lambda data: serializer.decode(data, SavedTrackPage),
        "plain": msgspec.json.Decoder(plain(SavedTrackPage)).decode,
    }
    decode = decoders[kind]
    decode(saved_tracks())  # one-time allocations are not measured
    before = _peak()
    pages = [decode(saved_tracks(first, min(_PAGE, tracks - first))) for first in range(0, tracks, _PAGE)]
    assert len(pages) == -(-tracks // _PAGE)
    return max(1, _peak() - before)


def _peak() -> int:
    """Return the largest size that the process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"


if __name__ == "__main__":
    print(_bytes_in_use(sys.argv[1], int(sys.argv[2])))
