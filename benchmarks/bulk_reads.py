"""Time to read 500 objects with a latency of 50 ms: sequentially, concurrently, in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from statistics import median
from time import perf_counter

from benchmarks.measuring import THOROUGH, Effort
from benchmarks.table import Row, milliseconds
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.testing import SpotifySandbox

_LATENCY = 0.05
_ROUNDS = 5


def bulk_reads(effort: Effort) -> Iterator[Row]:
    """Measure the wall time of `get_several` in both quota modes against sequential GETs.

    The sequential GETs are measured with a tenth of the ids.
    """
    count, latency = (500, _LATENCY) if effort is THOROUGH else (60, 0.0)
    one_by_one, fan_out, batches = asyncio.run(_time_reads(count, latency))
    for what, seconds in (("concurrent GETs", fan_out), ("in batches", batches)):
        yield Row(
            what=f"{count} tracks, {what}",
            measured=milliseconds(seconds),
            limit=f"sequential GETs, {milliseconds(one_by_one)}",
            ratio=seconds / one_by_one,
        )


async def _time_reads(count: int, latency: float) -> tuple[float, float, float]:
    async with SpotifySandbox(latency=latency) as sandbox:
        ids = [track.id for track in sandbox.catalogue.tracks[:count]]
        development, extended = ClientConfig(quota_mode="development"), ClientConfig(quota_mode="extended")
        async with sandbox.client(config=development) as single, sandbox.client(config=extended) as several:
            one_by_one = await _median_time(lambda: _sequentially(single, ids[::10]))
            fan_out = await _median_time(lambda: single.tracks.get_several(ids))
            batches = await _median_time(lambda: several.tracks.get_several(ids))
    return one_by_one * 10, fan_out, batches


async def _sequentially(client: AsyncSpotifyClient, ids: list[str]) -> None:
    for track_id in ids:
        await client.tracks.get(track_id)


async def _median_time(run: Callable[[], Awaitable[object]]) -> float:
    taken: list[float] = []
    for _ in range(_ROUNDS):
        started = perf_counter()
        await run()
        taken.append(perf_counter() - started)
    return median(taken)
