"""Lists by cursor."""

from __future__ import annotations

import pytest

from spotify.errors import PagingError
from spotify.paging import CursorPosition
from tests.support.paging_lists import HOME, CursorList, everything


async def test_awaiting_gives_one_page():
    artists = CursorList(5)
    page = await artists.paginator(limit=2)
    assert page.items == artists.items[:2]
    assert artists.clamps == [False]


async def test_iterating_gives_every_item_of_every_page():
    artists = CursorList(5)
    assert await everything(artists.paginator(limit=2)) == artists.items
    assert artists.asked == [{"limit": 2}, {"after": "item 1", "limit": 2}, {"after": "item 3", "limit": 2}]
    assert artists.clamps == [True] * 3


async def test_iterating_starts_where_it_is_told():
    artists = CursorList(5)
    assert await everything(artists.paginator(limit=2, after="item 1")) == artists.items[2:]


async def test_pages_come_one_by_one():
    artists = CursorList(5)
    assert [len(page.items) async for page in artists.paginator(limit=2).pages()] == [2, 2, 1]


async def test_a_list_that_goes_backwards_asks_for_what_was_before():
    history = CursorList(1)
    history.changes = {0: {"next": f"{HOME}?before=1700&limit=3"}}
    await everything(history.paginator(after="item 0", limit=3))
    assert history.asked[1] == {"before": "1700", "limit": 3}


@pytest.mark.parametrize("link", [HOME, f"{HOME}?limit=2", f"{HOME}?after=item+1&limit=2"])
async def test_a_next_that_does_not_lead_on_is_an_error(link):
    artists = CursorList(9)
    artists.changes = {1: {"next": link}}
    with pytest.raises(PagingError, match=r"^get-z: `next` of a page names that page or an earlier one$"):
        await artists.paginator(limit=2).collect()
    assert len(artists.asked) == 2


async def test_a_next_without_a_cursor_does_not_lead_back_to_the_beginning():
    artists = CursorList(9)
    artists.changes = {0: {"next": f"{HOME}?limit=2"}}
    with pytest.raises(PagingError):
        await artists.paginator(after="item 3").collect()
    assert len(artists.asked) == 1


async def test_pages_that_go_round_in_a_circle_are_noticed():
    artists = CursorList(9)
    artists.changes = {2: {"next": f"{HOME}?after=item+1"}}
    with pytest.raises(PagingError):
        await everything(artists.paginator(limit=2))
    assert len(artists.asked) == 3


async def test_of_next_only_cursors_and_limit_count():
    artists = CursorList(3)
    artists.changes = {0: {"next": "https://evil.example/steal?after=item+1&limit=99&type=user&access_token=x"}}
    await everything(artists.paginator(limit=2, type="artist"))
    assert artists.asked[1] == {"type": "artist", "after": "item 1", "limit": 50}


async def test_a_page_in_hand_is_not_requested_again():
    artists = CursorList(6)
    paginator = artists.paginator(limit=2)
    page = await artists.paginator(limit=2, after="item 0")
    assert paginator.starting_with(page).position == CursorPosition(after="item 0")
    assert await everything(paginator.starting_with(page)) == artists.items[1:]
    assert [arguments.get("after") for arguments in artists.asked] == ["item 0", "item 2", "item 4"]


async def test_nulls_can_be_left_out():
    artists = CursorList(3)
    artists.items[1] = None
    assert await artists.paginator(limit=3).skip_nulls().collect() == ["item 0", "item 2"]


@pytest.mark.parametrize("wrong", [3, "page"])
def test_what_is_not_a_page_is_refused(wrong):
    with pytest.raises(TypeError, match="page must be a CursorPage, not"):
        CursorList(1).paginator().starting_with(wrong)
