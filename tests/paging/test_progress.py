"""How far a scan is."""

from __future__ import annotations

import asyncio

import pytest

from spotify.paging import CursorPosition
from tests.support.paging_lists import SEARCH, CursorList, OffsetList, settle


class Heard(list):
    """What a callback was told."""

    def __call__(self, done, total):
        self.append((done, total))


async def read(paginator):
    return [item async for item in paginator]


async def test_a_loop_tells_of_each_item_when_it_is_done():
    heard = Heard()
    paginator = OffsetList(3).paginator(limit=2).with_progress(heard)
    seen = [list(heard) async for _ in paginator]
    assert seen == [[(0, 3)], [(0, 3), (1, 3)], [(0, 3), (1, 3), (2, 3)]]
    assert heard[-1] == (3, 3)


async def test_pages_are_told_of_one_by_one():
    heard = Heard()
    async for _ in OffsetList(5).paginator(limit=2).with_progress(heard).pages():
        pass
    assert heard == [(0, 5), (2, 5), (4, 5), (5, 5)]


async def test_collecting_tells_of_each_page_that_arrives():
    heard, numbers = Heard(), OffsetList(9)
    numbers.gates = [asyncio.Event() for _ in range(5)]
    collecting = asyncio.create_task(numbers.paginator(limit=2).with_progress(heard).collect())
    for number in (0, 4, 1, 3, 2):
        numbers.gates[number].set()
        await settle()
    await collecting
    assert heard == [(2, 9), (3, 9), (5, 9), (7, 9), (9, 9)]


@pytest.mark.parametrize("paginator", [OffsetList(5).paginator(limit=2), CursorList(5, total=5).paginator(limit=2)])
async def test_collect_takes_its_own_callback(paginator):
    heard, unheard = Heard(), Heard()
    await paginator.with_progress(unheard).collect(progress=heard)
    assert heard[-1] == (5, 5)
    assert unheard == []


@pytest.mark.parametrize("paginator", [OffsetList(9).paginator(limit=2), CursorList(9, total=9).paginator(limit=2)])
async def test_no_more_is_promised_than_is_wanted(paginator):
    heard = Heard()
    await paginator.collect(max_items=3, progress=heard)
    assert {total for _, total in heard} == {3}
    assert heard[-1] == (3, 3)


async def test_a_scan_from_the_middle_counts_its_own_items():
    heard = Heard()
    await read(OffsetList(5).paginator(offset=3).with_progress(heard))
    assert heard == [(0, 2), (1, 2), (2, 2)]


async def test_holes_and_nulls_count_as_done():
    heard = Heard()
    numbers = OffsetList([0, None, 2, 3, 4, None], missing=[3])
    assert await read(numbers.paginator(limit=2).with_progress(heard).skip_nulls()) == [0, 2, 4]
    assert heard == [(0, 6), (1, 6), (2, 6), (4, 6), (5, 6), (6, 6)]


async def test_an_unknown_total_is_known_at_the_end():
    heard = Heard()
    await read(CursorList(3).paginator(limit=2).with_progress(heard))
    assert heard == [(0, None), (1, None), (2, None), (3, None), (3, 3)]


async def test_progress_never_goes_back_when_a_list_is_read_once_more():
    heard, numbers = Heard(), OffsetList(9)
    numbers.before_request = lambda number: numbers.items.__delitem__(slice(3, 9)) if number == 4 else None
    await numbers.paginator(limit=2).collect(progress=heard, concurrency=1)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert all(done <= total for done, total in heard)
    assert heard[-1][0] == heard[-1][1]


async def test_of_search_results_no_more_are_promised_than_spotify_shows():
    heard = Heard()
    await OffsetList(500, operation=SEARCH).paginator(offset=40).collect(progress=heard)
    assert {total for _, total in heard} == {60}


async def test_a_scan_by_cursor_from_the_middle_does_not_know_how_much_is_left():
    heard = Heard()
    await read(CursorList(4, total=4).paginator(limit=2, after="item 0").with_progress(heard))
    assert heard == [(0, None), (1, None), (2, None), (3, None), (3, 3)]


async def test_a_scan_by_cursor_does_not_count_what_an_earlier_one_handed_out():
    heard = Heard()
    await read(CursorList(4, total=4).paginator(limit=2).starting_at(CursorPosition(skip=1)).with_progress(heard))
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


async def test_an_error_of_the_callback_ends_the_scan():
    def fail(done: int, total: int | None) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await OffsetList(9).paginator(limit=2).collect(progress=fail)


@pytest.mark.parametrize("paginator", [OffsetList(1).paginator(), CursorList(1).paginator()])
async def test_what_cannot_be_called_is_refused(paginator):
    with pytest.raises(TypeError, match="progress must be a function"):
        paginator.with_progress(3)
    with pytest.raises(TypeError, match="progress must be a function"):
        await paginator.collect(progress=3)
