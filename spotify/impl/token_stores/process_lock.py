"""A lock between processes."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from filelock import AsyncFileLock, FileLock, Timeout

from spotify._concurrency import finish_in_thread
from spotify._event_loops import thread_lock
from spotify.errors import TokenStoreError
from spotify.impl.token_stores.private_files import check_file, create_file, prepare_directory, translated_errors


class TokenLocks:
    """The locks of a store's users, between processes, and the knowledge of which process has an unsaved token.

    A process that failed to save a token keeps it in memory. Until a token is saved or deleted, by any process, it
    holds a second lock, which ends with the process: that of the file with the suffix `.unsaved`.
    """

    __slots__ = ("_guard", "_timeout", "_unsaved")

    def __init__(self, lock_timeout: float) -> None:
        """Hold nothing yet; `lock_timeout` is the number of seconds to wait for a lock."""
        self._timeout = lock_timeout
        self._guard = thread_lock()
        self._unsaved: dict[Path, _Note] = {}

    @asynccontextmanager
    async def hold(self, path: Path) -> AsyncGenerator[None]:
        """Hold the lock of a file, as `process_lock` does.

        A token whose save fails in it is kept by this process if the `TokenStoreError` leaves the context.

        Raises:
            TokenStoreError: On entry: as for `process_lock`.
        """
        async with process_lock(path, lock_timeout=self._timeout):
            before = self._latest_note(path)
            create_file(_unsaved_path(path))  # later there may be no space
            check_file(_unsaved_path(path))
            try:
                yield
            except TokenStoreError:
                raise
            except BaseException:
                self._give_up(path, before)
                raise
            self._give_up(path, before)

    @contextmanager
    def saving(self, path: Path) -> Generator[None]:
        """Save a token. If that raises `TokenStoreError`, it is noted as unsaved; otherwise it replaces any other."""
        try:
            yield
        except TokenStoreError:
            self._note(path)
            raise
        self.clear(path)

    def clear(self, path: Path) -> None:
        """Let no process have an unsaved token: a newer one was saved, or the token was deleted."""
        self._forget(path)
        with suppress(OSError):  # Windows does not remove a file that a process has opened
            _unsaved_path(path).unlink(missing_ok=True)

    async def unfinished(self, path: Path) -> float | None:
        """Return the seconds since another process could not save its token, which is the newest; None for no such."""
        return await finish_in_thread(partial(self._unsaved_elsewhere, path))

    def _note(self, path: Path) -> None:
        self._forget(path)
        unsaved = _unsaved_path(path)
        lock = FileLock(unsaved, timeout=0, mode=0o600, thread_local=False)
        with suppress(OSError, Timeout), self._guard:  # in the latter case another process has one too
            lock.acquire()
            self._unsaved[path] = _Note(lock, unsaved.stat())
            os.utime(unsaved)

    def _latest_note(self, path: Path) -> _Note | None:
        """Return the note of this process, unless another one has removed its file."""
        note = self._unsaved.get(path)
        if note is not None:
            with suppress(OSError):
                if os.path.samestat(note.status, _unsaved_path(path).stat()):
                    return note
            self._forget(path)
        return None

    def _give_up(self, path: Path, before: _Note | None) -> None:
        """Forget a token that was noted as unsaved since `before`: nothing will save it."""
        if self._unsaved.get(path) is not before:
            self._forget(path)

    def _forget(self, path: Path) -> None:
        with self._guard:
            note = self._unsaved.pop(path, None)
        if note is not None:
            note.lock.release()

    def _unsaved_elsewhere(self, path: Path) -> float | None:
        if path in self._unsaved:
            return None
        unsaved = _unsaved_path(path)
        lock = FileLock(unsaved, timeout=0, mode=0o600)
        with suppress(OSError):
            try:
                lock.acquire()
            except Timeout:
                return max(0.0, time.time() - unsaved.stat().st_mtime)
            lock.release()
        return None


class _Note(NamedTuple):
    """That this process has an unsaved token."""

    lock: FileLock
    """The lock that tells other processes."""
    status: os.stat_result
    """The status of the lock file."""


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
