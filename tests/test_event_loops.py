"""`spotify._event_loops`: objects that several event loops and threads use."""

from __future__ import annotations

import asyncio

from spotify._event_loops import LoopBound


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
