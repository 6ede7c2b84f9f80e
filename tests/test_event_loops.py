"""`spotify._event_loops`: objects that several event loops and threads use."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

import pytest

from spotify._event_loops import LoopBound, LoopIndependentLock, thread_lock
from tests.support.threads import run_in_threads


class TestLoopBound:
    def test_a_loop_gets_the_same_value_each_time(self) -> None:
        bound = LoopBound(object)

        async def use() -> bool:
            return bound.get() is bound.get()

        assert asyncio.run(use())

    def test_another_loop_gets_another_value_and_the_old_one_is_dropped(self) -> None:
        bound = LoopBound(object)

        async def use() -> object:
            return bound.get()

        first, second = asyncio.run(use()), asyncio.run(use())

        assert first is not second
        assert bound.pop_all() == [second]

    def test_pop_dead_returns_the_values_of_closed_loops_once(self) -> None:
        bound = LoopBound(object)

        async def use() -> object:
            return bound.get()

        value = asyncio.run(use())

        assert bound.pop_dead() == [value]
        assert bound.pop_dead() == []

    def test_a_forked_process_starts_without_values(self) -> None:
        bound = LoopBound(object)

        async def use() -> tuple[object, object]:
            value = bound.get()
            LoopBound.leave_all_to_parent()
            return value, bound.get()

        inherited, created = asyncio.run(use())

        assert inherited is not created
        assert bound.pop_all() == [created]

    def test_a_thread_can_start_an_event_loop_while_another_looks_for_closed_ones(self) -> None:
        bound, is_looking, has_started = LoopBound(object), threading.Event(), threading.Event()

        class InspectedLoop(asyncio.SelectorEventLoop):
            def is_closed(self) -> bool:
                if threading.current_thread() is looking and not is_looking.is_set():
                    is_looking.set()
                    has_started.wait(0.2)  # at most: the other thread may have to wait for this one
                return super().is_closed()

        async def use() -> None:
            bound.get()

        def start() -> None:
            is_looking.wait()
            asyncio.run(use())
            has_started.set()

        loop = InspectedLoop()
        looking, starting = threading.current_thread(), threading.Thread(target=start)
        is_looking.set()
        loop.run_until_complete(use())
        is_looking.clear()
        starting.start()
        bound.pop_dead()
        starting.join()
        loop.close()

        assert len(bound.pop_dead()) == 2

    async def test_close_all_closes_each_value_in_its_own_event_loop(self) -> None:
        bound = LoopBound(asyncio.get_running_loop)
        closed_in = list[tuple[asyncio.AbstractEventLoop, asyncio.AbstractEventLoop]]()
        is_closed, closing = asyncio.Event(), asyncio.get_running_loop()

        async def close(loop: asyncio.AbstractEventLoop) -> None:
            closed_in.append((loop, asyncio.get_running_loop()))

        async def use_until_closed(_: int) -> asyncio.AbstractEventLoop:
            used = bound.get()
            asyncio.run_coroutine_threadsafe(close_all(), closing)
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(is_closed.wait(), closing))
            return used

        async def close_all() -> None:
            await bound.close_all(close)
            is_closed.set()

        used = await run_in_threads(1, use_until_closed)

        assert closed_in == [(used[0], used[0])]
        assert bound.pop_all() == []

    def test_close_all_closes_the_values_of_event_loops_that_ended(self) -> None:
        bound = LoopBound(object)
        closed = list[object]()

        async def use() -> object:
            return bound.get()

        async def close(value: object) -> None:
            closed.append(value)

        value = asyncio.run(use())
        asyncio.run(bound.close_all(close))

        assert closed == [value]


class TestLoopIndependentLock:
    async def test_one_task_of_all_threads_holds_it(self) -> None:
        lock, holders, most = LoopIndependentLock(), 0, 0

        async def hold() -> None:
            nonlocal holders, most
            async with lock.held():
                holders += 1
                most = max(most, holders)
                await asyncio.sleep(0)
                holders -= 1

        async def hold_often(_: int) -> None:
            for _ in range(50):
                await asyncio.gather(hold(), hold())

        await run_in_threads(4, hold_often)

        assert (most, holders) == (1, 0)

    async def test_tasks_acquire_it_in_the_order_in_which_they_wait(self) -> None:
        lock, order = LoopIndependentLock(), list[int]()

        async def hold(number: int) -> None:
            async with lock.held():
                order.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(hold(number) for number in range(5)))

        assert order == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("steps", range(4))
    async def test_a_cancelled_task_leaves_it_to_the_next(self, steps: int) -> None:
        lock, order = LoopIndependentLock(), list[int]()

        async def hold(number: int) -> None:
            async with lock.held():
                order.append(number)

        async with lock.held():
            waiting = [asyncio.create_task(hold(number)) for number in range(3)]
            await asyncio.sleep(0)
        for _ in range(steps):
            await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.wait(waiting)

        assert order[-2:] == [1, 2]

    @pytest.mark.parametrize("is_closed", [True, False])
    def test_an_event_loop_that_does_not_run_loses_it(self, is_closed: bool) -> None:
        lock, loop = LoopIndependentLock(), asyncio.new_event_loop()
        held = lock.held()
        loop.run_until_complete(held.__aenter__())
        if is_closed:
            loop.close()

        async def hold() -> bool:
            async with lock.held():
                return True

        assert asyncio.run(hold())
        if not is_closed:
            loop.run_until_complete(held.__aexit__(None, None, None))
            loop.close()
        assert asyncio.run(hold())

    async def test_a_task_that_waits_notices_that_the_event_loop_of_the_holder_ended(self) -> None:
        lock, waits = LoopIndependentLock(), asyncio.Event()

        async def hold_until_the_other_waits() -> None:
            await lock.held().__aenter__()
            here.call_soon_threadsafe(is_held.set)
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(waits.wait(), here))

        def hold_and_end() -> None:
            loop = asyncio.new_event_loop()
            loop.run_until_complete(hold_until_the_other_waits())
            loop.close()

        async def hold() -> bool:
            waits.set()
            async with lock.held():
                return True

        here, is_held = asyncio.get_running_loop(), asyncio.Event()
        ending = asyncio.create_task(asyncio.to_thread(hold_and_end))
        await is_held.wait()

        assert await hold()
        await ending


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of Python 3.12 and later: there are threads
def test_a_thread_lock_is_free_in_a_forked_process() -> None:
    lock, is_held, can_end = thread_lock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            is_held.set()
            can_end.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    is_held.wait()
    child = os.fork()
    if not child:
        signal.alarm(10)
        with lock:
            os._exit(0)
    can_end.set()
    holder.join()

    assert os.waitpid(child, 0)[1] == 0
