"""Hypothesis profiles, and a Redis server for each test that needs one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from redis.asyncio import Redis

from tests.support.redis_proxy import RedisProxy
from tests.support.redis_server import PROGRAM, RedisServer

# No deadline: the time of an example depends on the load of the machine. In CI the examples are the same in each run.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """An empty Redis server for the test, without persistence."""
    yield from _redis_server(tmp_path, persistent=False)


@pytest.fixture
def persistent_redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """An empty Redis server for the test, which keeps its data over `restart`."""
    yield from _redis_server(tmp_path, persistent=True)


@pytest.fixture
async def redis_client(redis_server: RedisServer) -> AsyncIterator[Redis]:
    """A client of `redis_server`."""
    async with Redis.from_url(redis_server.url) as client:
        yield client


@pytest.fixture
async def redis_proxy(redis_server: RedisServer) -> AsyncIterator[RedisProxy]:
    """A proxy of `redis_server` that can delay and break connections."""
    async with RedisProxy.running(redis_server.port) as proxy:
        yield proxy


def _redis_server(tmp_path: Path, *, persistent: bool) -> Iterator[RedisServer]:
    if PROGRAM is None:
        pytest.skip("redis-server is not on the PATH; on Debian: apt-get install redis-server")
    directory = tmp_path / "redis-server"
    directory.mkdir()
    with RedisServer.running(directory, persistent=persistent) as server:
        yield server
