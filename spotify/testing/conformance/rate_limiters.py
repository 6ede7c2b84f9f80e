"""The rules of `RateLimiter`, in the time of a `FakeClock`."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Final, NoReturn

from spotify.errors import WaitTooLongError
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, RateLimiter
from spotify.operations import BY_ID
from spotify.testing.conformance.rules import require, run_rules
from spotify.testing.fakes import FakeClock

_ALBUM: Final = BY_ID["get-an-album"]
_ARTIST: Final = BY_ID["get-an-artist"]
#: Real seconds in which a released slot has to be given to the next request.
_RELEASE_TIMEOUT: Final = 10.0


async def check_rate_limiter(factory: Callable[[Clock, int], RateLimiter]) -> None:
    """Check that a rate limiter keeps the rules of the protocol `RateLimiter`.

    ::

        await check_rate_limiter(lambda clock, slots: InProcessRateLimiter(max_concurrency=slots, clock=clock))

    Args:
        factory: Returns a new limiter for a clock, with this number of slots.

    Raises:
        ConformanceError: It breaks rules; the message names them and says what happened.
    """
    check = _LimiterCheck(factory)
    await run_rules(
        "rate limiter",
        [
            ("limits concurrent requests", check.limits_concurrency),
            ("releases a slot after a success, an error and a cancellation", check.releases_slots),
            ("forgets a request that is cancelled while it waits", check.forgets_cancelled_requests),
            ("raises WaitTooLongError at once if a pause is longer than max_wait", check.refuses_long_waits),
            ("raises WaitTooLongError at once if a pause ends after the deadline", check.respects_deadlines),
            ("sends nothing during a pause", check.pauses),
            ("does not shorten a pause", check.keeps_longer_pauses),
            ("pauses one operation without the others", check.pauses_one_operation),
            ("pauses all requests if a second operation is paused", check.pauses_everything),
        ],
    )


def _admission(clock: Clock, *, max_wait: float = 1e6, deadline: float = math.inf, artist: bool = False) -> Admission:
    now = clock.monotonic()
    return Admission(
        operation=_ARTIST if artist else _ALBUM,
        priority="interactive",
        since=now,
        max_wait=max_wait,
        deadline=now + deadline,
    )


class _LimiterCheck:
    def __init__(self, factory: Callable[[Clock, int], RateLimiter]) -> None:
        self._factory = factory

    def _new(self, slots: int = 2) -> tuple[RateLimiter, FakeClock]:
        clock = FakeClock()
        return self._factory(clock, slots), clock

    async def limits_concurrency(self) -> None:
        limiter, clock = self._new(slots=2)
        running, counts = 0, list[int]()

        async def call() -> None:
            nonlocal running
            async with limiter.slot(_admission(clock)):
                running += 1
                counts.append(running)
                for _ in range(3):
                    await asyncio.sleep(0)
                running -= 1

        await asyncio.gather(*(call() for _ in range(8)))
        require(max(counts) == 2, f"{max(counts)} requests were sent at the same time with two slots")

    async def releases_slots(self) -> None:
        limiter, clock = self._new(slots=1)
        async with limiter.slot(_admission(clock)):
            pass
        try:
            async with limiter.slot(_admission(clock)):
                raise KeyError  # noqa: TRY301  in the block of the slot
        except KeyError:
            pass
        held = asyncio.Event()

        async def hold() -> None:
            async with limiter.slot(_admission(clock)):
                held.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(hold())
        await held.wait()
        task.cancel()
        await asyncio.wait([task])
        await self._enter_soon(limiter, clock, "a slot was not released")

    async def forgets_cancelled_requests(self) -> None:
        limiter, clock = self._new(slots=1)
        async with limiter.slot(_admission(clock)):
            waiting = asyncio.create_task(self._enter(limiter, clock))
            await _let_others_run()
            waiting.cancel()
            await asyncio.wait([waiting])
        await self._enter_soon(limiter, clock, "a cancelled request holds a slot")

    async def refuses_long_waits(self) -> None:
        limiter, clock = self._new()
        await self._pause(limiter, clock, 100.0)
        await self._expect_refusal(limiter, clock, _admission(clock, max_wait=10.0))

    async def respects_deadlines(self) -> None:
        limiter, clock = self._new()
        await self._pause(limiter, clock, 100.0)
        await self._expect_refusal(limiter, clock, _admission(clock, deadline=10.0))

    async def pauses(self) -> None:
        limiter, clock = self._new()
        await self._pause(limiter, clock, 30.0)
        await self._require_wait(limiter, clock, 30.0)

    async def keeps_longer_pauses(self) -> None:
        limiter, clock = self._new()
        await self._pause(limiter, clock, 30.0)
        await limiter.pause(1.0, operation=None, reason="rate_limit")
        await self._require_wait(limiter, clock, 30.0)

    async def pauses_one_operation(self) -> None:
        limiter, clock = self._new()
        await self._pause(limiter, clock, 100.0, one=True)
        before = clock.monotonic()
        await self._enter(limiter, clock, artist=True)
        require(clock.monotonic() - before < 50, "another operation waited for the pause")
        await self._expect_refusal(limiter, clock, _admission(clock, max_wait=10.0))

    async def pauses_everything(self) -> None:
        limiter, clock = self._new()
        await self._pause(limiter, clock, 100.0, one=True)
        async with limiter.slot(_admission(clock, artist=True)):
            await limiter.pause(100.0, operation=_ARTIST, reason="rate_limit")
        other = Admission(operation=BY_ID["get-track"], priority="interactive", since=clock.monotonic(), max_wait=10.0)
        await self._expect_refusal(limiter, clock, other)

    async def _pause(self, limiter: RateLimiter, clock: Clock, seconds: float, *, one: bool = False) -> None:
        async with limiter.slot(_admission(clock)):
            await limiter.pause(seconds, operation=_ALBUM if one else None, reason="rate_limit")

    async def _require_wait(self, limiter: RateLimiter, clock: FakeClock, seconds: float) -> None:
        before = clock.monotonic()
        await self._enter(limiter, clock)
        waited = clock.monotonic() - before
        require(waited >= seconds - 0.01, f"a request was sent after {waited:g} of {seconds:g} seconds")

    async def _enter(self, limiter: RateLimiter, clock: Clock, *, artist: bool = False) -> None:
        async with limiter.slot(_admission(clock, artist=artist)):
            pass

    async def _enter_soon(self, limiter: RateLimiter, clock: Clock, otherwise: str) -> None:
        task = asyncio.create_task(self._enter(limiter, clock))
        done, _ = await asyncio.wait([task], timeout=_RELEASE_TIMEOUT)
        if not done:
            task.cancel()
            await asyncio.wait([task])
            _fail(otherwise)
        task.result()

    async def _expect_refusal(self, limiter: RateLimiter, clock: FakeClock, admission: Admission) -> None:
        before = clock.monotonic()
        try:
            async with limiter.slot(admission):
                pass
        except WaitTooLongError:
            require(clock.monotonic() - before < 1, "the error came after the wait, not at once")
            return
        _fail("the request was sent")


async def _let_others_run() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def _fail(what: str) -> NoReturn:
    raise AssertionError(what)
