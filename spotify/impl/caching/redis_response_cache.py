"""The response cache in Redis, for many processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from secrets import token_hex
from typing import TYPE_CHECKING, TypeVar

from spotify._checks import check_methods, check_number, check_range, check_text
from spotify._event_loops import LoopBound
from spotify._exceptions import ARGUMENTS_HIDDEN
from spotify.impl.caching.external_caches import PendingInvalidations, from_bytes, to_bytes
from spotify.impl.circuit_breaker import CircuitBreaker
from spotify.impl.redis.connection import RedisConnection, RedisFailure, nothing, optional_bytes
from spotify.impl.redis.scripts import load_script
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.clock import Clock
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse, CacheFinding

if TYPE_CHECKING:
    from redis.asyncio import Redis


T = TypeVar("T")


class RedisResponseCache:
    """`ResponseCache` in Redis: processes share responses, and a write of one process invalidates them for all.

    A Redis that is unavailable, or slower than `timeout`, fails no call: the cache is empty, and Redis is not used for
    `pause` seconds. Writes during an outage are remembered, and applied before anything is read from Redis again.

    The cache is bounded by time and by the size of an entry. Bound its memory in Redis: `maxmemory`, with
    `maxmemory-policy volatile-lru`, which evicts responses and never tokens, as those have no expiry. With another
    policy a Redis full of responses refuses tokens. Responses are not encrypted: they contain users' libraries, but no
    tokens. A Redis restored from a backup has lost the writes since: their effects show when the responses read before
    them are stale. Needs the extra: `pip install 'async-spotify-client[redis]'`.
    """

    __slots__ = (
        "_breaker",
        "_connection",
        "_max_age",
        "_max_entry_bytes",
        "_pending",
        "_prefix",
        "_semaphores",
        "_timeout",
    )

    @ARGUMENTS_HIDDEN
    def __init__(
        self,
        redis: str | Callable[[], str] | Redis,
        *,
        prefix: str = "spotify",
        timeout: float = 0.25,
        pause: float = 1.0,
        max_age: float = 86_400.0,
        max_entry_bytes: int = 4 * 1024 * 1024,
        clock: Clock | None = None,
    ) -> None:
        """Create a cache. Nothing is opened yet.

        Args:
            redis: A URL (`redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS, `unix://path`), or a
                client, which stays the caller's, serves one event loop, and must not decode responses.
            prefix: The prefix of the keys in Redis.
            timeout: The most seconds that a call waits for Redis, connecting included, more than 0.
            pause: Seconds for which Redis is not used after a failure, 0 or more.
            max_age: The most seconds for which a response is stored, 1 or more.
            max_entry_bytes: The largest response that is stored, compressed, headers included, 1 or more.
            clock: Measures the pause; None for the system's.

        Raises:
            ImportError: The extra is not installed.
            TypeError: An argument is of the wrong type.
            ValueError: The URL is invalid, the client decodes responses, or a number is out of bounds.
        """
        check_text("prefix", prefix)
        check_number("pause", pause, at_least=0)
        check_number("max_age", max_age, at_least=1)
        check_range("max_entry_bytes", max_entry_bytes, at_least=1)
        if clock is None:
            clock = SystemClock()
        check_methods("clock", clock, ("time", "monotonic", "sleep"))
        self._connection = RedisConnection(redis, timeout=timeout, needed_by=type(self).__name__)
        if self._connection.decodes_responses:
            raise ValueError("the client of Redis must not decode responses: create it with decode_responses=False")
        self._prefix = prefix
        self._timeout = timeout
        self._max_age = max_age
        self._max_entry_bytes = max_entry_bytes
        self._breaker = CircuitBreaker(self._connection.server, pause=pause, clock=clock)
        self._pending = PendingInvalidations()
        self._semaphores = LoopBound(lambda: asyncio.Semaphore(self._connection.max_concurrency))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._prefix!r} in {self._connection.server}>"

    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        """Return the responses stored under the keys, and the stamp of the scopes, in one round trip."""
        values = await self._use_redis(lambda: self._find(keys, scopes))
        if values is None:
            return CacheFinding()
        stamps = [stamp for stamp in values[: len(scopes)] if stamp is not None]
        if len(stamps) < len(scopes):
            return CacheFinding()  # the key of a stamp has another type of value
        stamp = b".".join(stamps).decode("ascii", "replace")
        return CacheFinding(
            stamp=stamp,
            responses=tuple(
                None if entry is None else from_bytes(key, stamp, entry)
                for key, entry in zip(keys, values[len(scopes) :], strict=True)
            ),
        )

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None:
        """Store a response for as long as it is useful, if it is not too large."""
        entry = to_bytes(key, stamp, response)
        if entry is None or len(entry) > self._max_entry_bytes or self._pending:
            return
        lifetime = _milliseconds(min(response.useful_for, self._max_age))
        await self._use_redis(
            lambda: self._connection.run(
                load_script("put_response"), parse=nothing, keys=[self._entry_key(key)], arguments=[entry, lifetime]
            )
        )

    async def discard(self, keys: Collection[str], /) -> None:
        """Discard the responses stored under the keys, if Redis is available."""
        names = [self._entry_key(key) for key in keys]
        await self._use_redis(lambda: self._connection.run(load_script("delete_keys"), parse=nothing, keys=names))

    async def invalidate(self, scopes: Collection[str], /) -> None:
        """Invalidate all responses in the scopes; if Redis is unavailable, as soon as it is available again."""
        self._pending.add(scopes)
        await self._use_redis(self._invalidate_pending)

    async def close(self) -> None:
        """Close the connections that were opened here; a later call opens them again. A client passed in stays open."""
        await self._connection.close()

    async def _find(self, keys: Sequence[str], scopes: Sequence[str]) -> list[bytes | None]:
        if self._pending:
            await self._invalidate_pending()
        # The stamp of `ALL_RESPONSES` does not expire: that would invalidate all responses at once.
        lifetimes = [0 if scope == ALL_RESPONSES else _milliseconds(self._max_age) for scope in scopes]
        return await self._connection.run(
            load_script("find_responses"),
            parse=optional_bytes(len(scopes) + len(keys)),
            keys=[*map(self._scope_key, scopes), *map(self._entry_key, keys)],
            arguments=[token_hex(8), *lifetimes],
        )

    async def _invalidate_pending(self) -> None:
        invalidated = self._pending.snapshot()
        keys = [*map(self._scope_key, invalidated)]
        await self._connection.run(load_script("delete_keys"), parse=nothing, keys=keys)
        self._pending.remove(invalidated)

    async def _use_redis(self, command: Callable[[], Awaitable[T]]) -> T | None:
        """Return the result of a command; None if Redis is unavailable."""
        if self._breaker.delay_until_retry() > 0.0:
            return None
        # The time-out does not include the wait for a free connection, which does not mean that Redis is slow.
        async with self._semaphores.get():
            if self._breaker.delay_until_retry() > 0.0:
                return None
            try:
                async with asyncio.timeout(self._timeout):
                    result = await command()
            except (RedisFailure, TimeoutError) as exc:
                self._breaker.record_failure(str(exc) or "too slow")
                return None
            self._breaker.record_success()
            return result

    def _entry_key(self, key: str) -> str:
        return f"{self._prefix}:cache:{key}"

    def _scope_key(self, scope: str) -> str:
        return f"{self._prefix}:cache-stamp:{scope}"


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
