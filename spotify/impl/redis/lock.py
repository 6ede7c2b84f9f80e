"""A lock in Redis with fencing tokens."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from secrets import token_hex
from typing import Final
from weakref import WeakValueDictionary

from spotify._concurrency import SingleFlight
from spotify._event_loops import LoopBound
from spotify.errors import TokenStoreError
from spotify.impl.execution.retry import backoff_delays
from spotify.impl.redis.connection import RedisConnection, RedisFailure, flag, integers
from spotify.impl.redis.scripts import load_script
from spotify.interfaces.clock import Clock

TOKENLESS_LIFETIME: Final = 24 * 3600 * 1000
"""Milliseconds for which a fencing token is kept where there is no token: longer than a holder can stall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockKeys:
    """The keys of one user in Redis."""

    token: str
    """The token, and the fencing tokens."""
    lock: str
    """The lock."""
    holders: str
    """The owners that have not finished, and when each last held the lock."""


@dataclass(slots=True, kw_only=True)
class HeldLock:
    """A lock that is held."""

    owner: str
    """The owner, as in Redis."""
    fencing_token: int
    """A number that is larger than the fencing token of every earlier holder."""
    has_unsaved: bool = False
    """Whether the holder failed to save."""


class _LoopState:
    """The tasks of one event loop that wait for locks."""

    __slots__ = ("_acquisitions", "_is_idle", "is_closing", "queues", "unconfirmed", "unreleased")

    def __init__(self) -> None:
        self.is_closing = False
        self._acquisitions = 0
        self._is_idle = asyncio.Event()
        self.queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """One task per lock polls Redis; the others wait for their turn here."""
        self.unconfirmed: dict[str, str] = {}
        """Owners that may hold the lock, because there was no reply. The next try continues under their name; otherwise
        the lock is lost until its lease ends.
        """
        self.unreleased: dict[str, str] = {}
        """Owners that could not release the lock. The next try takes the lock from them; otherwise it is lost until its
        lease ends.
        """

    @contextmanager
    def acquisition(self) -> Generator[None]:
        """Let `end_acquisitions` wait for the end of the context."""
        self._acquisitions += 1
        try:
            yield
        finally:
            self._acquisitions -= 1
            if not self._acquisitions:
                self._is_idle.set()

    async def end_acquisitions(self) -> None:
        """Let the acquisitions in progress fail, and wait until they have."""
        self.is_closing = True
        try:
            while self._acquisitions:
                self._is_idle.clear()
                await self._is_idle.wait()
        finally:
            self.is_closing = False


class RedisLock:
    """A lock with a lease, which the holder renews while its event loop runs. After its death the lease ends by itself.

    A holder that stalls can lose the lock. Fencing tokens tell it from the current holder, and `unfinished` tells the
    current holder that it may continue.
    """

    __slots__ = ("_clock", "_connection", "_lease", "_lifetime", "_releases", "_rng", "_state", "_timeout")

    def __init__(
        self, connection: RedisConnection, *, lifetime: float, timeout: float, clock: Clock, rng: random.Random
    ) -> None:
        """Create a lock.

        Args:
            connection: The Redis that holds it.
            lifetime: Seconds of the lease. It is renewed after a third of them.
            timeout: Seconds to wait for the lock.
            clock: Measures the wait.
            rng: Adds jitter to the polling.
        """
        self._connection = connection
        self._lifetime = lifetime
        self._lease = max(1, round(lifetime * 1000))
        self._timeout = timeout
        self._clock = clock
        self._rng = rng
        self._state: LoopBound[_LoopState] = LoopBound(_LoopState)
        self._releases: SingleFlight[None] = SingleFlight(on_cancel="finish")

    @asynccontextmanager
    async def hold(self, keys: LockKeys) -> AsyncGenerator[HeldLock]:
        """Hold the lock during the context.

        A holder that failed to save tries it again later, if the `TokenStoreError` leaves the context.

        Raises:
            TokenStoreError: On entry: the lock was not released in time.
            RedisFailure: On entry: Redis failed.
        """
        held = await self.acquire(keys)
        renewing = asyncio.create_task(self._renew(keys, held))
        has_finished = True
        try:
            yield held
        except TokenStoreError:
            has_finished = not held.has_unsaved
            raise
        finally:
            renewing.cancel()
            await self.release(keys, held, has_finished=has_finished)

    async def acquire(self, keys: LockKeys) -> HeldLock:
        """Wait for the lock, and acquire it. A caller that is cancelled does not get it, and releases it.

        Raises:
            TokenStoreError: The lock was not released in time, or never expires.
            RedisFailure: Redis failed.
        """
        deadline = self._clock.monotonic() + self._timeout
        state = self._state.get()
        queue = state.queues.setdefault(keys.lock, asyncio.Lock())
        with state.acquisition():
            try:
                async with asyncio.timeout(self._timeout):
                    await queue.acquire()
            except TimeoutError:
                raise self._still_held(keys) from None
            try:
                return await self._poll(keys, deadline)
            finally:
                queue.release()

    async def release(self, keys: LockKeys, held: HeldLock, *, has_finished: bool = True) -> None:
        """Release the lock, if it is still held. If Redis fails, the lease ends it.

        The lock is released even if the caller is cancelled; `settle` waits for that.

        Args:
            keys: The keys.
            held: The lock.
            has_finished: Whether the holder saves nothing more.
        """

        async def release() -> None:
            try:
                await self._release(keys, held.owner, has_finished=has_finished)
            except RedisFailure:
                self._state.get().unreleased[keys.lock] = held.owner

        await self._releases.run(release, key=held.owner)

    async def unfinished(self, keys: LockKeys, held: HeldLock | None) -> float | None:
        """Return the seconds since an earlier holder that has not finished last held the lock; None if there is none.

        Args:
            keys: The keys.
            held: The lock of the caller; None if it does not hold it.

        Raises:
            RedisFailure: Redis failed.
        """
        (milliseconds,) = await self._connection.run(
            load_script("server_time", "unfinished_holder"),
            parse=integers(1),
            keys=[keys.holders],
            arguments=["" if held is None else held.owner],
        )
        return None if milliseconds < 0 else milliseconds / 1000

    async def settle(self) -> None:
        """Give up the acquisitions of this event loop, and wait until all releases have finished."""
        if (state := self._state.find()) is not None:
            await state.end_acquisitions()
        await self._releases.settle()

    async def _poll(self, keys: LockKeys, deadline: float) -> HeldLock:
        state = self._state.get()
        owner = state.unconfirmed.setdefault(keys.lock, token_hex(16))
        attempt: asyncio.Task[tuple[int, float]] | None = None
        try:
            for pause in backoff_delays(self._rng, first=0.02, longest=0.25):
                # In a task, which is not cancelled: otherwise Redis could still execute it after the release.
                attempt = asyncio.create_task(self._try(keys, owner, state.unreleased.get(keys.lock, "")))
                await asyncio.wait((attempt,))
                fencing_token, lease_left = attempt.result()
                if state.is_closing:
                    break
                if fencing_token:
                    del state.unconfirmed[keys.lock]
                    state.unreleased.pop(keys.lock, None)
                    return HeldLock(owner=owner, fencing_token=fencing_token)
                time_left = deadline - self._clock.monotonic()
                if time_left <= 0:
                    break
                await self._clock.sleep(min(pause, lease_left, time_left))
        except asyncio.CancelledError:
            await self._releases.run(partial(self._give_up, keys, owner, attempt), key=owner)
            raise
        finally:
            del attempt  # no cycle of its error and this frame
        if state.is_closing:
            await self._releases.run(partial(self._give_up, keys, owner, None), key=owner)
            raise TokenStoreError(f"the token store was closed before it acquired the lock {keys.lock}; close it later")
        del state.unconfirmed[keys.lock]
        raise self._still_held(keys)

    async def _give_up(self, keys: LockKeys, owner: str, attempt: asyncio.Task[tuple[int, float]] | None) -> None:
        """Release a lock that an attempt may acquire. If Redis fails, the owner stays unconfirmed."""
        if attempt is not None:
            await asyncio.wait((attempt,))
            if not attempt.cancelled() and attempt.exception() is not None:
                return
        with suppress(RedisFailure):
            await self._release(keys, owner, has_finished=True)
            self._state.get().unconfirmed.pop(keys.lock, None)

    async def _release(self, keys: LockKeys, owner: str, *, has_finished: bool) -> None:
        await self._connection.run(
            load_script("release_lock"),
            parse=flag,
            keys=[keys.lock, keys.holders],
            arguments=[owner, int(has_finished)],
        )

    async def _renew(self, keys: LockKeys, held: HeldLock) -> None:
        """Renew the lease until it is lost."""
        is_held = True
        while is_held:
            await asyncio.sleep(self._lifetime / 3)  # not by the clock: the lease ends by that of Redis
            with suppress(RedisFailure):
                is_held = await self._connection.run(
                    load_script("server_time", "renew_lock"),
                    parse=flag,
                    keys=[keys.lock, keys.holders],
                    arguments=[held.owner, self._lease],
                )

    async def _try(self, keys: LockKeys, owner: str, previous_owner: str) -> tuple[int, float]:
        """Try once; return the fencing token, 0 for none, and the seconds left of the lease."""
        fencing_token, milliseconds_left = await self._connection.run(
            load_script("server_time", "fencing_token", "acquire_lock"),
            parse=integers(2),
            keys=[keys.token, keys.lock, keys.holders],
            arguments=[owner, self._lease, TOKENLESS_LIFETIME, previous_owner],
        )
        if fencing_token < 0:  # Redis's reply to a number that is too large
            raise TokenStoreError(
                f"{keys.token} in {self._connection.server} has an invalid fencing token, so it is not one of this "
                "library; delete it and have the user log in again, or use another prefix"
            )
        if milliseconds_left < 0:
            raise TokenStoreError(
                f"the lock {keys.lock} in {self._connection.server} never expires, so it is not one of this library; "
                "delete it, or use another prefix"
            )
        return fencing_token, milliseconds_left / 1000

    def _still_held(self, keys: LockKeys) -> TokenStoreError:
        return TokenStoreError(
            f"another worker has held the lock {keys.lock} in {self._connection.server} for {self._timeout:g} s; "
            "check that worker, or increase lock_timeout"
        )
