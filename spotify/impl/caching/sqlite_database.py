"""The SQLite file of the response cache: where it is, and its tables."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from spotify.impl.token_stores.private_files import check_file, create_file, prepare_directory

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
