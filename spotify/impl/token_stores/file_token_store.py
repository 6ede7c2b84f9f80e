"""Tokens in files, shared by processes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from spotify._checks import check_number
from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.impl.token_stores.process_lock import checked_directory, process_lock
from spotify.impl.token_stores.token_document import DamagedDocumentError, from_document, storage_name, to_document
from spotify.interfaces.token_store import Token, TokenKey


class FileTokenStore:
    """`TokenStore` in a directory, with one JSON file per application and user.

    A file is readable by its owner only, and replaced atomically: a reader, or a process that starts after a crash,
    finds either the old token or the new one. Processes that share the directory share their refreshes.
    """

    __slots__ = ("_directory", "_lock_timeout")

    def __init__(self, directory: str | os.PathLike[str], *, lock_timeout: float = 60.0) -> None:
        """Keep the settings. The directory is created when it is first needed, accessible to its owner only.

        Args:
            directory: The directory. Its file system must support locks; some network file systems do not.
            lock_timeout: Seconds to wait for a refresh by another process, 0 or more; longer than a request can take.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: The directory is empty or not a valid path, or `lock_timeout` is negative.
        """
        check_number("lock_timeout", lock_timeout, at_least=0)
        self._directory = checked_directory("directory", directory)
        self._lock_timeout = lock_timeout

    async def load(self, key: TokenKey, /) -> Token | None:
        """Return the stored token; None if there is none.

        Raises:
            TokenStoreError: The file cannot be read, or is damaged.
        """
        return await asyncio.to_thread(self._read, key, self.path(key))

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Store the token. Call it while holding `lock`.

        Raises:
            TokenStoreError: The file cannot be written, or the existing file is damaged and is not overwritten.
        """
        await asyncio.to_thread(self._write, key, token)

    async def delete(self, key: TokenKey, /) -> None:
        """Delete the file, if it exists. Call it while holding `lock`.

        Raises:
            TokenStoreError: It cannot be deleted.
        """
        path = self.path(key)
        try:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        except OSError as exc:
            raise TokenStoreError(f"the token file {path} cannot be deleted: {exc.strerror}") from exc

    @asynccontextmanager
    async def lock(self, key: TokenKey, /) -> AsyncGenerator[None]:
        """Hold the lock of the key among tasks and processes. The lock of a process that dies is released.

        Raises:
            TokenStoreError: On entry: the lock was not released in time.
        """
        async with process_lock(self.path(key).with_suffix(".lock"), lock_timeout=self._lock_timeout):
            await asyncio.to_thread(self._recover, key)
            yield

    def path(self, key: TokenKey) -> Path:
        """Return the file of the key's token."""
        return self._directory / f"{storage_name(key)}.json"

    def _read(self, key: TokenKey, path: Path) -> Token | None:
        try:
            document = Secret(path.read_bytes().decode("utf-8", "replace"))
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise TokenStoreError(f"the token file {path} cannot be read: {exc.strerror}") from exc
        try:
            return from_document(key, document)
        except DamagedDocumentError as exc:
            reason = str(exc)
        raise TokenStoreError(
            f"the token file {path} is damaged: {reason}. It was not changed; delete it and have the user log in again"
        )

    def _write(self, key: TokenKey, token: Token) -> None:
        path, document = self.path(key), to_document(key, token)
        self._read(key, path)
        pending = path.with_suffix(".pending")
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            pending.unlink(missing_ok=True)
            descriptor = os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(document.reveal())
                file.flush()
                os.fsync(file.fileno())
            pending.replace(path)
            _sync_directory(self._directory)
        except OSError as exc:
            raise TokenStoreError(f"the token file {path} cannot be written: {exc.strerror}") from exc

    def _recover(self, key: TokenKey) -> None:
        """Finish the save of a process that died: the token before it may already be invalid."""
        path = self.path(key)
        pending = path.with_suffix(".pending")
        try:
            if pending.exists():
                if self._is_readable(key, pending):
                    pending.replace(path)
                else:
                    pending.unlink()
        except OSError as exc:
            raise TokenStoreError(f"the token file {pending} cannot be moved: {exc.strerror}") from exc

    def _is_readable(self, key: TokenKey, path: Path) -> bool:
        try:
            return self._read(key, path) is not None
        except TokenStoreError:
            return False


def _sync_directory(directory: Path) -> None:
    """Write the directory entry to disk, where that is supported: not on Windows or some network drives."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
