"""Many reads, 50 at a time: against aiohttp, and in another event loop."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from time import perf_counter
from typing import Final

import aiohttp
import msgspec

from benchmarks.calls import TOKEN, ids
from benchmarks.constant_server import constant_server
from benchmarks.measuring import THOROUGH, Effort, Timings
from benchmarks.payloads import small_album
from benchmarks.plain_models import plain
from benchmarks.table import Row, milliseconds
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.models import Album

WIDTH: Final = 50
_RUNS: Final = 5
_OURS, _BARE = "ours", "bare"
_FAST_LOOP: Final = "winloop" if sys.platform == "win32" else "uvloop"


def concurrent_reads(effort: Effort) -> Iterator[Row]:
    """Measure the wall time of 2,000 GETs of distinct albums, 50 at a time, against aiohttp and msgspec.

    msgspec decodes into plain dataclasses with the same fields. The server runs in another process.
    """
    calls = 2_000 if effort is THOROUGH else 60
    timings = asyncio.run(_time_reads(calls, runs=_RUNS if effort is THOROUGH else 1))
    yield Row(
        what=f"{calls:,} GETs of distinct albums, {WIDTH} at a time",
        measured=milliseconds(timings.seconds(_OURS)),
        limit=f"aiohttp + msgspec, {milliseconds(timings.seconds(_BARE))}",
        ratio=timings.ratio(_OURS, _BARE),
        at_most=1.1 if effort is THOROUGH else None,
        known_miss=1.64 if effort is THOROUGH else None,
    )


def event_loops(effort: Effort) -> Iterator[Row]:
    """Measure the wall time of the same reads in the event loop of the extra `speed` against asyncio's."""
    try:
        fast = import_module(_FAST_LOOP).new_event_loop
    except ModuleNotFoundError:
        print(f"event_loops: skipped: {_FAST_LOOP} is not installed", file=sys.stderr)
        return
    calls, runs = (2_000, _RUNS) if effort is THOROUGH else (60, 1)
    taken: dict[str, list[float]] = {"asyncio": [], _FAST_LOOP: []}
    for _ in range(runs):
        for name, factory in (("asyncio", None), (_FAST_LOOP, fast)):
            with asyncio.Runner(loop_factory=factory) as runner:
                taken[name].append(runner.run(_time_own_reads(calls)))
    timings = Timings(taken)
    yield Row(
        what=f"{calls:,} GETs of distinct albums, {WIDTH} at a time, {_FAST_LOOP}",
        measured=milliseconds(timings.seconds(_FAST_LOOP)),
        limit=f"asyncio, {milliseconds(timings.seconds('asyncio'))}",
        ratio=timings.ratio(_FAST_LOOP, "asyncio"),
    )


async def _time_reads(calls: int, *, runs: int) -> Timings:
    async with constant_server(small_album()) as url, _bare(url) as bare, _ours(url) as ours:
        taken: dict[str, list[float]] = {_BARE: [], _OURS: []}
        for number in range(runs + 1):
            for name, read in ((_BARE, bare), (_OURS, ours)):
                seconds = await seconds_of(read, calls)
                if number:  # the first run connects
                    taken[name].append(seconds)
    return Timings(taken)


async def _time_own_reads(calls: int) -> float:
    async with constant_server(small_album()) as url, _ours(url) as read:
        await seconds_of(read, WIDTH)  # connects
        return await seconds_of(read, calls)


@asynccontextmanager
async def _bare(url: str) -> AsyncIterator[Callable[[str], Awaitable[object]]]:
    decoder, headers = msgspec.json.Decoder(plain(Album)), {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=WIDTH)) as session:

        async def read(album_id: str) -> object:
            async with session.get(f"{url}/v1/albums/{album_id}", headers=headers) as response:
                return decoder.decode(await response.read())

        yield read


@asynccontextmanager
async def _ours(url: str) -> AsyncIterator[Callable[[str], Awaitable[object]]]:
    config = ClientConfig(api_url=f"{url}/v1", accounts_url=url, max_concurrency=WIDTH)
    async with AsyncSpotifyClient(TOKEN, config=config) as client:
        yield client.albums.get


async def seconds_of(read: Callable[[str], Awaitable[object]], calls: int) -> float:
    """Return the wall time of reads of distinct albums, 50 at a time."""
    remaining = iter([album_id for album_id, _ in zip(ids(), range(calls), strict=False)])

    async def reader() -> None:
        for album_id in remaining:
            await read(album_id)

    started = perf_counter()
    await asyncio.gather(*(reader() for _ in range(WIDTH)))
    return perf_counter() - started
