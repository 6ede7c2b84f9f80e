"""The client's own limit of requests in 24 hours, and the rate limiter that applies it and exchanges the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from types import TracebackType
from typing import Final

from spotify._checks import check_keywords, shown
from spotify.errors import QuotaExceededError
from spotify.impl.rate_limiting.window_limit import WindowLimit
from spotify.interfaces.clock import Clock
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, PauseReason, Priority, RateLimiter
from spotify.operations import BY_ID
from spotify.usage import Limits, Usage

_ALL: Final = "*"
_ADVICE: Final = "stop, and continue after the wait, or raise ClientConfig(daily_limit=…)"


class DailyLimit:
    """Refuses requests beyond a number per 24 hours: bulk calls first, as a share is reserved for interactive calls.

    A request counts from when it is admitted, so that calls which wait to be sent do not exceed the limit together. It
    can be used by several threads.
    """

    __slots__ = ("_clock", "_limits", "_limits_of", "_usage")

    def __init__(self, limit: int | Mapping[str, int], *, reserve: float, usage: Usage, clock: Clock) -> None:
        """Create a limit.

        Args:
            limit: The most requests in 24 hours, 1 or more, or a limit for each of some operations by their ids, `*`
                for all operations together.
            reserve: The share of each limit that bulk calls leave free for interactive calls, from 0 to below 1.
            usage: The requests made.
            clock: Time.

        Raises:
            ValueError: There is no such operation.
        """
        limits = {_ALL: limit} if isinstance(limit, int) else limit
        for name in limits:
            if name != _ALL and name not in BY_ID:
                raise ValueError(f"daily_limit: there is no operation {shown(name)}; use an id such as 'get-an-album'")
        self._limits: Mapping[str, Mapping[Priority, int]] = {
            name: WindowLimit(limit=each, window=86_400.0, reserve=reserve).by_priority()
            for name, each in limits.items()
        }
        self._usage = usage
        self._clock = clock
        self._limits_of: dict[tuple[str, Priority], Limits] = {}

    def admit(self, admission: Admission) -> None:
        """Count a request that is going to be sent. Call `release` if `usage.record_sent` does not count it.

        Raises:
            QuotaExceededError: It would exceed the limit.
        """
        limits = self._limits_of.get((admission.operation.id, admission.priority)) or self._limits_for(admission)
        if (reached := self._usage.reserve(limits)) is not None:
            used = reached.made + reached.reserved
            excess = used - dict(limits)[reached] + 1
            seconds = self._usage.time_until_fewer(excess, reached.operation)
            raise self._error(admission, reached.operation or _ALL, used, seconds)

    def release(self, admission: Admission) -> None:
        """No longer count a request that was admitted and is not sent."""
        self._usage.release(self._limits_for(admission))

    def _limits_for(self, admission: Admission) -> Limits:
        key = admission.operation.id, admission.priority
        if (limits := self._limits_of.get(key)) is None:
            limits = self._limits_of[key] = tuple(
                (self._usage.total_of(None if name == _ALL else name), self._limits[name][admission.priority])
                for name in (_ALL, admission.operation.id)
                if name in self._limits
            )
        return limits

    def _error(self, admission: Admission, name: str, used: int, seconds: float) -> QuotaExceededError:
        limits = self._limits[name]
        limit = f"{limits['interactive']}"
        if admission.priority == "bulk":
            limit += f", {limits['bulk']} for bulk calls"
        calls = "calls" if name == _ALL else f"calls of {name}"
        error = QuotaExceededError(
            f"The client has made {used} {calls} in 24 hours, and its own daily_limit is {limit}",
            status_code=429,
            operation=admission.operation.id,
            retry_after=seconds,
        )
        error.advice = _ADVICE
        error.sent = error.may_have_been_executed = False
        error.retry_at = datetime.fromtimestamp(self._clock.time() + seconds, UTC)
        return error


_INTERVAL: Final = 1.0  # seconds


class UsageRateLimiter:
    """`RateLimiter` that refuses calls beyond the daily limit, and shares the usage with other processes.

    The ledger is read before the first request, so that none is sent that an earlier process was told not to send.
    After that, counts are exchanged in the background, at most once per second, and pauses at once. A ledger that
    cannot be used fails no call, and delays at most the first.
    """

    __slots__ = ("_daily_limit", "_has_ledger", "_inner", "_interval", "_is_closed", "_task", "_timer", "_usage")

    def __init__(
        self, inner: RateLimiter, *, usage: Usage, daily_limit: DailyLimit | None, interval: float = _INTERVAL
    ) -> None:
        """Wrap a limiter.

        Args:
            inner: Decides when a request may be sent. It stays the caller's.
            usage: What was counted.
            daily_limit: Refuses requests; None for no limit.
            interval: Seconds between two exchanges with the ledger, 0 or more.

        Raises:
            TypeError: `inner.pause` does not take `operation` and `reason`.
        """
        check_keywords("rate_limiter.pause", inner.pause, ("operation", "reason"))
        self._inner = inner
        self._usage = usage
        self._daily_limit = daily_limit
        self._interval = interval
        self._has_ledger = usage.has_ledger
        self._is_closed = False
        self._timer: tuple[asyncio.AbstractEventLoop, asyncio.TimerHandle] | None = None
        self._task: asyncio.Task[None] | None = None

    def slot(self, admission: Admission, /) -> AbstractAsyncContextManager[None]:
        """Return the context in which to send one request.

        Raises:
            QuotaExceededError: On entering: the daily limit is reached, or Spotify's quota is used up.
            WaitTooLongError: On entering: the wait would be longer than the admission allows.
        """
        slot, load = self._inner.slot(admission), None
        if self._has_ledger:
            if not self._usage.is_current:
                load = self.load
            elif self._timer is None or self._timer[0].is_closed():
                self.schedule()
        if load is None and self._daily_limit is None:
            return slot
        return _Slot(admission, slot, self._daily_limit, load)

    async def pause(self, seconds: float, /, *, operation: Operation | None, reason: PauseReason) -> None:
        """Pause for `seconds`, and store the pause before the refused call ends: the process may end with it."""
        await self._inner.pause(seconds, operation=operation, reason=reason)
        await self._usage.store_pauses()

    async def close(self) -> None:
        """Store what was counted, and exchange no more. The inner limiter stays open."""
        self._is_closed = True
        if self._timer is not None and self._timer[0] is asyncio.get_running_loop():
            self._timer[1].cancel()
        if self._task is not None and self._task.get_loop() is asyncio.get_running_loop():
            await asyncio.wait((self._task,))
        await self._usage.close()

    async def load(self) -> None:
        """Read the ledger before the first request, or after a minute without one; exchange with it soon."""
        if not self._usage.is_current:
            await self._usage.load()
        self.schedule()

    def schedule(self) -> None:
        """Exchange what is counted with the ledger, soon."""
        # A timer, not a task: it may be pending when an event loop ends, and a task would have to be cancelled.
        if self._timer is None or self._timer[0].is_closed():
            loop = asyncio.get_running_loop()
            self._timer = loop, loop.call_later(self._interval, self._start)

    def _start(self) -> None:
        if not self._is_closed and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._exchange())

    async def _exchange(self) -> None:
        try:
            if self._usage.has_news:
                await self._usage.sync()
        finally:
            self._timer = self._task = None
            if self._usage.has_news and self._usage.is_available and not self._is_closed:
                self.schedule()


class _Slot:
    """The context of one request."""

    __slots__ = ("_admission", "_daily_limit", "_inner", "_load")

    def __init__(
        self,
        admission: Admission,
        inner: AbstractAsyncContextManager[None],
        daily_limit: DailyLimit | None,
        load: Callable[[], Coroutine[None, None, None]] | None,
    ) -> None:
        self._admission = admission
        self._inner = inner
        self._daily_limit = daily_limit
        self._load = load

    async def __aenter__(self) -> None:
        if self._load is not None:
            await self._load()
        if self._daily_limit is None:
            await self._inner.__aenter__()
            return
        self._daily_limit.admit(self._admission)
        try:
            await self._inner.__aenter__()
        except BaseException:
            self._daily_limit.release(self._admission)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        return await self._inner.__aexit__(kind, error, traceback)
