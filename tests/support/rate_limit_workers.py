"""What the tests of the shared limiter have in common."""

import asyncio
import time
from contextlib import asynccontextmanager

from spotify.impl.rate_limiting import RedisRateLimiter
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission

READ = Operation(id="read", method="GET", path="/x", idempotent=True)


class HastyClock(SystemClock):
    """The system's, but that it can be told that time has passed, and that what sleeps wakes as if it had.

    Attributes:
        is_hasty: Whether it does not wait for sleepers, as at first.
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


def call(priority="interactive", *, max_wait=30.0):
    return Admission(operation=READ, priority=priority, since=time.monotonic(), max_wait=max_wait)


@asynccontextmanager
async def workers(url, count=2, **arguments):
    """Limiters of one application, as processes on several machines would have them."""
    limiters = [RedisRateLimiter(url, application="app", **arguments) for _ in range(count)]
    try:
        yield limiters
    finally:
        for limiter in limiters:
            await limiter.close()


async def enter(limiter, count=1, **admission):
    """Send so many requests side by side; return when they were let go."""

    async def one():
        async with limiter.slot(call(**admission)):
            return time.monotonic()

    async with asyncio.timeout(10):
        return await asyncio.gather(*(one() for _ in range(count)))


async def is_kept_waiting(limiter, **admission):
    """Whether a request is not let go for a while."""
    entering = asyncio.create_task(enter(limiter, **admission))
    await asyncio.wait([entering], timeout=0.15)
    is_kept = not entering.done()
    entering.cancel()
    await asyncio.wait([entering])
    return is_kept
