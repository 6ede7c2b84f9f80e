"""Collecting: all pages after the first at once, in order, and no more than needed."""

from __future__ import annotations

import asyncio

import pytest

from spotify.errors import ServerError
from tests.support.paging_lists import SEARCH, CursorList, OffsetList, settle


async def test_all_pages_after_the_first_are_requested_at_once():
    numbers = OffsetList(10)
    numbers.gates = [asyncio.Event() for _ in range(5)]
    collecting = asyncio.create_task(numbers.paginator(limit=2).collect())
    await settle()
    assert numbers.offsets == [0]
    numbers.gates[0].set()
    await settle()
    assert numbers.offsets == [0, 2, 4, 6, 8]
    for gate in numbers.gates:
        gate.set()
    assert await collecting == list(range(10))


async def test_order_is_kept_whatever_comes_first():
    numbers = OffsetList(10)
    numbers.gates = [asyncio.Event() for _ in range(5)]
    collecting = asyncio.create_task(numbers.paginator(limit=2).collect())
    for number in (0, 4, 2, 3, 1):
        numbers.gates[number].set()
        await settle()
    assert await collecting == list(range(10))


@pytest.mark.parametrize(("concurrency", "busiest"), [(1, 1), (3, 3), (100, 9), (None, 9)])
async def test_concurrency_bounds_what_is_on_the_wire(concurrency, busiest):
    numbers = OffsetList(20)
    numbers.gates = [asyncio.Event() for _ in range(10)]
    collecting = asyncio.create_task(numbers.paginator(limit=2).collect(concurrency=concurrency))
    for gate in numbers.gates:
        await settle()
        gate.set()
    assert await collecting == list(range(20))
    assert numbers.busiest == busiest


@pytest.mark.parametrize(("max_items", "requests"), [(1, 1), (2, 1), (3, 2), (4, 2), (7, 4), (10, 5), (99, 5)])
async def test_no_more_pages_are_requested_than_it_takes(max_items, requests):
    numbers = OffsetList(10)
    assert await numbers.paginator(limit=2).collect(max_items) == list(range(10))[:max_items]
    assert len(numbers.asked) == requests


async def test_the_pages_that_it_takes_are_requested_at_once():
    numbers = OffsetList(20)
    numbers.gates = [asyncio.Event() for _ in range(4)]
    collecting = asyncio.create_task(numbers.paginator(limit=2).collect(max_items=7))
    for gate in numbers.gates:
        await settle()
        gate.set()
    await collecting
    assert (numbers.busiest, len(numbers.asked)) == (3, 4)


async def test_what_holes_leave_to_be_desired_is_requested_in_a_further_round():
    numbers = OffsetList(20, missing=[2, 3, 4])
    assert await numbers.paginator(limit=2).collect(max_items=6) == [0, 1, 5, 6, 7, 8]
    assert numbers.offsets == [0, 2, 4, 6, 8]


async def test_items_that_are_left_out_do_not_count():
    numbers = OffsetList(["a", None, None, "b", "c", "d"])
    assert await numbers.paginator(limit=2).skip_nulls().collect(max_items=2) == ["a", "b"]


async def test_a_limit_that_turns_out_to_be_lower_loses_nothing():
    numbers = OffsetList(10)

    def lower(number: int) -> None:
        numbers.most = 2

    page = await numbers.paginator(limit=4)
    numbers.before_request = lower
    assert await numbers.paginator(limit=4).starting_with(page).collect() == list(range(10))


async def test_without_a_total_pages_come_one_after_the_other():
    numbers = OffsetList(5)
    numbers.total = None
    assert await numbers.paginator(limit=2).collect() == list(range(5))
    assert numbers.busiest == 1


async def test_a_total_that_is_nonsense_does_not_become_a_flood():
    numbers = OffsetList(3)
    numbers.total = 10**15
    assert await numbers.paginator(limit=2).collect() == [0, 1, 2]
    assert len(numbers.asked) <= 1_001


async def test_search_results_that_are_fewer_than_estimated_end_where_they_end():
    numbers = OffsetList(30, operation=SEARCH)
    numbers.total = 90
    assert await numbers.paginator(limit=20).collect() == list(range(30))


async def test_search_results_that_are_more_than_estimated_are_all_there():
    numbers = OffsetList(70, operation=SEARCH)
    numbers.total = 30
    assert await numbers.paginator(limit=20).collect() == list(range(70))


async def test_when_one_request_fails_the_others_are_cancelled_and_its_error_is_raised_bare():
    numbers = OffsetList(10)
    numbers.gates = [asyncio.Event() for _ in range(5)]
    numbers.gates[0].set()
    numbers.gates[3].set()

    def fail(number: int) -> None:
        if number == 3:
            raise ServerError("out of order", status_code=500)

    numbers.before_request = fail
    with pytest.raises(ServerError) as caught:
        await numbers.paginator(limit=2).collect()
    assert caught.value.__context__ is None
    assert (numbers.busy, numbers.cancelled) == (0, 3)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_list_by_cursor_is_collected_page_after_page():
    artists = CursorList(5)
    assert await artists.paginator(limit=2).collect() == artists.items
    assert artists.busiest == 1


@pytest.mark.parametrize(("max_items", "requests"), [(1, 1), (2, 1), (3, 2), (9, 3)])
async def test_no_more_pages_by_cursor_are_requested_than_it_takes(max_items, requests):
    artists = CursorList(5)
    assert await artists.paginator(limit=2).collect(max_items) == artists.items[:max_items]
    assert len(artists.asked) == requests


@pytest.mark.parametrize("name", ["max_items", "concurrency"])
@pytest.mark.parametrize(("value", "error"), [(0, ValueError), (-1, ValueError), ("5", TypeError), (True, TypeError)])
async def test_bounds_are_checked_before_any_request(name, value, error):
    numbers = OffsetList(5)
    with pytest.raises(error, match=f"^{name} must be "):
        await numbers.paginator().collect(**{name: value})
    assert numbers.asked == []


@pytest.mark.parametrize(("value", "error"), [(0, ValueError), (1.5, TypeError)])
async def test_a_bound_of_a_list_by_cursor_is_checked(value, error):
    with pytest.raises(error, match=r"^max_items must be "):
        await CursorList(5).paginator().collect(value)
