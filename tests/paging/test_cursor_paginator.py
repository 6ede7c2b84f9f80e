"""Lists by cursor."""

from __future__ import annotations

import pytest

from spotify.errors import PagingError
from spotify.models import Cursors
from spotify.paging import CursorPaginator, CursorPosition
from spotify.testing import captured_logs
from tests.support.paging_lists import BY_CURSOR, HISTORY, HOME, CursorList, everything


async def test_await_returns_one_page():
    artists = CursorList(5)
    page = await artists.paginator(limit=2)
    assert page.items == artists.items[:2]
    assert artists.clamps == [False]


async def test_iteration_yields_every_item():
    artists = CursorList(5)
    assert await everything(artists.paginator(limit=2)) == artists.items
    assert artists.requested == [{"limit": 2}, {"after": "item 1", "limit": 2}, {"after": "item 3", "limit": 2}]
    assert artists.clamps == [True] * 3


async def test_iteration_starts_at_the_given_cursor():
    artists = CursorList(5)
    assert await everything(artists.paginator(limit=2, after="item 1")) == artists.items[2:]


async def test_pages_yields_one_page_at_a_time():
    artists = CursorList(5)
    assert [len(page.items) async for page in artists.paginator(limit=2).pages()] == [2, 2, 1]


async def test_a_list_is_read_backwards_by_before():
    history = CursorList(1)
    history.changes = {0: {"items": ["item 1"], "next": f"{HOME}?before=1700&limit=3"}}
    await everything(CursorPaginator(HISTORY, {"limit": 3}, history))
    assert history.requested[1] == {"before": "1700", "limit": 3}


BAD_LINKS = [HOME, f"{HOME}?limit=2", f"{HOME}?offset=4&limit=2", f"{HOME}?after=item+1&limit=2", "https://[half"]


@pytest.mark.parametrize("link", BAD_LINKS)
async def test_cursors_replace_a_next_without_a_new_cursor(link):
    artists = CursorList(9)
    artists.changes = {1: {"next": link}}
    assert await artists.paginator(limit=2).collect() == artists.items
    assert len(artists.requested) == 5


@pytest.mark.parametrize("link", BAD_LINKS)
async def test_a_list_that_ends_without_a_new_cursor_is_reported(link):
    artists = CursorList(9)
    artists.changes = {1: {"next": link, "cursors": None}}
    with captured_logs() as events:
        assert await artists.paginator(limit=2).collect() == artists.items[:4]
    assert len(artists.requested) == 2
    [event] = events
    assert (event["event"], event["operation"], event["read"]) == ("list_incomplete", "get-z", 4)
    artists.requested.clear()
    with pytest.raises(PagingError, match=r"^get-z: after 4 items, no field of the page names a later page$"):
        await everything(artists.paginator(limit=2).with_options(on_change="raise"))


@pytest.mark.parametrize("cursors", [None, Cursors(), Cursors(after="item 1"), Cursors(after="item 7")])
@pytest.mark.parametrize("link", [None, *BAD_LINKS, f"{HOME}?after=item+3&limit=2"])
async def test_the_last_item_names_the_next_page_if_no_field_does(link, cursors):
    artists = CursorList(9, total=9)
    artists.changes = {1: {"next": link, "cursors": cursors}}
    if cursors == Cursors(after="item 7"):
        artists.changes[1]["next"] = None
    paginator = CursorPaginator(BY_CURSOR, {"limit": 2, "after": None}, artists, cursor_of=lambda item: item)
    assert await paginator.collect() == artists.items


async def test_a_server_that_ignores_cursors_doubles_no_item():
    artists = CursorList(9, total=9)
    first = {"items": artists.items[:2], "next": f"{HOME}?after=item+1&limit=2", "cursors": Cursors(after="item 1")}
    artists.changes = dict.fromkeys(range(1, 9), first)
    paginator = CursorPaginator(BY_CURSOR, {"limit": 2}, artists, cursor_of=lambda item: item)
    with captured_logs() as events:
        assert await paginator.collect() == artists.items[:2]
    assert [event["event"] for event in events] == ["list_incomplete"]


async def test_only_cursors_of_next_are_used():
    artists = CursorList(3)
    artists.changes = {0: {"next": "https://evil.example/steal?after=item+1&limit=99&type=user&access_token=x"}}
    await everything(artists.paginator(limit=2, type="artist"))
    assert artists.requested[1] == {"type": "artist", "after": "item 1", "limit": 2}


async def test_a_fetched_page_is_not_requested_again():
    artists = CursorList(6)
    paginator = artists.paginator(limit=2)
    page = await artists.paginator(limit=2, after="item 0")
    assert paginator.starting_with(page).position == CursorPosition(after="item 0")
    assert await everything(paginator.starting_with(page)) == artists.items[1:]
    assert [arguments.get("after") for arguments in artists.requested] == ["item 0", "item 2", "item 4"]


async def test_nulls_can_be_skipped():
    artists = CursorList(3)
    artists.items[1] = None
    assert await artists.paginator(limit=3).skip_nulls().collect() == ["item 0", "item 2"]


@pytest.mark.parametrize("wrong", [3, "page"])
def test_other_types_than_pages_are_refused(wrong):
    with pytest.raises(TypeError, match="page must be a CursorPage, not"):
        CursorList(1).paginator().starting_with(wrong)
