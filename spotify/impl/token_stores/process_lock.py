"""A lock between processes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from filelock import AsyncFileLock, FileLock, Timeout

from spotify._event_loops import thread_lock
from spotify.errors import TokenStoreError
from spotify.impl.token_stores.private_files import check_file, create_file, prepare_directory, translated_errors


class TokenLocks:
    """The locks of a store's users, between processes, and the knowledge of which process has an unsaved token.

    A process that failed to save a token keeps it in memory. Until it has saved it, it holds a second lock, which ends
    with the process: that of the file with the suffix `.unsaved`.
    """

    __slots__ = ("_guard", "_timeout", "_unsaved")

    def __init__(self, lock_timeout: float) -> None:
        """Hold nothing yet; `lock_timeout` is the number of seconds to wait for a lock."""
        self._timeout = lock_timeout
        self._guard = thread_lock()
        self._unsaved: dict[Path, FileLock] = {}

    @asynccontextmanager
    async def hold(self, path: Path) -> AsyncGenerator[None]:
        """Hold the lock of a file, as `process_lock` does. Without an error in it, no token is unsaved any more.

        Raises:
            TokenStoreError: On entry: as for `process_lock`.
        """
        async with process_lock(path, lock_timeout=self._timeout):
            create_file(_unsaved_path(path))  # later there may be no space
            check_file(_unsaved_path(path))
            yield
            with self._guard:
                lock = self._unsaved.pop(path, None)
            if lock is not None:
                lock.release()

    @contextmanager
    def saving(self, path: Path) -> Generator[None]:
        """Save a token, which is noted as unsaved if that raises `TokenStoreError`."""
        try:
            yield
        except TokenStoreError:
            self._note_unsaved(path)
            raise

    async def unfinished(self, path: Path, *, saved: Path | None = None) -> float | None:
        """Return 0 if another process has an unsaved token, which is newer than the file `saved`, else None."""
        return 0.0 if await asyncio.to_thread(self._is_unsaved_elsewhere, path, saved) else None

    def _note_unsaved(self, path: Path) -> None:
        with self._guard:
            if path not in self._unsaved:
                lock = FileLock(_unsaved_path(path), timeout=0, mode=0o600, thread_local=False)
                with suppress(OSError, Timeout):  # in the latter case another process has one too
                    lock.acquire()
                    self._unsaved[path] = lock
            if path in self._unsaved:
                with suppress(OSError):
                    os.utime(_unsaved_path(path))

    def _is_unsaved_elsewhere(self, path: Path, saved: Path | None) -> bool:
        if path in self._unsaved:
            return False
        noted = _unsaved_path(path)
        lock = FileLock(noted, timeout=0, mode=0o600)
        with suppress(OSError):
            try:
                lock.acquire()
            except Timeout:
                # The time of access, which `_note_unsaved` set: trying to acquire a lock can change the other one.
                return saved is None or noted.stat().st_atime_ns >= saved.stat().st_mtime_ns
            lock.release()
        return False


def _unsaved_path(path: Path) -> Path:
    return path.with_suffix(".unsaved")


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
