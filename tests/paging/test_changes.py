"""Lists that change during a scan: no item is silently missed or repeated."""

from __future__ import annotations

import datetime as dt

import pytest

from spotify.errors import ListChangedError, PagingError
from spotify.models import PlaylistItem, SavedTrack, Track
from spotify.testing import captured_logs
from tests.support.paging_lists import SEARCH, CursorList, OffsetList, everything, read_into


def after(number: int, change):
    """Return a `before_request` that calls `change` before the response to a request."""

    def before_request(request: int) -> None:
        if request == number:
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
async def test_iteration_stops_before_a_wrong_item_if_the_total_changes(change, total):
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


async def test_a_scan_can_be_resumed_at_the_offset_of_the_error():
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


async def test_collect_reads_a_changed_list_again():
    numbers = OffsetList(9)
    numbers.before_request = after(2, lambda: numbers.items.insert(0, "new"))
    with captured_logs() as events:
        assert await numbers.paginator(limit=2).collect() == ["new", *range(9)]
    [event] = events
    assert (event["event"], event["level"], event["operation"]) == ("list_changed", "warning", "get-x")
    assert (event["expected_total"], event["seen_total"]) == (9, 10)


async def test_collect_raises_if_the_list_changes_again():
    numbers = OffsetList(9)
    numbers.before_request = lambda number: numbers.items.append(number) if number in {2, 7} else None
    with pytest.raises(ListChangedError) as caught:
        await numbers.paginator(limit=2, offset=1).collect()
    assert (caught.value.expected_total, caught.value.seen_total, caught.value.offset) == (10, 11, 1)
    assert caught.value.__context__ is None


async def test_no_more_pages_are_requested_after_a_change():
    numbers = OffsetList(20)
    numbers.before_request = lambda number: numbers.items.append(number) if number in {2, 5} else None
    with pytest.raises(ListChangedError):
        await numbers.paginator(limit=2).collect(concurrency=1)
    assert numbers.offsets == [0, 2, 4] * 2


async def test_the_first_page_is_requested_again_after_a_change():
    numbers = OffsetList(5)
    page = await numbers.paginator(limit=2)
    numbers.items.insert(0, "new")
    assert await numbers.paginator(limit=2).starting_with(page).collect() == ["new", *range(5)]


@pytest.mark.parametrize("read", [lambda p: p.collect(), everything])
async def test_repeated_library_items_are_a_change(read):
    library = OffsetList([saved(number) for number in range(8)])

    def one_in_one_out() -> None:
        library.items.insert(0, saved(99))
        library.items.pop()

    library.before_request = lambda _: one_in_one_out() if len(library.requested) % 4 == 2 else None
    with pytest.raises(ListChangedError, match="items were repeated") as caught:
        await read(library.paginator(limit=2))
    assert caught.value.expected_total == caught.value.seen_total == 8


async def test_a_playlist_may_contain_an_item_twice():
    entries = [entry(number // 4) for number in range(8)]
    assert await OffsetList(entries).paginator(limit=2).collect() == entries


async def test_the_total_of_search_results_may_change():
    numbers = OffsetList(60, operation=SEARCH)
    numbers.changes = {number: {"total": 60 + number} for number in range(9)}
    assert await everything(numbers.paginator(limit=20)) == list(range(60))


async def test_a_missing_total_is_not_a_change():
    numbers = OffsetList(6)
    numbers.changes = {1: {"total": None}}
    assert await everything(numbers.paginator(limit=2)) == list(range(6))


async def test_a_list_by_cursor_does_not_shift():
    artists = CursorList(6, total=6)
    artists.before_request = after(1, lambda: artists.items.insert(0, "new"))
    artists.changes = {number: {"total": 7} for number in (1, 2)}
    assert await everything(artists.paginator(limit=2)) == [f"item {number}" for number in range(6)]
