"""Helpers for the tests of `RedisRateLimiter`."""

import asyncio
import math
import time
from contextlib import asynccontextmanager

from spotify.impl.rate_limiting import RedisRateLimiter
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission

READ = Operation(id="read", method="GET", path="/x", idempotent=True)


class HastyClock(SystemClock):
    """The system's clock, which a test can advance, and which advances instead of sleeping.

    Attributes:
        is_hasty: Whether it advances instead of sleeping; True initially.
    """

    def __init__(self):
        self.is_hasty = True
        self._ahead = 0.0

    def monotonic(self):
        return super().monotonic() + self._ahead

    def advance(self, seconds):
        self._ahead += seconds

    async def sleep(self, seconds):
        if not self.is_hasty:
            await super().sleep(seconds)
            return
        self.advance(seconds)
        await asyncio.sleep(0.005)


def call(priority="interactive", *, max_wait=30.0, deadline=math.inf):
    return Admission(operation=READ, priority=priority, since=time.monotonic(), max_wait=max_wait, deadline=deadline)


@asynccontextmanager
async def workers(url, count=2, **arguments):
    """Limiters of one application, as in processes on several machines. A busy machine does not exceed the timeout."""
    limiters = [RedisRateLimiter(url, **{"application": "app", "timeout": 5.0, **arguments}) for _ in range(count)]
    try:
        yield limiters
    finally:
        for limiter in limiters:
            await limiter.close()


async def enter(limiter, count=1, **admission):
    """Send requests concurrently; return the times at which they were sent."""

    async def one():
        async with limiter.slot(call(**admission)):
            return time.monotonic()

    async with asyncio.timeout(60):
        return await asyncio.gather(*(one() for _ in range(count)))


async def is_kept_waiting(limiter, **admission):
    """Whether a request is not sent within a short time."""
    entering = asyncio.create_task(enter(limiter, **admission))
    await asyncio.wait([entering], timeout=0.1)
    is_kept = not entering.done()
    entering.cancel()
    await asyncio.wait([entering])
    return is_kept


async def until(condition):
    """Wait until a function returns something true; it may be a coroutine function."""
    async with asyncio.timeout(60):
        while True:
            value = condition()
            if await value if asyncio.iscoroutine(value) else value:
                return
            await asyncio.sleep(0.01)
