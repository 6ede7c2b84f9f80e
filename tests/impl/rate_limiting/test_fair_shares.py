"""How workers share a limit, in simulated time: their clock and that of Redis are one."""

import asyncio
from collections import Counter

import pytest

from spotify.errors import WaitTooLongError
from spotify.impl.rate_limiting.concurrency_queue import BULK_FLOOR, ConcurrencyQueue, Slot
from spotify.impl.rate_limiting.gate import Gate, OperationPauses
from spotify.impl.rate_limiting.in_process_rate_limiter import WindowLimit
from spotify.impl.rate_limiting.shared_pacer import SharedPacer
from spotify.impl.redis.connection import RedisFailure
from tests.support.rate_limit_workers import call
from tests.support.simulated_redis import SimulatedRedis
from tests.support.simulated_workers import SimulatedClock, SimulatedPermits


class Simulation:
    """Workers with one limit.

    Attributes:
        sent: The time of each request, and its worker.
    """

    def __init__(self, redis_server, **limit):
        self.limit = WindowLimit(window=30.0, **limit)
        self.clock = SimulatedClock()
        bounds = self.limit.by_priority()
        self.server = SimulatedRedis(redis_server.url, limit=bounds["interactive"], bulk_limit=bounds["bulk"])
        self.permits = SimulatedPermits(self.server, self.clock)
        self.sent = []
        self._gate = Gate(self.clock, responses_to_open=50)
        self._pauses = OperationPauses(self.clock, responses_to_open=50)

    def worker(self):
        """Return the pacer and the queue of a new worker."""
        pacer = SharedPacer(
            self.permits, self._gate, self._pauses, self.limit, when_unavailable="local", timeout=0.5, clock=self.clock
        )
        queue = ConcurrencyQueue(50, pacer, self.clock, pauses=self._pauses)
        pacer.attach(queue)
        return pacer, queue

    async def send(self, queue, name, priority="interactive", **admission):
        async with Slot(queue, self._pauses, call(priority, **{"max_wait": 300.0, **admission})):
            self.sent.append((self.clock.now, name))
            await self.clock.sleep(0.1)

    async def keep_busy(self, queue, name, *, until):
        """Keep requests of a name waiting at all times."""

        async def send_again():
            while self.clock.now < until:
                await self.send(queue, name)

        await asyncio.gather(*(send_again() for _ in range(40)))

    def sent_by(self, name, *, since, before):
        return sum(name == sender and since <= time < before for time, sender in self.sent)


@pytest.fixture
def simulation(redis_server):
    simulations = []

    def simulation(**limit):
        simulations.append(Simulation(redis_server, **{"limit": 20, "reserve": 0.0, **limit}))
        return simulations[-1]

    yield simulation
    for each in simulations:
        each.server.close()


async def test_workers_with_equal_demand_get_equal_shares(simulation):
    sim = simulation()

    async def work(number):
        pacer, queue = sim.worker()
        await asyncio.gather(*(sim.send(queue, number) for _ in range(30)))
        await pacer.close()

    await sim.clock.run(asyncio.gather(*(work(number) for number in range(4))))

    # The first worker gets all permits of the first window.
    shares = [Counter(number for _, number in sim.sent[first : first + 20]) for first in (20, 40)]
    assert shares == [{0: 5, 1: 5, 2: 5, 3: 5}] * 2


async def test_bulk_calls_get_their_floor_while_interactive_ones_fill_the_limit(simulation):
    sim = simulation(reserve=0.2)

    async def work():
        pacer, queue = sim.worker()
        bulk = [asyncio.create_task(sim.send(queue, "bulk", "bulk")) for _ in range(50)]
        await sim.keep_busy(queue, "interactive", until=150.0)
        for task in bulk:
            task.cancel()
        await asyncio.wait(bulk)
        await pacer.close()

    await sim.clock.run(work())

    for start in (30.0, 60.0, 90.0):
        assert sim.sent_by("bulk", since=start, before=start + 30.0) >= 20 // BULK_FLOOR
    assert sim.sent_by("interactive", since=30.0, before=150.0) >= 4 * 20 * 0.8 - 1


async def test_a_worker_with_bulk_calls_gets_its_floor_while_others_fill_the_limit(simulation):
    sim = simulation(reserve=0.2)

    async def interactive_worker():
        pacer, queue = sim.worker()
        await sim.keep_busy(queue, "interactive", until=240.0)
        await pacer.close()

    async def bulk_worker():
        pacer, queue = sim.worker()
        bulk = [asyncio.create_task(sim.send(queue, "bulk", "bulk")) for _ in range(50)]
        await sim.clock.sleep(240.0)
        for task in bulk:
            task.cancel()
        await asyncio.wait(bulk)
        await pacer.close()

    await sim.clock.run(asyncio.gather(interactive_worker(), interactive_worker(), bulk_worker()))

    # A tenth of a third of the limit, in six windows; the first two belong to the worker that came first.
    assert sim.sent_by("bulk", since=60.0, before=240.0) >= 6 * 20 / 3 / BULK_FLOOR - 1
    assert sim.sent_by("interactive", since=60.0, before=240.0) >= 6 * 20 * 0.6


async def test_a_worker_requests_permits_again_only_when_more_may_be_available(simulation):
    sim = simulation(limit=2)

    async def work():
        pacer, queue = sim.worker()
        await asyncio.gather(*(sim.send(queue, "a") for _ in range(4)))
        await pacer.close()

    await sim.clock.run(work())

    requests = [time for time, requested in sim.permits.exchanges if requested["interactive"]]
    assert [time for time, _ in sim.sent] == [0.0, 0.0, pytest.approx(30.5, abs=0.5), pytest.approx(30.5, abs=0.5)]
    assert len(requests) <= 7  # two grants, and one request per quarter of the window


async def test_a_worker_keeps_to_its_share_for_a_window_after_an_outage(simulation):
    sim = simulation()

    async def work():
        pacer, queue = sim.worker()
        other, other_queue = sim.worker()
        await asyncio.gather(sim.send(queue, "a"), sim.send(other_queue, "b"))  # now both are known
        await sim.clock.sleep(5.0)
        await sim.send(queue, "a")
        sim.permits.failure = RedisFailure("away", is_outage=True)
        await sim.clock.sleep(5.0)
        await sim.send(queue, "a")  # notices the outage
        sim.permits.failure = None
        await sim.clock.sleep(5.0)
        started = sim.clock.now
        await asyncio.gather(*(sim.send(queue, "after") for _ in range(20)))
        await pacer.close()
        await other.close()
        return started

    started = await sim.clock.run(work())

    # Its share is ten, of which it has used three.
    assert sim.sent_by("after", since=started, before=started + 10.0) == 7


async def test_a_call_fails_at_once_if_redis_grants_no_permit_in_time(simulation):
    sim = simulation(limit=2)

    async def work():
        pacer, queue = sim.worker()
        await asyncio.gather(*(sim.send(queue, "a") for _ in range(2)))
        with pytest.raises(WaitTooLongError) as caught:
            await sim.send(queue, "a", max_wait=5.0)
        failed_at = sim.clock.now
        with pytest.raises(WaitTooLongError, match="deadline"):
            await sim.send(queue, "a", deadline=sim.clock.now + 10.0)
        await pacer.close()
        return failed_at, caught.value

    failed_at, error = await sim.clock.run(work())

    assert failed_at < 1.0
    assert error.retry_after == pytest.approx(26.0, abs=1.0)  # a window less the time for which reports may be late
    assert error.may_have_been_executed is False
    assert len(sim.sent) == 2
