"""The next page is fetched in advance, and its request cancelled if the scan ends early."""

from __future__ import annotations

import asyncio
import gc
from contextlib import aclosing

import pytest

from spotify.errors import ServerError
from spotify.paging import Paginator
from tests.support.paging_lists import BY_OFFSET, CursorList, OffsetList, settle


def gated(gates: int) -> OffsetList:
    """Return a list of ten numbers whose requests after the first wait for their gates."""
    numbers = OffsetList(10)
    numbers.gates = [asyncio.Event() for _ in range(gates)]
    numbers.gates[0].set()
    return numbers


async def test_exactly_one_page_is_fetched_in_advance():
    numbers = OffsetList(10)
    scan = aiter(numbers.paginator(limit=2))
    assert await anext(scan) == 0
    await settle()
    assert numbers.offsets == [0, 2]
    await anext(scan)
    await anext(scan)
    await settle()
    assert numbers.offsets == [0, 2, 4]
    await scan.aclose()


async def test_pages_fetches_one_page_in_advance():
    numbers = OffsetList(10)
    scan = numbers.paginator(limit=2).pages()
    await anext(scan)
    await settle()
    assert numbers.offsets == [0, 2]
    await scan.aclose()


async def test_items_are_yielded_while_the_next_page_is_pending():
    numbers = gated(2)
    scan = aiter(numbers.paginator(limit=2))
    assert [await anext(scan), await anext(scan)] == [0, 1]
    assert numbers.in_flight == 1
    await scan.aclose()


@pytest.mark.parametrize("list_of", [OffsetList, CursorList])
@pytest.mark.parametrize("scan_of", [aiter, lambda paginator: paginator.pages()])
async def test_closing_cancels_the_pending_request_and_awaits_it(list_of, scan_of):
    numbers = list_of(10)
    numbers.gates = [asyncio.Event(), asyncio.Event()]
    numbers.gates[0].set()
    async with aclosing(scan_of(numbers.paginator(limit=2))) as scan:
        await anext(scan)
        await settle()
        assert numbers.in_flight == 1
    assert (numbers.in_flight, numbers.cancelled) == (0, 1)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_break_cancels_the_pending_request():
    numbers = gated(2)
    async for _ in numbers.paginator(limit=2):
        await settle()
        break
    await settle()
    assert (numbers.in_flight, numbers.cancelled) == (0, 1)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_exception_in_the_loop_cancels_the_pending_request():
    numbers = gated(2)

    async def read() -> None:
        async for _ in numbers.paginator(limit=2):
            await settle()
            raise LookupError

    with pytest.raises(LookupError):
        await read()
    await settle()
    assert (numbers.in_flight, numbers.cancelled) == (0, 1)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("pending", [0, 1])
async def test_cancelling_the_task_cancels_its_pending_request(pending):
    numbers = gated(2)
    if pending == 0:
        numbers.gates[0].clear()

    async def read() -> None:
        async for _ in numbers.paginator(limit=2):
            pass

    reader = asyncio.create_task(read())
    await settle()
    assert numbers.in_flight == 1
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert (numbers.in_flight, numbers.cancelled) == (0, 1)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_cancelling_collect_cancels_all_requests():
    numbers = gated(5)
    reader = asyncio.create_task(numbers.paginator(limit=2).collect())
    await settle()
    assert numbers.in_flight == 4
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert (numbers.in_flight, numbers.cancelled) == (0, 4)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_failure_of_an_unused_page_is_not_logged_by_asyncio():
    numbers = OffsetList(10)
    logged: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context))

    def fail(number: int) -> None:
        if number == 1:
            raise ServerError("out of order", status_code=500)

    numbers.before_request = fail
    async for _ in numbers.paginator(limit=2):
        await settle()
        break
    await settle()
    gc.collect()
    assert len(numbers.requested) == 2
    assert logged == []


async def test_a_failure_during_cancellation_is_not_logged_by_asyncio():
    numbers, logged = gated(2), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context))

    async def fetch(arguments, /, *, clamp):
        try:
            return await numbers(arguments, clamp=clamp)
        except asyncio.CancelledError:
            raise ServerError("out of order", status_code=500) from None

    async with aclosing(aiter(Paginator(BY_OFFSET, {"limit": 2}, fetch))) as scan:
        await anext(scan)
    gc.collect()
    assert numbers.cancelled == 1
    assert logged == []


async def test_no_task_is_left_after_the_last_page():
    numbers = OffsetList(3)
    async for number in numbers.paginator(limit=2):
        if number == 2:
            assert asyncio.all_tasks() == {asyncio.current_task()}
