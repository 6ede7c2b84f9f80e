"""Refreshes when processes share an expired token."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import aiohttp

from benchmarks.measuring import THOROUGH, Effort
from benchmarks.table import Row
from benchmarks.token_worker import REDIRECT_URI, USER
from spotify import ClientConfig, PkceAuth, RedisTokenStore
from spotify.testing import SpotifySandbox
from tests.support.redis_server import PROGRAM, RedisServer

_ROOT: Final = Path(__file__).resolve().parent.parent


def shared_tokens(effort: Effort) -> Iterator[Row]:
    """Count the refreshes of eight processes that start together with an expired token of a user."""
    if PROGRAM is None:
        print("shared_tokens: skipped: redis-server is not on the PATH", file=sys.stderr)
        return
    processes = 8 if effort is THOROUGH else 1
    with tempfile.TemporaryDirectory() as folder, RedisServer.running(Path(folder)) as redis:
        refreshes = asyncio.run(_count_refreshes(processes, redis.url))
    yield Row(
        what=f"{processes} processes on one expired token: refreshes",
        measured=str(refreshes),
        limit="one",
        ratio=float(refreshes),
        at_most=1.0,
    )


async def _count_refreshes(processes: int, redis_url: str) -> int:
    async with SpotifySandbox() as sandbox:
        await _log_in(sandbox, redis_url)
        sandbox.expire_all_tokens()  # the stored token says so, too
        before = len(sandbox.token_requests)
        workers = await asyncio.gather(*(_start(sandbox, redis_url) for _ in range(processes)))
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write(b"begin\n")
        assert await asyncio.gather(*(worker.wait() for worker in workers)) == [0] * processes
        return len(sandbox.token_requests) - before


async def _log_in(sandbox: SpotifySandbox, redis_url: str) -> None:
    config = ClientConfig(accounts_url=sandbox.accounts_url)
    async with RedisTokenStore(redis_url) as store:
        auth = PkceAuth(sandbox.client_id, REDIRECT_URI, user=USER, store=store, config=config)
        url = auth.authorization_url()
        async with aiohttp.ClientSession() as browser, browser.get(url, allow_redirects=False) as response:
            await auth.exchange_redirect(response.headers["Location"])
        if (token := await store.load(auth.key)) is not None:
            await store.save(auth.key, replace(token, expires_at=datetime.now(UTC) - timedelta(hours=1)))
        await auth.close()


async def _start(sandbox: SpotifySandbox, redis_url: str) -> Process:
    """Start a worker and wait until it is ready."""
    where = (redis_url, sandbox.api_url, sandbox.accounts_url, sandbox.client_id)
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.token_worker", *where, stdin=PIPE, stdout=PIPE, cwd=_ROOT
    )
    assert worker.stdout is not None
    await worker.stdout.readline()
    return worker
