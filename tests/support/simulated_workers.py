"""Workers of `SharedPacer` in simulated time: their clock and that of Redis are one."""

import asyncio
from heapq import heappop, heappush
from itertools import count

from spotify.impl.rate_limiting.redis_permits import ExchangeReply, Grant, Pauses

_MOST_EXCHANGES = 2_000


class SimulatedClock:
    """A clock that advances to the next sleeper when nothing else is left to do.

    Attributes:
        now: The time in seconds.
    """

    def __init__(self):
        self.now = 0.0
        self._sleepers = []
        self._numbers = count()

    def time(self):
        return self.now

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self.now + seconds, next(self._numbers), woken))
        await woken

    async def run(self, work):
        """Run `work` to its end; return its result."""
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(20):
                await asyncio.sleep(0)
            while self._sleepers and self._sleepers[0][2].done():
                heappop(self._sleepers)  # it was cancelled
            if task.done():
                break
            if not self._sleepers:
                task.cancel()
                raise AssertionError("all wait, and none for a time")
            self.now, _, woken = heappop(self._sleepers)
            woken.set_result(None)
        return await task


class SimulatedPermits:
    """`RedisPermits` whose server has the time of a `SimulatedClock`.

    Attributes:
        exchanges: The time of each exchange, and the permits requested.
        failure: Raised instead of a reply; None for none.
    """

    server = "Redis"

    def __init__(self, server, clock):
        self.exchanges = []
        self.failure = None
        self._server = server
        self._clock = clock
        self._start = server.now

    async def exchange(self, worker, report, requested, *, created_at, pauses):
        self.exchanges.append((self._clock.now, dict(requested)))
        if len(self.exchanges) > _MOST_EXCHANGES:
            raise AssertionError("the workers request permits without a pause")
        if self.failure is not None:
            raise self.failure
        self._server.now = self._start + self._clock.now
        reply = self._server.exchange(
            worker,
            **requested,
            first=report.first,
            answered=report.answered,
            complete=report.is_complete,
            sent=report.sent,
            unused=report.unused,
            created_at=created_at,
        )
        grants = {
            "interactive": Grant(granted=reply["interactive"], delay=reply["delay"], share=reply["share"]),
            "bulk": Grant(granted=reply["bulk"], delay=reply["bulk_delay"], share=reply["bulk_share"]),
        }
        return ExchangeReply(
            created_at=reply["created_at"],
            age=reply["age"],
            grants=grants if reply["workers"] else None,
            workers=reply["workers"],
            pauses=Pauses(seconds=reply["pause_left"]),
        )
