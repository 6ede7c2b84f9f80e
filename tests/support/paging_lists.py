"""Lists in memory to page through, with pages that tests can change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import CursorPage, Cursors, Page
from spotify.paging import CursorPaginator, Paginator

BY_OFFSET = Operation(
    id="get-x", method="GET", path="/x/{id}/y", query=("market", "limit", "offset"), idempotent=True, max_limit=50
)
SEARCH = Operation(
    id="find-x", method="GET", path="/x", query=("q", "limit", "offset"), idempotent=True, max_limit=50, max_results=100
)
BY_CURSOR = Operation(
    id="get-z", method="GET", path="/z", query=("after", "before", "limit"), idempotent=True, max_limit=50
)
HOME = "https://api.spotify.com/v1/x/1/y"


class Recording:
    """The base of both lists: records requests, and can delay responses.

    Attributes:
        asked: The arguments of each request.
        clamps: The `clamp` of each request.
        gates: Events that the requests wait for, in order. Requests without an event return at once.
        busy: The number of concurrent requests.
        busiest: The highest number of concurrent requests.
        cancelled: The number of cancelled requests.
        before_request: Called with the number of the request, from 0, before it returns.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Argument]] = []
        self.clamps: list[bool] = []
        self.gates: list[asyncio.Event] = []
        self.busy = 0
        self.busiest = 0
        self.cancelled = 0
        self.before_request: Callable[[int], object] = lambda _: None

    async def _record(self, arguments: Mapping[str, Argument], clamp: bool) -> None:
        number = len(self.asked)
        self.asked.append(dict(arguments))
        self.clamps.append(clamp)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            if number < len(self.gates):
                await self.gates[number].wait()
            self.before_request(number)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.busy -= 1

    @property
    def offsets(self) -> list[Any]:
        return [arguments.get("offset", 0) for arguments in self.asked]


class OffsetList(Recording):
    """A list by offset and limit: `PageFetch` for a `Paginator`.

    Attributes:
        items: The items.
        most: The highest limit of a page.
        missing: Positions that are counted but omitted from their page.
        total: The `total` of the pages; by default the number of items.
        changes: Replacements of fields of pages, by the number of the request.
        operation: The operation that reads it.
    """

    def __init__(
        self, items: object = 0, *, most: int = 50, missing: object = (), operation: Operation = BY_OFFSET
    ) -> None:
        super().__init__()
        self.items: list[Any] = list(range(items)) if isinstance(items, int) else list(items)  # type: ignore[call-overload]
        self.most = most
        self.missing = frozenset(missing)  # type: ignore[call-overload]
        self.total: Any = ...
        self.changes: dict[int, dict[str, Any]] = {}
        self.operation = operation

    async def __call__(self, arguments: Mapping[str, Argument], /, *, clamp: bool) -> Page[Any]:
        number = len(self.asked)
        await self._record(arguments, clamp)
        offset, limit = int(arguments.get("offset") or 0), min(int(arguments.get("limit") or 20), self.most)
        end = offset + limit
        fields = {
            "items": [self.items[at] for at in range(offset, min(end, len(self.items))) if at not in self.missing],
            "href": f"{HOME}?offset={offset}&limit={limit}",
            "limit": limit,
            "next": f"{HOME}?offset={end}&limit={limit}" if end < len(self.items) else None,
            "offset": offset,
            "total": len(self.items) if self.total is ... else self.total,
        }
        return Page(**{**fields, **self.changes.get(number, {})})

    def paginator(self, **arguments: Argument) -> Paginator[Any]:
        return Paginator(self.operation, {"id": "1", **arguments}, self)


class CursorList(Recording):
    """A list by cursor: `PageFetch` for a `CursorPaginator`."""

    def __init__(self, items: int, *, total: int | None = None) -> None:
        super().__init__()
        self.items = [f"item {number}" for number in range(items)]
        self.total = total
        self.changes: dict[int, dict[str, Any]] = {}

    async def __call__(self, arguments: Mapping[str, Argument], /, *, clamp: bool) -> CursorPage[Any]:
        number = len(self.asked)
        await self._record(arguments, clamp)
        after, limit = arguments.get("after"), int(arguments.get("limit") or 20)
        start = 0 if after is None else self.items.index(str(after)) + 1
        end = start + limit
        last = self.items[end - 1] if end < len(self.items) else None
        query = "" if after is None else f"&after={after}"
        fields = {
            "items": self.items[start:end],
            "href": f"{HOME}?limit={limit}{query}",
            "limit": limit,
            "next": None if last is None else f"{HOME}?after={last}&limit={limit}",
            "cursors": Cursors(after=last),
            "total": self.total,
        }
        return CursorPage(**{**fields, **self.changes.get(number, {})})

    def paginator(self, **arguments: Argument) -> CursorPaginator[Any]:
        return CursorPaginator(BY_CURSOR, arguments, self)


async def everything(paginator: Paginator[Any] | CursorPaginator[Any]) -> list[Any]:
    """Return all items, read by `async for`."""
    return [item async for item in paginator]


async def read_into(found: list[Any], paginator: Paginator[Any] | CursorPaginator[Any]) -> None:
    """Append item by item, so that the items before an error are known."""
    async for item in paginator:
        found.append(item)  # noqa: PERF401  (a comprehension would lose the items when it fails)


async def settle() -> None:
    """Let all tasks run that can run."""
    for _ in range(20):
        await asyncio.sleep(0)
