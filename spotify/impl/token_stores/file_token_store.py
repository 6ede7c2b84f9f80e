"""Tokens in files, shared by processes, and the token files of other clients."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from platformdirs import user_state_path

from spotify._checks import check_number, is_json_object, path_of
from spotify._concurrency import finish_in_thread
from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.impl.token_stores.private_files import (
    create_document,
    move,
    prepare_directory,
    read_document,
    remove,
)
from spotify.impl.token_stores.process_lock import TokenLocks
from spotify.impl.token_stores.token_document import DamagedDocumentError, from_document, storage_name, to_document
from spotify.interfaces.token_store import LOCK_TIMEOUT, Token, TokenKey


def state_directory() -> Path:
    """Return the directory of this library in the user's directory for state, such as `~/.local/state`."""
    return user_state_path("async-spotify-client", appauthor=False)


class FileTokenStore:
    """`TokenStore` in a directory, with one JSON file per application and user.

    ::

        auth = PkceAuth.from_env(store=FileTokenStore("tokens"))

    A file is readable by its owner only, and replaced atomically: a reader, or a process that starts after a crash,
    finds either the old token or the new one. Processes that share the directory share their refreshes.

    The directory and the files must belong to the user of the process or to root, and must not be writable by all
    users. A token file must be a regular file.
    """

    __slots__ = ("__weakref__", "_directory", "_locks")

    def __init__(self, directory: str | os.PathLike[str], *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        """Keep the settings. The directory is created when it is first needed, accessible to its owner only.

        Args:
            directory: The directory. Its file system must support locks; some network file systems do not.
            lock_timeout: Seconds to wait for a refresh by another process, 0 or more. The default is longer than a
                refresh can take.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: The directory is empty or not a valid path, or `lock_timeout` is negative.
        """
        check_number("lock_timeout", lock_timeout, at_least=0)
        self._directory = path_of("directory", directory)
        self._locks = TokenLocks(lock_timeout)

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
        with self._locks.saving(self._lock_path(key)):
            await finish_in_thread(partial(self._write, key, token))

    async def delete(self, key: TokenKey, /) -> None:
        """Delete the file, if it exists. Call it while holding `lock`.

        Raises:
            TokenStoreError: It cannot be deleted.
        """
        await finish_in_thread(partial(remove, self.path(key)))
        self._locks.clear(self._lock_path(key))

    @asynccontextmanager
    async def lock(self, key: TokenKey, /) -> AsyncGenerator[None]:
        """Hold the lock of the key among tasks and processes. The lock of a process that dies is released.

        Raises:
            TokenStoreError: On entry: the lock was not released in time.
        """
        async with self._locks.hold(self._lock_path(key)):
            await finish_in_thread(partial(self._recover, key))
            yield

    async def unfinished(self, key: TokenKey, /) -> float | None:
        """Return the seconds since another process failed to save a token of this key that it still has, else None."""
        return await self._locks.unfinished(self._lock_path(key))

    def path(self, key: TokenKey) -> Path:
        """Return the file of the key's token."""
        return self._directory / f"{storage_name(key)}.json"

    def _lock_path(self, key: TokenKey) -> Path:
        return self.path(key).with_suffix(".lock")

    def _read(self, key: TokenKey, path: Path) -> Token | None:
        try:
            document = read_document(path)
            return None if document is None else from_document(key, document)
        except DamagedDocumentError as exc:
            reason = str(exc)
        raise TokenStoreError(
            f"the token file {path} is damaged: {reason}. It was not changed; delete it and have the user log in again"
        )

    def _write(self, key: TokenKey, token: Token) -> None:
        path, document = self.path(key), to_document(key, token)
        prepare_directory(self._directory)
        self._read(key, path)
        pending = path.with_suffix(".pending")
        create_document(pending, document)
        move(pending, path)

    def _recover(self, key: TokenKey) -> None:
        """Finish the save of a process that died: the token before it may already be invalid."""
        path = self.path(key)
        pending = path.with_suffix(".pending")
        if os.path.lexists(pending):
            if self._is_readable(key, pending):
                move(pending, path)
            else:
                remove(pending)

    def _is_readable(self, key: TokenKey, path: Path) -> bool:
        try:
            return self._read(key, path) is not None
        except TokenStoreError:
            return False


_LIFETIME: Final = timedelta(hours=1)


def read_foreign_token(path: Path, now: datetime) -> Token:
    """Return the token of a file that spotipy or spotify-sdk wrote.

    Args:
        path: The file.
        now: The current time. It is the time of the login if the file does not say when the token expires.

    Raises:
        TokenStoreError: The file cannot be read, or is not such a file.
    """
    try:
        document = read_document(path)
    except DamagedDocumentError:
        document = Secret("")
    if document is None:
        raise TokenStoreError(f"there is no token file {path}")
    token = _token_of(document, now)
    if token is None:
        raise TokenStoreError(
            f"{path} is not a token file of spotipy or spotify-sdk: a JSON object with access_token, refresh_token, "
            "expires_at and scope"
        )
    return token


def _token_of(document: Secret, now: datetime) -> Token | None:
    try:
        fields: object = json.loads(document.reveal())
    except (ValueError, RecursionError):
        return None
    if not is_json_object(fields):
        return None
    strings = {name: Secret(value) for name, value in fields.items() if isinstance(value, str) and value}
    expires_at = fields.get("expires_at")
    del fields
    if "access_token" not in strings:
        return None
    try:
        expiry = datetime.fromtimestamp(expires_at, UTC) if isinstance(expires_at, int | float) else now
        # Neither client stores when the user logged in.
        issued_at = min(expiry - _LIFETIME, now)
        return Token(
            access_token=strings["access_token"],
            refresh_token=strings.get("refresh_token"),
            issued_at=issued_at,
            expires_at=expiry,
            scopes=frozenset(strings["scope"].reveal().replace(",", " ").split())
            if "scope" in strings
            else frozenset(),
            authorized_at=issued_at,
        )
    except (OverflowError, OSError, ValueError):
        return None
