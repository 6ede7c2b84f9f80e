"""The file of `SqliteResponseCache`: shared, bounded, private, and never a reason for an error."""

import asyncio
import os
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

import spotify
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.impl.caching import sqlite_response_cache
from spotify.impl.caching.sqlite_response_cache import SqliteResponseCache
from spotify.interfaces import ALL_RESPONSES
from spotify.testing import FakeClock, SpotifySandbox, captured_logs
from tests.support.cache_exchanges import cached
from tests.support.caching_process import use_cache
from tests.support.forked_processes import ForkedProcess

BODY = Random(1).randbytes(4_000)  # cannot be compressed
SCOPES = (ALL_RESPONSES, "s")
posix = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache" / "responses.sqlite3"


@pytest.fixture
async def open_cache(path, clock):
    """A function that opens the cache, as another process would."""
    caches = []

    def open_cache(**options):
        caches.append(SqliteResponseCache(options.pop("path", path), **{"clock": clock, **options}))
        return caches[-1]

    yield open_cache
    for cache in caches:
        await cache.close()


async def put(cache, key, response=None):
    await cache.put(key, response or cached(key.encode()), (await cache.get((), SCOPES)).stamp)


async def found(cache, *keys):
    return [response and response.response.body for response in (await cache.get(keys, SCOPES)).responses]


async def test_responses_outlive_the_cache_that_stored_them(open_cache):
    first = open_cache()
    await put(first, "a")
    await first.close()
    assert await found(open_cache(), "a", "b") == [b"a", None]


async def test_a_write_through_one_cache_invalidates_for_all(open_cache):
    one, other = open_cache(), open_cache()
    await put(one, "a")
    before = (await other.get((), SCOPES)).stamp
    await other.invalidate(["s"])
    assert await found(one, "a") == [None]
    await one.put("a", cached(b"old"), before)
    assert await found(other, "a") == [None]


async def test_a_response_is_found_until_it_is_no_longer_useful(open_cache, clock):
    cache = open_cache(max_age=100)
    await put(cache, "short", cached(b"1", useful_for=10))
    await put(cache, "long", cached(b"2", useful_for=1e9))
    clock.advance(11)
    assert await found(cache, "short", "long") == [None, b"2"]
    clock.advance(90)
    assert await found(cache, "long") == [None]


async def test_the_size_is_bounded_and_the_oldest_are_deleted(open_cache, path):
    for run in range(30):  # of a program that stores less than is stored before the size is checked
        cache = open_cache(max_bytes=100_000)
        await put(cache, "same", cached(BODY))
        await put(cache, str(run), cached(BODY))
        await cache.close()
    with closing(sqlite3.connect(path)) as database:
        assert 50_000 < database.execute("SELECT SUM(size) FROM response").fetchone()[0] <= 100_000
    assert await found(open_cache(), "29", "same", "0", "1") == [BODY, BODY, None, None]


async def test_a_response_that_is_too_large_discards_the_earlier_one(open_cache):
    cache = open_cache(max_bytes=80_000)
    await put(cache, "a")
    await put(cache, "a", cached(Random(2).randbytes(12_000)))
    assert await found(cache, "a") == [None]


@posix
async def test_the_file_is_readable_by_its_owner_only(open_cache, path):
    before = os.umask(0)
    try:
        await put(open_cache(), "a")
    finally:
        os.umask(before)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(("responses.sqlite3", "responses.sqlite3-wal", "responses.sqlite3-shm"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def other_database(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE precious (x)")


def world_writable(path):
    path.touch()
    path.chmod(0o666)


def symbolic_link(path):
    path.symlink_to(path.parent / "elsewhere")


@posix
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_bytes(b"not a database" * 100), "file is not a database"),
        (other_database, "it is the database of another program"),
        (Path.mkdir, "it is not a regular file"),
        (world_writable, "every user of the machine can change it"),
        (symbolic_link, "it is not a regular file"),
        (os.mkfifo, "it is not a regular file"),
    ],
)
async def test_a_file_that_cannot_be_used_is_an_empty_cache_and_stays_as_it_is(open_cache, path, clock, make, reason):
    path.parent.mkdir()
    make(path)
    before = path.read_bytes() if path.is_file() else None
    cache = open_cache()
    with captured_logs() as events:
        for _ in range(3):
            assert (await cache.get(("a",), SCOPES)).stamp is None
            await cache.put("a", cached(), "stamp")
            await cache.invalidate(["s"])
            clock.advance(60)
    (event,) = events
    assert event["event"] == "cache_unavailable"
    assert reason in event["reason"]
    assert (path.read_bytes() if path.is_file() else None) == before


async def test_a_damaged_file_is_an_empty_cache(open_cache, path):
    cache = open_cache()
    for number in range(50):
        await put(cache, str(number), cached(BODY[:1000]))
    await cache.close()
    content = path.read_bytes()
    path.write_bytes(content[:5_000] + b"\xff" * (len(content) - 5_000))
    other = open_cache()
    for number in range(50):
        await other.get((str(number),), SCOPES)
        await put_without_stamp(other, str(number))
    await other.invalidate(["s"])


async def put_without_stamp(cache, key):
    await cache.put(key, cached(), "stamp")


async def test_a_locked_file_is_unavailable_until_it_is_released(open_cache, path, clock):
    cache = open_cache(timeout=0.01)
    await put(cache, "a")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        with captured_logs() as events:
            await cache.invalidate(["s"])
        database.execute("ROLLBACK")
    assert [(event["event"], event["reason"]) for event in events] == [("cache_unavailable", "database is locked")]
    assert (await cache.get(("a",), SCOPES)).stamp is None
    clock.advance(60)
    assert await found(cache, "a") == [None]  # the write was not forgotten
    await put(cache, "a")
    assert await found(cache, "a") == [b"a"]


async def test_concurrent_caches_lose_nothing(open_cache):
    caches = [open_cache(timeout=30.0) for _ in range(4)]

    async def work(cache, name):
        for number in range(10):
            await put(cache, f"{name} {number}")

    await asyncio.gather(*(work(cache, str(name)) for name, cache in enumerate(caches)))
    keys = [f"{name} {number}" for name in range(4) for number in range(10)]
    assert await found(caches[0], *keys) == [key.encode() for key in keys]


def test_a_cache_works_in_one_event_loop_after_another(path):
    cache = SqliteResponseCache(path)
    asyncio.run(put(cache, "a"))

    async def second():
        try:
            return await found(cache, "a")
        finally:
            await cache.close()

    assert asyncio.run(second()) == [b"a"]


async def test_a_cancelled_call_leaves_the_cache_usable(open_cache):
    cache = open_cache()
    for _ in range(3):
        task = asyncio.create_task(put(cache, "a"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await put(cache, "a")
    assert await found(cache, "a") == [b"a"]


async def test_a_cancelled_write_still_invalidates(open_cache, path):
    cache, other = open_cache(), open_cache(timeout=30.0)
    await put(cache, "a")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        put_task = asyncio.create_task(put(other, "b"))  # waits for the lock in the thread of the connection
        invalidation = asyncio.create_task(other.invalidate(["s"]))
        await asyncio.sleep(0)
        invalidation.cancel()
        await asyncio.wait([invalidation])
        database.execute("ROLLBACK")
    await put_task
    await other.close()  # after what was submitted before
    assert await found(cache, "a") == [None]


def test_an_event_loop_that_ends_during_a_call_leaves_the_cache_usable(path):
    cache = SqliteResponseCache(path)

    async def end_early():
        asyncio.get_running_loop().create_task(cache.get(("a",), SCOPES))
        await asyncio.sleep(0)

    async def use():
        await put(cache, "a")
        assert await found(cache, "a") == [b"a"]
        await cache.close()

    for _ in range(20):
        asyncio.run(end_early())
    asyncio.run(use())


def test_the_default_is_in_the_users_directory_for_caches(monkeypatch, tmp_path):
    monkeypatch.setattr(sqlite_response_cache, "user_cache_path", lambda name, *, appauthor: tmp_path / name)
    assert sqlite_response_cache.default_path() == tmp_path / "async-spotify-client" / "responses.sqlite3"


def test_without_the_cache_sqlite_is_not_imported():
    program = "import sys, spotify; spotify.AsyncSpotifyClient('t'); print('sqlite3' in sys.modules)"
    assert asyncio.run(run("-c", program)) == ["False"]


async def run(*arguments, is_clean=True):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={**os.environ, "PYTHONPATH": str(Path(spotify.__file__).parents[1])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(process.communicate(), timeout=60)
    assert process.returncode == 0
    assert not (is_clean and errors.decode())
    return output.decode().split()


@pytest.mark.slow
async def test_processes_share_responses_and_writes(path):
    async with SpotifySandbox() as sandbox:
        user = sandbox.catalogue.default_user
        token, album = sandbox.issue_token(user=user.id), sandbox.catalogue.albums[0].id
        async with AsyncSpotifyClient(token, config=ClientConfig(api_url=sandbox.api_url)) as client:
            playlist = (await client.playlists.create("Before")).id
        arguments = sandbox.api_url, token, path
        steps = f"album {album}", f"playlist {playlist}"
        # The first program ends although it does not close its client.
        program = ("-m", "tests.support.caching_process", *arguments)
        assert await run(*program, *steps, is_clean=False) == ["False", "Before"]
        assert await ForkedProcess(use_cache, *arguments, *steps).result() == [True, "Before"]
        await ForkedProcess(use_cache, *arguments, f"rename {playlist} After").result()
        assert await ForkedProcess(use_cache, *arguments, f"playlist {playlist}").result() == ["After"]


@pytest.mark.slow
async def test_processes_that_create_the_file_at_the_same_time(path):
    async with SpotifySandbox() as sandbox:
        token, albums = sandbox.issue_token(), sandbox.catalogue.albums[:3]
        steps = [f"album {album.id}" for album in albums]
        processes = [ForkedProcess(use_cache, sandbox.api_url, token, path, step) for step in steps]
        await asyncio.gather(*(process.result() for process in processes))
        assert await ForkedProcess(use_cache, sandbox.api_url, token, path, *steps).result() == [True] * 3
