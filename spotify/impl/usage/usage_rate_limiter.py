"""A rate limiter around another one, for the daily limit and the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Final

from spotify._checks import check_keywords
from spotify.impl.usage.daily_limit import DailyLimit
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, PauseReason, RateLimiter
from spotify.usage import Usage

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
