"""Every list is read completely, in order and without repetition, whatever its pages say of themselves."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from itertools import combinations, product
from typing import Any

import pytest

from spotify import AsyncSpotifyClient
from spotify.testing import captured_logs
from tests.support.failures import async_failures
from tests.support.list_server import LIMIT, LISTS, ApiList, ListTransport, PageChange
from tests.support.paging_lists import everything
from tests.support.payloads import Payload
from tests.support.service_methods import public_methods

pytestmark = pytest.mark.slow

SIZE = 11  # pages of 4, 4 and 3 items
URL = "https://api.spotify.com/v1/list"

Lie = Callable[[Payload, int], Any]
Read = Callable[[Any], Awaitable[list[Any]]]

READS: dict[str, Read] = {"async for": everything, "collect": lambda paginator: paginator.collect()}

OFFSET_LIES: dict[str, dict[str, Lie]] = {
    "next": {
        "null": lambda page, number: None,
        "the same page": lambda page, number: f"{URL}?offset={number * LIMIT}&limit={LIMIT}",
        "the page after the next": lambda page, number: f"{URL}?offset={(number + 2) * LIMIT}&limit={LIMIT}",
        "in the middle of the page": lambda page, number: f"{URL}?offset={number * LIMIT + 1}&limit={LIMIT}",
        "always a next page": lambda page, number: f"{URL}?offset={(number + 1) * LIMIT}&limit={LIMIT}",
        "another limit": lambda page, number: page["next"] and page["next"].replace("limit=4", "limit=1"),
        "no offset": lambda page, number: URL,
        "no URL": lambda page, number: "https://[half",
        "a number": lambda page, number: 7,
    },
    "total": {
        "null": lambda page, number: None,
        "zero": lambda page, number: 0,
        "too low": lambda page, number: 3,
        "one too high": lambda page, number: SIZE + 1,
        "absurd": lambda page, number: 10**9,
        "fluctuating": lambda page, number: SIZE + (5, -5, 2)[number % 3],
        "negative": lambda page, number: -1,
    },
    "limit": {
        "null": lambda page, number: None,
        "zero": lambda page, number: 0,
        "one": lambda page, number: 1,
        "high": lambda page, number: 50,
    },
    "offset": {"null": lambda page, number: None, "zero": lambda page, number: 0, "high": lambda page, number: 40},
    "href": {
        "null": lambda page, number: None,
        "another page": lambda page, number: f"{URL}?offset=2&limit=2",
        "no URL": lambda page, number: "https://[half",
    },
    "previous": {"null": lambda page, number: None, "another page": lambda page, number: f"{URL}?offset=8&limit=4"},
}

CURSOR_LIES: dict[str, dict[str, Lie]] = {
    "next": {
        "null": lambda page, number: None,
        "an offset": lambda page, number: f"{URL}?offset={(number + 1) * LIMIT}&limit={LIMIT}",
        "another limit": lambda page, number: page["next"] and page["next"].replace("limit=4", "limit=1"),
        "no URL": lambda page, number: "https://[half",
    },
    "cursors": {"null": lambda page, number: None, "empty": lambda page, number: {"after": None, "before": None}},
    "total": {
        "null": lambda page, number: None,
        "zero": lambda page, number: 0,
        "one too high": lambda page, number: SIZE + 1,
        "absurd": lambda page, number: 10**9,
    },
    "limit": {"null": lambda page, number: None, "zero": lambda page, number: 0, "high": lambda page, number: 50},
    "href": {"null": lambda page, number: None, "no URL": lambda page, number: "https://[half"},
}

PLACES: dict[str, Callable[[int], bool]] = {
    "every page": lambda number: True,
    "the first page": lambda number: number == 0,
    "the second page": lambda number: number == 1,
}


def cases_of(api_list: ApiList, number_of_fields: int, places: list[str]) -> dict[str, tuple[PageChange, Read]]:
    """Return all combinations of lies in this number of fields, of places and of ways to read a list."""
    all_lies = CURSOR_LIES if api_list.cursor else OFFSET_LIES
    cases: dict[str, tuple[PageChange, Read]] = {}
    for fields in combinations(all_lies, number_of_fields):
        for lies in product(*(all_lies[field] for field in fields)):
            told = {field: all_lies[field][lie] for field, lie in zip(fields, lies, strict=True)}
            for place, (how, read) in product(places, READS.items()):
                name = f"{', '.join(map(': '.join, zip(fields, lies, strict=True)))}; {place}; {how}"
                cases[name] = lying(told, PLACES[place]), read
    return cases


def lying(told: dict[str, Lie], lies_at: Callable[[int], bool]) -> PageChange:
    def change(page: Payload, number: int) -> Payload:
        return {field: lie(page, number) for field, lie in told.items()} if lies_at(number) else {}

    return change


async def check_all(api_list: ApiList, cases: dict[str, tuple[PageChange, Read]]) -> None:
    transport = ListTransport(api_list, SIZE)

    async def check(case: tuple[PageChange, Read]) -> None:
        transport.change, read = case
        transport.requests = 0
        found = [api_list.name(item) for item in await read(api_list.read(client))]
        assert found == transport.names
        assert transport.requests < 110

    with captured_logs(logging.CRITICAL):  # events cost a fifth of the time
        async with AsyncSpotifyClient("token", transport=transport) as client:
            failures = await async_failures(check, cases)
    assert failures == {}


def test_every_list_is_in_the_table() -> None:
    methods = {name for _, name, method in public_methods() if "Paginator" in str(method.__annotations__.get("return"))}
    assert {name.split()[0].split(".")[1] for name in LISTS} == methods | {"results"}


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_with_a_wrong_field_is_read_to_the_end(name: str) -> None:
    await check_all(LISTS[name], cases_of(LISTS[name], 1, list(PLACES)))


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_with_two_wrong_fields_is_read_to_the_end(name: str) -> None:
    cases = cases_of(LISTS[name], 2, ["every page", "the second page"])
    # All lists by offset share a scan, and so do those by cursor: each has some lies in each pair of fields, and
    # together they have each combination of lies once.
    alike = [each for each, api_list in LISTS.items() if bool(api_list.cursor) == bool(LISTS[name].cursor)]
    start, step = alike.index(name), len(alike)
    await check_all(LISTS[name], {case: cases[case] for case in list(cases)[start::step]})
