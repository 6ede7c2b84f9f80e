"""Where a scan is, and going on from there."""

from __future__ import annotations

import pytest

from spotify.errors import DecodeError
from spotify.paging import CursorPosition, OffsetPosition
from tests.support.paging_lists import CursorList, OffsetList


async def interrupted(paginator, count: int):
    """Read so many items and return them with the position after them."""
    found = []
    async for item in paginator:
        found.append(item)
        if len(found) == count:
            break
    return found, paginator.position


async def rest(paginator):
    return [item async for item in paginator]


def test_before_a_scan_the_position_is_where_it_would_start():
    assert OffsetList(9).paginator(offset=4).position == OffsetPosition(offset=4)
    assert CursorList(9).paginator(after="item 3").position == CursorPosition(after="item 3")


@pytest.mark.parametrize("count", range(1, 10))
async def test_a_list_goes_on_after_the_last_item_handed_out(count):
    paginator = OffsetList(9).paginator(limit=2)
    found, position = await interrupted(paginator, count)
    assert position == OffsetPosition(offset=count)
    assert found + await rest(paginator.starting_at(position)) == list(range(9))


@pytest.mark.parametrize("count", range(1, 10))
async def test_a_list_by_cursor_goes_on_after_the_last_item_handed_out(count):
    paginator = CursorList(9).paginator(limit=2)
    found, position = await interrupted(paginator, count)
    assert found + await rest(paginator.starting_at(position)) == [f"item {number}" for number in range(9)]


@pytest.mark.parametrize("missing", [{0}, {1}, {0, 1}, {3}, {2, 5, 8}, {4, 5}, {8}])
async def test_holes_do_not_lead_a_position_astray(missing):
    numbers = OffsetList(9, missing=missing)
    whole = await rest(numbers.paginator(limit=3))
    for count in range(1, len(whole) + 1):
        paginator = numbers.paginator(limit=3)
        found, position = await interrupted(paginator, count)
        assert found + await rest(paginator.starting_at(position)) == whole


async def test_a_position_counts_nulls_that_were_left_out():
    paginator = OffsetList([None, "a", None, "b", None]).paginator(limit=4).skip_nulls()
    found, position = await interrupted(paginator, 1)
    assert (found, position) == (["a"], OffsetPosition(offset=2))
    await rest(paginator)
    assert paginator.position == OffsetPosition(offset=5)


async def test_pages_move_the_position_by_pages():
    paginator = OffsetList(9).paginator(limit=4)
    positions = [paginator.position.offset async for _ in paginator.pages()]
    assert positions == [4, 8, 9]


async def test_collecting_leaves_the_position_after_what_was_wanted():
    paginator = OffsetList(9).paginator(limit=4)
    assert len(await paginator.collect(max_items=5)) == 5
    assert paginator.position == OffsetPosition(offset=5)
    artists = CursorList(9).paginator(limit=4)
    assert len(await artists.collect(max_items=5)) == 5
    assert artists.position == CursorPosition(after="item 3", skip=1)


async def test_a_list_can_be_awaited_where_it_was_left():
    paginator = OffsetList(9, missing=[3]).paginator(limit=3)
    _, position = await interrupted(paginator, 4)
    assert position == OffsetPosition(offset=3, skip=1)
    assert (await paginator.starting_at(position)).items == [5]
    artists = CursorList(9).paginator(limit=3)
    _, cursor = await interrupted(artists, 4)
    assert (await artists.starting_at(cursor)).items == ["item 4", "item 5"]


@pytest.mark.parametrize(
    ("paginator", "position", "left"),
    [
        (OffsetList(5).paginator(limit=2), OffsetPosition(offset=3), [3, 4]),
        (CursorList(3).paginator(limit=2), CursorPosition(after="item 1"), ["item 2"]),
    ],
)
async def test_a_position_puts_a_page_in_hand_aside(paginator, position, left):
    assert await rest(paginator.starting_with(await paginator).starting_at(position)) == left


async def test_a_position_does_not_know_of_views_of_its_list():
    paginator = OffsetList(9).paginator(limit=2)
    await interrupted(paginator, 3)
    assert paginator.skip_nulls().position == OffsetPosition()


@pytest.mark.parametrize("position", [OffsetPosition(offset=7, skip=2), CursorPosition(after="x", skip=1)])
def test_a_position_can_be_kept_as_json(position):
    assert type(position).from_json(position.to_json()) == position


@pytest.mark.parametrize("text", ['{"offset": -1}', '{"offset": "x"}', "[]"])
def test_what_is_no_position_is_refused(text):
    with pytest.raises(DecodeError):
        OffsetPosition.from_json(text)


@pytest.mark.parametrize(("fields", "error"), [({"offset": -1}, ValueError), ({"skip": True}, TypeError)])
def test_a_position_is_checked(fields, error):
    with pytest.raises(error, match=" must be "):
        OffsetPosition(**fields)


def test_a_position_of_the_other_kind_is_refused():
    with pytest.raises(TypeError, match="position must be an OffsetPosition, not CursorPosition"):
        OffsetList().paginator().starting_at(CursorPosition())
    with pytest.raises(TypeError, match="position must be a CursorPosition, not OffsetPosition"):
        CursorList(1).paginator().starting_at(OffsetPosition())
