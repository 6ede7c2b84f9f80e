"""A lock between processes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from filelock import AsyncFileLock, FileLock, Timeout

from spotify.errors import TokenStoreError
from spotify.impl.token_stores.private_files import check_file, prepare_directory, translated_errors


@asynccontextmanager
async def process_lock(path: Path, *, lock_timeout: float) -> AsyncGenerator[None]:
    """Hold the operating system's lock on a file. The lock of a process that dies is released.

    Args:
        path: The file. It and its directory are created and not removed.
        lock_timeout: Seconds to wait for the lock.

    Raises:
        TokenStoreError: The lock was not released in time, the file cannot be created, or others can change it.
    """
    lock = AsyncFileLock(path, timeout=lock_timeout, mode=0o600)
    with translated_errors(path, "locked"):
        prepare_directory(path.parent)
        check_file(path)
        try:
            await lock.acquire()
        except Timeout:
            raise _timeout_error(path, lock_timeout) from None
    try:
        yield
    finally:
        await lock.release()


@contextmanager
def blocking_process_lock(path: Path, *, lock_timeout: float) -> Generator[None]:
    """Do the same as `process_lock` in a thread, which waits for the lock.

    Raises:
        TokenStoreError: As for `process_lock`.
    """
    lock = FileLock(path, timeout=lock_timeout, mode=0o600)
    with translated_errors(path, "locked"):
        prepare_directory(path.parent)
        check_file(path)
        try:
            lock.acquire()
        except Timeout:
            raise _timeout_error(path, lock_timeout) from None
    try:
        yield
    finally:
        lock.release()


def _timeout_error(path: Path, lock_timeout: float) -> TokenStoreError:
    return TokenStoreError(
        f"another process has held the lock {path} for {lock_timeout:g} s; check that process, or set a longer "
        "lock_timeout"
    )
