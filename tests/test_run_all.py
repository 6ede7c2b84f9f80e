"""Running several calls at once."""

from __future__ import annotations

import asyncio

import pytest

from spotify._concurrency import run_all
from spotify.errors import NotFoundError


async def test_results_come_in_the_order_of_the_calls_whichever_ends_first() -> None:
    second_is_done = asyncio.Event()

    async def first() -> int:
        await second_is_done.wait()
        return 1

    async def second() -> int:
        second_is_done.set()
        return 2

    assert await run_all([first(), second()]) == [1, 2]


async def test_no_calls_have_no_results() -> None:
    assert await run_all([]) == []


async def test_when_one_fails_nothing_is_left_running() -> None:
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


async def test_the_error_is_the_calls_own() -> None:
    cause, error = ValueError("why"), NotFoundError("gone", status_code=404)

    async def failing() -> None:
        raise error from cause

    with pytest.raises(NotFoundError) as caught:
        await run_all([failing()])

    assert caught.value is error
    assert (error.__cause__, error.__context__) == (cause, None)


async def test_whoever_gives_up_cancels_all_of_them() -> None:
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


async def test_of_very_many_calls_a_thousand_are_under_way() -> None:
    under_way, most = 0, 0

    async def call(number: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return number

    assert await run_all(call(number) for number in range(2_500)) == list(range(2_500))
    assert most == 1_000
