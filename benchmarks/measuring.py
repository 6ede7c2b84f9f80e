"""Timing: contestants take turns, measured in CPU time, reported as the median of many rounds.

Other programs evict the code and the data of a call from the caches of the processor, and of a longer call more. So the
figure of a turn is the lower quartile of short windows: those that were disturbed least.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """The amount of work to measure.

    Attributes:
        rounds: Turns per contestant.
        calls: Calls per turn.
        tracks: Tracks to keep in memory.
    """

    rounds: int
    calls: int
    tracks: int


THOROUGH = Effort(rounds=25, calls=200, tracks=50_000)
QUICK = Effort(rounds=1, calls=1, tracks=100)


_WINDOWS: Final = 20  # in a turn


class Timings:
    """Seconds per call of each contestant, by round."""

    def __init__(self, rounds: Mapping[str, list[float]]) -> None:
        self._rounds = rounds

    @property
    def names(self) -> list[str]:
        """The contestants."""
        return list(self._rounds)

    def seconds(self, name: str) -> float:
        """Return the median of a contestant."""
        return statistics.median(self._rounds[name])

    def ratio(self, name: str, limit: str) -> float:
        """Return the median of the ratios per round: a slow phase of the machine affects both sides of a round."""
        return statistics.median(
            mine / other for mine, other in zip(self._rounds[name], self._rounds[limit], strict=True)
        )

    def difference(self, name: str, limit: str) -> float:
        """Return the median of the differences per round, in seconds."""
        return statistics.median(
            mine - other for mine, other in zip(self._rounds[name], self._rounds[limit], strict=True)
        )


def time_in_turns(contestants: Mapping[str, Callable[[], object]], *, rounds: int, calls: int) -> Timings:
    """Measure functions in CPU time of this process."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for run in contestants.values():
        run()
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()  # so that no contestant pays for another's garbage
            windows: list[float] = []
            for count in _window_sizes(calls):
                started = time.process_time()
                for _ in range(count):
                    run()
                windows.append((time.process_time() - started) / count)
            taken[name].append(_lower_quartile(windows))
    return Timings(taken)


async def time_calls_in_turns(
    contestants: Mapping[str, Callable[[], Awaitable[object]]], *, rounds: int, calls: int
) -> Timings:
    """Measure coroutine functions like `time_in_turns`, sequentially."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for run in contestants.values():
        await run()
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()
            windows: list[float] = []
            for count in _window_sizes(calls):
                started = time.process_time()
                for _ in range(count):
                    await run()
                windows.append((time.process_time() - started) / count)
            taken[name].append(_lower_quartile(windows))
    return Timings(taken)


def _window_sizes(calls: int) -> Sequence[int]:
    """Return the number of calls in each window of a turn."""
    windows = min(_WINDOWS, calls)
    return [calls // windows + (number < calls % windows) for number in range(windows)]


def _lower_quartile(windows: Sequence[float]) -> float:
    return sorted(windows)[(len(windows) - 1) // 4]
