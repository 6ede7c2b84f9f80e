"""The rules of `TokenStore`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from spotify.credentials import Secret
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.testing.conformance.rules import require, run_rules


async def check_token_store(factory: Callable[[], TokenStore]) -> None:
    """Check that a token store keeps the rules of the protocol `TokenStore`.

    ::

        store = MemoryTokenStore()
        await check_token_store(lambda: store)

    Args:
        factory: Returns a store over the same storage each time, as another process would open it.

    Raises:
        ConformanceError: It breaks rules; the message names them and says what happened.
    """
    check = _TokenStoreCheck(factory)
    await run_rules(
        "token store",
        [
            ("has no token at first", check.is_empty_at_first),
            ("returns the token that was saved last", check.returns_the_last_token),
            ("returns every member of a token", check.keeps_every_member),
            ("keeps applications and users apart", check.keeps_keys_apart),
            ("deletes a token, also if there is none", check.deletes),
            ("lets one task hold the lock of a key", check.locks),
            ("has a lock for each key", check.locks_each_key),
            ("releases the lock after an error and a cancellation", check.releases),
        ],
    )


class _TokenStoreCheck:
    def __init__(self, factory: Callable[[], TokenStore]) -> None:
        self._factory = factory
        self._keys = 0

    def _key(self) -> TokenKey:
        self._keys += 1
        return TokenKey(client_id="conformance", user=f"björk/{self._keys} ?*")

    async def _save(self, key: TokenKey, token: Token) -> None:
        store = self._factory()
        async with store.lock(key):
            await store.save(key, token)

    async def is_empty_at_first(self) -> None:
        require(await self._factory().load(self._key()) is None, "it returned a token that was never saved")

    async def returns_the_last_token(self) -> None:
        key = self._key()
        for number in range(3):
            await self._save(key, _token(number))
            loaded = await self._factory().load(key)
            require(loaded is not None, "a saved token is missing")
            require(loaded == _token(number), "it returned an older token, or another one")

    async def keeps_every_member(self) -> None:
        key = self._key()
        for token in (_token(1), replace(_token(2), refresh_token=None, scopes=frozenset())):
            await self._save(key, token)
            loaded = await self._factory().load(key)
            for name in ("access_token", "refresh_token", "issued_at", "expires_at", "scopes", "authorized_at"):
                require(getattr(loaded, name, ...) == getattr(token, name), f"{name} was changed")

    async def keeps_keys_apart(self) -> None:
        first, second = self._key(), self._key()
        third = TokenKey(client_id="another", user=first.user)
        for number, key in enumerate((first, second, third)):
            await self._save(key, _token(number))
        for number, key in enumerate((first, second, third)):
            require(await self._factory().load(key) == _token(number), "the token of another key was returned")

    async def deletes(self) -> None:
        key, store = self._key(), self._factory()
        await self._save(key, _token(1))
        for _ in range(2):
            async with store.lock(key):
                await store.delete(key)
        require(await self._factory().load(key) is None, "a deleted token was returned")

    async def locks(self) -> None:
        key, holders, counts = self._key(), 0, list[int]()

        async def hold() -> None:
            nonlocal holders
            async with self._factory().lock(key):
                holders += 1
                counts.append(holders)
                for _ in range(3):
                    await asyncio.sleep(0)
                holders -= 1

        await asyncio.gather(*(hold() for _ in range(5)))
        require(max(counts) == 1, f"{max(counts)} tasks held the lock at the same time")

    async def locks_each_key(self) -> None:
        async with self._factory().lock(self._key()), self._factory().lock(self._key()):
            pass

    async def releases(self) -> None:
        key, held = self._key(), asyncio.Event()

        async def hold() -> None:
            async with self._factory().lock(key):
                held.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(hold())
        await held.wait()
        task.cancel()
        await asyncio.wait([task])
        try:
            async with self._factory().lock(key):
                raise KeyError  # noqa: TRY301  in the block of the lock
        except KeyError:
            pass
        async with self._factory().lock(key):
            pass


def _token(number: int) -> Token:
    issued = datetime(2026, 1, 1, 12, number, tzinfo=UTC)
    return Token(
        access_token=Secret(f"access-{number}"),
        refresh_token=Secret(f"refresh-{number}"),
        issued_at=issued,
        expires_at=issued + timedelta(hours=1),
        scopes=frozenset({"user-read-email", "user-library-read"}),
        authorized_at=issued - timedelta(days=number),
    )
