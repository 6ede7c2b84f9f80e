"""A lock in Redis, whose holders are numbered."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from secrets import token_hex
from typing import Final, cast
from weakref import WeakValueDictionary

from spotify._concurrency import LoopBound, SingleFlight
from spotify.errors import TokenStoreError
from spotify.impl.execution.response_errors import growing_pauses
from spotify.impl.redis.connection import RedisConnection, RedisFailure
from spotify.impl.redis.scripts import load_script
from spotify.interfaces.clock import Clock

KEPT_WITHOUT_TOKEN: Final = 24 * 3600 * 1000
"""Milliseconds for which a number is remembered where there is no token, longer than anybody stalls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The keys of one user in Redis.

    Attributes:
        token: The token, and the numbers.
        lock: The lock.
    """

    token: str
    lock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """That the lock is held.

    Attributes:
        owner: Whose it is, as Redis knows them.
        number: The fencing token: larger than that of every holder before.
    """

    owner: str
    number: int


class _Waiting:
    """Those of one event loop who wait for locks.

    Attributes:
        queues: However many tasks wait for a lock, one of them asks Redis, and the others wait for their turn to ask.
        unanswered: Owners of whom nobody knows whether they got the lock, because no answer came. Who asks next goes on
            in their name, or the lock would be nobody's for as long as the lease lasts.
        unreleased: Owners who could not give the lock back. Who asks next takes it from them, for the same reason.
    """

    __slots__ = ("queues", "unanswered", "unreleased")

    def __init__(self) -> None:
        self.queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.unanswered: dict[str, str] = {}
        self.unreleased: dict[str, str] = {}


class RedisLock:
    """A lease, which ends by itself; what a holder does after that is told apart by their number.

    It is not renewed. Whatever a holder waits for ends sooner, and one who stalls must not keep it.
    """

    __slots__ = ("_clock", "_connection", "_lifetime", "_patience", "_releases", "_rng", "_waiting")

    def __init__(
        self, connection: RedisConnection, *, lifetime: float, patience: float, clock: Clock, rng: random.Random
    ) -> None:
        """Take the settings.

        Args:
            connection: Where it is.
            lifetime: Seconds for which it is held at most.
            patience: Seconds to wait for it.
            clock: Measures the wait.
            rng: Spreads the tries of those who wait.
        """
        self._connection = connection
        self._lifetime = lifetime
        self._patience = patience
        self._clock = clock
        self._rng = rng
        self._waiting: LoopBound[_Waiting] = LoopBound(_Waiting)
        self._releases: SingleFlight[None] = SingleFlight(must_finish=True)

    async def acquire(self, names: Names) -> Hold:
        """Wait for the lock, and take it.

        Raises:
            TokenStoreError: It did not come free in time.
            RedisFailure: Redis could not be asked.
        """
        give_up_at = self._clock.monotonic() + self._patience
        queue = self._waiting.get().queues.setdefault(names.lock, asyncio.Lock())
        try:
            async with asyncio.timeout(self._patience):
                await queue.acquire()
        except TimeoutError:
            raise self._still_held(names) from None
        try:
            return await self._asked(names, give_up_at)
        finally:
            queue.release()

    async def release(self, names: Names, hold: Hold) -> None:
        """Give the lock back, if it is still held. If Redis cannot be told, the lease ends it.

        It is given back even if the caller is cancelled on the way, which `settle` waits for.
        """

        async def tell() -> None:
            try:
                await self._connection.run(load_script("release_lock"), keys=[names.lock], arguments=[hold.owner])
            except RedisFailure:
                self._waiting.get().unreleased[names.lock] = hold.owner

        await self._releases.run(tell, key=hold.owner)

    async def settle(self) -> None:
        """Wait until the locks that are being given back are."""
        await self._releases.settle()

    async def _asked(self, names: Names, give_up_at: float) -> Hold:
        waiting = self._waiting.get()
        owner = waiting.unanswered.setdefault(names.lock, token_hex(16))
        for pause in growing_pauses(self._rng, first=0.02, longest=0.25):
            number, left = await self._try(names, owner, waiting.unreleased.get(names.lock, ""))
            if number:
                del waiting.unanswered[names.lock]
                waiting.unreleased.pop(names.lock, None)
                return Hold(owner=owner, number=number)
            patience_left = give_up_at - self._clock.monotonic()
            if patience_left <= 0:
                break
            await self._clock.sleep(min(pause, left, patience_left))
        del waiting.unanswered[names.lock]
        raise self._still_held(names)

    async def _try(self, names: Names, owner: str, taken_from: str) -> tuple[int, float]:
        answer = await self._connection.run(
            load_script("fencing_token", "acquire_lock"),
            keys=[names.token, names.lock],
            arguments=[owner, max(1, round(self._lifetime * 1000)), KEPT_WITHOUT_TOKEN, taken_from],
        )
        number, milliseconds_left = cast("tuple[int, int]", answer)
        return number, milliseconds_left / 1000

    def _still_held(self, names: Names) -> TokenStoreError:
        return TokenStoreError(
            f"another worker has held the lock {names.lock} in {self._connection.server} for {self._patience:g} s; "
            "see what it is doing, or wait longer"
        )
