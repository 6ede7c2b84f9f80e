"""Many calls at once: one bound for all of them, one error that does not hide the other results.

Runs against an embedded sandbox that answers 50 ms late, as a network would.
"""

from __future__ import annotations

import asyncio
from time import perf_counter

from spotify import ClientConfig, NotFoundError
from spotify.models import Track
from spotify.testing import SpotifySandbox


async def main() -> None:
    """Fetch sixty tracks one after the other, then all at once, then with some that do not exist."""
    config = ClientConfig(max_concurrency=20)  # requests on the wire at once, whoever makes them
    async with SpotifySandbox(latency=0.05) as sandbox, sandbox.client(config=config) as client:
        ids = [track.id for track in sandbox.catalogue.tracks[:60]]

        started = perf_counter()
        for track_id in ids[:10]:
            await client.tracks.get(track_id)
        print(f"10 tracks, one after the other:    {perf_counter() - started:6.2f} s")

        started = perf_counter()
        tracks = await asyncio.gather(*(client.tracks.get(track_id) for track_id in ids))
        print(f"{len(tracks)} tracks at once, 20 on the wire:  {perf_counter() - started:6.2f} s")

        # Some of these do not exist. With return_exceptions the others arrive all the same.
        asked = [*ids[:3], "0" * 22, *ids[3:5]]
        results = await asyncio.gather(*(client.tracks.get(track_id) for track_id in asked), return_exceptions=True)
        for track_id, result in zip(asked, results, strict=True):
            match result:
                case Track():
                    print(f"  {track_id}  {result.name}")
                case NotFoundError():
                    print(f"  {track_id}  does not exist")
                case BaseException():
                    raise result


if __name__ == "__main__":
    asyncio.run(main())
