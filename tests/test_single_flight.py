import asyncio

import pytest

from spotify._concurrency import SingleFlight


class Work:
    """Counts its runs, and ends when it is told to."""

    def __init__(self):
        self.started = 0
        self.cancelled = 0
        self.gate = asyncio.Event()

    async def __call__(self):
        self.started += 1
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self.started


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_callers_side_by_side_share_one_run():
    flight, work = SingleFlight(), Work()
    callers = [asyncio.create_task(flight.run(work)) for _ in range(1000)]
    await settle()
    work.gate.set()
    assert set(await asyncio.gather(*callers)) == {1}
    assert work.started == 1


async def test_who_comes_later_starts_anew():
    flight, work = SingleFlight(), Work()
    work.gate.set()
    assert [await flight.run(work), await flight.run(work)] == [1, 2]


async def test_other_keys_run_by_themselves():
    flight, work = SingleFlight(), Work()
    work.gate.set()
    await asyncio.gather(flight.run(work, key="a"), flight.run(work, key="b"))
    assert work.started == 2


async def test_all_callers_get_the_error():
    flight = SingleFlight()

    async def fail():
        await asyncio.sleep(0)
        raise LookupError("gone")

    results = await asyncio.gather(*(flight.run(fail) for _ in range(3)), return_exceptions=True)
    assert [str(result) for result in results] == ["gone"] * 3


async def test_a_cancelled_caller_does_not_take_the_work_from_the_others():
    flight, work = SingleFlight(), Work()
    first, second = asyncio.create_task(flight.run(work)), asyncio.create_task(flight.run(work))
    await settle()
    first.cancel()
    await settle()
    work.gate.set()
    assert await second == 1
    assert work.cancelled == 0


async def test_the_work_ends_with_its_last_caller():
    flight, work = SingleFlight(), Work()
    callers = [asyncio.create_task(flight.run(work)) for _ in range(2)]
    await settle()
    for caller in callers:
        caller.cancel()
    await settle()
    assert work.cancelled == 1
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_after_a_cancelled_run_the_next_caller_starts_anew():
    flight, work = SingleFlight(), Work()
    caller = asyncio.create_task(flight.run(work))
    await settle()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    work.gate.set()
    assert await flight.run(work) == 2
