"""Lists by offset and limit: pages, items, and which page comes next."""

from __future__ import annotations

import pytest

from spotify.errors import ServerError
from spotify.models import Page
from tests.support.paging_lists import HOME, SEARCH, OffsetList, everything, read_into


async def test_nothing_is_requested_before_iteration():
    numbers = OffsetList(5)
    paginator = numbers.paginator()
    paginator.pages()
    aiter(paginator)
    assert numbers.requested == []


async def test_await_returns_one_page():
    numbers = OffsetList(5)
    page = await numbers.paginator(limit=2, market="DE")
    assert (page.items, page.total) == ([0, 1], 5)
    assert numbers.requested == [{"id": "1", "limit": 2, "market": "DE"}]


async def test_only_a_single_page_refuses_a_limit_that_is_too_high():
    numbers = OffsetList(5)
    paginator = numbers.paginator(limit=2)
    await paginator
    await paginator.collect()
    async for _ in paginator:
        pass
    assert numbers.clamps == [False, *[True] * 6]


async def test_iteration_yields_every_item():
    numbers = OffsetList(5)
    assert [number async for number in numbers.paginator(limit=2, market="DE")] == [0, 1, 2, 3, 4]
    assert numbers.requested == [
        {"id": "1", "limit": 2, "market": "DE"},
        {"id": "1", "limit": 2, "market": "DE", "offset": 2},
        {"id": "1", "limit": 2, "market": "DE", "offset": 4},
    ]


async def test_iteration_starts_at_the_given_offset():
    assert [number async for number in OffsetList(5).paginator(limit=2, offset=1)] == [1, 2, 3, 4]


async def test_pages_yields_one_page_at_a_time():
    assert [page.items async for page in OffsetList(5).paginator(limit=2).pages()] == [[0, 1], [2, 3], [4]]


async def test_an_empty_list_has_one_empty_page():
    assert [page.items async for page in OffsetList(0).paginator().pages()] == [[]]


async def test_a_list_can_be_iterated_over_twice():
    paginator = OffsetList(3).paginator(limit=2)
    for _ in range(2):
        assert [number async for number in paginator] == [0, 1, 2]


async def test_two_scans_of_one_list_are_independent():
    paginator = OffsetList(4).paginator(limit=2)
    assert [(one, other) async for one in paginator async for other in paginator] == [
        (one, other) for one in range(4) for other in range(4)
    ]


@pytest.mark.parametrize("max_limit", [1, 2, 3])
async def test_offsets_follow_the_lowered_limit(max_limit):
    numbers = OffsetList(7, max_limit=max_limit)
    assert [number async for number in numbers.paginator(limit=50)] == list(range(7))


async def test_missing_items_neither_end_nor_shift_a_scan():
    numbers = OffsetList(8, missing=[1, 2, 3, 7])
    assert [page.items async for page in numbers.paginator(limit=2).pages()] == [[0], [], [4, 5], [6]]


async def test_nulls_are_kept_unless_skipped():
    paginator = OffsetList(["a", None, None, "b"]).paginator(limit=2)
    assert [item async for item in paginator] == ["a", None, None, "b"]
    assert [item async for item in paginator.skip_nulls()] == ["a", "b"]
    assert [page.items async for page in paginator.skip_nulls().pages()] == [["a"], ["b"]]
    assert (await paginator.skip_nulls()).items == ["a"]
    assert await paginator.skip_nulls().collect() == ["a", "b"]


async def test_a_page_without_next_is_not_the_last_if_the_total_is_higher():
    numbers = OffsetList(5)
    numbers.changes = {0: {"next": None}, 1: {"next": None}}
    assert [number async for number in numbers.paginator(limit=2)] == [0, 1, 2, 3, 4]


async def test_an_empty_page_past_the_end_is_the_last_despite_next():
    numbers = OffsetList(2)
    numbers.changes = {number: {"next": f"{HOME}?offset={2 * number + 2}"} for number in range(9)}
    assert [number async for number in numbers.paginator(limit=2)] == [0, 1]
    assert len(numbers.requested) == 2


async def test_without_a_total_next_is_followed():
    numbers = OffsetList(5)
    numbers.total = None
    assert [number async for number in numbers.paginator(limit=2)] == [0, 1, 2, 3, 4]


async def test_a_page_with_only_items_and_next_is_followed():
    numbers = OffsetList(5)
    silent = {"limit": 0, "offset": 0, "total": None, "href": None}
    numbers.changes = dict.fromkeys(range(3), silent)
    assert [number async for number in numbers.paginator(limit=2)] == [0, 1, 2, 3, 4]


async def test_only_the_offset_of_next_is_used():
    numbers = OffsetList(3)
    numbers.changes = {0: {"next": "https://evil.example/steal/{id}?offset=2&limit=1&id=2&market=US&access_token=x"}}
    await everything(numbers.paginator(limit=2, market="DE"))
    assert numbers.requested[1] == {"id": "1", "market": "DE", "offset": 2, "limit": 2}


async def test_the_limit_of_next_is_lowered_to_that_of_the_operation():
    numbers = OffsetList(120)
    paginator = numbers.paginator()
    hundred = Page(items=list(range(100)), limit=100, next=f"{HOME}?offset=100&limit=100", total=120)
    assert await everything(paginator.starting_with(hundred)) == list(range(120))
    assert numbers.requested == [{"id": "1", "offset": 100, "limit": 50}]


async def test_a_fetched_page_is_not_requested_again():
    numbers = OffsetList(5)
    paginator = numbers.paginator(limit=2)
    page = await paginator
    assert await everything(paginator.starting_with(page)) == [0, 1, 2, 3, 4]
    assert await paginator.starting_with(page).collect() == [0, 1, 2, 3, 4]
    assert await paginator.starting_with(page) is page
    assert numbers.offsets == [0, 2, 4, 2, 4]


async def test_a_list_is_continued_after_a_page_from_the_middle():
    paginator = OffsetList(5).paginator(limit=2)
    assert await everything(paginator.starting_with(await OffsetList(5).paginator(limit=2, offset=1))) == [1, 2, 3, 4]


async def test_starting_with_none_reads_from_the_start():
    assert await everything(OffsetList(3).paginator().starting_with(None)) == [0, 1, 2]


async def test_search_results_end_at_max_results():
    numbers = OffsetList(500, operation=SEARCH)
    assert await everything(numbers.paginator(limit=40)) == list(range(100))
    assert [arguments["limit"] for arguments in numbers.requested] == [40, 40, 20]


async def test_search_results_end_with_a_page_without_next():
    numbers = OffsetList(30, operation=SEARCH)
    numbers.total = 90
    assert await everything(numbers.paginator(limit=20)) == list(range(30))
    assert len(numbers.requested) == 2


async def test_an_error_is_raised_after_the_items_before_its_page():
    numbers = OffsetList(9)

    def fail(number: int) -> None:
        if number == 1:
            raise ServerError("out of order", status_code=500)

    numbers.before_request = fail
    found = []
    with pytest.raises(ServerError):
        await read_into(found, numbers.paginator(limit=2))
    assert found == [0, 1]


@pytest.mark.parametrize("wrong", [3, "page", [1]])
def test_other_types_than_pages_are_refused(wrong):
    with pytest.raises(TypeError, match="page must be a Page, not"):
        OffsetList().paginator().starting_with(wrong)
