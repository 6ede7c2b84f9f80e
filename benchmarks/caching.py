"""What the response cache saves with a hit and costs with a miss."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

from benchmarks.constant_server import constant_server
from benchmarks.measuring import Effort, Timings, time_calls_in_turns
from benchmarks.payloads import ALBUM_ID, full_album
from benchmarks.table import Row, microseconds
from spotify import AsyncSpotifyClient, ClientConfig

_CACHED, _PLAIN = "cached", "plain"


def caching(effort: Effort) -> Iterator[Row]:
    """Measure the CPU time of GETs of an album with the memory cache against GETs without a cache.

    The response is fresh for an hour in one row and `no-store` in the other.
    """
    body = full_album()
    for what, cache_control, at_most in (
        ("from the cache", "public, max-age=3600", 0.8),
        ("that is not cacheable", "no-store", 1.1),
    ):
        timings = asyncio.run(_time_gets(body, cache_control, effort))
        yield Row(
            what=f"GET an album of {len(body) / 1000:.0f} KB {what}, typed, CPU",
            measured=microseconds(timings.seconds(_CACHED)),
            limit=f"without a cache, {microseconds(timings.seconds(_PLAIN))}",
            ratio=timings.ratio(_CACHED, _PLAIN),
            at_most=at_most,
        )


async def _time_gets(body: bytes, cache_control: str, effort: Effort) -> Timings:
    async with constant_server(body, cache_control=cache_control) as url, AsyncExitStack() as clients:
        with_cache, without = [
            await clients.enter_async_context(
                AsyncSpotifyClient("t" * 200, config=ClientConfig(api_url=f"{url}/v1", accounts_url=url, cache=cache))
            )
            for cache in ("memory", "none")
        ]
        return await time_calls_in_turns(
            {_PLAIN: lambda: without.albums.get(ALBUM_ID), _CACHED: lambda: with_cache.albums.get(ALBUM_ID)},
            rounds=effort.rounds,
            calls=effort.calls,
        )
