"""Tokens in files, shared with other processes."""

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
from spotify.impl.token_stores.token_document import DamagedDocumentError, from_document, name_of, to_document
from spotify.interfaces.token_store import Token, TokenKey


class FileTokenStore:
    """`TokenStore` in a folder, one JSON file for each application and user.

    A file is readable for its owner only, from its birth, and replaced in one step: whoever reads it, and whatever
    crashes, finds the old token or the new one, whole. Processes that share the folder share their refreshes.
    """

    __slots__ = ("_directory", "_lock_timeout")

    def __init__(self, directory: str | os.PathLike[str], *, lock_timeout: float = 60.0) -> None:
        """Name the folder; it is made (for its owner only) when it is needed.

        Args:
            directory: The folder. It has to be on a file system that has locks, which some network ones have not.
            lock_timeout: Seconds to wait for another process' refresh, more than a request can take.

        Raises:
            TypeError: An argument is of the wrong type.
            ValueError: The folder has no name, or one that no folder can have; or the time is below 0.
        """
        check_number("lock_timeout", lock_timeout, at_least=0)
        self._directory = checked_directory("directory", directory)
        self._lock_timeout = lock_timeout

    async def load(self, key: TokenKey, /) -> Token | None:
        """Return the token kept for the key; None if there is none.

        Raises:
            TokenStoreError: The file cannot be read, or is damaged.
        """
        return await asyncio.to_thread(self._read, key, self.path(key))

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Keep the token; call it inside `lock`.

        Raises:
            TokenStoreError: The file cannot be written; or the one that is there is damaged, and so may be anything.
        """
        await asyncio.to_thread(self._write, key, token)

    async def delete(self, key: TokenKey, /) -> None:
        """Remove the file; call it inside `lock`.

        Raises:
            TokenStoreError: It cannot be removed.
        """
        path = self.path(key)
        try:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        except OSError as exc:
            raise TokenStoreError(f"the token file {path} cannot be removed: {exc.strerror}") from exc

    @asynccontextmanager
    async def lock(self, key: TokenKey, /) -> AsyncGenerator[None]:
        """Let one task of one process in at a time; a dead process' lock is free.

        Raises:
            TokenStoreError: On entering: another one did not come out in time.
        """
        async with process_lock(self.path(key).with_suffix(".lock"), patience=self._lock_timeout):
            await asyncio.to_thread(self._recover, key)
            yield

    def path(self, key: TokenKey) -> Path:
        """Return where the token of the key is kept."""
        return self._directory / f"{name_of(key)}.json"

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
            f"the token file {path} is damaged: {reason}. It was left as it is; "
            "remove it, and let the user log in again"
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
        """Finish what a process began that died while it wrote: the token before that one may be worth nothing."""
        path = self.path(key)
        pending = path.with_suffix(".pending")
        try:
            if pending.exists():
                if self._is_whole(key, pending):
                    pending.replace(path)
                else:
                    pending.unlink()
        except OSError as exc:
            raise TokenStoreError(f"the token file {pending} cannot be moved: {exc.strerror}") from exc

    def _is_whole(self, key: TokenKey, path: Path) -> bool:
        try:
            return self._read(key, path) is not None
        except TokenStoreError:
            return False


def _sync_directory(directory: Path) -> None:
    """Make the new name safe as well, where folders can be synchronised: not on Windows, nor on some network drives."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
