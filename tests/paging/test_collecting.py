"""`collect`: all pages after the first concurrently, in order, and only those needed."""

from __future__ import annotations

import asyncio

import pytest

from spotify.errors import ServerError
from spotify.paging import OffsetPosition
from tests.support.paging_lists import SEARCH, CursorList, OffsetList, settle


async def test_all_pages_after_the_first_are_requested_concurrently():
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


async def test_items_are_in_order_whichever_page_arrives_first():
    numbers = OffsetList(10)
    numbers.gates = [asyncio.Event() for _ in range(5)]
    collecting = asyncio.create_task(numbers.paginator(limit=2).collect())
    for number in (0, 4, 2, 3, 1):
        numbers.gates[number].set()
        await settle()
    assert await collecting == list(range(10))


@pytest.mark.parametrize(("concurrency", "max_in_flight"), [(1, 1), (3, 3), (100, 9), (None, 9)])
async def test_concurrency_limits_the_requests_in_flight(concurrency, max_in_flight):
    numbers = OffsetList(20)
    numbers.gates = [asyncio.Event() for _ in range(10)]
    collecting = asyncio.create_task(numbers.paginator(limit=2).collect(concurrency=concurrency))
    for gate in numbers.gates:
        await settle()
        gate.set()
    assert await collecting == list(range(20))
    assert numbers.max_in_flight == max_in_flight


@pytest.mark.parametrize(("max_items", "requests"), [(1, 1), (2, 1), (3, 2), (4, 2), (7, 4), (10, 5), (99, 5)])
async def test_only_the_needed_pages_are_requested(max_items, requests):
    numbers = OffsetList(10)
    assert await numbers.paginator(limit=2).collect(max_items) == list(range(10))[:max_items]
    assert len(numbers.requested) == requests


async def test_the_needed_pages_are_requested_concurrently():
    numbers = OffsetList(20)
    numbers.gates = [asyncio.Event() for _ in range(4)]
    collecting = asyncio.create_task(numbers.paginator(limit=2).collect(max_items=7))
    for gate in numbers.gates:
        await settle()
        gate.set()
    await collecting
    assert (numbers.max_in_flight, len(numbers.requested)) == (3, 4)


async def test_items_missing_from_pages_cause_another_round():
    numbers = OffsetList(20, missing=[2, 3, 4])
    assert await numbers.paginator(limit=2).collect(max_items=6) == [0, 1, 5, 6, 7, 8]
    assert numbers.offsets == [0, 2, 4, 6, 8]


async def test_omitted_nulls_do_not_count_towards_max_items():
    numbers = OffsetList(["a", None, None, "b", "c", "d"])
    assert await numbers.paginator(limit=2).skip_nulls().collect(max_items=2) == ["a", "b"]


async def test_a_limit_lower_than_expected_loses_no_items():
    numbers = OffsetList(10)

    def lower(number: int) -> None:
        numbers.max_limit = 2

    page = await numbers.paginator(limit=4)
    numbers.before_request = lower
    assert await numbers.paginator(limit=4).starting_with(page).collect() == list(range(10))


async def test_without_a_total_pages_are_requested_one_by_one():
    numbers = OffsetList(5)
    numbers.total = None
    assert await numbers.paginator(limit=2).collect() == list(range(5))
    assert numbers.max_in_flight == 1


async def test_an_absurd_total_does_not_cause_unlimited_requests():
    numbers = OffsetList(3)
    numbers.total = 10**15
    assert await numbers.paginator(limit=2).collect() == [0, 1, 2]
    assert len(numbers.requested) <= 1_001


async def test_fewer_search_results_than_estimated_are_collected():
    numbers = OffsetList(30, operation=SEARCH)
    numbers.total = 90
    assert await numbers.paginator(limit=20).collect() == list(range(30))


async def test_more_search_results_than_estimated_are_collected():
    numbers = OffsetList(70, operation=SEARCH)
    numbers.total = 30
    assert await numbers.paginator(limit=20).collect() == list(range(70))


async def test_a_failed_request_cancels_those_for_later_pages_and_raises_its_error():
    numbers = OffsetList(12)
    numbers.gates = [asyncio.Event() for _ in range(6)]
    numbers.gates[0].set()
    numbers.gates[2].set()

    def fail(number: int) -> None:
        if number == 2:
            raise ServerError("out of order", status_code=500)

    numbers.before_request = fail
    collecting = asyncio.create_task(numbers.paginator(limit=2).collect())
    await settle()
    assert (numbers.in_flight, numbers.cancelled) == (1, 3)
    numbers.gates[1].set()
    with pytest.raises(ServerError) as caught:
        await collecting
    assert caught.value.__context__ is None
    assert (numbers.in_flight, numbers.cancelled) == (0, 3)
    assert asyncio.all_tasks() == {asyncio.current_task()}


def fail_from(number):
    def fail(request: int) -> None:
        if request >= number:
            raise ServerError("out of order", status_code=500)

    return fail


@pytest.mark.parametrize("numbers", [OffsetList(12), CursorList(12)])
async def test_what_was_collected_before_a_failure_is_kept_and_the_rest_can_be_read(numbers):
    paginator = numbers.paginator(limit=5)
    numbers.before_request = fail_from(1)
    with pytest.raises(ServerError) as caught:
        await paginator.collect()
    numbers.before_request = fail_from(100)
    rest = await paginator.starting_at(paginator.position).collect()

    assert len(caught.value.collected) == 5
    assert [*caught.value.collected, *rest] == await numbers.paginator(limit=5).collect()


async def test_a_scan_that_reaches_no_page_does_not_keep_the_position_of_an_earlier_one():
    numbers = OffsetList(6)
    paginator = numbers.paginator(limit=2)
    await paginator.collect()
    numbers.before_request = fail_from(0)
    with pytest.raises(ServerError) as caught:
        await paginator.collect()

    assert (paginator.position, caught.value.collected) == (OffsetPosition(offset=0), [])


async def test_a_failure_past_the_end_of_a_shorter_list_is_no_error():
    numbers = OffsetList(4)
    numbers.total = 100

    def refuse(number: int) -> None:
        if number > 2:
            raise ServerError("no such offset", status_code=500)

    numbers.before_request = refuse
    assert await numbers.paginator(limit=2).collect() == [0, 1, 2, 3]


async def test_a_list_by_cursor_is_collected_page_by_page():
    artists = CursorList(5)
    assert await artists.paginator(limit=2).collect() == artists.items
    assert artists.max_in_flight == 1


@pytest.mark.parametrize(("max_items", "requests"), [(1, 1), (2, 1), (3, 2), (9, 3)])
async def test_only_the_needed_pages_by_cursor_are_requested(max_items, requests):
    artists = CursorList(5)
    assert await artists.paginator(limit=2).collect(max_items) == artists.items[:max_items]
    assert len(artists.requested) == requests


@pytest.mark.parametrize("name", ["max_items", "concurrency"])
@pytest.mark.parametrize(("value", "error"), [(0, ValueError), (-1, ValueError), ("5", TypeError), (True, TypeError)])
async def test_numbers_are_checked_before_any_request(name, value, error):
    numbers = OffsetList(5)
    with pytest.raises(error, match=f"^{name} must be "):
        await numbers.paginator().collect(**{name: value})
    assert numbers.requested == []


@pytest.mark.parametrize(("value", "error"), [(0, ValueError), (1.5, TypeError)])
async def test_max_items_of_a_list_by_cursor_is_checked(value, error):
    with pytest.raises(error, match=r"^max_items must be "):
        await CursorList(5).paginator().collect(value)
