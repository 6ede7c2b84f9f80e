"""Time and memory of a long list."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator, Mapping
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.measuring import THOROUGH, Effort
from benchmarks.playlist_server import playlist_server
from benchmarks.table import Row, milliseconds
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.interfaces.executor import Argument
from spotify.models import Page, SavedTrack, SavedTrackPage, Track
from spotify.operations.library import GET_SAVED_TRACKS
from spotify.paging import Paginator

_LATENCY: Final = 0.05
_ROUNDS: Final = 3
_PAGE: Final = 50
_PLAYLIST: Final = "0" * 22


def long_playlist(effort: Effort) -> Iterator[Row]:
    """Measure the wall time of reading a playlist of 5,000 items with a latency of 50 ms against sequential pages.

    The server runs in another process.
    """
    latency, items = (_LATENCY, 5_000) if effort is THOROUGH else (0.0, 500)
    one_by_one, loop, collected = asyncio.run(_time_reads(items, latency))
    for what, seconds, at_most in (("async for", loop, None), ("collect", collected, 1 / 8)):
        yield Row(
            what=f"{items:,} playlist items, {what}",
            measured=milliseconds(seconds),
            limit=f"sequential pages, {milliseconds(one_by_one)}",
            ratio=seconds / one_by_one,
            at_most=at_most if effort is THOROUGH else None,
        )


async def _time_reads(items: int, latency: float) -> tuple[float, float, float]:
    async with playlist_server(items=items, limit=_PAGE, latency=latency) as url:
        config = ClientConfig(api_url=f"{url}/v1", accounts_url=url)
        async with AsyncSpotifyClient("token", config=config) as client:

            async def page_by_page() -> None:
                for offset in range(0, items, _PAGE):
                    await client.playlists.get_items(_PLAYLIST, offset=offset)

            async def item_by_item() -> None:
                async for _ in client.playlists.get_items(_PLAYLIST):
                    pass

            async def collected() -> None:
                assert len(await client.playlists.get_items(_PLAYLIST).collect()) == items

            await client.playlists.get_items(_PLAYLIST)  # one-time allocations are not measured
            one_by_one, loop = await _seconds(page_by_page), await _seconds(item_by_item)
            return one_by_one, loop, median([await _seconds(collected) for _ in range(_ROUNDS)])


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
