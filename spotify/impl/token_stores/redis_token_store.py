"""Tokens in Redis, shared by the workers of many machines."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from spotify._checks import check_methods, check_number, check_text
from spotify._exceptions import ARGUMENTS_HIDDEN
from spotify.credentials import Secret
from spotify.errors import TokenStoreError, TokenSupersededError
from spotify.impl.execution.retry import backoff_delays
from spotify.impl.redis.connection import RedisConnection, RedisFailure, flag, optional_string
from spotify.impl.redis.lock import TOKENLESS_LIFETIME, HeldLock, LockKeys, RedisLock
from spotify.impl.redis.scripts import load_script
from spotify.impl.system_clock import SystemClock
from spotify.impl.token_stores.token_document import (
    DamagedDocumentError,
    DocumentEncryption,
    EncryptionKeys,
    decoded_document,
    from_document,
    storage_name,
    to_document,
)
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import LOCK_TIMEOUT, Token, TokenKey

if TYPE_CHECKING:
    from types import TracebackType

    from redis.asyncio import Redis

# The locks held by the current task, by store and user.
_held: ContextVar[Mapping[tuple[RedisTokenStore, TokenKey], HeldLock]] = ContextVar(
    "_held", default=MappingProxyType({})
)


class RedisTokenStore:
    """`TokenStore` in Redis (5 or later), for workers on many machines: one worker refreshes a token, all use it.

    ::

        async with RedisTokenStore("rediss://:password@redis.example.org", encryption_keys=[key]) as store:
            auth = AuthorizationCodeAuth(client_id, client_secret, redirect_uri, user="ana", store=store)

    A refresh runs under a lock that is renewed while the worker runs, and expires when it dies or stalls. Each
    holder gets a fencing token larger than those before, and Redis rejects a save by an earlier holder than the last
    that saved: a worker that stalled does not overwrite a newer token.

    A lost refresh token cannot be recovered: configure Redis to persist writes (`appendonly yes`) and to evict nothing
    (`maxmemory-policy noeviction`), or only keys that expire (`volatile-lru`) if it also caches responses. Clients do
    not close a store passed to them: close it yourself. Requires the extra:
    `pip install 'async-spotify-client[redis]'`.
    """

    __slots__ = ("__weakref__", "_clock", "_connection", "_encryption", "_lock", "_prefix", "_rng", "_save_timeout")

    @ARGUMENTS_HIDDEN
    def __init__(
        self,
        redis: str | Callable[[], str] | Redis,
        *,
        prefix: str = "spotify",
        encryption_keys: EncryptionKeys = (),
        lock_lifetime: float = 45.0,
        lock_timeout: float = LOCK_TIMEOUT,
        save_timeout: float = 10.0,
        timeout: float = 5.0,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """Check and keep the settings. No connection is opened yet.

        Args:
            redis: A URL (`redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS, `unix://path`), or a
                client for one event loop, which the caller closes.
            prefix: The prefix of the keys in Redis.
            encryption_keys: Keys for `cryptography.fernet.Fernet`, or a function that returns them, which is called
                whenever a token is loaded or saved: the first encrypts, any decrypts. Without keys,
                tokens are stored as plain JSON. To rotate the key: add the new key behind the old one on all workers,
                then move it to the front, then call `reencrypt`, then remove the old key.
            lock_lifetime: Seconds after which the lock of a worker that died or stalled expires, at least 0.001. A
                worker that runs renews it, however long its refresh takes.
            lock_timeout: Seconds to wait for a refresh by another worker, 0 or more. The default is longer than a
                refresh can take.
            save_timeout: Seconds to retry a save while Redis is unavailable, 0 or more: an unsaved token is lost.
            timeout: Seconds to wait for a connection to Redis and for a response, more than 0. Ignored if `redis` is a
                client.
            clock: Measures the waits. Default: the system clock.
            rng: Randomizes the delays between attempts. Default: a new `random.Random`.

        Raises:
            ImportError: The extra is not installed.
            TypeError: An argument has the wrong type.
            ValueError: The URL or a key is invalid, or a number is out of bounds.
        """
        for name, seconds, least in (
            ("lock_lifetime", lock_lifetime, 0.001),
            ("lock_timeout", lock_timeout, 0.0),
            ("save_timeout", save_timeout, 0.0),
        ):
            check_number(name, seconds, at_least=least)
        check_text("prefix", prefix)
        if clock is not None:
            check_methods("clock", clock, ("time", "monotonic", "sleep"))
        if rng is not None:
            check_methods("rng", rng, ("random",))
        self._connection = RedisConnection(redis, timeout=timeout, needed_by=type(self).__name__)
        self._encryption = DocumentEncryption(encryption_keys, needed_by=type(self).__name__)
        self._prefix = prefix
        self._save_timeout = save_timeout
        self._clock = clock or SystemClock()
        self._rng = rng or random.Random()  # noqa: S311 - jitter is no secret
        self._lock = RedisLock(
            self._connection, lifetime=lock_lifetime, timeout=lock_timeout, clock=self._clock, rng=self._rng
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._prefix!r} in {self._connection.server}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def load(self, key: TokenKey, /) -> Token | None:
        """Return the stored token; None if there is none.

        Raises:
            TokenStoreError: Redis is unavailable, or the stored token is damaged or cannot be decrypted.
        """
        try:
            return await self._load(key)
        except RedisFailure as exc:
            raise TokenStoreError(f"the token cannot be read: {exc}") from exc

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Store the token. Call it while holding `lock`; without the lock, the token replaces any other.

        Raises:
            TokenSupersededError: The lock had expired, and another worker has saved or deleted a token since.
            TokenStoreError: Redis is unavailable, or the stored token is damaged or cannot be decrypted and is not
                overwritten.
        """
        document = self._encryption.encrypt(to_document(key, token))
        held = _held.get().get((self, key)) or HeldLock(owner="", fencing_token=0)
        held.has_unsaved = True
        is_saved = await self._save(key, document, held)
        held.has_unsaved = False
        if not is_saved:
            raise TokenSupersededError(
                "the token was not saved: the lock was held for too long, and another worker has saved or deleted a "
                "token since"
            )

    async def delete(self, key: TokenKey, /) -> None:
        """Delete the token. Call it while holding `lock`. A worker whose lock has expired cannot restore the token.

        Raises:
            TokenStoreError: Redis is unavailable.
        """
        try:
            await self._connection.run(
                load_script("fencing_token", "delete_token"),
                parse=flag,
                keys=[self._names(key).token],
                arguments=[TOKENLESS_LIFETIME],
            )
        except RedisFailure as exc:
            raise TokenStoreError(f"the token cannot be deleted: {exc}") from exc

    @asynccontextmanager
    async def lock(self, key: TokenKey, /) -> AsyncGenerator[None]:
        """Hold the lock of the key among tasks and workers. The lock of a worker that dies expires.

        Raises:
            TokenStoreError: On entry: the lock was not released in time, or Redis is unavailable.
        """
        async with AsyncExitStack() as stack:
            try:
                held_lock = await stack.enter_async_context(self._lock.hold(self._names(key)))
            except RedisFailure as exc:
                raise TokenStoreError(f"the lock of the token cannot be acquired: {exc}") from exc
            _held.set({**_held.get(), (self, key): held_lock})
            try:
                yield
            finally:
                _held.set({of: held for of, held in _held.get().items() if of != (self, key)})

    async def unfinished(self, key: TokenKey, /) -> float | None:
        """Return the seconds since another worker that has not finished last held the lock; None if there is none.

        It may have died, be frozen, or have failed to save. Redis forgets it when a later holder saves a token, and
        after a day.

        Raises:
            TokenStoreError: Redis is unavailable.
        """
        try:
            return await self._lock.unfinished(self._names(key), _held.get().get((self, key)))
        except RedisFailure as exc:
            raise TokenStoreError(f"the token cannot be read: {exc}") from exc

    async def reencrypt(self) -> int:
        """Encrypt all tokens of this prefix with the first key, plain ones too. Workers can keep using the store.

        Returns:
            The number of tokens.

        Raises:
            TokenStoreError: Redis is unavailable; or some tokens cannot be decrypted, and all others are encrypted.
            ValueError: The store has no keys.
        """
        if not self._encryption.has_keys:
            raise ValueError("the store has no encryption keys: pass encryption_keys")
        done, undecryptable = 0, list[str]()
        try:
            for name in await self._connection.find_keys(f"{self._prefix}:token:"):
                try:
                    done += await self._reencrypt(name)
                except DamagedDocumentError:
                    undecryptable.append(name)
        except RedisFailure as exc:
            raise TokenStoreError(f"{done} tokens were encrypted before an error: {exc}") from exc
        if undecryptable:
            raise TokenStoreError(
                f"{done} tokens were encrypted; {len(undecryptable)} cannot be decrypted with any of the encryption "
                f"keys and were not changed, the first of them {undecryptable[0]}"
            )
        return done

    async def close(self) -> None:
        """Close the connections opened here. A later call opens new ones. A Redis client passed in stays open."""
        await self._lock.settle()
        await self._connection.close()

    def _names(self, key: TokenKey) -> LockKeys:
        # The braces (a hash tag) keep the keys on one node of a cluster.
        name = storage_name(key)
        return LockKeys(
            token=f"{self._prefix}:token:{{{name}}}",
            lock=f"{self._prefix}:token-lock:{{{name}}}",
            holders=f"{self._prefix}:token-holders:{{{name}}}",
        )

    async def _load(self, key: TokenKey) -> Token | None:
        names = self._names(key)
        try:
            stored = await self._read(names.token)
            if stored is None:
                return None
            return from_document(key, self._encryption.decrypt(stored))
        except DamagedDocumentError as exc:
            reason = str(exc)
        raise TokenStoreError(
            f"the token {names.token} in {self._connection.server} cannot be used: {reason}. It was not changed; "
            "fix the cause, or delete it and have the user log in again"
        )

    async def _read(self, name: str) -> Secret | None:
        document = await self._connection.run(load_script("load_token"), parse=_document, keys=[name])
        if isinstance(document, DamagedDocumentError):
            raise document
        return document

    async def _save(self, key: TokenKey, document: Secret, held: HeldLock) -> bool:
        names, give_up_at = self._names(key), self._clock.monotonic() + self._save_timeout
        pauses = backoff_delays(self._rng, first=0.1, longest=1.0)
        while True:
            started_at = self._clock.monotonic()
            try:
                await self._load(key)
                return await self._connection.run(
                    load_script("fencing_token", "save_token"),
                    parse=flag,
                    keys=[names.token, names.holders],
                    arguments=[document, held.fencing_token, held.owner],
                )
            except RedisFailure as exc:
                # After a pause of the process the time can be over although Redis is available.
                if not exc.is_outage or started_at >= give_up_at:
                    raise TokenStoreError(f"the token cannot be saved: {exc}") from exc
            await self._clock.sleep(min(next(pauses), max(0.0, give_up_at - self._clock.monotonic())))

    async def _reencrypt(self, name: str) -> bool:
        """Encrypt one token, again if it changes in between. Return whether there is one."""
        while (stored := await self._read(name)) is not None:
            reencrypted = self._encryption.reencrypt(stored)
            if await self._connection.run(
                load_script("replace_token"), parse=flag, keys=[name], arguments=[stored, reencrypted]
            ):
                return True
        return False


def _document(reply: object) -> Secret | DamagedDocumentError | None:
    stored = optional_string(reply)
    if stored is None:
        return None
    return decoded_document(stored) if isinstance(stored, bytes) else Secret(stored)
