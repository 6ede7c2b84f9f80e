"""Hypothesis profiles, the order and cost of the tests, and a Redis server for the tests that need one."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import settings
from redis.asyncio import Redis

from tests.support.redis_proxy import RedisProxy
from tests.support.redis_server import PROGRAM, RedisServer

# No deadline: the time of an example depends on the load of the machine. In CI the examples are the same in each run.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
# For a second run of the same tests with other versions.
settings.register_profile("few-examples", deadline=None, derandomize=True, max_examples=20)
settings.load_profile("ci" if os.environ.get("CI") else "default")

# Many tests start processes. Each would compile the whole package, and import FastAPI.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(Path(__file__).parent / "support" / "interpreter"), *filter(None, [os.environ.get("PYTHONPATH")])]
)
# A worker of pytest-xdist is such a process, too. Tests that run in it find FastAPI.
sys.meta_path[:] = [finder for finder in sys.meta_path if finder.__module__ != "sitecustomize"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Exclude all modules and collected tests, which live until the end, from garbage collection."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the slow tests first, so that no worker runs one while the others have finished.

    The first worker has them all, because of `--dist worksteal`: they wait for processes while the others compute.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Collect what a failed test left open; as garbage of a later test it would be an error of that test."""
    failed_before = item.session.testsfailed
    result = yield
    if item.session.testsfailed > failed_before:
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):  # pytest stores the error of the test
            vars(sys).pop(name, None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "unraisablehook", lambda _unraisable: None)
            gc.collect()
    return result


@pytest.fixture(scope="session")
def shared_redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """The Redis that all tests of a process use, one after the other."""
    with _running(tmp_path_factory.mktemp("redis-server"), persistent=False) as server:
        yield server


@pytest.fixture
def redis_server(shared_redis_server: RedisServer) -> RedisServer:
    """A running Redis, empty, which loses everything when it is killed."""
    shared_redis_server.reset()
    return shared_redis_server


@pytest.fixture
def persistent_redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis, empty, which has its data again after `restart`."""
    with _running(tmp_path, persistent=True) as server:
        yield server


@pytest.fixture
async def redis_client(redis_server: RedisServer) -> AsyncIterator[Redis]:
    """A client of `redis_server`, with which a test inspects and changes its data."""
    async with Redis.from_url(redis_server.url) as client:
        yield client


@pytest.fixture
async def redis_proxy(redis_server: RedisServer) -> AsyncIterator[RedisProxy]:
    """A proxy for `redis_server`, with which a test delays replies and breaks connections."""
    async with RedisProxy.running(redis_server.port) as proxy:
        yield proxy


def _running(directory: Path, *, persistent: bool) -> AbstractContextManager[RedisServer]:
    if PROGRAM is None:
        pytest.skip("redis-server is not on the PATH; on Debian: apt-get install redis-server")
    return RedisServer.running(directory, persistent=persistent)
