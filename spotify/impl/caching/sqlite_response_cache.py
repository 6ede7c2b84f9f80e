"""The response cache in an SQLite file, for several runs and processes on one machine."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Final, TypeVar

from platformdirs import user_cache_path

from spotify._checks import check_methods, check_number, check_range, path_of
from spotify._event_loops import LoopBound, wake_future
from spotify._exceptions import reason_of
from spotify.errors import TokenStoreError
from spotify.impl.caching.external_caches import PendingInvalidations, from_bytes, to_bytes
from spotify.impl.circuit_breaker import CircuitBreaker
from spotify.impl.system_clock import SystemClock
from spotify.impl.token_stores.private_files import check_file, create_file, prepare_directory
from spotify.interfaces.clock import Clock
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse, CacheFinding

# In the header of the file: it belongs to this cache, and its tables are those below.
_APPLICATION_ID: Final = 0x53706F01
_TABLES: Final = (
    "CREATE TABLE stamp (scope TEXT PRIMARY KEY, stamp TEXT NOT NULL)",
    # The size is before the entry, so that it is read without the entry. Rows are numbered in the order of storing.
    "CREATE TABLE response (key TEXT PRIMARY KEY, size INTEGER NOT NULL, expires_at REAL NOT NULL, entry BLOB)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
)
_RETRY_INTERVAL: Final = 0.01


class UnusableFileError(Exception):
    """The file is not a database of this cache."""


def default_path() -> Path:
    """Return the file in the directory for caches of the user of the process."""
    return user_cache_path("async-spotify-client", appauthor=False) / "responses.sqlite3"


def prepare_database(path: Path, *, timeout: float) -> None:
    """Check the database; create it if there is none, readable by its owner only.

    Args:
        path: The file.
        timeout: Seconds to wait for other processes.

    Raises:
        TokenStoreError: The file or its directory is not safe.
        UnusableFileError: It is the database of another program.
        sqlite3.Error: It cannot be opened, or is not a database.
    """
    prepare_directory(path.parent)
    create_file(path)
    check_file(path, max_bytes=None)
    with closing(sqlite3.connect(path, timeout=timeout, isolation_level=None)) as connection:
        _create_tables(connection)
        _use_write_ahead_log(connection, timeout)


def _create_tables(connection: sqlite3.Connection) -> None:
    if _number(connection, "PRAGMA application_id") == _APPLICATION_ID:
        return
    connection.execute("BEGIN IMMEDIATE")  # another process may create the tables now
    with closing(connection.cursor()) as cursor:
        application_id = _number(connection, "PRAGMA application_id")
        if application_id != _APPLICATION_ID:
            if application_id or _number(connection, "SELECT count(*) FROM sqlite_master"):
                connection.execute("ROLLBACK")
                raise UnusableFileError("it is the database of another program")
            for statement in _TABLES:
                cursor.execute(statement)
    connection.execute("COMMIT")


def _use_write_ahead_log(connection: sqlite3.Connection, timeout: float) -> None:
    """Let processes read while another one writes. SQLite does not wait for locks when it switches the log."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError:
            if time.monotonic() >= deadline:
                raise
        else:
            return
        time.sleep(_RETRY_INTERVAL)


def _number(connection: sqlite3.Connection, statement: str) -> int:
    (value,) = connection.execute(statement).fetchone()
    return int(value)


T = TypeVar("T")

_FIND: Final = """
SELECT scope, stamp FROM stamp WHERE scope IN (SELECT value FROM json_each(:scopes))
UNION ALL
SELECT key, entry FROM response WHERE key IN (SELECT value FROM json_each(:keys)) AND expires_at > :now
"""
_ADD_STAMPS: Final = "INSERT OR IGNORE INTO stamp SELECT value, :stamp FROM json_each(:scopes)"
_DELETE_STAMPS: Final = "DELETE FROM stamp WHERE scope IN (SELECT value FROM json_each(:scopes))"
_PUT: Final = "INSERT OR REPLACE INTO response VALUES (:key, :size, :expires_at, :entry)"
_DELETE: Final = "DELETE FROM response WHERE key IN (SELECT value FROM json_each(:keys))"
_DELETE_EXPIRED: Final = "DELETE FROM response WHERE expires_at <= :now"
_DELETE_OLDEST: Final = """
DELETE FROM response WHERE rowid IN (
    SELECT rowid FROM (SELECT rowid, SUM(size) OVER (ORDER BY rowid DESC) AS total FROM response) WHERE total > :bytes
)
"""
_DELETE_OLDEST_STAMPS: Final = """
DELETE FROM stamp WHERE scope != :all AND rowid <= (SELECT MAX(rowid) FROM stamp) - :most
"""

# Bytes of a row besides its entry.
_OVERHEAD: Final = 256
# The largest response is this fraction of the cache.
_LARGEST_FRACTION: Final = 8
# The part of the cache that is filled before the oldest responses are deleted.
_SLACK_FRACTION: Final = 16
_MOST_STAMPS: Final = 10_000
# Seconds for which the file is not used after a failure.
_PAUSE: Final = 10.0
# Another try would fail as well.
_PERMANENT: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class SqliteResponseCache:
    """`ResponseCache` in an SQLite file: it keeps responses between runs, and processes on one machine share it.

    A file that is unavailable, locked for longer than `timeout`, damaged or not of this cache fails no call: the cache
    is empty, and a warning is logged once. The file is readable by its owner only. As token files, it must belong to
    the user of the process, in a directory that others cannot change. It is not encrypted: it contains users'
    libraries, but no tokens. Do not put it on a network drive, where locks are not reliable.
    """

    __slots__ = (
        "_breaker",
        "_clock",
        "_connections",
        "_is_unusable",
        "_max_age",
        "_max_bytes",
        "_path",
        "_pending",
        "_unchecked_bytes",
    )

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        max_bytes: int = 64 * 1024 * 1024,
        max_age: float = 604_800.0,
        timeout: float = 1.0,
        clock: Clock | None = None,
    ) -> None:
        """Create a cache. Nothing is opened yet.

        Args:
            path: The file; None for `async-spotify-client/responses.sqlite3` in the user's directory for caches.
            max_bytes: The approximate size of all responses, 1 or more; the oldest are deleted first. A response larger
                than an eighth of it is not stored.
            max_age: The most seconds for which a response is stored, 1 or more.
            timeout: Seconds that a call waits while another process writes, more than 0.
            clock: Time; None for the system's.

        Raises:
            TypeError: An argument is of the wrong type.
            ValueError: `path` is not a valid path, or a number is out of bounds.
        """
        check_range("max_bytes", max_bytes, at_least=1)
        check_number("max_age", max_age, at_least=1)
        check_number("timeout", timeout, above=0)
        if clock is None:
            clock = SystemClock()
        check_methods("clock", clock, ("time", "monotonic", "sleep"))
        self._path = default_path() if path is None else path_of("path", path)
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._clock = clock
        self._breaker = CircuitBreaker(
            str(self._path), pause=_PAUSE, clock=clock, events=("cache_unavailable", "cache_available")
        )
        self._is_unusable = False
        self._pending = PendingInvalidations()
        self._unchecked_bytes = max_bytes  # stored since the size was checked; before, by earlier runs
        self._connections = LoopBound(lambda: _ConnectionThread(partial(self._connect, timeout)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {str(self._path)!r}>"

    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        """Return the responses stored under the keys, and the stamp of the scopes."""
        return await self._use(partial(self._find, keys, scopes)) or CacheFinding()

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None:
        """Store a response for as long as it is useful, if it is not too large."""
        if not self._pending:
            await self._use(partial(self._put, key, response, stamp))

    async def discard(self, keys: Collection[str], /) -> None:
        """Discard the responses stored under the keys, if the file is available."""
        await self._use(partial(self._delete, list(keys)))

    async def invalidate(self, scopes: Collection[str], /) -> None:
        """Invalidate all responses in the scopes; if the file is unavailable, as soon as it is available again."""
        self._pending.add(scopes)
        await self._use(self._invalidate_pending)

    async def close(self) -> None:
        """Close the file; a later call opens it again."""
        await self._connections.close_all(_ConnectionThread.close)

    # The methods below run in the thread of a connection, except `_use`.

    def _connect(self, timeout: float) -> sqlite3.Connection:
        prepare_database(self._path, timeout=timeout)
        connection = sqlite3.connect(self._path, timeout=timeout, isolation_level=None)
        # A loss of power can undo the latest changes, but not damage the file.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _find(self, keys: Sequence[str], scopes: Sequence[str], connection: sqlite3.Connection) -> CacheFinding:
        if self._pending:
            self._invalidate_pending(connection)
        query = {"keys": json.dumps(keys), "scopes": json.dumps(scopes), "now": self._clock.time()}
        found = _Found.of(connection.execute(_FIND, query))
        if missing := [scope for scope in scopes if scope not in found.stamps]:
            connection.execute(_ADD_STAMPS, {"scopes": json.dumps(missing), "stamp": token_hex(8)})
            found = _Found.of(connection.execute(_FIND, query))
        if not found.stamps.keys() >= set(scopes):
            return CacheFinding()  # another process has just invalidated a scope
        stamp = ".".join(found.stamps[scope] for scope in scopes)
        entries = map(found.entries.get, keys)
        responses = (
            None if entry is None else from_bytes(key, stamp, entry) for key, entry in zip(keys, entries, strict=True)
        )
        return CacheFinding(stamp=stamp, responses=tuple(responses))

    def _put(self, key: str, response: CachedResponse, stamp: str, connection: sqlite3.Connection) -> None:
        if (entry := to_bytes(key, stamp, response)) is None:
            return
        size = len(entry) + _OVERHEAD
        if size > self._max_bytes // _LARGEST_FRACTION:
            self._delete([key], connection)
            return
        expires_at = self._clock.time() + min(response.useful_for, self._max_age)
        connection.execute(_PUT, {"key": key, "size": size, "expires_at": expires_at, "entry": entry})
        self._unchecked_bytes += size
        slack = self._max_bytes // _SLACK_FRACTION
        if self._unchecked_bytes > slack:
            self._unchecked_bytes = 0
            connection.execute(_DELETE_EXPIRED, {"now": self._clock.time()})
            connection.execute(_DELETE_OLDEST, {"bytes": self._max_bytes - slack})
            connection.execute(_DELETE_OLDEST_STAMPS, {"all": ALL_RESPONSES, "most": _MOST_STAMPS})

    def _delete(self, keys: Sequence[str], connection: sqlite3.Connection) -> None:
        connection.execute(_DELETE, {"keys": json.dumps(keys)})

    def _invalidate_pending(self, connection: sqlite3.Connection) -> None:
        invalidated = self._pending.snapshot()
        connection.execute(_DELETE_STAMPS, {"scopes": json.dumps(list(invalidated))})
        self._pending.remove(invalidated)

    async def _use(self, command: Callable[[sqlite3.Connection], T]) -> T | None:
        """Return the result of a command; None if the file is unavailable."""
        for dead in self._connections.pop_dead():
            await dead.close()
        here = self._connections.get()
        return await here.run(partial(self._result, here, command))

    def _result(self, here: _ConnectionThread, command: Callable[[sqlite3.Connection], T]) -> T | None:
        if self._is_unusable or self._breaker.delay_until_retry() > 0.0:
            return None
        try:
            result = command(here.connection())
        except Exception as exc:  # noqa: BLE001  a cache must not raise
            if _code_of(exc) != sqlite3.SQLITE_BUSY:
                here.disconnect()
            self._is_unusable = isinstance(exc, UnusableFileError) or _code_of(exc) in _PERMANENT
            self._breaker.record_failure(_reason_of(exc, is_permanent=self._is_unusable))
            return None
        self._breaker.record_success()
        return result


@dataclass(frozen=True, slots=True)
class _Found:
    """The stamps by scope, and the entries by key."""

    stamps: dict[str, str]
    entries: dict[str, bytes]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str | bytes]]) -> _Found:
        found = cls({}, {})
        for name, value in rows:
            if isinstance(value, str):
                found.stamps[name] = value
            else:
                found.entries[name] = value
        return found


class _ConnectionThread:
    """The thread of one event loop, with a connection that is opened on first use and used in that thread only."""

    __slots__ = ("_connect", "_connection", "_thread")

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spotify-cache")

    async def run(self, function: Callable[[], T]) -> T:
        """Return the result of a function that runs in the thread. It runs to its end if the call is cancelled."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        running = self._thread.submit(function)
        running.add_done_callback(lambda _: wake_future(done))
        await done
        return running.result()

    def connection(self) -> sqlite3.Connection:
        """Return the connection; called in the thread, as is `disconnect`."""
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    async def close(self) -> None:
        """Close the connection, and let the thread end."""
        await self.run(self.disconnect)
        self._thread.shutdown(wait=False)


def _code_of(error: BaseException) -> int | None:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF  # without the details of an extended code


def _reason_of(error: Exception, *, is_permanent: bool) -> str:
    known = isinstance(error, TokenStoreError | UnusableFileError | sqlite3.Error)
    reason = str(error) if known else reason_of(error)
    return f"{reason}; delete the file, or use another one" if is_permanent else reason
