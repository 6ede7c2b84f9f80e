"""Tokens in the keyring of the operating system."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from spotify._checks import check_methods, check_number, check_text, check_type, path_of
from spotify._concurrency import finish_in_thread
from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.impl.token_stores.process_lock import TokenLocks
from spotify.impl.token_stores.token_document import DamagedDocumentError, from_document, storage_name, to_document
from spotify.interfaces.token_store import LOCK_TIMEOUT, Token, TokenKey

if TYPE_CHECKING:
    import os

    from keyring.backend import KeyringBackend

T = TypeVar("T")

_LONGEST_READ: Final = 120.0
"""Seconds to wait for the keyring, which may ask the user for a password."""


class KeyringTokenStore:
    """`TokenStore` in the user's keyring: macOS Keychain, Secret Service, Windows Credential Locker.

    ::

        auth = PkceAuth.from_env(store=KeyringTokenStore())

    Requires the extra: `pip install 'async-spotify-client[keyring]'`.
    """

    __slots__ = ("__weakref__", "_backend", "_lock_directory", "_locks", "_service")

    def __init__(
        self,
        service: str = "async-spotify-client",
        *,
        backend: KeyringBackend | None = None,
        lock_directory: str | os.PathLike[str] | None = None,
        lock_timeout: float = LOCK_TIMEOUT,
    ) -> None:
        """Choose the keyring and keep the settings.

        Args:
            service: The service name of the entries in the keyring.
            backend: The keyring. Default: that of the system.
            lock_directory: The directory of the lock files, which hold no secrets: keyrings have no locks. It is
                created when it is first needed. Default: `.async-spotify-client` in the home directory.
            lock_timeout: Seconds to wait for a refresh by another process, 0 or more. The default is longer than a
                refresh can take.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: `service` or `lock_directory` is empty, or `lock_timeout` is negative.
            ImportError: The extra is not installed.
            TokenStoreError: The keyring cannot be chosen, or there is no home directory.
        """
        check_text("service", service)
        check_number("lock_timeout", lock_timeout, at_least=0)
        if backend is not None:
            check_methods("backend", backend, ("get_password", "set_password", "delete_password"))
        if lock_directory is None:
            lock_directory = _home() / ".async-spotify-client"
        try:
            import keyring  # an extra
        except ImportError:
            raise ImportError(
                "KeyringTokenStore needs the package keyring: pip install 'async-spotify-client[keyring]'"
            ) from None
        self._service = service
        self._backend = _run(keyring.get_keyring, "there is no keyring") if backend is None else backend
        self._lock_directory = path_of("lock_directory", lock_directory)
        self._locks = TokenLocks(lock_timeout)

    async def load(self, key: TokenKey, /) -> Token | None:
        """Return the stored token; None if there is none.

        Raises:
            TokenStoreError: The keyring cannot be read or does not respond, or the entry is damaged.
        """
        document = await self._read(key)
        if document is None:
            return None
        try:
            return from_document(key, document)
        except DamagedDocumentError as exc:
            reason = str(exc)
        raise TokenStoreError(
            f"the entry {storage_name(key)} of {self._service!r} in the keyring is damaged: {reason}. It was not "
            "changed; delete it and have the user log in again"
        )

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Store the token. Call it while holding `lock`.

        Raises:
            TokenStoreError: The keyring cannot be written, or the existing entry is damaged and is not overwritten.
        """
        with self._locks.saving(self._lock_path(key)):
            await self.load(key)
            # Without a limit: a write that ends late, without the lock, could replace a newer token.
            await finish_in_thread(partial(self._write, key, token))

    async def delete(self, key: TokenKey, /) -> None:
        """Delete the entry, if there is one. Call it while holding `lock`.

        Raises:
            TokenStoreError: It cannot be deleted, or the keyring does not respond.
        """
        if await self._read(key) is not None:
            await finish_in_thread(partial(self._delete, key))
        self._locks.clear(self._lock_path(key))

    @asynccontextmanager
    async def lock(self, key: TokenKey, /) -> AsyncGenerator[None]:
        """Hold the lock of the key among tasks and processes. The lock of a process that dies is released.

        Raises:
            TokenStoreError: On entry: the lock was not released in time.
        """
        async with self._locks.hold(self._lock_path(key)):
            yield

    async def unfinished(self, key: TokenKey, /) -> float | None:
        """Return the seconds since another process failed to save a token of this key that it still has, else None."""
        return await self._locks.unfinished(self._lock_path(key))

    def _lock_path(self, key: TokenKey) -> Path:
        return self._lock_directory / f"{storage_name(key)}.lock"

    async def _read(self, key: TokenKey) -> Secret | None:
        name = storage_name(key)

        def read() -> Secret | None:
            document = self._backend.get_password(self._service, name)
            check_type("the entry", document or "", str)
            return Secret(document) if document else None

        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_READ):
                return await asyncio.to_thread(_run, read, "the keyring cannot be read")
        raise TokenStoreError(
            f"the keyring did not respond within {_LONGEST_READ:g} s; unlock it, or use another token store"
        )

    def _write(self, key: TokenKey, token: Token) -> None:
        name, document = storage_name(key), to_document(key, token)

        def write() -> None:
            # The decorator of this method has no annotations.
            self._backend.set_password(  # pyright: ignore[reportUnknownMemberType]
                self._service, name, document.reveal()
            )

        _run(write, "the keyring cannot be written")

    def _delete(self, key: TokenKey) -> None:
        name = storage_name(key)
        _run(lambda: self._backend.delete_password(self._service, name), "the entry in the keyring cannot be deleted")


def _home() -> Path:
    with suppress(RuntimeError):
        return Path.home()
    raise TokenStoreError("there is no home directory for the lock files: set HOME, or pass lock_directory")


def _run(call: Callable[[], T], problem: str) -> T:
    """Return the result of a call to a backend. Its errors have no common base and may contain the token.

    Raises:
        TokenStoreError: The call failed. The message shows the type of the error only.
    """
    try:
        return call()
    except Exception as exc:  # noqa: BLE001
        kind = type(exc).__name__
    raise TokenStoreError(
        f"{problem} ({kind}); check that the system has a keyring and that it is unlocked, or use another token store"
    )
