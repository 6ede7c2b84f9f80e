"""Tokens in the operating system's keyring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from spotify._checks import check_methods, check_number, check_text
from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.impl.token_stores.process_lock import checked_directory, process_lock
from spotify.impl.token_stores.token_document import DamagedDocumentError, from_document, name_of, to_document
from spotify.interfaces.token_store import Token, TokenKey

if TYPE_CHECKING:
    import os

    from keyring.backend import KeyringBackend


class KeyringTokenStore:
    """`TokenStore` in the keyring that the user's session unlocks: Keychain, Secret Service and such.

    It needs the extra: `pip install 'async-spotify-client[keyring]'`.
    """

    __slots__ = ("_backend", "_lock_directory", "_lock_timeout", "_service")

    def __init__(
        self,
        service: str = "async-spotify-client",
        *,
        backend: KeyringBackend | None = None,
        lock_directory: str | os.PathLike[str] | None = None,
        lock_timeout: float = 60.0,
    ) -> None:
        """Choose the keyring.

        Args:
            service: Under which name the keyring shows the entries.
            backend: A keyring; None for the one that the system offers.
            lock_directory: A folder for the lock files, which hold no secret: keyrings have no locks. It is made when
                it is needed. None for `.async-spotify-client` in the home directory.
            lock_timeout: Seconds to wait for another process' refresh, more than a request can take.

        Raises:
            TypeError: An argument is of the wrong type.
            ValueError: The name or the folder is empty, or the time is below 0.
            ImportError: The extra is not installed.
        """
        check_text("service", service)
        check_number("lock_timeout", lock_timeout, at_least=0)
        if backend is not None:
            check_methods("backend", backend, ("get_password", "set_password", "delete_password"))
        if lock_directory is None:
            lock_directory = Path.home() / ".async-spotify-client"
        try:
            import keyring  # noqa: PLC0415  an extra
        except ImportError:
            raise ImportError(
                "KeyringTokenStore needs the package keyring: pip install 'async-spotify-client[keyring]'"
            ) from None
        self._service = service
        self._backend = backend or keyring.get_keyring()
        self._lock_directory = checked_directory("lock_directory", lock_directory)
        self._lock_timeout = lock_timeout

    async def load(self, key: TokenKey, /) -> Token | None:
        """Return the token kept for the key; None if there is none.

        Raises:
            TokenStoreError: The keyring cannot be read, or the entry is damaged.
        """
        return await asyncio.to_thread(self._read, key)

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Keep the token; call it inside `lock`.

        Raises:
            TokenStoreError: The keyring cannot be written; or the entry that is there is damaged, and may be anything.
        """
        await asyncio.to_thread(self._write, key, token)

    async def delete(self, key: TokenKey, /) -> None:
        """Remove the entry; call it inside `lock`.

        Raises:
            TokenStoreError: It cannot be removed.
        """
        await asyncio.to_thread(self._remove, key)

    @asynccontextmanager
    async def lock(self, key: TokenKey, /) -> AsyncGenerator[None]:
        """Let one task of one process in at a time; a dead process' lock is free.

        Raises:
            TokenStoreError: On entering: another one did not come out in time.
        """
        async with process_lock(self._lock_directory / f"{name_of(key)}.lock", patience=self._lock_timeout):
            yield

    # A backend's errors are of many kinds and may show what they were given: their kind is all that is told.

    def _read(self, key: TokenKey) -> Token | None:
        name = name_of(key)
        try:
            document = Secret(self._backend.get_password(self._service, name) or "")
        except Exception as exc:  # noqa: BLE001
            document, problem = Secret(""), f"the keyring cannot be read ({type(exc).__name__})"
        else:
            problem = ""
        if problem:
            raise TokenStoreError(problem)
        if not document:
            return None
        try:
            return from_document(key, document)
        except DamagedDocumentError as exc:
            reason = str(exc)
        raise TokenStoreError(
            f"the entry {name} of {self._service!r} in the keyring is damaged: {reason}. It was left as it is; "
            "remove it, and let the user log in again"
        )

    def _write(self, key: TokenKey, token: Token) -> None:
        self._read(key)
        name, document = name_of(key), to_document(key, token)
        try:
            # The library wraps this method with a decorator that has no annotations.
            self._backend.set_password(  # pyright: ignore[reportUnknownMemberType]
                self._service, name, document.reveal()
            )
        except Exception as exc:  # noqa: BLE001
            kind = type(exc).__name__
        else:
            return
        raise TokenStoreError(f"the keyring cannot be written ({kind})")

    def _remove(self, key: TokenKey) -> None:
        name = name_of(key)
        try:
            if self._backend.get_password(self._service, name) is not None:
                self._backend.delete_password(self._service, name)
        except Exception as exc:  # noqa: BLE001
            kind = type(exc).__name__
        else:
            return
        raise TokenStoreError(f"the entry in the keyring cannot be removed ({kind})")
