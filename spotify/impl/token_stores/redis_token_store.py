"""Tokens in Redis, shared by the workers of many machines."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from spotify._checks import check_methods, check_number, check_text
from spotify.credentials import Secret
from spotify.errors import TokenStoreError, TokenSupersededError
from spotify.impl.execution.retry import backoff_delays
from spotify.impl.redis.connection import RedisConnection, RedisFailure
from spotify.impl.redis.lock import TOKENLESS_LIFETIME, LockKeys, RedisLock
from spotify.impl.redis.scripts import load_script
from spotify.impl.system_clock import SystemClock
from spotify.impl.token_stores.encryption import DocumentEncryption
from spotify.impl.token_stores.token_document import DamagedDocumentError, from_document, name_of, to_document
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import Token, TokenKey

if TYPE_CHECKING:
    from types import TracebackType

    from redis.asyncio import Redis

_NEW_NUMBER: Final = 0

# The numbers of the locks that the running task holds, by store and user: how `save` knows who calls it.
_held: ContextVar[Mapping[tuple[RedisTokenStore, TokenKey], int]] = ContextVar("_held", default=MappingProxyType({}))


class RedisTokenStore:
    """`TokenStore` in Redis (5 or later), for workers on many machines: one of them refreshes a token, all use it.

    ::

        async with RedisTokenStore("rediss://:password@redis.example.org", encryption_keys=[key]) as store:
            auth = AuthorizationCodeAuth(client_id, client_secret, redirect_uri, user="ana", store=store)

    A refresh takes place under a lock that ends by itself, so that a worker that dies or stalls blocks nobody for long.
    Each holder has a number larger than those before (a fencing token), and Redis refuses what comes from an earlier
    holder than the latest that wrote: one who comes back late does not overwrite a newer token.

    A refresh token that is lost cannot be had again: let Redis write what it is told to disk (`appendonly yes`), and
    evict nothing (`maxmemory-policy noeviction`), or nothing but what has an end (`volatile-lru`), where it keeps
    answers as well. A store that many users share is closed by whoever made it, not by
    their clients. It needs the extra: `pip install 'async-spotify-client[redis]'`.
    """

    __slots__ = ("_clock", "_connection", "_encryption", "_lock", "_prefix", "_rng", "_save_timeout")

    def __init__(
        self,
        redis: str | Redis,
        *,
        prefix: str = "spotify",
        encryption_keys: Iterable[str | bytes | Secret] = (),
        lock_lifetime: float = 45.0,
        lock_timeout: float = 60.0,
        save_timeout: float = 10.0,
        timeout: float = 5.0,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            redis: A URL (`redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS, `unix://path`), or a
                client, which stays the caller's and serves one event loop.
            prefix: How the keys in Redis begin.
            encryption_keys: Keys of `cryptography.fernet.Fernet`: the first encrypts, all of them decrypt. Without any,
                tokens are kept as plain JSON. To change the key, give the new one to all workers, behind the old one;
                then put it in front; then call `reencrypt`; then drop the old one.
            lock_lifetime: Seconds after which a worker that still holds the lock has lost it, more than 0: longer than
                a token request can take (`ClientConfig.timeout`). It is not renewed.
            lock_timeout: Seconds to wait for another worker's refresh; longer than `lock_lifetime`, or a worker that
                died lets the others fail.
            save_timeout: Seconds for which a save is tried again while Redis is away, because what it saves cannot be
                had again.
            timeout: Seconds to wait for a connection to Redis, and for an answer, more than 0. A client that is given
                has its own.
            clock: Measures the waits; None for the system's.
            rng: Spreads the tries of those who wait; None for one of its own.

        Raises:
            ImportError: The extra is not installed.
            TypeError: An argument is of the wrong type.
            ValueError: The URL or a key cannot be understood, or a number is too small.
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
        """Return the token kept for the key; None if there is none.

        Raises:
            TokenStoreError: Redis cannot be reached, or what is there is damaged or cannot be decrypted.
        """
        try:
            return await self._load(key)
        except RedisFailure as exc:
            raise TokenStoreError(f"the token cannot be read: {exc}") from exc

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Keep the token; call it inside `lock`. Outside of it, the token counts as newer than all before.

        Raises:
            TokenSupersededError: The lock had been lost, and the next worker saved or deleted a token since.
            TokenStoreError: Redis could not be reached in time; or what is there is damaged or cannot be decrypted, and
                so may be anything.
        """
        document = self._encryption.encrypt(to_document(key, token))
        number = _held.get().get((self, key), _NEW_NUMBER)
        if not await self._saved(key, document, number):
            raise TokenSupersededError(
                "the token was not saved: the lock was held for too long, and another worker has saved or deleted a "
                "token since"
            )

    async def delete(self, key: TokenKey, /) -> None:
        """Forget the token; call it inside `lock`. A worker that lost the lock cannot bring it back.

        Raises:
            TokenStoreError: Redis cannot be reached.
        """
        try:
            await self._connection.run(
                load_script("fencing_token", "delete_token"),
                keys=[self._names(key).token],
                arguments=[TOKENLESS_LIFETIME],
            )
        except RedisFailure as exc:
            raise TokenStoreError(f"the token cannot be deleted: {exc}") from exc

    @asynccontextmanager
    async def lock(self, key: TokenKey, /) -> AsyncGenerator[None]:
        """Let one task of one worker in at a time; a dead worker's lock comes free after `lock_lifetime`.

        Raises:
            TokenStoreError: On entering: another one did not come out in time, or Redis cannot be reached.
        """
        names = self._names(key)
        try:
            held_lock = await self._lock.acquire(names)
        except RedisFailure as exc:
            raise TokenStoreError(f"the lock of the token cannot be taken: {exc}") from exc
        _held.set({**_held.get(), (self, key): held_lock.fencing_token})
        try:
            yield
        finally:
            _held.set({held: number for held, number in _held.get().items() if held != (self, key)})
            await self._lock.release(names, held_lock)

    async def reencrypt(self) -> int:
        """Encrypt all tokens of this prefix with the first key, plain ones too, while workers go on; return how many.

        Raises:
            TokenStoreError: Redis cannot be reached, or some cannot be decrypted; the others are done.
            ValueError: There are no keys.
        """
        if not self._encryption.has_keys:
            raise ValueError("there is nothing to encrypt with: give the store encryption_keys")
        done, undecryptable = 0, list[str]()
        try:
            for name in await self._connection.find_keys(f"{self._prefix}:token:"):
                try:
                    done += await self._reencrypted(name)
                except DamagedDocumentError:
                    undecryptable.append(name)
        except RedisFailure as exc:
            raise TokenStoreError(f"{done} tokens were encrypted, then it stopped: {exc}") from exc
        if undecryptable:
            raise TokenStoreError(
                f"{done} tokens were encrypted; {len(undecryptable)} cannot be decrypted with the encryption keys that "
                f"were given, the first of them {undecryptable[0]}. They were left as they are"
            )
        return done

    async def close(self) -> None:
        """Close the connections that were opened here; a later call opens them again. A client given stays open."""
        await self._lock.settle()
        await self._connection.close()

    def _names(self, key: TokenKey) -> LockKeys:
        # The braces keep both keys on one node of a cluster.
        name = name_of(key)
        return LockKeys(token=f"{self._prefix}:token:{{{name}}}", lock=f"{self._prefix}:token-lock:{{{name}}}")

    async def _load(self, key: TokenKey) -> Token | None:
        names = self._names(key)
        stored = await self._stored(names.token)
        if stored is None:
            return None
        try:
            return from_document(key, self._encryption.decrypt(stored))
        except DamagedDocumentError as exc:
            reason = str(exc)
        raise TokenStoreError(
            f"the token {names.token} in {self._connection.server} cannot be used: {reason}. It was left as it is; put "
            "right what is wrong, or delete it and let the user log in again"
        )

    async def _stored(self, name: str) -> Secret | None:
        answer = await self._connection.run(load_script("load_token"), keys=[name])
        if isinstance(answer, bytes):
            return Secret(answer.decode("utf-8", "replace"))
        return Secret(answer) if isinstance(answer, str) else None

    async def _saved(self, key: TokenKey, document: Secret, number: int) -> bool:
        give_up_at = self._clock.monotonic() + self._save_timeout
        pauses = backoff_delays(self._rng, first=0.1, longest=1.0)
        while True:
            try:
                await self._load(key)
                return bool(
                    await self._connection.run(
                        load_script("fencing_token", "save_token"),
                        keys=[self._names(key).token],
                        arguments=[document, number],
                    )
                )
            except RedisFailure as exc:
                pause = next(pauses)
                if not exc.is_outage or self._clock.monotonic() + pause > give_up_at:
                    raise TokenStoreError(f"the token cannot be saved: {exc}") from exc
            await self._clock.sleep(pause)

    async def _reencrypted(self, name: str) -> bool:
        """Encrypt one token anew, whatever else happens to it meanwhile; return whether there is one."""
        while (stored := await self._stored(name)) is not None:
            renewed = self._encryption.renew(stored)
            if await self._connection.run(load_script("replace_token"), keys=[name], arguments=[stored, renewed]):
                return True
        return False
