"""Time and memory of a long list."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from time import perf_counter
from typing import Final

import aiohttp
import msgspec

from benchmarks.measuring import THOROUGH, Effort, Timings
from benchmarks.plain_models import plain
from benchmarks.playlist_server import playlist_server
from benchmarks.table import Row, milliseconds
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.interfaces.executor import Argument
from spotify.models import Page, PlaylistItemPage, SavedTrack, SavedTrackPage, Track
from spotify.operations.library import GET_SAVED_TRACKS
from spotify.paging import Paginator

_LATENCY: Final = 0.05
_ROUNDS: Final = 5
_WIDTH: Final = 50
_BARE, _COLLECT, _LOOP = "bare", "collect", "async for"
_PAGE: Final = 50
_PLAYLIST: Final = "0" * 22


def long_playlist(effort: Effort) -> Iterator[Row]:
    """Measure the wall time of reading a playlist of 5,000 items with a latency of 50 ms against its pages alone.

    The pages are read with aiohttp, the first one alone and the others 50 at a time, and decoded by msgspec into plain
    dataclasses with the same fields. The server runs in another process.
    """
    latency, items, rounds = (_LATENCY, 5_000, _ROUNDS) if effort is THOROUGH else (0.0, 500, 1)
    timings = asyncio.run(_time_reads(items, latency, rounds))
    for what, at_most in ((_COLLECT, 1.25), (_LOOP, 1.6)):
        yield Row(
            what=f"{items:,} playlist items, {what}",
            measured=milliseconds(timings.seconds(what)),
            limit=f"aiohttp + msgspec, {_WIDTH} in flight, {milliseconds(timings.seconds(_BARE))}",
            ratio=timings.ratio(what, _BARE),
            at_most=at_most if effort is THOROUGH else None,
        )


async def _time_reads(items: int, latency: float, rounds: int) -> Timings:
    async with playlist_server(items=items, limit=_PAGE, latency=latency) as url, AsyncExitStack() as stack:
        config = ClientConfig(api_url=f"{url}/v1", accounts_url=url, max_concurrency=_WIDTH)
        client = await stack.enter_async_context(AsyncSpotifyClient("token", config=config))
        connector = aiohttp.TCPConnector(limit=_WIDTH)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))

        decode = msgspec.json.Decoder(plain(PlaylistItemPage)).decode

        async def page(offset: int) -> list[object]:
            address = f"{url}/v1/playlists/{_PLAYLIST}/items?offset={offset}&limit={_PAGE}"
            async with session.get(address, headers={"Authorization": "Bearer token"}) as response:
                return list(decode(await response.read()).items)

        async def all_pages() -> None:
            first = await page(0)
            others = await asyncio.gather(*(page(offset) for offset in range(_PAGE, items, _PAGE)))
            assert sum(map(len, others), len(first)) == items

        async def collected() -> None:
            assert len(await client.playlists.get_items(_PLAYLIST).collect()) == items

        async def item_by_item() -> None:
            async for _ in client.playlists.get_items(_PLAYLIST):
                pass

        contestants = {_BARE: all_pages, _COLLECT: collected, _LOOP: item_by_item}
        taken: dict[str, list[float]] = {name: [] for name in contestants}
        for read in contestants.values():
            await read()  # connects
        for _ in range(rounds):
            for name, read in contestants.items():
                taken[name].append(await _seconds(read))
    return Timings(taken)


async def _seconds(run: Callable[[], Awaitable[object]]) -> float:
    started = perf_counter()
    await run()
    return perf_counter() - started


def memory_of_a_loop(effort: Effort) -> Iterator[Row]:
    """Compare the peak memory of `async for` over saved tracks with that over a tenth of them."""
    few, many = (asyncio.run(_peak_of_a_loop(count)) for count in (effort.tracks // 10, effort.tracks))
    yield Row(
        what=f"memory of `async for` over {effort.tracks:,} saved tracks",
        measured=f"{many / 1e6:,.2f} MB",
        limit=f"over {effort.tracks // 10:,}, {few / 1e6:,.2f} MB",
        ratio=many / few,
        at_most=1.1 if effort is THOROUGH else None,
    )


async def _peak_of_a_loop(count: int) -> int:
    async def fetch(arguments: Mapping[str, Argument], /, *, clamp: bool) -> Page[SavedTrack]:
        assert clamp
        offset = int(arguments.get("offset") or 0)
        end = min(offset + _PAGE, count)
        following = f"/v1/me/tracks?offset={end}&limit={_PAGE}" if end < count else None
        items = [_saved_track(number) for number in range(offset, end)]
        return SavedTrackPage(items=items, offset=offset, limit=_PAGE, total=count, next=following)

    async def read() -> int:
        count = 0
        async for _ in Paginator(GET_SAVED_TRACKS, {}, fetch):
            count += 1
        return count

    await fetch({}, clamp=True)  # one-time allocations are not measured
    gc.collect()
    tracemalloc.start()
    try:
        assert await read() == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _saved_track(number: int) -> SavedTrack:
    return SavedTrack(track=Track(id=f"{number:022}", type="track", uri=f"spotify:track:{number:022}"))
