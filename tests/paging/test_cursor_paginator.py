"""Lists by cursor."""

from __future__ import annotations

import pytest

from spotify.errors import PagingError
from spotify.paging import CursorPosition
from tests.support.paging_lists import HOME, CursorList, everything


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
    history.changes = {0: {"next": f"{HOME}?before=1700&limit=3"}}
    await everything(history.paginator(after="item 0", limit=3))
    assert history.requested[1] == {"before": "1700", "limit": 3}


@pytest.mark.parametrize("link", [HOME, f"{HOME}?limit=2", f"{HOME}?after=item+1&limit=2"])
async def test_a_next_without_a_new_cursor_is_an_error(link):
    artists = CursorList(9)
    artists.changes = {1: {"next": link}}
    with pytest.raises(PagingError, match=r"^get-z: `next` of a page names that page or an earlier one$"):
        await artists.paginator(limit=2).collect()
    assert len(artists.requested) == 2


async def test_a_next_without_a_cursor_does_not_restart_the_list():
    artists = CursorList(9)
    artists.changes = {0: {"next": f"{HOME}?limit=2"}}
    with pytest.raises(PagingError):
        await artists.paginator(after="item 3").collect()
    assert len(artists.requested) == 1


async def test_a_cycle_of_pages_is_an_error():
    artists = CursorList(9)
    artists.changes = {2: {"next": f"{HOME}?after=item+1"}}
    with pytest.raises(PagingError):
        await everything(artists.paginator(limit=2))
    assert len(artists.requested) == 3


async def test_only_cursors_and_limit_of_next_are_used():
    artists = CursorList(3)
    artists.changes = {0: {"next": "https://evil.example/steal?after=item+1&limit=99&type=user&access_token=x"}}
    await everything(artists.paginator(limit=2, type="artist"))
    assert artists.requested[1] == {"type": "artist", "after": "item 1", "limit": 50}


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
