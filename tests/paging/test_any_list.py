"""Properties of every way to read a list, for generated lists."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from spotify.paging import OffsetPosition
from tests.support.paging_lists import SEARCH, OffsetList

LISTS = st.fixed_dictionaries(
    {
        "total": st.integers(0, 60),
        "limit": st.none() | st.integers(1, 50),
        "max_limit": st.integers(1, 50),
        "offset": st.integers(0, 70),
        # Three empty pages in sequence end a list.
        "missing": st.sets(st.integers(0, 60).filter(lambda number: number % 3), max_size=20),
        "has_total": st.booleans(),
        "search": st.booleans(),
    }
)


class Case:
    """A list, its paginator and the expected items."""

    def __init__(self, total, limit, max_limit, offset, missing, has_total, search):
        self.list = OffsetList(total, max_limit=max_limit, missing=missing, **({"operation": SEARCH} if search else {}))
        if not has_total:
            self.list.total = None
        arguments = {} if limit is None else {"limit": limit}
        self.paginator = self.list.paginator(**arguments, offset=offset)
        self.expected = [number for number in range(offset, total) if number not in missing]
        self.width = min(limit or 20, max_limit)


@given(LISTS)
async def test_iteration_yields_every_item(shape):
    case = Case(**shape)
    assert [number async for number in case.paginator] == case.expected


@given(LISTS, st.none() | st.integers(1, 70), st.none() | st.integers(1, 5))
async def test_collect_returns_every_item_up_to_max_items(shape, max_items, concurrency):
    case = Case(**shape)
    assert await case.paginator.collect(max_items, concurrency) == case.expected[:max_items]
    assert case.list.max_in_flight <= (concurrency or 1_000)


@given(LISTS, st.integers(1, 70))
async def test_only_needed_pages_are_requested(shape, max_items):
    case = Case(**{**shape, "missing": set(), "has_total": True})
    await case.paginator.collect(max_items)
    needed = min(max_items, len(case.expected))
    assert len(case.list.requested) == max(1, -(-needed // case.width))


@given(LISTS, st.integers(1, 70))
async def test_a_scan_can_be_resumed_after_any_item(shape, count):
    case = Case(**shape)
    found = []
    async for number in case.paginator:
        found.append(number)
        if len(found) == count:
            break
    position = OffsetPosition.from_json(case.paginator.position.to_json())
    assert found + [number async for number in case.paginator.starting_at(position)] == case.expected


@given(LISTS, st.booleans())
async def test_progress_increases_up_to_the_total(shape, collecting):
    case, calls = Case(**shape), []
    paginator = case.paginator.with_progress(lambda done, total: calls.append((done, total)))
    if collecting:
        await paginator.collect()
    else:
        _ = [number async for number in paginator]
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)
    assert all(total is None or done <= total for done, total in calls)
    assert calls[-1][0] == calls[-1][1]


@given(LISTS)
async def test_a_list_is_continued_after_a_fetched_page(shape):
    case = Case(**shape)
    page = await case.paginator
    assert await case.paginator.starting_with(page).collect() == case.expected
