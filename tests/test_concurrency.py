"""`spotify._concurrency`: running calls concurrently, and sharing work."""

from __future__ import annotations

import asyncio
import gc
import inspect
import traceback
import weakref
from typing import Any, Final

import pytest

from spotify._concurrency import SingleFlight, run_all
from spotify.errors import NotFoundError


async def run_ready_tasks() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class TestRunAll:
    async def test_results_are_in_the_order_of_the_calls(self) -> None:
        second_is_done = asyncio.Event()

        async def first() -> int:
            await second_is_done.wait()
            return 1

        async def second() -> int:
            second_is_done.set()
            return 2

        assert await run_all([first(), second()]) == [1, 2]

    async def test_no_calls_give_no_results(self) -> None:
        assert await run_all([]) == []

    async def test_a_failure_cancels_and_awaits_the_other_calls(self) -> None:
        started, ended = asyncio.Event(), list[str]()

        async def endless() -> None:
            started.set()
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended.append("cleaned up")

        async def failing() -> None:
            await started.wait()
            raise NotFoundError("gone", status_code=404)

        with pytest.raises(NotFoundError, match="gone"):
            await run_all([endless(), failing()])

        assert ended == ["cleaned up"]

    async def test_the_error_keeps_its_cause_and_context(self) -> None:
        cause, error = ValueError("why"), NotFoundError("gone", status_code=404)

        async def failing() -> None:
            raise error from cause

        with pytest.raises(NotFoundError) as caught:
            await run_all([failing()])

        assert caught.value is error
        assert (error.__cause__, error.__context__) == (cause, None)

    async def test_a_call_that_fails_before_it_awaits_cancels_the_others(self) -> None:
        # Python 3.12 and later can run a task until its first `await` when it is created.
        loop = asyncio.get_running_loop()
        loop.set_task_factory(getattr(asyncio, "eager_task_factory", None))

        async def endless() -> None:
            await asyncio.Event().wait()

        async def failing() -> None:
            raise NotFoundError("gone", status_code=404)

        for calls in ([failing(), endless(), endless()], [endless(), failing(), endless()]):
            with pytest.raises(NotFoundError, match="gone"):
                await run_all(calls)

    async def test_a_task_that_is_cancelled_from_elsewhere_is_a_cancellation(self) -> None:
        async def endless() -> None:
            await asyncio.Event().wait()

        others = asyncio.all_tasks()
        running = asyncio.create_task(run_all([endless()]))
        await asyncio.sleep(0)
        (task,) = asyncio.all_tasks() - others - {running}
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await running

    async def test_cancelling_the_caller_cancels_all_calls(self) -> None:
        started, cancelled = asyncio.Event(), list[str]()

        async def endless() -> None:
            started.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled.append("cancelled")
                raise

        running = asyncio.create_task(run_all([endless(), endless()]))
        await started.wait()
        running.cancel()

        with pytest.raises(asyncio.CancelledError):
            await running
        assert cancelled == ["cancelled", "cancelled"]

    async def test_no_call_is_started_after_one_has_failed(self) -> None:
        started: list[int] = []

        async def call(number: int) -> None:
            started.append(number)
            await asyncio.sleep(0)
            if number == 1:
                raise LookupError

        with pytest.raises(LookupError):
            await run_all((call(number) for number in range(100)), limit=4)
        assert started == [0, 1, 2, 3, 4]  # the last one before the failure

    async def test_a_call_that_is_ready_does_not_continue_after_one_has_failed(self) -> None:
        ready, continued = asyncio.Event(), list[str]()

        async def waiting() -> None:
            await ready.wait()
            continued.append("continued")

        async def failing() -> None:
            await asyncio.sleep(0)
            ready.set()
            raise LookupError

        for calls in ([waiting(), failing()], [failing(), waiting()]):
            ready.clear()
            with pytest.raises(LookupError):
                await run_all(calls)
        assert continued == []

    async def test_a_call_is_cancelled_once_and_can_clean_up(self) -> None:
        cleaning, ended = asyncio.Event(), list[str]()

        async def cleaned_up() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                cleaning.set()
                for _ in range(5):
                    await asyncio.sleep(0)
                ended.append("cleaned up")

        async def failing() -> None:
            await asyncio.sleep(0)
            raise LookupError

        running = asyncio.create_task(run_all([cleaned_up(), failing()]))
        await cleaning.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert ended == ["cleaned up"]

    async def test_a_call_that_was_not_started_when_another_failed_is_closed(self) -> None:
        async def failing() -> None:
            raise LookupError

        never_started = failing()
        with pytest.raises(LookupError):
            await run_all([failing(), never_started])
        assert inspect.getcoroutinestate(never_started) == inspect.CORO_CLOSED

    async def test_an_error_that_is_kept_keeps_neither_results_nor_itself(self) -> None:
        class Result:
            pass

        kept: list[weakref.ref[Result]] = []

        async def succeeding() -> Result:
            result = Result()
            kept.append(weakref.ref(result))
            return result

        async def failing() -> Result:
            await asyncio.sleep(0)
            raise NotFoundError("gone", status_code=404)

        gc.collect()
        gc.disable()
        try:
            with pytest.raises(NotFoundError) as caught:
                await run_all([succeeding(), failing()])
            assert [each() for each in kept] == [None]
            known = weakref.ref(caught.value)
            del caught
            assert known() is None
        finally:
            gc.enable()

    async def test_at_most_a_thousand_calls_run_concurrently(self) -> None:
        running, peak = 0, 0

        async def call(number: int) -> int:
            nonlocal running, peak
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(0)
            running -= 1
            return number

        assert await run_all(call(number) for number in range(2_500)) == list(range(2_500))
        assert peak == 1_000


class Work:
    """Counts its runs, and returns the number of the run once `finish` is set.

    Attributes:
        started: The number of runs.
        cancelled: The number of cancelled runs.
        finish: Lets the runs end.
        error: Raised at the end of a run; None for none.
    """

    def __init__(self) -> None:
        self.started = 0
        self.cancelled = 0
        self.finish = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> int:
        self.started += 1
        number = self.started
        try:
            await self.finish.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        return number


MODES: Final = ("rerun", "continue", "finish")
in_each_mode = pytest.mark.parametrize("mode", MODES)
in_a_task = pytest.mark.parametrize("mode", MODES[1:])


@pytest.fixture
def work() -> Work:
    return Work()


class TestSingleFlight:
    @in_each_mode
    async def test_concurrent_calls_share_one_run(self, mode: Any, work: Work) -> None:
        flights = SingleFlight[int](on_cancel=mode)
        callers = [asyncio.create_task(flights.run(work)) for _ in range(1000)]
        await run_ready_tasks()
        work.finish.set()

        assert set(await asyncio.gather(*callers)) == {1}
        assert work.started == 1

    @in_each_mode
    async def test_a_later_call_runs_the_work_again(self, mode: Any, work: Work) -> None:
        flights = SingleFlight[int](on_cancel=mode)
        work.finish.set()

        assert [await flights.run(work), await flights.run(work)] == [1, 2]

    @in_each_mode
    async def test_each_key_has_its_own_run(self, mode: Any, work: Work) -> None:
        flights = SingleFlight[int](on_cancel=mode)
        work.finish.set()

        await asyncio.gather(flights.run(work, key="a"), flights.run(work, key="b"))

        assert work.started == 2

    @in_each_mode
    async def test_each_event_loop_has_its_own_run(self, mode: Any, work: Work) -> None:
        flights = SingleFlight[int](on_cancel=mode)
        running = asyncio.create_task(flights.run(work))
        await run_ready_tasks()

        async def second() -> int:
            return 2

        async def other_loop() -> int:
            await flights.settle()
            return await flights.run(second)

        assert await asyncio.to_thread(asyncio.run, other_loop()) == 2
        work.finish.set()
        assert await running == 1

    @in_each_mode
    async def test_each_caller_gets_an_error_of_its_own(self, mode: Any, work: Work) -> None:
        flights = SingleFlight[int](on_cancel=mode)
        work.error = LookupError("gone")
        work.error.__cause__ = OSError()
        callers = [asyncio.create_task(flights.run(work)) for _ in range(3)]
        await run_ready_tasks()
        work.finish.set()

        errors = await asyncio.gather(*callers, return_exceptions=True)

        assert [repr(error) for error in errors] == ["LookupError('gone')"] * 3
        assert len({id(error) for error in errors}) == 3
        for error in errors:
            assert isinstance(error, LookupError)
            assert error.__cause__ is work.error.__cause__
            functions = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
            assert functions[-1] == "__call__"
            assert functions.count("_wait_for") <= 1

    @in_each_mode
    async def test_an_error_that_cannot_be_copied_is_raised_itself(self, mode: Any, work: Work) -> None:
        class OddError(Exception):
            def __init__(self, first: int, second: int) -> None:
                super().__init__(first + second)

        flights = SingleFlight[int](on_cancel=mode)
        work.error = OddError(1, 2)
        callers = [asyncio.create_task(flights.run(work)) for _ in range(3)]
        await run_ready_tasks()
        work.finish.set()

        assert await asyncio.gather(*callers, return_exceptions=True) == [work.error] * 3

    @in_each_mode
    async def test_a_cancelled_follower_does_not_stop_the_work(self, mode: Any, work: Work) -> None:
        flights = SingleFlight[int](on_cancel=mode)
        first, second, third = [asyncio.create_task(flights.run(work)) for _ in range(3)]
        await run_ready_tasks()
        second.cancel()
        await run_ready_tasks()
        work.finish.set()

        assert await asyncio.gather(first, third) == [1, 1]
        assert (work.started, work.cancelled) == (1, 0)

    @in_a_task
    async def test_a_cancelled_first_caller_does_not_stop_the_work(self, mode: Any, work: Work) -> None:
        flights = SingleFlight[int](on_cancel=mode)
        first, second = [asyncio.create_task(flights.run(work)) for _ in range(2)]
        await run_ready_tasks()
        first.cancel()
        await run_ready_tasks()
        work.finish.set()

        assert await second == 1
        assert (work.started, work.cancelled) == (1, 0)

    async def test_with_rerun_a_follower_runs_the_work_of_a_cancelled_leader_again(self, work: Work) -> None:
        flights = SingleFlight[int](on_cancel="rerun")
        leader, *followers = [asyncio.create_task(flights.run(work)) for _ in range(5)]
        await run_ready_tasks()
        leader.cancel()
        await run_ready_tasks()
        work.finish.set()

        assert await asyncio.gather(*followers) == [2] * 4
        assert work.started == 2

    async def test_with_rerun_the_work_runs_in_the_task_of_the_caller(self) -> None:
        async def work() -> object:
            return asyncio.current_task()

        assert await SingleFlight[object](on_cancel="rerun").run(work) is asyncio.current_task()

    @pytest.mark.parametrize("mode", ["rerun", "continue"])
    async def test_the_work_is_cancelled_with_its_last_caller(self, mode: Any, work: Work) -> None:
        flights = SingleFlight[int](on_cancel=mode)
        callers = [asyncio.create_task(flights.run(work)) for _ in range(2)]
        await run_ready_tasks()
        for caller in reversed(callers):
            caller.cancel()
        await run_ready_tasks()

        assert (work.started, work.cancelled) == (1, 1)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    async def test_with_finish_the_work_ends_without_callers(self, work: Work) -> None:
        flights = SingleFlight[int](on_cancel="finish")
        caller = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        caller.cancel()
        await run_ready_tasks()
        joining = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        work.finish.set()

        assert await joining == 1
        assert (work.started, work.cancelled) == (1, 0)

    async def test_settle_waits_for_work_without_callers(self, work: Work) -> None:
        flights = SingleFlight[int](on_cancel="finish")
        caller = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        caller.cancel()
        settling = asyncio.create_task(flights.settle())
        await run_ready_tasks()
        assert not settling.done()
        work.finish.set()

        await settling
        assert asyncio.all_tasks() == {asyncio.current_task()}

    @in_each_mode
    async def test_a_call_after_a_cancelled_run_runs_the_work_again(self, mode: Any, work: Work) -> None:
        flights = SingleFlight[int](on_cancel=mode)
        caller = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        work.finish.set()
        await flights.settle()

        assert await flights.run(work) == 2

    @pytest.mark.parametrize("mode", ["rerun", "finish"])
    async def test_an_error_without_callers_is_not_reported_by_the_event_loop(self, mode: Any) -> None:
        reported: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
        finish = asyncio.Event()

        async def fail() -> None:
            await finish.wait()
            raise LookupError

        async def fail_without_callers() -> None:
            flights = SingleFlight[None](on_cancel=mode)
            leader, follower = [asyncio.create_task(flights.run(fail)) for _ in range(2)]
            await run_ready_tasks()
            finish.set()
            follower.cancel()
            if mode == "finish":
                leader.cancel()
            await asyncio.gather(leader, follower, return_exceptions=True)
            await flights.settle()

        await fail_without_callers()
        await run_ready_tasks()
        gc.collect()  # an exception that was not retrieved is reported when its future is deleted

        assert reported == []

    async def test_a_call_does_not_join_work_that_is_being_cancelled(self) -> None:
        cleaned_up, runs = asyncio.Event(), 0

        async def work() -> int:
            nonlocal runs
            runs += 1
            if runs == 1:
                try:
                    await asyncio.Event().wait()
                finally:
                    await cleaned_up.wait()
            return runs

        flights = SingleFlight[int](on_cancel="continue")
        caller = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        caller.cancel()
        await run_ready_tasks()

        assert await flights.run(work) == 2
        cleaned_up.set()

    async def test_after_forget_all_a_call_runs_the_work_again(self, work: Work) -> None:
        flights = SingleFlight[int](on_cancel="rerun")
        before = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        flights.forget_all()
        after = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        work.finish.set()

        assert [await before, await after] == [1, 2]

    async def test_the_end_of_a_forgotten_run_leaves_the_next_one_shared(self, work: Work) -> None:
        flights = SingleFlight[int](on_cancel="rerun")
        before = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        flights.forget_all()
        after = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        before.cancel()
        await run_ready_tasks()
        joining = asyncio.create_task(flights.run(work))
        await run_ready_tasks()
        work.finish.set()

        assert await asyncio.gather(after, joining) == [2, 2]
