"""A worker process that reads tracks as fast as the shared rate limiter allows."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Final

from spotify import AsyncSpotifyClient, ClientConfig, RedisRateLimiter

_CONCURRENT_READS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """The settings of a worker, passed on the command line.

    Attributes:
        name: The `User-Agent` of the worker.
        redis_url: The Redis of the rate limiter.
        api_url: The API of the sandbox.
        access_token: A token of the sandbox.
        tracks: Track ids, at least as many as concurrent reads.
        rate_limit: Requests per window of all workers together.
        rate_window: Seconds.
    """

    name: str
    redis_url: str
    api_url: str
    access_token: str
    tracks: list[str]
    rate_limit: int
    rate_window: float

    def to_json(self) -> str:
        """Return the settings as JSON."""
        return json.dumps(asdict(self))


async def main(settings: WorkerSettings) -> None:
    """Print `ready`, start after a line on standard input, and stop at the next line or its end."""
    limiter = RedisRateLimiter(
        settings.redis_url,
        application="benchmark",
        rate_limit=settings.rate_limit,
        rate_window=settings.rate_window,
        reserve=0.0,
        timeout=5.0,  # a busy machine is not an outage
    )
    config = ClientConfig(api_url=settings.api_url, user_agent=settings.name)
    async with limiter, AsyncSpotifyClient(settings.access_token, config=config, rate_limiter=limiter) as client:
        print("ready", flush=True)
        if await asyncio.to_thread(sys.stdin.readline):
            shares = [settings.tracks[first::_CONCURRENT_READS] for first in range(_CONCURRENT_READS)]
            readers = [asyncio.create_task(_read(client, share)) for share in shares]
            await asyncio.to_thread(sys.stdin.readline)
            for task in readers:
                task.cancel()
            await asyncio.wait(readers)


async def _read(client: AsyncSpotifyClient, ids: list[str]) -> None:
    for track_id in cycle(ids):
        await client.tracks.get(track_id)


if __name__ == "__main__":
    asyncio.run(main(WorkerSettings(**json.loads(sys.argv[1]))))
