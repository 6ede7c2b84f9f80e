"""Workers that share a limit, in simulated time: their clock and that of Redis are one."""

import asyncio
from collections import Counter
from heapq import heappop, heappush
from itertools import count

from spotify.impl.rate_limiting.concurrency_queue import ConcurrencyQueue, Slot
from spotify.impl.rate_limiting.gate import Gate
from spotify.impl.rate_limiting.operation_pauses import OperationPauses
from spotify.impl.rate_limiting.redis_permits import ExchangeReply, Grant, Pauses
from spotify.impl.rate_limiting.shared_pacer import SharedPacer
from spotify.impl.rate_limiting.window_limit import WindowLimit
from tests.support.rate_limit_workers import call
from tests.support.simulated_redis import SimulatedRedis


class SimulatedClock:
    """A clock that advances to the next sleeper when nothing else is left to do."""

    def __init__(self):
        self.now = 0.0
        self._sleepers = []
        self._numbers = count()

    def time(self):
        return self.now

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        woken = asyncio.Event()
        heappush(self._sleepers, (self.now + seconds, next(self._numbers), woken))
        await woken.wait()

    async def run(self, work):
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, woken = heappop(self._sleepers)
                woken.set()
        return await task


class SimulatedPermits:
    """`RedisPermits` whose server has the time of a `SimulatedClock`."""

    server = "Redis"

    def __init__(self, server, clock):
        self._server = server
        self._clock = clock
        self._start = server.now

    async def exchange(self, worker, report, requested, *, created_at, pauses):
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


async def test_workers_with_equal_demand_get_equal_shares(redis_server):
    limit = WindowLimit(limit=20, window=30.0, reserve=0.0)
    clock, server = SimulatedClock(), SimulatedRedis(redis_server.url, limit=20)
    permits = SimulatedPermits(server, clock)
    gate, pauses = Gate(clock, responses_to_open=50), OperationPauses(clock, responses_to_open=50)
    sent = []

    async def send(queue, number):
        async with Slot(queue, pauses, call(max_wait=300.0)):
            sent.append((clock.now, number))
            await clock.sleep(0.1)

    async def work(number):
        pacer = SharedPacer(permits, gate, pauses, limit, when_away="local", timeout=0.5, clock=clock)
        queue = ConcurrencyQueue(50, pacer, clock, pauses=pauses)
        pacer.attach(queue)
        await asyncio.gather(*(send(queue, number) for _ in range(30)))
        await pacer.close()

    await clock.run(asyncio.gather(*(work(number) for number in range(4))))
    server.close()

    # The first worker gets all permits of the first window.
    shares = [Counter(number for _, number in sent[first : first + 20]) for first in (20, 40)]
    assert shares == [{0: 5, 1: 5, 2: 5, 3: 5}] * 2
