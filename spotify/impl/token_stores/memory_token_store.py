"""Tokens in memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from spotify._checks import check_type
from spotify._event_loops import LoopIndependentLock, thread_lock
from spotify.interfaces.token_store import Token, TokenKey


class MemoryTokenStore:
    """`TokenStore` in memory, for tests and for programs whose users log in at each start.

    ::

        auth = PkceAuth.from_env(store=MemoryTokenStore())
    """

    __slots__ = ("__weakref__", "_guard", "_locks", "_tokens")

    def __init__(self) -> None:
        self._tokens: dict[TokenKey, Token] = {}
        self._guard = thread_lock()
        # A lock exists only while a task holds it or waits for it.
        self._locks: WeakValueDictionary[TokenKey, LoopIndependentLock] = WeakValueDictionary()

    async def load(self, key: TokenKey, /) -> Token | None:
        """Return the stored token; None if there is none."""
        check_type("key", key, TokenKey)
        return self._tokens.get(key)

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Store the token."""
        check_type("key", key, TokenKey)
        check_type("token", token, Token)
        self._tokens[key] = token

    async def delete(self, key: TokenKey, /) -> None:
        """Delete the token, if there is one."""
        check_type("key", key, TokenKey)
        self._tokens.pop(key, None)

    @asynccontextmanager
    async def lock(self, key: TokenKey, /) -> AsyncGenerator[None]:
        """Hold the lock of the key among the tasks of all event loops and threads of this process."""
        check_type("key", key, TokenKey)
        with self._guard:
            lock = self._locks.setdefault(key, LoopIndependentLock())
        async with lock.held():
            yield
