"""Later pages are requested in advance, and their requests cancelled if the scan ends early."""

from __future__ import annotations

import asyncio
import gc
from contextlib import aclosing

import pytest

from spotify.errors import ServerError
from spotify.paging import Paginator
from tests.support.paging_lists import BY_OFFSET, CursorList, OffsetList, everything, settle


def gated(gates: int) -> OffsetList:
    """Return a list of ten numbers whose requests after the first wait for their gates."""
    numbers = OffsetList(10)
    numbers.gates = [asyncio.Event() for _ in range(gates)]
    numbers.gates[0].set()
    return numbers


async def test_one_page_is_requested_in_advance_while_pages_arrive_in_time():
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


async def test_the_window_doubles_while_the_reader_waits_up_to_its_maximum():
    numbers = OffsetList(60)
    numbers.gates = [asyncio.Event() for _ in range(30)]
    reader = asyncio.create_task(everything(numbers.paginator(limit=2).with_options(read_ahead=4)))
    in_flight = []
    for gate in numbers.gates:
        await settle()
        in_flight.append(numbers.in_flight)
        gate.set()
    assert await reader == list(range(60))
    assert in_flight[:6] == [1, 2, 4, 4, 4, 4]
    assert max(in_flight) == 4
    assert numbers.offsets == list(range(0, 60, 2))


async def test_the_window_closes_while_pages_wait_for_the_reader():
    numbers = OffsetList(60)
    numbers.gates = [asyncio.Event() for _ in range(4)]
    scan = numbers.paginator(limit=2).pages()
    for gate in numbers.gates:
        page = asyncio.ensure_future(anext(scan))
        await settle()
        gate.set()
        await page
    ahead = []
    for _ in range(8):
        page = await anext(scan)
        await settle()  # all requests have ended before the next page is read
        ahead.append(len(numbers.requested) - page.offset // 2 - 1)
    assert ahead[0] > 4
    assert ahead[-1] == 1
    await scan.aclose()


@pytest.mark.parametrize("list_of", [OffsetList, CursorList])
async def test_a_window_of_one_page_requests_one_page_in_advance(list_of):
    numbers = list_of(10)
    paginator = numbers.paginator(limit=2).with_options(read_ahead=1)
    assert await everything(paginator) == numbers.items
    assert numbers.max_in_flight == 1


async def test_pages_that_do_not_follow_as_predicted_are_requested_again():
    numbers = OffsetList(40)

    def lower(number: int) -> None:
        numbers.max_limit = 5 if number > 3 else 50

    numbers.before_request = lower
    assert await everything(numbers.paginator(limit=10)) == list(range(40))


async def test_leaving_early_wastes_at_most_the_window():
    numbers = OffsetList(1_000)
    async with aclosing(aiter(numbers.paginator(limit=1).with_options(read_ahead=3))) as scan:
        for _ in range(20):
            await anext(scan)
            await settle()
    assert len(numbers.requested) <= 20 + 3


@pytest.mark.parametrize(("value", "error"), [(0, ValueError), (True, TypeError), ("2", TypeError)])
@pytest.mark.parametrize("paginator", [OffsetList(1).paginator(), CursorList(1).paginator()])
def test_options_are_checked(paginator, value, error):
    with pytest.raises(error, match=r"^read_ahead must be "):
        paginator.with_options(read_ahead=value)
    with pytest.raises(ValueError, match=r"^on_change must be one of warn, raise, not 'ignore'"):
        paginator.with_options(on_change="ignore")
