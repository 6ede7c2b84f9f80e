"""A worker of an application, in a process of its own: it reads tracks as fast as the shared limiter lets it."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Final

from spotify import AsyncSpotifyClient, ClientConfig, RedisRateLimiter

_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """What a worker is told on its command line.

    Attributes:
        name: Its `User-Agent`.
        redis_url: Where the limiter is.
        api_url: Where the sandbox is.
        access_token: For the sandbox.
        tracks: Ids of tracks, as many as are read at once, or more.
        rate_limit: Of all workers together.
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
        """Return it as text."""
        return json.dumps(asdict(self))


async def main(settings: WorkerSettings) -> None:
    """Say that it is ready, begin with a line from standard input, and end with the end of it."""
    limiter = RedisRateLimiter(
        settings.redis_url,
        application="benchmark",
        rate_limit=settings.rate_limit,
        rate_window=settings.rate_window,
        reserve=0.0,
    )
    config = ClientConfig(api_url=settings.api_url, user_agent=settings.name)
    async with limiter, AsyncSpotifyClient(settings.access_token, config=config, rate_limiter=limiter) as client:
        print("ready", flush=True)
        if await asyncio.to_thread(sys.stdin.readline):
            shares = [settings.tracks[first::_AT_ONCE] for first in range(_AT_ONCE)]
            reading = [asyncio.create_task(_read(client, share)) for share in shares]
            await asyncio.to_thread(sys.stdin.readline)
            for task in reading:
                task.cancel()
            await asyncio.wait(reading)


async def _read(client: AsyncSpotifyClient, ids: list[str]) -> None:
    for track_id in cycle(ids):
        await client.tracks.get(track_id)


if __name__ == "__main__":
    asyncio.run(main(WorkerSettings(**json.loads(sys.argv[1]))))
