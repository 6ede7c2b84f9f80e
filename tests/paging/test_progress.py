"""Progress callbacks."""

from __future__ import annotations

import asyncio

import pytest

from spotify.paging import CursorPosition
from tests.support.paging_lists import SEARCH, CursorList, OffsetList, settle


class Calls(list):
    """A callback that records its calls."""

    def __call__(self, done, total):
        self.append((done, total))


async def read(paginator):
    return [item async for item in paginator]


async def test_iteration_reports_each_item_when_it_is_done():
    calls = Calls()
    paginator = OffsetList(3).paginator(limit=2).with_progress(calls)
    seen = [list(calls) async for _ in paginator]
    assert seen == [[(0, 3)], [(0, 3), (1, 3)], [(0, 3), (1, 3), (2, 3)]]
    assert calls[-1] == (3, 3)


async def test_pages_reports_each_page():
    calls = Calls()
    async for _ in OffsetList(5).paginator(limit=2).with_progress(calls).pages():
        pass
    assert calls == [(0, 5), (2, 5), (4, 5), (5, 5)]


async def test_collect_reports_each_page_in_order():
    calls, numbers = Calls(), OffsetList(9)
    numbers.gates = [asyncio.Event() for _ in range(5)]
    collecting = asyncio.create_task(numbers.paginator(limit=2).with_progress(calls).collect())
    for number in (0, 4, 1, 3, 2):
        numbers.gates[number].set()
        await settle()
    await collecting
    assert calls == [(2, 9), (4, 9), (6, 9), (8, 9), (9, 9)]


@pytest.mark.parametrize("paginator", [OffsetList(5).paginator(limit=2), CursorList(5, total=5).paginator(limit=2)])
async def test_collect_takes_its_own_callback(paginator):
    calls, unused = Calls(), Calls()
    await paginator.with_progress(unused).collect(progress=calls)
    assert calls[-1] == (5, 5)
    assert unused == []


@pytest.mark.parametrize("paginator", [OffsetList(9).paginator(limit=2), CursorList(9, total=9).paginator(limit=2)])
async def test_the_total_is_at_most_max_items(paginator):
    calls = Calls()
    await paginator.collect(max_items=3, progress=calls)
    assert {total for _, total in calls} == {3}
    assert calls[-1] == (3, 3)


async def test_a_scan_from_the_middle_counts_its_own_items():
    calls = Calls()
    await read(OffsetList(5).paginator(offset=3).with_progress(calls))
    assert calls == [(0, 2), (1, 2), (2, 2)]


async def test_missing_items_and_nulls_count_as_done():
    calls = Calls()
    numbers = OffsetList([0, None, 2, 3, 4, None], missing=[3])
    assert await read(numbers.paginator(limit=2).with_progress(calls).skip_nulls()) == [0, 2, 4]
    assert calls == [(0, 6), (1, 6), (2, 6), (4, 6), (5, 6), (6, 6)]


async def test_an_unknown_total_is_reported_at_the_end():
    calls = Calls()
    await read(CursorList(3).paginator(limit=2).with_progress(calls))
    assert calls == [(0, None), (1, None), (2, None), (3, None), (3, 3)]


async def test_progress_never_decreases_if_a_list_is_read_again():
    calls, numbers = Calls(), OffsetList(9)
    numbers.before_request = lambda number: numbers.items.__delitem__(slice(3, 9)) if number == 4 else None
    await numbers.paginator(limit=2).collect(progress=calls, concurrency=1)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert all(done <= total for done, total in calls)
    assert calls[-1][0] == calls[-1][1]


async def test_the_total_of_search_results_is_at_most_max_results():
    calls = Calls()
    await OffsetList(500, operation=SEARCH).paginator(offset=40).collect(progress=calls)
    assert {total for _, total in calls} == {60}


async def test_the_total_is_unknown_for_a_scan_by_cursor_from_the_middle():
    calls = Calls()
    await read(CursorList(4, total=4).paginator(limit=2, after="item 0").with_progress(calls))
    assert calls == [(0, None), (1, None), (2, None), (3, None), (3, 3)]


async def test_a_resumed_scan_by_cursor_counts_its_own_items():
    calls = Calls()
    await read(CursorList(4, total=4).paginator(limit=2).starting_at(CursorPosition(skip=1)).with_progress(calls))
    assert calls == [(0, 3), (1, 3), (2, 3), (3, 3)]


async def test_an_exception_of_the_callback_ends_the_scan():
    def fail(done: int, total: int | None) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await OffsetList(9).paginator(limit=2).collect(progress=fail)


@pytest.mark.parametrize("paginator", [OffsetList(1).paginator(), CursorList(1).paginator()])
async def test_other_types_than_functions_are_refused(paginator):
    with pytest.raises(TypeError, match="progress must be a function"):
        paginator.with_progress(3)
    with pytest.raises(TypeError, match="progress must be a function"):
        await paginator.collect(progress=3)
