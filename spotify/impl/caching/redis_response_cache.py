"""Answers in Redis, for many processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from itertools import count
from secrets import token_hex
from typing import Final, TypeVar, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from spotify.impl.caching.redis_entry import from_bytes, to_bytes
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.clock import Clock
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse, CacheFinding
from spotify.logs import get_logger

T = TypeVar("T")

_log = get_logger(__name__)

# What a Redis that is away can do to a command; a client whose event loop is gone raises RuntimeError.
_AWAY: Final = (RedisError, OSError, TimeoutError, RuntimeError)
# As many writes are remembered while Redis is away. After more, all that it keeps counts as obsolete.
_MOST_PENDING: Final = 1000


class RedisResponseCache:
    """`ResponseCache` in Redis: what one process was answered, all are, and what one writes is obsolete for all.

    A Redis that is away, or slower than the time-out, fails no call: it has nothing, and is not asked again for a
    while. What is written meanwhile is remembered, and nothing is taken from Redis before that is made up for.

    Bounded by time and by the size of an entry; how much memory all of it may take, and what goes first, is for the
    `maxmemory` settings of Redis to say. What is kept there is not encrypted: users' libraries, but no token. A Redis
    that comes back with the data of some time ago has forgotten the writes since: then their effects show when what was
    read before them is stale.
    """

    __slots__ = (
        "_away_until",
        "_clock",
        "_is_away",
        "_max_age",
        "_max_entry_bytes",
        "_pause",
        "_pending",
        "_prefix",
        "_redis",
        "_serial",
        "_timeout",
    )

    def __init__(
        self,
        redis: Redis,
        *,
        prefix: str = "spotify:cache:",
        timeout: float = 0.25,
        pause: float = 1.0,
        max_age: float = 86_400.0,
        max_entry_bytes: int = 4 * 1024 * 1024,
        clock: Clock | None = None,
    ) -> None:
        """Take the client of Redis; nothing is asked yet.

        Args:
            redis: The client. It stays the caller's, and must not decode responses.
            prefix: What all keys begin with.
            timeout: Seconds for one question to Redis, connecting included, more than 0.
            pause: Seconds for which a Redis that failed is not asked again, 0 or more.
            max_age: Seconds for which an answer is kept at most, 1 or more.
            max_entry_bytes: The largest entry that is kept.
            clock: Tells when a pause is over; None for the system's.

        Raises:
            ValueError: The client decodes responses, or a number is out of bounds.
        """
        if redis.connection_pool.connection_kwargs.get("decode_responses"):
            raise ValueError("the client of Redis must not decode responses: make it with decode_responses=False")
        if not (timeout > 0 and pause >= 0 and max_age >= 1 and max_entry_bytes >= 1):
            raise ValueError(
                "timeout must be more than 0, pause 0 or more, max_age and max_entry_bytes 1 or more, "
                f"not {timeout!r}, {pause!r}, {max_age!r} and {max_entry_bytes!r}"
            )
        self._redis = redis
        self._prefix = prefix
        self._timeout = timeout
        self._pause = pause
        self._max_age = max_age
        self._max_entry_bytes = max_entry_bytes
        self._clock = clock or SystemClock()
        self._pending: dict[str, int] = {}  # scopes to drop, each with the number of the write that wants it
        self._serial = count()
        self._is_away = False
        self._away_until = 0.0

    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        """Return what is kept under the keys, and the stamp of the scopes: one round trip."""
        values = await self._ask(lambda: self._find(keys, scopes))
        if values is None:
            return CacheFinding()
        stamps, entries = values[: len(scopes)], values[len(scopes) :]
        if None in stamps:
            return CacheFinding()  # dropped between two commands, or by a Redis that is full
        stamp = b".".join(cast("list[bytes]", stamps)).decode("ascii", "replace")
        return CacheFinding(
            stamp=stamp,
            responses=tuple(
                None if entry is None else from_bytes(key, stamp, entry)
                for key, entry in zip(keys, entries, strict=True)
            ),
        )

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None:
        """Keep an answer for as long as it is of use, if it is not too large."""
        entry = to_bytes(key, stamp, response)
        if len(entry) > self._max_entry_bytes or self._pending:
            return
        milliseconds = max(1, int(min(response.useful_for, self._max_age) * 1000))
        await self._ask(lambda: self._redis.set(self._entry(key), entry, px=milliseconds))

    async def invalidate(self, scopes: Collection[str], /) -> None:
        """Let no answer in one of the scopes be found any more; if Redis is away, as soon as it is back."""
        self._pending.update(dict.fromkeys(scopes, next(self._serial)))
        if len(self._pending) > _MOST_PENDING:
            self._pending = {ALL_RESPONSES: next(self._serial)}
        await self._ask(self._drop_pending)

    async def _find(self, keys: Sequence[str], scopes: Sequence[str]) -> list[bytes | None]:
        if self._pending:
            await self._drop_pending()
        async with self._redis.pipeline(transaction=False) as commands:
            for scope in scopes:
                # The stamp of everything stays, or everything would be forgotten at once when it ends.
                ends_in = None if scope == ALL_RESPONSES else int(self._max_age * 1000)
                commands.set(self._scope(scope), token_hex(8), nx=True, px=ends_in)
            commands.mget([*map(self._scope, scopes), *map(self._entry, keys)])
            return cast("list[bytes | None]", (await commands.execute())[-1])

    async def _drop_pending(self) -> None:
        dropped = dict(self._pending)
        await self._redis.unlink(*map(self._scope, dropped))
        # What another write wanted dropped meanwhile is not done by this.
        self._pending = {scope: write for scope, write in self._pending.items() if dropped.get(scope) != write}

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T | None:
        """Return the answer of Redis; None if it has none."""
        if self._is_away and self._clock.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(self._timeout):
                answer = await question()
        except _AWAY as exc:
            self._away_until = self._clock.monotonic() + self._pause
            if not self._is_away:
                self._is_away = True
                _log.warning("cache_unavailable", error=type(exc).__name__)
            return None
        if self._is_away:
            self._is_away = False
            _log.info("cache_available")
        return answer

    def _entry(self, key: str) -> str:
        return f"{self._prefix}entry:{key}"

    def _scope(self, scope: str) -> str:
        return f"{self._prefix}scope:{scope}"
