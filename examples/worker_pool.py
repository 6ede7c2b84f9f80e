"""A worker pool: processes that share one rate limit and one token through Redis read 10,000 tracks.

Runs on the embedded sandbox with a limit of 40 calls per second. It uses the Redis at SPOTIFY_REDIS_URL, or starts a
`redis-server` if there is one on the PATH. It needs the extra:

    pip install 'async-spotify-client[redis]'

Without Redis a single process reads all tracks.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import cycle, islice

from spotify import AsyncSpotifyClient, ClientConfig
from spotify.testing import SpotifySandbox

TRACKS = 10_000
PROCESSES = 4
RATE_LIMIT = 40
RATE_WINDOW = 1.0  # seconds; Spotify counts over 30


@dataclass(frozen=True)
class Result:
    """The work of one process."""

    process: int
    tracks: int
    minutes_of_music: float
    seconds: float


def hydrate(environment: Mapping[str, str], ids: Sequence[str]) -> Result:
    """Read tracks. Runs in each process."""
    os.environ.update(environment)
    return asyncio.run(_hydrate(ids))


async def _hydrate(ids: Sequence[str]) -> Result:
    # The environment configures Spotify, Redis and the limit. Nothing here depends on the other processes.
    started = time.perf_counter()
    async with AsyncSpotifyClient.from_client_credentials(config=ClientConfig.from_env()) as client:
        tracks = [track for track in await client.tracks.get_several(ids) if track is not None]
    return Result(
        process=os.getpid(),
        tracks=len(tracks),
        minutes_of_music=sum(track.duration_ms or 0 for track in tracks) / 60_000,
        seconds=time.perf_counter() - started,
    )


@contextmanager
def available_redis() -> Iterator[str | None]:
    """Yield the URL of a Redis; None after printing the reason if there is none."""
    if find_spec("redis") is None:
        print("The extra is missing: pip install 'async-spotify-client[redis]'. Using one process.\n")
        yield None
    elif url := os.environ.get("SPOTIFY_REDIS_URL"):
        yield url
    elif program := shutil.which("redis-server"):
        with _redis_server(program) as url:
            yield url
    else:
        print("SPOTIFY_REDIS_URL is not set and redis-server is not on the PATH. Using one process.\n")
        yield None


@contextmanager
def _redis_server(program: str) -> Iterator[str]:
    """Run a Redis without persistence on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--bind", "127.0.0.1", "--port", str(port), "--dir", folder, "--save", "", "--appendonly", "no"]
        server = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)  # noqa: S603  the path comes from shutil.which
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


def _wait_for(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise SystemExit("redis-server does not start")


async def main() -> None:
    """Distribute the tracks over processes and print what the sandbox recorded."""
    with available_redis() as redis_url:
        async with SpotifySandbox(rate_limit=RATE_LIMIT, rate_window=RATE_WINDOW) as sandbox:
            ids = list(islice(cycle(track.id for track in sandbox.catalogue.tracks), TRACKS))
            environment = {
                **sandbox.environment(),
                "SPOTIFY_RATE_LIMIT": str(RATE_LIMIT),
                "SPOTIFY_RATE_WINDOW": str(RATE_WINDOW),
            }
            processes = 1
            if redis_url is not None:
                environment["SPOTIFY_REDIS_URL"] = redis_url
                processes = PROCESSES
            started = time.perf_counter()
            results = await _in_processes(processes, environment, ids)
            show(results, time.perf_counter() - started, sandbox)


async def _in_processes(count: int, environment: Mapping[str, str], ids: Sequence[str]) -> list[Result]:
    # Spawned, because forking a process with an event loop and threads is not safe.
    context = multiprocessing.get_context("spawn")
    share = -(-len(ids) // count)
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        loop = asyncio.get_running_loop()
        parts = [ids[first : first + share] for first in range(0, len(ids), share)]
        return await asyncio.gather(*(loop.run_in_executor(pool, hydrate, environment, part) for part in parts))


def show(results: Sequence[Result], seconds: float, sandbox: SpotifySandbox) -> None:
    """Print the work of each process and the requests that the sandbox recorded."""
    for result in results:
        music = f"{result.minutes_of_music / 60:.1f} h of music"
        print(f"process {result.process:>8}: {result.tracks:6,} tracks, {music}, in {result.seconds:5.1f} s")
    seen = Counter(exchange.status for exchange in sandbox.requests)
    by = "one process" if len(results) == 1 else f"{len(results)} processes"
    print(f"\n{sum(result.tracks for result in results):,} tracks by {by} in {seconds:.1f} s, including start-up")
    print(f"calls:            {seen.total():6,}, at most {RATE_LIMIT} in any {RATE_WINDOW:g} s")
    print(f"refused (429):    {seen[429]:6,}")
    print(f"token requests:   {len(sandbox.token_requests):6,}")


if __name__ == "__main__":
    asyncio.run(main())
