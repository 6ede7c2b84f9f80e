"""How things are timed: in turns, by the processor's time, and by the median of many rounds."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is measured.

    Attributes:
        rounds: How often each contestant has its turn.
        calls: How often it is called in one turn.
        tracks: How many tracks are held in memory.
    """

    rounds: int
    calls: int
    tracks: int


THOROUGH = Effort(rounds=25, calls=200, tracks=50_000)
QUICK = Effort(rounds=2, calls=3, tracks=100)


class Timings:
    """Seconds for one call of each contestant, round by round."""

    def __init__(self, rounds: Mapping[str, list[float]]) -> None:
        self._rounds = rounds

    def seconds(self, name: str) -> float:
        """Return the median of one contestant."""
        return statistics.median(self._rounds[name])

    def ratio(self, name: str, limit: str) -> float:
        """Return the median of the rounds' ratios: a machine that slows down slows both of a round."""
        return statistics.median(
            mine / other for mine, other in zip(self._rounds[name], self._rounds[limit], strict=True)
        )

    def difference(self, name: str, limit: str) -> float:
        """Return the median of the rounds' differences, in seconds."""
        return statistics.median(
            mine - other for mine, other in zip(self._rounds[name], self._rounds[limit], strict=True)
        )


def time_in_turns(contestants: Mapping[str, Callable[[], object]], *, rounds: int, calls: int) -> Timings:
    """Time functions by the CPU time of this process; other processes' work does not count."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for run in contestants.values():
        run()
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()  # or one contestant's garbage is swept up in another's turn
            started = time.process_time()
            for _ in range(calls):
                run()
            taken[name].append((time.process_time() - started) / calls)
    return Timings(taken)


async def time_calls_in_turns(
    contestants: Mapping[str, Callable[[], Awaitable[object]]], *, rounds: int, calls: int
) -> Timings:
    """Time coroutine functions as `time_in_turns` does, one call after the other."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for run in contestants.values():
        await run()
    for _ in range(rounds):
        for name, run in contestants.items():
            gc.collect()
            started = time.process_time()
            for _ in range(calls):
                await run()
            taken[name].append((time.process_time() - started) / calls)
    return Timings(taken)
