"""The client's own limit of requests in 24 hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from spotify._checks import shown
from spotify.errors import QuotaExceededError
from spotify.impl.rate_limiting.window_limit import WindowLimit
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, Priority
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
