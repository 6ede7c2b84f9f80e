"""The cost of importing the library."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.measuring import THOROUGH, Effort, Timings
from benchmarks.table import Row, milliseconds

_ROOT: Final = Path(__file__).resolve().parent.parent
_AIOHTTP: Final = "import aiohttp"
_STATEMENTS: Final = {
    "import spotify": 1.0,
    "from spotify import AsyncSpotifyClient; AsyncSpotifyClient('token')": 1.6,
}
# dependency-injector imports these if they are installed, which takes as long as everything else.
_OPTIONAL: Final = ("fastapi", "pydantic", "pydantic_settings", "starlette", "werkzeug", "yaml")
_MOST_ROUNDS: Final = 9
_HIDE: Final = f"""
import sys
class Hidden:
    def find_spec(name, *_):
        if name in {_OPTIONAL}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hidden)
"""


def importing(effort: Effort) -> Iterator[Row]:
    """Compare the wall time of imports in a fresh interpreter with `import aiohttp`.

    Packages that dependency-injector imports only if they are installed are hidden: the package does not require them.
    """
    timings = _time_statements(effort)
    for statement, at_most in _STATEMENTS.items():
        yield Row(
            what=statement,
            measured=milliseconds(timings.seconds(statement)),
            limit=f"{_AIOHTTP}, {milliseconds(timings.seconds(_AIOHTTP))}",
            ratio=timings.ratio(statement, _AIOHTTP),
            at_most=at_most,
        )


def _time_statements(effort: Effort) -> Timings:
    taken: dict[str, list[float]] = {statement: [] for statement in (_AIOHTTP, *_STATEMENTS)}
    if effort is THOROUGH:
        for statement in taken:
            _seconds(statement)  # writes the bytecode and warms the file cache
    for _ in range(min(effort.rounds, _MOST_ROUNDS)):
        for statement, seconds in taken.items():
            seconds.append(_seconds(statement))
    return Timings(taken)


def _seconds(statement: str) -> float:
    """Return the duration of a statement, without the start of the interpreter."""
    program = f"{_HIDE}import time; started = time.perf_counter(); {statement}; print(time.perf_counter() - started)"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=_ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return float(run.stdout)
