from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from redis.asyncio import Redis

from tests.support.redis_proxy import RedisProxy
from tests.support.redis_server import PROGRAM, RedisServer

# The machine's load decides how long an example takes, not the code. Where a change is judged, the same examples are
# tried each time; elsewhere others each time, which finds more.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis of the test's own, empty, that forgets everything when it ends."""
    yield from _redis_server(tmp_path, persistent=False)


@pytest.fixture
def persistent_redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis of the test's own, empty, that has its data again after `restart`."""
    yield from _redis_server(tmp_path, persistent=True)


@pytest.fixture
async def redis_client(redis_server: RedisServer) -> AsyncIterator[Redis]:
    """A client of `redis_server`, with which a test looks at what is there, and changes it."""
    async with Redis.from_url(redis_server.url) as client:
        yield client


@pytest.fixture
async def redis_proxy(redis_server: RedisServer) -> AsyncIterator[RedisProxy]:
    """A proxy before `redis_server`, with which a test makes it slow, and breaks connections."""
    async with RedisProxy.running(redis_server.port) as proxy:
        yield proxy


def _redis_server(tmp_path: Path, *, persistent: bool) -> Iterator[RedisServer]:
    if PROGRAM is None:
        pytest.skip("there is no redis-server on the PATH; on Debian: apt-get install redis-server")
    directory = tmp_path / "redis-server"
    directory.mkdir()
    with RedisServer.running(directory, persistent=persistent) as server:
        yield server
