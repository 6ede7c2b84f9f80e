"""Whatever a list looks like, every way of reading it gives what is in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from spotify.paging import OffsetPosition
from tests.support.paging_lists import SEARCH, OffsetList

LISTS = st.fixed_dictionaries(
    {
        "total": st.integers(0, 60),
        "limit": st.none() | st.integers(1, 50),
        "most": st.integers(1, 50),
        "offset": st.integers(0, 70),
        "missing": st.sets(st.integers(0, 60), max_size=20),
        "tells_total": st.booleans(),
        "search": st.booleans(),
    }
)


class Made:
    """A list, how it is read, and what should come of it."""

    def __init__(self, total, limit, most, offset, missing, tells_total, search):
        self.list = OffsetList(total, most=most, missing=missing, **({"operation": SEARCH} if search else {}))
        if not tells_total:
            self.list.total = None
        arguments = {} if limit is None else {"limit": limit}
        self.paginator = self.list.paginator(**arguments, offset=offset)
        self.expected = [number for number in range(offset, total) if number not in missing]
        self.width = min(limit or 20, most)


@given(LISTS)
async def test_a_loop_gives_every_item(shape):
    made = Made(**shape)
    assert [number async for number in made.paginator] == made.expected


@given(LISTS, st.none() | st.integers(1, 70), st.none() | st.integers(1, 5))
async def test_collecting_gives_every_item_up_to_the_most_wanted(shape, max_items, concurrency):
    made = Made(**shape)
    assert await made.paginator.collect(max_items, concurrency) == made.expected[:max_items]
    assert made.list.busiest <= (concurrency or 1_000)


@given(LISTS, st.integers(1, 70))
async def test_no_page_is_requested_that_is_not_needed(shape, max_items):
    made = Made(**{**shape, "missing": set()})
    await made.paginator.collect(max_items)
    wanted = min(max_items, len(made.expected))
    assert len(made.list.asked) == max(1, -(-wanted // made.width))


@given(LISTS, st.integers(1, 70))
async def test_a_scan_can_be_interrupted_anywhere(shape, count):
    made = Made(**shape)
    found = []
    async for number in made.paginator:
        found.append(number)
        if len(found) == count:
            break
    position = OffsetPosition.from_json(made.paginator.position.to_json())
    assert found + [number async for number in made.paginator.starting_at(position)] == made.expected


@given(LISTS, st.booleans())
async def test_progress_goes_up_to_the_total_and_no_further(shape, collecting):
    made, heard = Made(**shape), []
    paginator = made.paginator.with_progress(lambda done, total: heard.append((done, total)))
    if collecting:
        await paginator.collect()
    else:
        _ = [number async for number in paginator]
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert all(total is None or done <= total for done, total in heard)
    assert heard[-1][0] == heard[-1][1]


@given(LISTS)
async def test_a_page_in_hand_leads_on_like_one_that_is_fetched(shape):
    made = Made(**shape)
    page = await made.paginator
    assert await made.paginator.starting_with(page).collect() == made.expected
