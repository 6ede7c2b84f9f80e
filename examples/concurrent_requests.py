"""Concurrent calls: a limit for all of them, and errors that do not hide the other results.

Runs on the embedded sandbox with a latency of 50 ms.
"""

from __future__ import annotations

import asyncio
from time import perf_counter

from spotify import ClientConfig, NotFoundError
from spotify.models import Track
from spotify.testing import SpotifySandbox


async def main() -> None:
    """Read tracks sequentially, then concurrently, then with an id that does not exist."""
    config = ClientConfig(max_concurrency=20)  # concurrent requests of this client
    async with SpotifySandbox(latency=0.05) as sandbox, sandbox.client(config=config) as client:
        ids = [track.id for track in sandbox.catalogue.tracks[:60]]

        started = perf_counter()
        for track_id in ids[:10]:
            await client.tracks.get(track_id)
        print(f"10 tracks, sequentially:                 {perf_counter() - started:6.2f} s")

        started = perf_counter()
        tracks = await asyncio.gather(*(client.tracks.get(track_id) for track_id in ids))
        print(f"{len(tracks)} tracks, 20 concurrent requests:      {perf_counter() - started:6.2f} s")

        # One of these does not exist. With return_exceptions the other results are still returned.
        requested = [*ids[:3], "0" * 22, *ids[3:5]]
        results = await asyncio.gather(*(client.tracks.get(track_id) for track_id in requested), return_exceptions=True)
        for track_id, result in zip(requested, results, strict=True):
            match result:
                case Track():
                    print(f"  {track_id}  {result.name}")
                case NotFoundError():
                    print(f"  {track_id}  does not exist")
                case BaseException():
                    raise result


if __name__ == "__main__":
    asyncio.run(main())
