"""The position of a scan, and resuming from it."""

from __future__ import annotations

import pytest

from spotify.errors import DecodeError
from spotify.paging import CursorPosition, OffsetPosition
from tests.support.paging_lists import CursorList, OffsetList


async def interrupted(paginator, count: int):
    """Read `count` items and return them with the position after them."""
    found = []
    async for item in paginator:
        found.append(item)
        if len(found) == count:
            break
    return found, paginator.position


async def rest(paginator):
    return [item async for item in paginator]


def test_before_a_scan_the_position_is_its_start():
    assert OffsetList(9).paginator(offset=4).position == OffsetPosition(offset=4)
    assert CursorList(9).paginator(after="item 3").position == CursorPosition(after="item 3")


@pytest.mark.parametrize("count", range(1, 10))
async def test_a_list_is_resumed_after_the_last_item(count):
    paginator = OffsetList(9).paginator(limit=2)
    found, position = await interrupted(paginator, count)
    assert position == OffsetPosition(offset=count)
    assert found + await rest(paginator.starting_at(position)) == list(range(9))


@pytest.mark.parametrize("count", range(1, 10))
async def test_a_list_by_cursor_is_resumed_after_the_last_item(count):
    paginator = CursorList(9).paginator(limit=2)
    found, position = await interrupted(paginator, count)
    assert found + await rest(paginator.starting_at(position)) == [f"item {number}" for number in range(9)]


@pytest.mark.parametrize("missing", [{0}, {1}, {0, 1}, {3}, {2, 5, 8}, {4, 5}, {8}])
async def test_positions_are_right_despite_missing_items(missing):
    numbers = OffsetList(9, missing=missing)
    all_items = await rest(numbers.paginator(limit=3))
    for count in range(1, len(all_items) + 1):
        paginator = numbers.paginator(limit=3)
        found, position = await interrupted(paginator, count)
        assert found + await rest(paginator.starting_at(position)) == all_items


async def test_a_position_includes_skipped_nulls():
    paginator = OffsetList([None, "a", None, "b", None]).paginator(limit=4).skip_nulls()
    found, position = await interrupted(paginator, 1)
    assert (found, position) == (["a"], OffsetPosition(offset=2))
    await rest(paginator)
    assert paginator.position == OffsetPosition(offset=5)


async def test_pages_advance_the_position_page_by_page():
    paginator = OffsetList(9).paginator(limit=4)
    positions = [paginator.position.offset async for _ in paginator.pages()]
    assert positions == [4, 8, 9]


async def test_collect_sets_the_position_after_max_items():
    paginator = OffsetList(9).paginator(limit=4)
    assert len(await paginator.collect(max_items=5)) == 5
    assert paginator.position == OffsetPosition(offset=5)
    artists = CursorList(9).paginator(limit=4)
    assert len(await artists.collect(max_items=5)) == 5
    assert artists.position == CursorPosition(after="item 3", skip=1)


async def test_await_returns_the_rest_of_the_page_at_a_position():
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
async def test_starting_at_discards_a_fetched_page(paginator, position, left):
    assert await rest(paginator.starting_with(await paginator).starting_at(position)) == left


async def test_derived_paginators_start_without_a_position():
    paginator = OffsetList(9).paginator(limit=2)
    await interrupted(paginator, 3)
    assert paginator.skip_nulls().position == OffsetPosition()


@pytest.mark.parametrize("position", [OffsetPosition(offset=7, skip=2), CursorPosition(after="x", skip=1)])
def test_a_position_survives_json(position):
    assert type(position).from_json(position.to_json()) == position


@pytest.mark.parametrize("text", ['{"offset": -1}', '{"offset": "x"}', "[]"])
def test_other_json_is_not_a_position(text):
    with pytest.raises(DecodeError):
        OffsetPosition.from_json(text)


@pytest.mark.parametrize(("fields", "error"), [({"offset": -1}, ValueError), ({"skip": True}, TypeError)])
def test_positions_are_validated(fields, error):
    with pytest.raises(error, match=" must be "):
        OffsetPosition(**fields)


def test_a_position_of_the_other_class_is_refused():
    with pytest.raises(TypeError, match="position must be an OffsetPosition, not CursorPosition"):
        OffsetList().paginator().starting_at(CursorPosition())
    with pytest.raises(TypeError, match="position must be a CursorPosition, not OffsetPosition"):
        CursorList(1).paginator().starting_at(OffsetPosition())
