"""The client's own limit of requests in 24 hours, and the rate limiter that exchanges the usage with the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Final, TypeAlias

from spotify._checks import check_keywords, shown
from spotify.errors import QuotaExceededError
from spotify.impl.rate_limiting.in_process_rate_limiter import WindowLimit
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, PauseReason, Priority, RateLimiter
from spotify.interfaces.usage_ledger import UsageLedger
from spotify.operations import BY_ID
from spotify.usage import MADE, RETRIED, Usage

_INTERVAL: Final = 1.0  # seconds between two exchanges with the ledger
_ALL: Final = "*"
_ADVICE: Final = "stop, and continue after the wait, or raise ClientConfig(daily_limit=…)"


class _Total:
    """The requests made in the last 24 hours, of one operation or of all."""

    __slots__ = ("made", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.made = 0


_Limits: TypeAlias = tuple[tuple[_Total, int], ...]
"""What a request counts towards, each with the most requests."""


class LimitedUsage(Usage):
    """`Usage` that refuses requests beyond a number per 24 hours: bulk calls first, as a share is reserved for others.

    A request is checked and counted in one step when it is sent, so that concurrent calls do not exceed the limit
    together. Once one was refused, `check` refuses others before they wait to be sent.
    """

    __slots__ = ("_limits", "_limits_of", "_totals")

    def __init__(
        self,
        daily_limit: int | Mapping[str, int],
        *,
        reserve: float,
        now: Callable[[], float],
        limiter: RateLimiter | None = None,
        ledger: UsageLedger | None = None,
        only_quota_pauses: bool = False,
    ) -> None:
        """Start with nothing counted.

        Args:
            daily_limit: The most requests in 24 hours, 1 or more, or a limit for each of some operations by their ids,
                `*` for all operations together.
            reserve: The share of each limit that bulk calls leave free for interactive calls, from 0 to below 1.
            now: Returns seconds since the epoch.
            limiter: The rate limiter whose pauses to report.
            ledger: Shares the counts with other processes.
            only_quota_pauses: Whether to share only the pauses for the quota.

        Raises:
            ValueError: There is no such operation.
        """
        super().__init__(now=now, limiter=limiter, ledger=ledger, only_quota_pauses=only_quota_pauses)
        limits = {_ALL: daily_limit} if isinstance(daily_limit, int) else daily_limit
        for name in limits:
            if name != _ALL and name not in BY_ID:
                raise ValueError(f"daily_limit: there is no operation {shown(name)}; use an id such as 'get-an-album'")
        self._limits: Mapping[str, Mapping[Priority, int]] = {
            name: WindowLimit(limit=each, window=86_400.0, reserve=reserve).by_priority()
            for name, each in limits.items()
        }
        self._totals = {name: _Total(name) for name in limits}
        self._limits_of: Mapping[Priority, dict[str, _Limits]] = {"interactive": {}, "bulk": {}}

    def check(self, operation: Operation, priority: Priority, /) -> None:
        """Check that the limit allows one more request of the operation.

        Raises:
            QuotaExceededError: It does not.
        """
        now = self._now()
        with self._lock:
            if not self._bucket_floor <= now < self._bucket_end:
                self._begin_bucket(now)  # requests may have left the last 24 hours
            for total, limit in self._limits_for(operation, priority):
                if total.made >= limit:
                    raise self._error(operation, priority, total)

    def record_sent(self, operation: Operation, priority: Priority = "interactive", /, *, is_retry: bool) -> None:
        """Count a request that is sent now.

        Raises:
            QuotaExceededError: It would exceed the limit, and is not counted.
        """
        now = self._now()
        # Not a call of the parent's method, which would take the time and the lock again.
        with self._lock:
            if not self._bucket_floor <= now < self._bucket_end:
                self._begin_bucket(now)
            try:
                limits = self._limits_of[priority][operation.id]
            except KeyError:
                limits = self._limits_for(operation, priority)
            for total, limit in limits:
                if total.made >= limit:
                    self._changed()  # undoes what was added
                    raise self._error(operation, priority, total)
                total.made += 1
            counts = self._current.get(operation.id) or self._counts(operation, now)
            counts[MADE] += 1
            if is_retry:
                counts[RETRIED] += 1

    def _changed(self) -> None:
        self.is_limit_reached = False
        for total in self._totals.values():
            total.made = self.made(None if total.name == _ALL else total.name)

    def _limits_for(self, operation: Operation, priority: Priority) -> _Limits:
        limits = self._limits_of[priority][operation.id] = tuple(
            (self._totals[name], self._limits[name][priority]) for name in (_ALL, operation.id) if name in self._limits
        )
        return limits

    def _error(self, operation: Operation, priority: Priority, total: _Total) -> QuotaExceededError:
        self.is_limit_reached = True
        limits = self._limits[total.name]
        limit = f"{limits['interactive']}"
        if priority == "bulk":
            limit += f", {limits['bulk']} for bulk calls"
        is_of_all = total.name == _ALL
        calls = "calls" if is_of_all else f"calls of {total.name}"
        seconds = self.time_until_fewer(total.made - limits[priority] + 1, None if is_of_all else total.name)
        error = QuotaExceededError(
            f"The client has made {total.made} {calls} in 24 hours, and its own daily_limit is {limit}",
            status_code=429,
            operation=operation.id,
            retry_after=seconds,
        )
        error.advice = _ADVICE
        error.sent = error.may_have_been_executed = False
        error.retry_at = datetime.fromtimestamp(self._now() + seconds, UTC)
        return error


class UsageRateLimiter:
    """`RateLimiter` that refuses calls beyond the daily limit, and shares the usage with other processes.

    The ledger is read before the first request, so that none is sent that an earlier process was told not to send.
    After that, counts are exchanged in the background, at most once per second, and pauses at once. A ledger that
    cannot be used fails no call, and delays at most the first.
    """

    __slots__ = ("_has_ledger", "_inner", "_interval", "_is_closed", "_now", "_task", "_timer", "_usage")

    def __init__(
        self, inner: RateLimiter, *, usage: Usage, now: Callable[[], float], interval: float = _INTERVAL
    ) -> None:
        """Wrap a limiter.

        Args:
            inner: Decides when a request may be sent. It stays the caller's.
            usage: What was counted, and may be limited.
            now: Returns seconds since the epoch.
            interval: Seconds between two exchanges with the ledger, 0 or more.

        Raises:
            TypeError: `inner.pause` does not take `operation` and `reason`.
        """
        check_keywords("rate_limiter.pause", inner.pause, ("operation", "reason"))
        self._inner = inner
        self._usage = usage
        self._now = now
        self._interval = interval
        self._has_ledger = usage.has_ledger
        self._is_closed = False
        self._timer: tuple[asyncio.AbstractEventLoop, asyncio.TimerHandle] | None = None
        self._task: asyncio.Task[None] | None = None

    def slot(self, admission: Admission, /) -> AbstractAsyncContextManager[None]:
        """Return the context in which to send one request.

        Raises:
            QuotaExceededError: Now or on entering: the daily limit is reached, or Spotify's quota is used up.
            WaitTooLongError: On entering: the wait would be longer than the admission allows.
        """
        if self._has_ledger:
            if self._now() >= self._usage.current_until:
                return self._slot_after_load(admission)
            if self._timer is None or self._timer[0].is_closed():
                self._schedule()
        if self._usage.is_limit_reached:
            self._usage.check(admission.operation, admission.priority)
        return self._inner.slot(admission)

    @asynccontextmanager
    async def _slot_after_load(self, admission: Admission) -> AsyncGenerator[None]:
        """Read the ledger before the first request, or after a minute without one; exchange with it soon."""
        await self._usage.load()
        self._schedule()
        self._usage.check(admission.operation, admission.priority)
        async with self._inner.slot(admission):
            yield

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

    def _schedule(self) -> None:
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
                self._schedule()
