"""What observers add to a call."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Final

from benchmarks.calls import InstantTransport, ids
from benchmarks.measuring import Effort, Timings, time_calls_in_turns
from benchmarks.payloads import tiny_album
from benchmarks.table import Row, microseconds
from spotify import AsyncSpotifyClient
from spotify.interfaces import AttemptInfo, CallInfo, CallResult, Observer

_NONE: Final = "none"


class _Idle(Observer):
    """Defines no method of its own."""


class _Empty:
    """Defines methods that do nothing."""

    def call_started(self, call: CallInfo, /) -> None:
        pass

    def attempt_finished(self, attempt: AttemptInfo, /) -> None:
        pass

    def call_finished(self, result: CallResult, /) -> None:
        pass


def observing(effort: Effort) -> Iterator[Row]:
    """Measure what one and three observers that do nothing add to the CPU time of a call."""
    timings = asyncio.run(_time_calls(effort))
    for name, budget, known_miss in (("one", 1e-6, 11.3), ("three", 3e-6, 4.2)):
        for methods, known in (("no methods", None), ("three empty methods", known_miss)):
            seconds = timings.difference(f"{name} with {methods}", _NONE)
            yield Row(
                what=f"CPU of a call: observers, {name} with {methods}",
                measured=microseconds(seconds),
                limit=f"the budget, {microseconds(budget)}",
                ratio=seconds / budget,
                at_most=1.0,
                known_miss=known,
            )


async def _time_calls(effort: Effort) -> Timings:
    observers: dict[str, list[Observer]] = {
        _NONE: [],
        "one with no methods": [_Idle()],
        "one with three empty methods": [_Empty()],
        "three with no methods": [_Idle(), _Idle(), _Idle()],
        "three with three empty methods": [_Empty(), _Empty(), _Empty()],
    }
    async with AsyncExitStack() as stack:
        contestants = {}
        for name, each in observers.items():
            client = AsyncSpotifyClient("t" * 200, transport=InstantTransport(tiny_album()), observers=each)
            albums, numbered = (await stack.enter_async_context(client)).albums, ids()
            contestants[name] = lambda albums=albums, numbered=numbered: albums.get(next(numbered))
        return await time_calls_in_turns(contestants, rounds=effort.rounds * 2, calls=effort.calls * 2)
