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


CHANGES = [(lambda items: items.insert(0, "new"), 10), (lambda items: items.pop(0), 8)]
READS = [lambda paginator: paginator.collect(), everything]


@pytest.mark.parametrize(("change", "total"), CHANGES)
async def test_iteration_stops_before_a_wrong_item_if_changes_are_errors(change, total):
    numbers = OffsetList(9)
    numbers.before_request = after(2, lambda: change(numbers.items))
    found = []
    with pytest.raises(ListChangedError) as caught:
        await read_into(found, numbers.paginator(limit=2).with_options(on_change="raise"))
    error = caught.value
    assert found == [0, 1, 2, 3]
    assert (error.expected_total, error.seen_total, error.offset, error.operation) == (9, total, 4, "get-x")


async def test_the_error_says_what_to_do():
    numbers = OffsetList(9)
    numbers.before_request = after(1, numbers.items.pop)
    with pytest.raises(PagingError) as caught:
        _ = [page async for page in numbers.paginator(limit=2).with_options(on_change="raise").pages()]
    assert str(caught.value) == (
        "the list changed while it was read: it had 9 items, then 8; read it again, or continue at offset 2 (get-x)"
    )


async def test_a_scan_can_be_resumed_at_the_offset_of_the_error():
    numbers = OffsetList(9)
    numbers.before_request = after(2, lambda: numbers.items.append(9))
    found, offset = [], 0
    while offset is not None:
        try:
            await read_into(found, numbers.paginator(limit=2, offset=offset).with_options(on_change="raise"))
            offset = None
        except ListChangedError as error:
            offset = error.offset
    assert found == list(range(10))


async def test_collect_raises_if_changes_are_errors():
    numbers = OffsetList(20)
    numbers.before_request = after(2, lambda: numbers.items.append(20))
    with pytest.raises(ListChangedError) as caught:
        await numbers.paginator(limit=2).with_options(on_change="raise").collect(concurrency=1)
    assert (caught.value.expected_total, caught.value.seen_total, caught.value.offset) == (20, 21, 4)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("grown", [1, 2])
async def test_a_list_that_grows_is_read_to_the_end_and_no_item_is_doubled(read, grown):
    numbers = OffsetList(9)
    numbers.before_request = after(2, lambda: numbers.items.__setitem__(slice(0, 0), ["new"] * grown))
    with captured_logs() as events:
        assert await read(numbers.paginator(limit=2)) == list(range(9))
    assert len(numbers.requested) <= 7
    [event] = events
    assert (event["event"], event["level"], event["operation"]) == ("list_changed", "warning", "get-x")
    assert (event["expected_total"], event["seen_total"], event["offset"]) == (9, 9 + grown, 4)


@pytest.mark.parametrize("read", READS)
async def test_a_list_that_shrinks_is_read_to_the_end_with_a_warning(read):
    numbers = OffsetList(9)
    numbers.before_request = after(2, numbers.items.pop)
    with captured_logs() as events:
        assert await read(numbers.paginator(limit=2)) == list(range(8))
    assert [event["event"] for event in events] == ["list_changed"]


@pytest.mark.parametrize("read", READS)
async def test_a_total_that_fluctuates_changes_nothing_but_is_logged_once(read):
    numbers = OffsetList(9)
    numbers.changes = {1: {"total": 4}, 2: {"total": 12}, 3: {"total": 0}, 4: {"total": 11}}
    with captured_logs() as events:
        assert await read(numbers.paginator(limit=2)) == list(range(9))
    assert [event["event"] for event in events] == ["list_changed"]
    assert len(numbers.requested) <= 6


@pytest.mark.parametrize("read", READS)
async def test_a_list_that_ends_before_its_total_is_reported(read):
    numbers = OffsetList(4)
    numbers.total = 7
    with captured_logs() as events:
        assert await read(numbers.paginator(limit=2)) == [0, 1, 2, 3]
    [event] = events
    assert (event["event"], event["total"], event["offset"]) == ("list_incomplete", 7, 4)
    with pytest.raises(PagingError, match=r"^get-x: the list ended after 4 of 7 items$"):
        await read(numbers.paginator(limit=2).with_options(on_change="raise"))


@pytest.mark.parametrize("read", READS)
async def test_library_items_repeated_by_a_change_are_left_out(read):
    library = OffsetList([saved(number) for number in range(8)])
    before = list(library.items)

    def one_in_one_out() -> None:
        library.items.insert(0, saved(99))
        library.items.pop()

    library.before_request = lambda _: one_in_one_out() if len(library.requested) % 4 == 2 else None
    with captured_logs() as events:
        assert await read(library.paginator(limit=2)) == before[:7]
    assert [event["event"] for event in events] == ["list_changed"]
    with pytest.raises(ListChangedError, match="items were repeated") as caught:
        await read(library.paginator(limit=2).with_options(on_change="raise"))
    assert caught.value.expected_total == caught.value.seen_total == 8


async def test_unreadable_library_items_are_not_taken_for_repeated_ones():
    gone = Track(id=None, type="track", uri="spotify:local:::gone:1")
    entries = [SavedTrack(added_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), track=gone)] * 6
    assert await OffsetList(entries).paginator(limit=2).collect() == entries


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
