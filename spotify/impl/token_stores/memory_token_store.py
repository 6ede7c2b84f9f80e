"""Tokens that are gone with the process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from spotify._concurrency import LoopBound
from spotify.impl.token_stores.token_document import check_kept, check_key
from spotify.interfaces.token_store import Token, TokenKey


class MemoryTokenStore:
    """`TokenStore` in memory: for tests, and for programs whose users log in each time."""

    __slots__ = ("_locks", "_tokens")

    def __init__(self) -> None:
        """Begin empty."""
        self._tokens: dict[TokenKey, Token] = {}
        # A lock lives as long as somebody holds it or waits for it, so that many users leave no locks behind.
        self._locks: LoopBound[WeakValueDictionary[TokenKey, asyncio.Lock]] = LoopBound(WeakValueDictionary)

    async def load(self, key: TokenKey, /) -> Token | None:
        """Return the token kept for the key; None if there is none."""
        check_key(key)
        return self._tokens.get(key)

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Keep the token."""
        check_key(key)
        check_kept(token)
        self._tokens[key] = token

    async def delete(self, key: TokenKey, /) -> None:
        """Forget the token."""
        check_key(key)
        self._tokens.pop(key, None)

    @asynccontextmanager
    async def lock(self, key: TokenKey, /) -> AsyncGenerator[None]:
        """Let one task of this event loop in at a time."""
        check_key(key)
        async with self._locks.get().setdefault(key, asyncio.Lock()):
            yield
