import asyncio

from spotify._concurrency import LoopBound


def test_a_loop_gets_the_same_value_each_time():
    bound = LoopBound(object)

    async def use():
        return bound.get() is bound.get()

    assert asyncio.run(use())


def test_another_loop_gets_another_value_and_the_dead_ones_is_forgotten():
    bound = LoopBound(object)

    async def use():
        return bound.get()

    first, second = asyncio.run(use()), asyncio.run(use())
    assert first is not second
    assert bound.pop_all() == [second]


def test_the_values_of_dead_loops_are_handed_out_once():
    bound = LoopBound(object)

    async def use():
        return bound.get()

    value = asyncio.run(use())
    assert bound.pop_dead() == [value]
    assert bound.pop_dead() == []


def test_a_forked_process_begins_with_nothing():
    bound = LoopBound(object)

    async def use():
        value = bound.get()
        LoopBound.leave_all_to_parent()
        return value, bound.get()

    inherited, own = asyncio.run(use())
    assert inherited is not own
    assert bound.pop_all() == [own]
