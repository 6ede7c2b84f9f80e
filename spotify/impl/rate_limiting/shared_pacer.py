"""How fast one worker of many may send: Redis is asked before each request, for all who wait at once."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from secrets import token_hex
from typing import Final, Literal, TypeAlias

from spotify.errors import RateLimiterError
from spotify.impl.rate_limiting.concurrency_queue import Places
from spotify.impl.rate_limiting.gate import Gate
from spotify.impl.rate_limiting.in_process_rate_limiter import LocalPace
from spotify.impl.rate_limiting.redis_permits import LONGEST_WAIT, Lane, PermitLedger, RedisBudget
from spotify.impl.rate_limiting.window_limit import Bounds
from spotify.impl.redis.circuit_breaker import CircuitBreaker
from spotify.impl.redis.connection import RedisFailure
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, Priority

WhenAway: TypeAlias = Literal["local", "refuse"]
"""What becomes of calls while Redis is away."""

_LANES: Final[tuple[Priority, ...]] = ("interactive", "bulk")
# Seconds between two tries to reach a Redis that is away.
_TRY_AGAIN: Final = 1.0
# Where there is no window: seconds between two questions.
_NO_WINDOW: Final = 1.0
# The part of the window that a worker waits longer than it has to, so that several permits that come free shortly after
# each other are asked for together, and none is asked for too early.
_PATIENCE: Final = 1 / 80
# What became of permits is told with the next question; if there is none, after this part of the window. It is of use
# to others only when a window has passed.
_SILENCE: Final = 1 / 8
_LONGEST_SILENCE: Final = 2.0


class SharedPace:
    """`Pace` of one worker: one event loop of one process.

    A request needs a permit of Redis. One question asks for all who wait and could be sent, and tells what became of
    the permits before; meanwhile others queue up for the next question. There is no stock of permits: one that is not
    used within the time-out of its question is given back. So a gate that was closed in Redis is closed for all: what
    is sent after that was granted before.

    While Redis is away, the worker keeps to its fair share of the limit by its own count, and goes on doing so for a
    window after Redis is back, or was found to have lost its count: by then all that counts has been told again.
    """

    def __init__(
        self,
        redis: RedisBudget,
        gate: Gate,
        bounds: Bounds | None,
        *,
        when_away: WhenAway,
        timeout: float,
        clock: Clock,
    ) -> None:
        """Take what sets the pace; `attend` comes next."""
        self._redis = redis
        self._gate = gate
        self._window = _NO_WINDOW if bounds is None else bounds.window
        self._is_bounded = bounds is not None
        self._when_away = when_away
        self._timeout = timeout
        self._clock = clock
        self._local = LocalPace(gate, bounds, clock)
        self._breaker = CircuitBreaker(redis.server, pause=_TRY_AGAIN, clock=clock)
        self._ledger = PermitLedger()
        self._worker = token_hex(8)
        self._workers = 1
        self._born = 0
        self._careful_until = -math.inf
        self._asks_at: dict[Priority, float] = dict.fromkeys(_LANES, -math.inf)
        self._has_untold_pause = False
        self._attended: Places
        self._is_closed = False
        self._question: asyncio.Task[None] | None = None
        self._telling: asyncio.TimerHandle | None = None

    def attend(self, places: Places) -> None:
        """Ask for those who wait there."""
        self._attended = places

    def obstacle(self, priority: Priority, on_the_wire: int) -> float:
        """Return in how many seconds one more may be sent: 0 for now, infinity if an answer has to come first.

        If it is Redis' answer that is missing, it is asked now.
        """
        if (seconds := self._gate.obstacle()) > 0.0:
            return seconds
        if self._breaker.is_open:
            if self._breaker.tries_in() <= 0.0:
                self._ask()
            return math.inf if self._when_away == "refuse" else self._local.obstacle(priority, on_the_wire)
        if self._is_careful() and (seconds := self._local.obstacle(priority, on_the_wire)) > 0.0:
            return seconds
        now = self._clock.monotonic()
        if self._ledger.permits(priority, now):
            return 0.0
        if self._question is None:
            if now < self._asks_at[priority]:
                return self._asks_at[priority] - now
            self._ask()
        return math.inf

    def check(self, admission: Admission) -> float:
        """Return for how many seconds the gate stays closed.

        Raises:
            RateLimitError: That is longer than the caller will wait.
            RateLimiterError: Redis is away, and nothing may be sent without it.
        """
        if self._when_away == "refuse" and self._breaker.is_open and self._question is None:
            error = RateLimiterError(f"Not sent: {self._redis.server} is away, by which all workers keep to one limit")
            error.may_have_been_executed = False
            raise error
        return self._local.check(admission)

    def note_sent(self, priority: Priority) -> None:
        """Note that a request is sent."""
        self._local.note_sent(priority)
        self._ledger.send(priority)

    def note_answered(self) -> None:
        """Note that its answer is there, or will never be."""
        self._local.note_answered()
        self._ledger.answer(self._clock.monotonic())
        self._tell_soon()

    async def pause(self, seconds: float) -> None:
        """Close the gate of all workers; if Redis cannot be told now, as soon as it can be."""
        self._has_untold_pause = True
        self._ledger.drop()
        try:
            if self._breaker.tries_in() <= 0.0:
                await self._redis.pause(seconds)
                self._has_untold_pause = False
        except RedisFailure as exc:
            self._fail(str(exc))
        finally:
            self._tell_soon()

    async def close(self) -> None:
        """Tell what there is to tell, if Redis is there, and leave no task behind. It is not used any more."""
        self._is_closed = True
        if self._telling is not None:
            self._telling.cancel()
        if self._question is not None:
            await asyncio.wait([self._question])
        self._ledger.drop()
        if self._ledger.has_news and not self._breaker.is_open:
            await asyncio.wait([self._ask()])

    def _ask(self) -> asyncio.Task[None]:
        if self._question is None:
            self._question = asyncio.create_task(self._ask_redis())
        return self._question

    async def _ask_redis(self) -> None:
        try:
            await self._exchange()
        except RedisFailure as exc:
            self._fail(str(exc))
        except asyncio.CancelledError:
            self._is_closed = True  # with the event loop: nobody else cancels this
            raise
        except BaseException as exc:
            self._fail(type(exc).__name__)  # or those who wait would wait for ever
            raise
        finally:
            self._question = None
            self._attended.look()
            self._tell_soon()

    async def _exchange(self) -> None:
        asked_at = self._clock.monotonic()
        was_away, born, tells_pause = self._breaker.is_open, self._born, self._has_untold_pause
        wanted = self._wanted(asked_at)
        if not (any(wanted.values()) or self._ledger.has_news or tells_pause or was_away):
            return
        report = self._ledger.report(asked_at, wanted=sum(wanted.values()), counted=self._local.answered())
        answer = await self._redis.exchange(
            self._worker,
            report,
            wanted,
            born=0 if report.is_complete else born,
            paused=self._gate.closed_for() if tells_pause else 0.0,
        )
        self._breaker.note_success()
        self._has_untold_pause = self._has_untold_pause and not tells_pause
        self._born = answer.born
        if was_away:
            self._be_careful(self._window)
        if answer.lanes is None:
            self._be_careful(self._window - answer.age)
            self._ledger.lose()
            await self._exchange()
            return
        self._workers = max(self._workers, answer.workers) if self._is_careful() else answer.workers
        self._local.share_among(self._workers)
        self._take(answer.lanes, report.first, wanted, until=asked_at + self._timeout)
        if answer.closed_for > 0.0:
            self._gate.close(answer.closed_for)
            self._attended.look_again()

    def _wanted(self, now: float) -> dict[Priority, int]:
        """Return how many permits to ask for."""
        if self._breaker.is_open and self._when_away == "local":
            return dict.fromkeys(_LANES, 0)  # meanwhile calls go on without
        demand, room = self._attended.demand(), self._gate.room()
        wanted: dict[Priority, int] = {}
        for priority in _LANES:
            count = min(room, demand[priority] - self._ledger.in_hand(priority, now))
            if self._is_careful():
                count = min(count, self._local.room(priority, self._ledger.on_the_wire))
            wanted[priority] = 0 if now < self._asks_at[priority] else max(0, int(count))
            room -= wanted[priority]
        return wanted

    def _take(
        self, lanes: Mapping[Priority, Lane], first: int, wanted: Mapping[Priority, int], *, until: float
    ) -> None:
        """Take the permits that were granted, and see when to ask for those that were not."""
        now = self._clock.monotonic()
        for priority, lane in lanes.items():
            self._ledger.receive(priority, range(first, first + lane.granted), until=until)
            first += lane.granted
            if lane.granted < wanted[priority]:
                # Where others claim what is left, there is more when one's own requests do not count any more.
                own = self._local.room_after(self._ledger.on_the_wire, most=lane.share)
                wait = max(lane.room_after, own) + self._window * _PATIENCE
                self._asks_at[priority] = now + min(wait, self._window * LONGEST_WAIT)

    def _is_careful(self) -> bool:
        return self._clock.monotonic() < self._careful_until

    def _be_careful(self, seconds: float) -> None:
        self._careful_until = max(self._careful_until, self._clock.monotonic() + seconds)

    def _fail(self, reason: str) -> None:
        self._breaker.note_failure(reason)
        self._ledger.lose()
        self._attended.look_again()

    def _tell_soon(self) -> None:
        if self._is_closed or self._telling is not None or self._question is not None:
            return
        has_pause = self._has_untold_pause and self._gate.closed_for() > 0.0
        if has_pause or (self._is_bounded and self._ledger.has_news and not self._breaker.is_open):
            seconds = self._breaker.tries_in() or min(_LONGEST_SILENCE, self._window * _SILENCE)
            # A timer, not a task: there may be one when an event loop ends with nobody left to cancel it.
            self._telling = asyncio.get_running_loop().call_later(seconds, self._tell)

    def _tell(self) -> None:
        self._telling = None
        self._ledger.clear_void(self._clock.monotonic())
        self._ask()
