"""Permits to send a request: those of one worker, and the Redis that grants them to all workers."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from spotify.impl.rate_limiting.gate import RAMP_UP_INTERVAL
from spotify.impl.rate_limiting.in_process_rate_limiter import WindowLimit
from spotify.impl.redis.connection import (
    RedisConnection,
    RedisFailure,
    UnexpectedReplyError,
    flag,
    integers,
    list_of,
    string,
)
from spotify.impl.redis.scripts import load_script
from spotify.interfaces.rate_limiter import PauseReason, Priority

if TYPE_CHECKING:
    from redis.asyncio import Redis

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitReport:
    """What happened to permits, by their numbers, since the previous report."""

    first: int
    """The first number of the permits requested with this report."""
    is_complete: bool
    """Whether the report is about all permits that count, and replaces all that Redis knows."""
    sent: Sequence[int]
    """Requests sent without a permit."""
    answered: Sequence[tuple[int, float]]
    """Requests with a response, each with its age in seconds."""
    unused: Sequence[int]
    """Permits granted and not used."""


class WorkerPermits:
    """The permits of one worker, and what happened to them that Redis does not know yet.

    Which request used which permit is not recorded: a response counts for the oldest permit in flight. The permits that
    remain are the later ones, which count for longer if nothing more is reported.
    """

    __slots__ = ("_answered", "_available", "_in_flight", "_is_known", "_next", "_sent", "_unused")

    def __init__(self) -> None:
        self._next = 1
        self._available: Final[dict[Priority, deque[tuple[int, float]]]] = {"interactive": deque(), "bulk": deque()}
        self._in_flight: deque[int] = deque()
        self._is_known = False
        self._sent: list[int] = []
        self._answered: list[tuple[int, float]] = []
        self._unused: list[int] = []

    @property
    def in_flight(self) -> int:
        """The number of requests without a response."""
        return len(self._in_flight)

    @property
    def has_news(self) -> bool:
        """Whether there is something to report, or soon will be."""
        return bool(self._answered or self._unused or self._sent or any(self._available.values()))

    def add(self, priority: Priority, numbers: Sequence[int], *, until: float) -> None:
        """Add permits that can be used until that time."""
        self._available[priority].extend((number, until) for number in numbers)

    def count(self, priority: Priority, now: float) -> int:
        """Return the number of permits of that priority that can be used."""
        available = self._available[priority]
        while available and available[0][1] <= now:
            self._unused.append(available.popleft()[0])
        return len(available)

    def allow(self, priority: Priority, now: float) -> bool:
        """Whether a request of that priority may be sent. Interactive calls may use permits for bulk calls too."""
        return self.count(priority, now) > 0 or (priority == "interactive" and self.count("bulk", now) > 0)

    def expire(self, now: float) -> None:
        """Return the permits that can no longer be used."""
        for priority in self._available:
            self.count(priority, now)

    def return_all(self) -> None:
        """Return the permits that were not used."""
        for available in self._available.values():
            self._unused.extend(number for number, _ in available)
            available.clear()

    def record_sent(self, priority: Priority) -> None:
        """Record a request: it uses a permit if there is one."""
        for available in (self._available[priority], self._available["bulk"]):
            if available:
                self._in_flight.append(available.popleft()[0])
                return
        number = self._reserve_numbers(1)[0]
        self._in_flight.append(number)
        self._sent.append(number)

    def record_response(self, now: float) -> None:
        """Record a response, or the failure of a request."""
        self._answered.append((self._in_flight.popleft(), now))

    def report(self, now: float, *, requested: int, response_times: Sequence[float]) -> PermitReport:
        """Return the next report. It has to reach Redis; otherwise call `lose`.

        Args:
            now: The time.
            requested: The number of permits requested with it.
            response_times: The times of the responses whose requests count in the window.
        """
        is_complete = not self._is_known
        if is_complete:
            numbers = self._reserve_numbers(len(response_times))
            self._answered = list(zip(numbers, response_times, strict=True))
            self._sent, self._unused = list(self._in_flight), []
        report = PermitReport(
            first=self._next,
            is_complete=is_complete,
            sent=self._sent,
            answered=[(number, now - time) for number, time in self._answered],
            unused=self._unused,
        )
        self._reserve_numbers(requested)
        self._sent, self._answered, self._unused = [], [], []
        self._is_known = True
        return report

    def lose(self) -> None:
        """Discard the permits, as it is unknown what Redis knows of them. The next report is complete."""
        for available in self._available.values():
            available.clear()
        self._sent, self._answered, self._unused = [], [], []
        self._is_known = False

    def _reserve_numbers(self, count: int) -> range:
        numbers = range(self._next, self._next + count)
        self._next += count
        return numbers


_MICROSECONDS: Final = 1_000_000

LONGEST_WAIT: Final = 1 / 4
"""A worker that needs more permits requests them again after this part of the window at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What Redis grants for the calls of one priority."""

    granted: int
    """The number of permits."""
    delay: float
    """Seconds until more may be available."""
    share: int
    """The worker's fair share of the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """The pauses that a worker knows, or Redis."""

    seconds: float = 0.0
    """Seconds left of the pause of all requests; 0.0 for none."""
    reason: PauseReason = "rate_limit"
    """The reason of the pause of all requests."""
    operations: Mapping[str, tuple[float, PauseReason]] = field(default_factory=dict[str, tuple[float, PauseReason]])
    """Seconds left and the reason of the pauses of operations, by operation id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeReply:
    """The reply of Redis to a report."""

    created_at: int
    """When the state in Redis was created, by the clock of Redis."""
    age: float
    """Seconds since `created_at`."""
    grants: Mapping[Priority, Grant] | None
    """The permits granted; None if Redis lost its state, and needs a complete report first."""
    workers: int
    """The number of workers."""
    pauses: Pauses
    """The last pause of all requests, and the pauses of single operations."""


class RedisPermits:
    """The permits of all workers, in Redis. Each method takes one round trip."""

    __slots__ = ("_connection", "_keys", "_settings", "_timeout", "server")

    def __init__(
        self,
        redis: str | Callable[[], str] | Redis,
        *,
        application: str,
        prefix: str,
        window_limit: WindowLimit | None,
        responses_to_open: int,
        lease: float,
        timeout: float,
        needed_by: str,
    ) -> None:
        """Check the arguments. Nothing is opened yet.

        Args:
            redis: A URL or a client.
            application: The application whose requests are counted together.
            prefix: The prefix of the keys.
            window_limit: The limit of requests in a window; None for no limit.
            responses_to_open: Responses required after a pause before the gate is fully open.
            lease: Seconds for which a permit counts, plus a window, if nothing is reported.
            timeout: Seconds for one round trip, connecting included.
            needed_by: The name of the class in the error raised if the extra is not installed.
        """
        self._connection = RedisConnection(redis, timeout=timeout, needed_by=needed_by)
        self.server: Final = self._connection.server
        # The braces keep the keys on one node of a cluster.
        self._keys = [
            f"{prefix}:rate:{{{application}}}:{name}" for name in ("gate", "permits", "counts", "workers", "operations")
        ]
        limits = {"interactive": 0, "bulk": 0} if window_limit is None else window_limit.by_priority()
        window = 0.0 if window_limit is None else window_limit.window
        self._settings = {
            "limit": limits["interactive"],
            "bulk_limit": limits["bulk"],
            "window": _microseconds(window),
            "lease": _microseconds(lease),
            "demand_lifetime": _microseconds(2 * window * LONGEST_WAIT),
            "responses_to_open": responses_to_open,
            "ramp_up_interval": _microseconds(RAMP_UP_INTERVAL),
        }
        self._timeout = timeout

    async def exchange(
        self, worker: str, report: PermitReport, requested: Mapping[Priority, int], *, created_at: int, pauses: Pauses
    ) -> ExchangeReply:
        """Report what happened to permits, and request more.

        Args:
            worker: The id of the worker.
            report: What happened to its permits.
            requested: The number of permits requested.
            created_at: When the state in Redis was created, as far as the worker knows; 0 if that does not matter.
            pauses: What to pause for all workers.

        Raises:
            RedisFailure: There was no reply in time. Redis may have processed the report.
        """
        request: dict[str, object] = {
            "worker": worker,
            "created_at": created_at,
            "paused": _microseconds(pauses.seconds),
            "reason": pauses.reason,
            "paused_operations": {
                operation: (_microseconds(seconds), reason)
                for operation, (seconds, reason) in pauses.operations.items()
            },
            **self._settings,
            "complete": report.is_complete,
            "first": report.first,
            "sent": report.sent,
            "answered": [(number, int(age * _MICROSECONDS)) for number, age in report.answered],
            "unused": report.unused,
            "interactive": requested["interactive"],
            "bulk": requested["bulk"],
        }
        script = load_script("server_time", "gate", "exchange_permits")
        argument = json.dumps(request, separators=(",", ":"))
        numbers, pauses_left = await self._run(script, _exchange_reply, self._keys, [argument])
        created_at, age, pause_left, interactive, bulk, delay, bulk_delay, share, bulk_share, workers = numbers
        grants: dict[Priority, Grant] = {
            "interactive": Grant(granted=interactive, delay=delay / _MICROSECONDS, share=share),
            "bulk": Grant(granted=bulk, delay=bulk_delay / _MICROSECONDS, share=bulk_share),
        }
        return ExchangeReply(
            created_at=created_at,
            age=age / _MICROSECONDS,
            grants=grants if workers else None,
            workers=workers,
            pauses=replace(pauses_left, seconds=pause_left / _MICROSECONDS),
        )

    async def pause(self, seconds: float, reason: PauseReason, operation_id: str | None) -> None:
        """Pause all workers for `seconds`, or one operation of all workers.

        Raises:
            RedisFailure: There was no reply in time. Redis may have recorded the pause.
        """
        script = load_script("server_time", "gate", "pause")
        keys = [self._keys[0], self._keys[-1]]
        await self._run(script, flag, keys, [_microseconds(seconds), reason, operation_id or ""])

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def _run(self, script: str, parse: Callable[[object], T], keys: list[str], arguments: list[str | int]) -> T:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timeout):
                return await self._connection.run(script, parse=parse, keys=keys, arguments=arguments)
        raise RedisFailure(f"{self.server} did not respond in time", is_outage=True)


def _exchange_reply(reply: object) -> tuple[list[int], Pauses]:
    """Parse the reply of the script: ten numbers, then the pauses."""
    values = list_of(reply)
    numbers = integers(10)(values[:-1])
    operations: dict[str, tuple[float, PauseReason]] = {}
    try:
        pauses = json.loads(string(values[-1]))
        # An empty table of Lua is an object or a list.
        for operation, (microseconds, reason) in dict(pauses["operations"]).items():
            operations[operation] = (microseconds / _MICROSECONDS, _reason(reason))
        return numbers, Pauses(reason=_reason(pauses["reason"]), operations=operations)
    except (ValueError, TypeError, KeyError, IndexError) as exc:
        raise UnexpectedReplyError from exc


def _reason(value: object) -> PauseReason:
    return "quota_exceeded" if value == "quota_exceeded" else "rate_limit"


def _microseconds(seconds: float) -> int:
    return round(seconds * _MICROSECONDS)
