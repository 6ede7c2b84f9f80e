"""How processes share one rate limit: refusals, utilization, fairness."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.limited_worker import WorkerSettings
from benchmarks.measuring import THOROUGH, Effort
from benchmarks.table import Row
from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.http.request_log import Exchange
from tests.support.redis_server import PROGRAM, RedisServer

_ROOT: Final = Path(__file__).resolve().parent.parent
_SECONDS_TO_END: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The load of a run.

    Attributes:
        processes: Number of workers.
        calls: Number of calls of all workers together.
        rate_limit: Calls that the sandbox accepts per window.
        rate_window: Seconds.
    """

    processes: int
    calls: int
    rate_limit: int
    rate_window: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the sandbox recorded.

    Attributes:
        load: The load of the run.
        refused: Number of calls answered with 429.
        seconds: Time from the first call to the last.
        shares: Number of calls per worker.
    """

    load: Load
    refused: int
    seconds: float
    shares: tuple[int, ...]

    @property
    def used(self) -> float:
        """The share of the allowed calls that were made.

        One window more than elapsed is allowed, because all calls of the first window can be made at its start.
        """
        windows = self.seconds / self.load.rate_window + 1
        return self.load.calls / (windows * self.load.rate_limit)

    @property
    def unevenness(self) -> float:
        """The largest share divided by the smallest."""
        return max(self.shares) / max(1, min(self.shares))


def shared_limit(effort: Effort) -> Iterator[Row]:
    """Run eight processes that make 10,000 calls, 200 per window of 1 s (Spotify uses 30 s)."""
    if PROGRAM is None:
        print("shared_limit: skipped: redis-server is not on the PATH", file=sys.stderr)
        return
    if effort is THOROUGH:
        load = Load(processes=8, calls=10_000, rate_limit=200, rate_window=1.0)
    else:
        load = Load(processes=1, calls=60, rate_limit=40, rate_window=0.2)
    with tempfile.TemporaryDirectory() as folder, RedisServer.running(Path(folder)) as redis:
        outcome = asyncio.run(share(load, redis.url))
    what = f"{load.processes} processes, one limit"
    calls = f"{load.calls:,} calls"
    yield Row(
        what=f"{what}: refused",
        measured=f"{outcome.refused} calls",
        limit=calls,
        ratio=outcome.refused / load.calls,
        at_most=0.0,
    )
    yield Row(
        what=f"{what}: calls allowed",
        measured=f"{load.calls / outcome.used:,.0f} calls",
        limit=calls,
        ratio=1 / outcome.used,
        at_most=1 / 0.9,
    )
    yield Row(
        what=f"{what}: the largest share",
        measured=f"{max(outcome.shares):,} calls",
        limit=f"the smallest, {min(outcome.shares):,} calls",
        ratio=outcome.unevenness,
        at_most=1.2,
    )


async def share(load: Load, redis_url: str) -> Outcome:
    """Run the processes with a Redis and return the outcome."""
    made: Counter[str] = Counter()
    times: list[float] = []
    is_done = asyncio.Event()

    def watch(exchange: Exchange) -> None:
        if not is_done.is_set():
            made[exchange.request_headers["User-Agent"]] += 1
            times.append(exchange.arrived_at)
            if len(times) == load.calls:
                is_done.set()

    async with AsyncExitStack() as stack:
        sandbox = SpotifySandbox(rate_limit=load.rate_limit, rate_window=load.rate_window)
        await stack.enter_async_context(sandbox)
        sandbox.add_observer(watch)
        names = [f"worker-{number}" for number in range(load.processes)]
        workers = await asyncio.gather(
            *(stack.enter_async_context(_worker(name, load, redis_url, sandbox)) for name in names)
        )
        for worker in workers:
            _stdin_of(worker).write(b"begin\n")
        await is_done.wait()
        for worker in workers:
            _stdin_of(worker).close()
    return Outcome(
        load=load,
        refused=len(sandbox.rate_limited),
        seconds=times[-1] - times[0],
        shares=tuple(made[name] for name in names),
    )


@asynccontextmanager
async def _worker(name: str, load: Load, redis_url: str, sandbox: SpotifySandbox) -> AsyncGenerator[Process]:
    """Start a worker, wait until it is ready, and wait for its exit at the end."""
    settings = WorkerSettings(
        name=name,
        redis_url=redis_url,
        api_url=sandbox.api_url,
        access_token=sandbox.issue_token(),
        tracks=[track.id for track in sandbox.catalogue.tracks[:160]],
        rate_limit=load.rate_limit,
        rate_window=load.rate_window,
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.limited_worker", settings.to_json(), stdin=PIPE, stdout=PIPE, cwd=_ROOT
    )
    try:
        assert process.stdout is not None
        if not await process.stdout.readline():
            raise RuntimeError(f"{name} exited before it was ready; see its output")
        yield process
        async with asyncio.timeout(_SECONDS_TO_END):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _stdin_of(process: Process) -> asyncio.StreamWriter:
    assert process.stdin is not None
    return process.stdin
