"""A list that changes while it is read is never silently short or doubled."""

from __future__ import annotations

import datetime as dt

import pytest

from spotify.errors import ListChangedError, PagingError
from spotify.models import PlaylistItem, SavedTrack, Track
from spotify.testing import captured_logs
from tests.support.paging_lists import SEARCH, CursorList, OffsetList, everything, read_into


def after(number: int, change):
    """Return what changes a list before it answers the request with that number."""

    def before_request(asked: int) -> None:
        if asked == number:
            change()

    return before_request


def saved(number: int) -> SavedTrack:
    track = Track(id=str(number), type="track", uri=f"spotify:track:{number}")
    return SavedTrack(added_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), track=track)


def entry(number: int) -> PlaylistItem:
    return PlaylistItem(item=Track(id=str(number), type="track", uri=f"spotify:track:{number}"))


@pytest.mark.parametrize(
    ("change", "total"), [(lambda items: items.insert(0, "new"), 10), (lambda items: items.pop(0), 8)]
)
async def test_a_list_that_grows_or_shrinks_stops_the_loop_before_a_wrong_item(change, total):
    numbers = OffsetList(9)
    numbers.before_request = after(2, lambda: change(numbers.items))
    found = []
    with pytest.raises(ListChangedError) as caught:
        await read_into(found, numbers.paginator(limit=2))
    error = caught.value
    assert found == [0, 1, 2, 3]
    assert (error.expected_total, error.seen_total, error.offset, error.operation) == (9, total, 4, "get-x")


async def test_the_error_says_what_to_do():
    numbers = OffsetList(9)
    numbers.before_request = after(1, numbers.items.pop)
    with pytest.raises(PagingError) as caught:
        _ = [page async for page in numbers.paginator(limit=2).pages()]
    assert str(caught.value) == (
        "the list changed while it was read: it had 9 items, then 8; read it again, or continue at offset 2 (get-x)"
    )


async def test_whoever_goes_on_all_the_same_starts_at_the_offset_of_the_error():
    numbers = OffsetList(9)
    numbers.before_request = after(2, lambda: numbers.items.append(9))
    found, offset = [], 0
    while offset is not None:
        try:
            await read_into(found, numbers.paginator(limit=2, offset=offset))
            offset = None
        except ListChangedError as error:
            offset = error.offset
    assert found == list(range(10))


async def test_collect_reads_a_list_that_changed_once_more():
    numbers = OffsetList(9)
    numbers.before_request = after(2, lambda: numbers.items.insert(0, "new"))
    with captured_logs() as events:
        assert await numbers.paginator(limit=2).collect() == ["new", *range(9)]
    [event] = events
    assert (event["event"], event["level"], event["operation"]) == ("list_changed", "warning", "get-x")
    assert (event["expected_total"], event["seen_total"]) == (9, 10)


async def test_collect_gives_up_when_the_list_changes_again():
    numbers = OffsetList(9)
    numbers.before_request = lambda number: numbers.items.append(number) if number in {2, 7} else None
    with pytest.raises(ListChangedError) as caught:
        await numbers.paginator(limit=2, offset=1).collect()
    assert (caught.value.expected_total, caught.value.seen_total, caught.value.offset) == (10, 11, 1)
    assert caught.value.__context__ is None


async def test_what_is_left_of_a_list_that_changed_is_not_requested():
    numbers = OffsetList(20)
    numbers.before_request = lambda number: numbers.items.append(number) if number in {2, 5} else None
    with pytest.raises(ListChangedError):
        await numbers.paginator(limit=2).collect(concurrency=1)
    assert numbers.offsets == [0, 2, 4] * 2


async def test_a_page_in_hand_of_a_list_that_changed_is_not_used_again():
    numbers = OffsetList(5)
    page = await numbers.paginator(limit=2)
    numbers.items.insert(0, "new")
    assert await numbers.paginator(limit=2).starting_with(page).collect() == ["new", *range(5)]


@pytest.mark.parametrize("read", [lambda p: p.collect(), everything])
async def test_library_items_that_come_again_are_a_change(read):
    library = OffsetList([saved(number) for number in range(8)])

    def one_in_one_out() -> None:
        library.items.insert(0, saved(99))
        library.items.pop()

    library.before_request = lambda _: one_in_one_out() if len(library.asked) % 4 == 2 else None
    with pytest.raises(ListChangedError, match="items were repeated") as caught:
        await read(library.paginator(limit=2))
    assert caught.value.expected_total == caught.value.seen_total == 8


async def test_a_playlist_may_hold_the_same_twice():
    entries = [entry(number // 4) for number in range(8)]
    assert await OffsetList(entries).paginator(limit=2).collect() == entries


async def test_of_search_results_the_number_is_an_estimate():
    numbers = OffsetList(60, operation=SEARCH)
    numbers.changes = {number: {"total": 60 + number} for number in range(9)}
    assert await everything(numbers.paginator(limit=20)) == list(range(60))


async def test_a_total_that_comes_and_goes_is_no_change():
    numbers = OffsetList(6)
    numbers.changes = {1: {"total": None}}
    assert await everything(numbers.paginator(limit=2)) == list(range(6))


async def test_a_list_by_cursor_does_not_shift():
    artists = CursorList(6, total=6)
    artists.before_request = after(1, lambda: artists.items.insert(0, "new"))
    artists.changes = {number: {"total": 7} for number in (1, 2)}
    assert await everything(artists.paginator(limit=2)) == [f"item {number}" for number in range(6)]
