"""Paces one worker of many by permits from Redis."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from secrets import token_hex
from typing import Final, Literal, TypeAlias

from spotify.errors import RateLimiterError
from spotify.impl.circuit_breaker import CircuitBreaker
from spotify.impl.rate_limiting.concurrency_queue import BULK_FLOOR, ConcurrencyQueue
from spotify.impl.rate_limiting.gate import Gate, OperationPauses
from spotify.impl.rate_limiting.in_process_rate_limiter import LocalPacer, WindowLimit
from spotify.impl.rate_limiting.redis_permits import LONGEST_WAIT, Grant, Pauses, RedisPermits, WorkerPermits
from spotify.impl.redis.connection import RedisFailure
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import PauseReason, Priority

WhenUnavailable: TypeAlias = Literal["local", "refuse"]
"""What happens to calls while Redis is unavailable."""

_PRIORITIES: Final[tuple[Priority, ...]] = ("interactive", "bulk")
# Seconds between two tries to reach a Redis that is unavailable.
_RETRY_PAUSE: Final = 1.0
# Seconds between two exchanges without a window limit.
_DEFAULT_WINDOW: Final = 1.0
# The part of the window by which a worker delays its next exchange, so that permits that become available shortly after
# each other are requested together, and none is requested too early.
_EXTRA_DELAY: Final = 1 / 80
# A report is sent with the next request for permits; without one, after this part of the window. Other workers need it
# only a window later.
_REPORT_DELAY: Final = 1 / 8
_LONGEST_REPORT_DELAY: Final = 2.0


class SharedPacer:
    """`Pacer` of one worker: one event loop of one process.

    A request needs a permit from Redis. One exchange requests permits for all requests that wait and could be sent, and
    reports what happened to earlier permits; requests that arrive during the exchange wait for the next one. Permits
    are not stockpiled: a permit that is not used within `timeout` of its exchange is returned. So a pause in Redis
    applies to all workers: requests sent after that were granted before.

    While Redis is unavailable the worker keeps to its fair share of the limit by its own count. It continues to do so
    for a window after Redis is available again, or was found to have lost its state: by then every worker has reported
    all its permits.
    """

    def __init__(
        self,
        redis: RedisPermits,
        gate: Gate,
        pauses: OperationPauses,
        window_limit: WindowLimit | None,
        *,
        when_unavailable: WhenUnavailable,
        timeout: float,
        clock: Clock,
    ) -> None:
        """Create a pacer; call `attach` next."""
        self._redis = redis
        self._gate = gate
        self._pauses = pauses
        self._window = _DEFAULT_WINDOW if window_limit is None else window_limit.window
        self._window_limit = window_limit
        self._when_unavailable = when_unavailable
        self._timeout = timeout
        self._clock = clock
        self._local = LocalPacer(gate, window_limit, clock)
        self._breaker = CircuitBreaker(redis.server, pause=_RETRY_PAUSE, clock=clock)
        self._permits = WorkerPermits()
        self._worker = token_hex(8)
        self._workers = 1
        self._created_at = 0
        self._local_until = -math.inf
        self._request_at: dict[Priority, float] = dict.fromkeys(_PRIORITIES, -math.inf)
        # When Redis may grant more at the earliest, as far as it knows. Other requests may end in between.
        self._available_at: dict[Priority, float] = dict.fromkeys(_PRIORITIES, -math.inf)
        self._has_unreported_pause = False
        self._queue: ConcurrencyQueue
        self._is_closed = False
        self._exchange: asyncio.Task[None] | None = None
        self._report_timer: asyncio.TimerHandle | None = None

    def attach(self, queue: ConcurrencyQueue) -> None:
        """Request permits for the requests in that queue."""
        self._queue = queue

    def delay_until_ready(self, priority: Priority, in_flight: int) -> float:
        """Return the seconds until a request of this priority may be sent.

        0.0 for now, infinity if a response or a reply of Redis has to be received first. In the latter case this starts
        an exchange.
        """
        if (seconds := self._gate.delay_until_ready()) > 0.0:
            return seconds
        if self._breaker.is_open:
            if self._breaker.delay_until_retry() <= 0.0:
                self._start_exchange()
            return (
                math.inf if self._when_unavailable == "refuse" else self._local.delay_until_ready(priority, in_flight)
            )
        if self._keeps_to_share() and (seconds := self._local.delay_until_ready(priority, in_flight)) > 0.0:
            return seconds
        now = self._clock.monotonic()
        if self._permits.allow(priority, now):
            return 0.0
        if self._exchange is None:
            if now < self._request_at[priority]:
                return self._request_at[priority] - now
            self._start_exchange()
        return math.inf

    def pause_left(self) -> float:
        """Return the seconds left of a pause."""
        return self._gate.pause_left()

    def pause_reason(self) -> PauseReason:
        """Return the reason of that pause."""
        return self._gate.reason

    def shortest_wait(self, priority: Priority, in_flight: int, ahead: int) -> float:
        """Return a lower bound, in seconds, of the time until a request is sent that has `ahead` others before it."""
        seconds = self._gate.pause_left()
        if self._window_limit is None:
            return seconds
        if self._breaker.is_open:
            return self._local.shortest_wait(priority, in_flight, ahead)
        # Other workers may stop requesting, so that all permits are for this one.
        windows = ahead // self._window_limit.by_priority()[priority]
        available = max(0.0, self._available_at[priority] - self._clock.monotonic())
        return max(seconds, available + windows * self._window)

    def bulk_interval(self) -> float:
        """Return the most seconds between two bulk requests of this worker while some wait.

        Interactive calls that fill the limit may be those of other workers. In this time the limit allows `BULK_FLOOR`
        requests to each worker.
        """
        if self._window_limit is None:
            return math.inf
        return self._window * BULK_FLOOR * self._workers / self._window_limit.limit

    def check(self) -> None:
        """Check that requests can be sent at all.

        Raises:
            RateLimiterError: Redis is unavailable, and nothing may be sent without it.
        """
        if self._when_unavailable == "refuse" and self._breaker.is_open and self._exchange is None:
            error = RateLimiterError(
                f"Not sent: {self._redis.server}, which holds the rate limit of all workers, is unavailable: "
                f"{self._breaker.reason}"
            )
            error.may_have_been_executed = False
            raise error

    def record_sent(self, priority: Priority) -> None:
        """Record a request."""
        self._local.record_sent(priority)
        self._permits.record_sent(priority)

    def record_response(self) -> None:
        """Record a response, or the failure of a request."""
        self._local.record_response()
        self._permits.record_response(self._clock.monotonic())
        self._schedule_report()

    async def pause(self, seconds: float, reason: PauseReason, operation_id: str | None) -> None:
        """Pause all workers, or one operation of theirs; if Redis is unavailable, as soon as it is available again."""
        self._has_unreported_pause = True
        if operation_id is None:
            self._permits.return_all()
        try:
            if self._breaker.delay_until_retry() <= 0.0:
                await self._redis.pause(seconds, reason, operation_id)
                self._has_unreported_pause = False
        except RedisFailure as exc:
            self._fail(str(exc))
        finally:
            self._schedule_report()

    async def close(self) -> None:
        """Send a last report if Redis is available, and leave no task behind. The pacer cannot be used again."""
        self._is_closed = True
        if self._report_timer is not None:
            self._report_timer.cancel()
        if self._exchange is not None:
            await asyncio.wait([self._exchange])
        self._permits.return_all()
        if self._permits.has_news and not self._breaker.is_open:
            await asyncio.wait([self._start_exchange()])

    def _start_exchange(self) -> asyncio.Task[None]:
        if self._exchange is None:
            self._exchange = asyncio.create_task(self._run_exchange())
        return self._exchange

    async def _run_exchange(self) -> None:
        try:
            await self._exchange_permits()
        except RedisFailure as exc:
            self._fail(str(exc))
        except asyncio.CancelledError:
            self._is_closed = True  # the event loop ends: nothing else cancels this task
            raise
        except BaseException as exc:
            self._fail(type(exc).__name__)  # otherwise the queue would wait for ever
            raise
        finally:
            self._exchange = None
            self._queue.wake_next()
            self._schedule_report()

    async def _exchange_permits(self) -> None:
        started = self._clock.monotonic()
        was_unavailable, created_at, reports_pause = self._breaker.is_open, self._created_at, self._has_unreported_pause
        requested = self._permits_to_request(started)
        if not (any(requested.values()) or self._permits.has_news or reports_pause or was_unavailable):
            return
        report = self._permits.report(
            started, requested=sum(requested.values()), response_times=self._local.response_times()
        )
        reply = await self._redis.exchange(
            self._worker,
            report,
            requested,
            created_at=0 if report.is_complete else created_at,
            pauses=self._known_pauses() if reports_pause else Pauses(),
        )
        self._breaker.record_success()
        for operation_id, (seconds, reason) in reply.pauses.operations.items():
            self._pauses.pause(seconds, operation_id, reason)  # Redis decides whether all requests are paused
        self._has_unreported_pause = self._has_unreported_pause and not reports_pause
        self._created_at = reply.created_at
        if was_unavailable:
            self._keep_to_share(self._window)
        if reply.grants is None:
            self._keep_to_share(self._window - reply.age)
            self._permits.lose()
            await self._exchange_permits()
            return
        self._workers = max(self._workers, reply.workers) if self._keeps_to_share() else reply.workers
        self._local.share_among(self._workers)
        self._add_permits(reply.grants, report.first, requested, until=started + self._timeout)
        if reply.pauses.seconds > 0.0:
            self._gate.pause(reply.pauses.seconds, reply.pauses.reason)
            self._queue.wake_all()

    def _known_pauses(self) -> Pauses:
        return Pauses(seconds=self._gate.pause_left(), reason=self._gate.reason, operations=self._pauses.pauses_left())

    def _permits_to_request(self, now: float) -> dict[Priority, int]:
        if self._breaker.is_open and self._when_unavailable == "local":
            return dict.fromkeys(_PRIORITIES, 0)  # requests are sent without permits
        demand, capacity = self._queue.demand(), self._gate.capacity()
        requested: dict[Priority, int] = {}
        for priority in _PRIORITIES:
            count = min(capacity, demand[priority] - self._permits.count(priority, now))
            if self._keeps_to_share():
                count = min(count, self._local.capacity(priority, self._permits.in_flight))
            requested[priority] = 0 if now < self._request_at[priority] else max(0, int(count))
            capacity -= requested[priority]
        return requested

    def _add_permits(
        self, grants: Mapping[Priority, Grant], first: int, requested: Mapping[Priority, int], *, until: float
    ) -> None:
        """Add the permits granted, and decide when to request those that were not."""
        now = self._clock.monotonic()
        for priority, grant in grants.items():
            self._permits.add(priority, range(first, first + grant.granted), until=until)
            first += grant.granted
            if grant.granted < requested[priority]:
                # If other workers claim the rest, more is available when this worker's own requests no longer count.
                own_delay = self._local.window_delay(self._permits.in_flight, limit=grant.share)
                delay = max(grant.delay, own_delay) + self._window * _EXTRA_DELAY
                self._request_at[priority] = now + min(delay, self._window * LONGEST_WAIT)
                # A request in flight counts in Redis for as long as its response may take. It may have been received
                # already and not be reported yet; it then counts for a window less the age of the response.
                self._available_at[priority] = now + min(grant.delay, self._window * (1 - _REPORT_DELAY))
                self._queue.wake_all()
            elif requested[priority]:
                self._available_at[priority] = -math.inf

    def _keeps_to_share(self) -> bool:
        return self._clock.monotonic() < self._local_until

    def _keep_to_share(self, seconds: float) -> None:
        self._local_until = max(self._local_until, self._clock.monotonic() + seconds)

    def _fail(self, reason: str) -> None:
        self._breaker.record_failure(reason)
        self._permits.lose()
        self._queue.wake_all()

    def _schedule_report(self) -> None:
        if self._is_closed or self._report_timer is not None or self._exchange is not None:
            return
        has_pause = self._has_unreported_pause and (self._gate.pause_left() > 0.0 or bool(self._pauses.pauses_left()))
        if has_pause or (self._window_limit is not None and self._permits.has_news and not self._breaker.is_open):
            seconds = self._breaker.delay_until_retry() or min(_LONGEST_REPORT_DELAY, self._window * _REPORT_DELAY)
            # A timer, not a task: it may be pending when an event loop ends, and a task would have to be cancelled.
            self._report_timer = asyncio.get_running_loop().call_later(seconds, self._report)

    def _report(self) -> None:
        self._report_timer = None
        self._permits.expire(self._clock.monotonic())
        self._start_exchange()
