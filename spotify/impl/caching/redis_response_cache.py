"""Answers in Redis, for many processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from itertools import count
from secrets import token_hex
from typing import TYPE_CHECKING, Final, TypeVar, cast
from zlib import crc32

import msgspec

from spotify._checks import check_methods, check_number, check_range, check_text
from spotify._concurrency import LoopBound
from spotify.impl.redis.circuit_breaker import CircuitBreaker
from spotify.impl.redis.connection import RedisConnection, RedisFailure
from spotify.impl.redis.scripts import load_script
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.clock import Clock
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse, CacheFinding

if TYPE_CHECKING:
    from redis.asyncio import Redis


T = TypeVar("T")

# What a Redis that is away can do to a question; a client whose event loop is gone raises RuntimeError.
_AWAY: Final = (RedisFailure, TimeoutError, RuntimeError)
# As many writes are remembered while Redis is away. After more, all that it keeps counts as obsolete.
_MOST_PENDING: Final = 1000


class RedisResponseCache:
    """`ResponseCache` in Redis: what one process was answered, all are, and what one writes is obsolete for all.

    A Redis that is away, or slower than the time-out, fails no call: it has nothing, and is not asked again for a
    while. What is written meanwhile is remembered, and nothing is taken from Redis before that is made up for.

    Bounded by time and by the size of an entry; how much memory all of it may take is for Redis to say: `maxmemory`,
    with `maxmemory-policy volatile-lru`, which lets go of answers, and never of tokens, as those have no end. Without
    it a Redis that is full of answers takes no tokens. What is kept there is not encrypted: users' libraries, but no
    token. A Redis that comes back with the data of some time ago has forgotten the writes since: then their effects
    show when what was read before them is stale. It needs the extra: `pip install 'async-spotify-client[redis]'`.
    """

    __slots__ = (
        "_breaker",
        "_connection",
        "_max_age",
        "_max_entry_bytes",
        "_pending",
        "_prefix",
        "_serial",
        "_timeout",
        "_turns",
    )

    def __init__(
        self,
        redis: str | Redis,
        *,
        prefix: str = "spotify",
        timeout: float = 0.25,
        pause: float = 1.0,
        max_age: float = 86_400.0,
        max_entry_bytes: int = 4 * 1024 * 1024,
        clock: Clock | None = None,
    ) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            redis: A URL (`redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS, `unix://path`), or a
                client, which stays the caller's, serves one event loop, and must not decode responses.
            prefix: How the keys in Redis begin.
            timeout: Seconds that a call waits for Redis at most, connecting included, more than 0.
            pause: Seconds for which a Redis that failed is not asked again, 0 or more.
            max_age: Seconds for which an answer is kept at most, 1 or more.
            max_entry_bytes: The largest answer that is kept, with its headers, 1 or more.
            clock: Tells when a pause is over; None for the system's.

        Raises:
            ImportError: The extra is not installed.
            TypeError: An argument is of the wrong type.
            ValueError: The URL cannot be understood, the client decodes responses, or a number is out of bounds.
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
            raise ValueError("the client of Redis must not decode responses: make it with decode_responses=False")
        self._prefix = prefix
        self._timeout = timeout
        self._max_age = max_age
        self._max_entry_bytes = max_entry_bytes
        self._breaker = CircuitBreaker(self._connection.server, pause=pause, clock=clock)
        self._pending: dict[str, int] = {}  # scopes to drop, each with the number of the write that wants it
        self._serial = count()
        self._turns = LoopBound(lambda: asyncio.Semaphore(self._connection.most_at_once))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._prefix!r} in {self._connection.server}>"

    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        """Return what is kept under the keys, and the stamp of the scopes: one round trip."""
        values = await self._ask(lambda: self._find(keys, scopes))
        if values is None:
            return CacheFinding()
        stamps = values[: len(scopes)]
        if None in stamps:
            return CacheFinding()  # something that is not ours has the name of a stamp
        stamp = b".".join(cast("list[bytes]", stamps)).decode("ascii", "replace")
        return CacheFinding(
            stamp=stamp,
            responses=tuple(
                None if entry is None else from_bytes(key, stamp, entry)
                for key, entry in zip(keys, values[len(scopes) :], strict=True)
            ),
        )

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None:
        """Keep an answer for as long as it is of use, if it is not too large."""
        entry = to_bytes(key, stamp, response)
        if entry is None or len(entry) > self._max_entry_bytes or self._pending:
            return
        lifetime = _milliseconds(min(response.useful_for, self._max_age))
        await self._ask(
            lambda: self._connection.run(
                load_script("put_response"), keys=[self._entry(key)], arguments=[entry, lifetime]
            )
        )

    async def invalidate(self, scopes: Collection[str], /) -> None:
        """Let no answer in one of the scopes be found any more; if Redis is away, as soon as it is back."""
        self._pending.update(dict.fromkeys(scopes, next(self._serial)))
        if len(self._pending) > _MOST_PENDING:
            self._pending = {ALL_RESPONSES: next(self._serial)}
        await self._ask(self._drop_pending)

    async def close(self) -> None:
        """Close the connections that were opened here; a later call opens them again. A client given stays open."""
        await self._connection.close()

    async def _find(self, keys: Sequence[str], scopes: Sequence[str]) -> list[bytes | None]:
        if self._pending:
            await self._drop_pending()
        # The stamp of everything stays, or everything would be forgotten at once when it ends.
        lifetimes = [0 if scope == ALL_RESPONSES else _milliseconds(self._max_age) for scope in scopes]
        found = await self._connection.run(
            load_script("find_responses"),
            keys=[*map(self._scope, scopes), *map(self._entry, keys)],
            arguments=[token_hex(8), *lifetimes],
        )
        return cast("list[bytes | None]", found)

    async def _drop_pending(self) -> None:
        dropped = dict(self._pending)
        await self._connection.run(load_script("invalidate_responses"), keys=[*map(self._scope, dropped)])
        # What another write wanted dropped meanwhile is not done by this.
        self._pending = {scope: write for scope, write in self._pending.items() if dropped.get(scope) != write}

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T | None:
        """Return the reply of Redis; None if there is none."""
        if self._breaker.delay_until_retry() > 0.0:
            return None
        # Waiting for a free connection is not part of the time-out. If Redis is unavailable, the first calls find out.
        async with self._turns.get():
            if self._breaker.delay_until_retry() > 0.0:
                return None
            try:
                async with asyncio.timeout(self._timeout):
                    reply = await question()
            except _AWAY as exc:
                self._breaker.record_failure(str(exc) or "too slow")
                return None
            self._breaker.record_success()
            return reply

    def _entry(self, key: str) -> str:
        return f"{self._prefix}:cache:{key}"

    def _scope(self, scope: str) -> str:
        return f"{self._prefix}:cache-stamp:{scope}"


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


# With the number of the form: an entry of another one is no entry.
_MAGIC: Final = b"async-spotify-client response 1\n"
_CHECKSUM_SIZE: Final = 4

_encoder = msgspec.msgpack.Encoder()
# The key, the stamp, and the answer.
_decoder = msgspec.msgpack.Decoder(tuple[str, str, CachedResponse])


def to_bytes(key: str, stamp: str, response: CachedResponse) -> bytes | None:
    """Return the entry; None if a header is no text, as one in Latin-1 is not."""
    try:
        content = _encoder.encode((key, stamp, response))
    except UnicodeEncodeError:
        return None
    return b"".join((_MAGIC, _checksum(content), content))


def from_bytes(key: str, stamp: str, entry: bytes) -> CachedResponse | None:
    """Return the answer; None if the entry is damaged, of another form, of another key, or has another stamp."""
    start = len(_MAGIC) + _CHECKSUM_SIZE
    content = entry[start:]
    if not entry.startswith(_MAGIC) or entry[len(_MAGIC) : start] != _checksum(content):
        return None
    try:
        its_key, its_stamp, response = _decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return response if (its_key, its_stamp) == (key, stamp) else None


def _checksum(content: bytes) -> bytes:
    return crc32(content).to_bytes(_CHECKSUM_SIZE, "big")
