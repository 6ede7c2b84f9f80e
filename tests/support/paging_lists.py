"""Lists without a network for paginators, with any irregularity of pages."""

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
BY_CURSOR = Operation(id="get-z", method="GET", path="/z", query=("after", "limit"), idempotent=True, max_limit=50)
HISTORY = Operation(
    id="get-h", method="GET", path="/h", query=("after", "before", "limit"), idempotent=True, max_limit=50
)
HOME = "https://api.spotify.com/v1/x/1/y"


class Recording:
    """Records requests and controls when their responses are returned.

    Attributes:
        requested: The arguments of each request.
        clamps: The `clamp` of each request.
        gates: An event per request, in order, that its response waits for; none for an immediate response.
        in_flight: The number of pending requests.
        max_in_flight: The maximum of `in_flight`.
        cancelled: The number of cancelled requests.
        before_request: Called with the index of the request before its response.
    """

    def __init__(self) -> None:
        self.requested: list[dict[str, Argument]] = []
        self.clamps: list[bool] = []
        self.gates: list[asyncio.Event] = []
        self.in_flight = 0
        self.max_in_flight = 0
        self.cancelled = 0
        self.before_request: Callable[[int], object] = lambda _: None

    async def _record(self, arguments: Mapping[str, Argument], clamp: bool) -> None:
        number = len(self.requested)
        self.requested.append(dict(arguments))
        self.clamps.append(clamp)
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            if number < len(self.gates):
                await self.gates[number].wait()
            self.before_request(number)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.in_flight -= 1

    @property
    def offsets(self) -> list[Any]:
        return [arguments.get("offset", 0) for arguments in self.requested]


class OffsetList(Recording):
    """A list by offset and limit: the `PageFetch` of a `Paginator`.

    Attributes:
        items: The items.
        max_limit: The maximum limit, to which a higher one is lowered.
        missing: Indexes that count but are missing from their page.
        total: The total in pages; None for no total. The number of items by default.
        changes: Replacements of page fields by the index of the request.
        operation: The operation.
    """

    def __init__(
        self, items: object = 0, *, max_limit: int = 50, missing: object = (), operation: Operation = BY_OFFSET
    ) -> None:
        super().__init__()
        self.items: list[Any] = list(range(items)) if isinstance(items, int) else list(items)  # type: ignore[call-overload]
        self.max_limit = max_limit
        self.missing = frozenset(missing)  # type: ignore[call-overload]
        self.total: Any = ...
        self.changes: dict[int, dict[str, Any]] = {}
        self.operation = operation

    async def __call__(self, arguments: Mapping[str, Argument], /, *, clamp: bool) -> Page[Any]:
        number = len(self.requested)
        await self._record(arguments, clamp)
        offset, limit = int(arguments.get("offset") or 0), min(int(arguments.get("limit") or 20), self.max_limit)
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
    """A list by cursor: the `PageFetch` of a `CursorPaginator`."""

    def __init__(self, items: int, *, total: int | None = None) -> None:
        super().__init__()
        self.items = [f"item {number}" for number in range(items)]
        self.total = total
        self.changes: dict[int, dict[str, Any]] = {}

    async def __call__(self, arguments: Mapping[str, Argument], /, *, clamp: bool) -> CursorPage[Any]:
        number = len(self.requested)
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
    """Return all items of an `async for`."""
    return [item async for item in paginator]


async def read_into(items: list[Any], paginator: Paginator[Any] | CursorPaginator[Any]) -> None:
    """Append item by item, so that the items before an error are known."""
    async for item in paginator:
        items.append(item)  # noqa: PERF401  (a comprehension would discard the items on an error)


async def settle() -> None:
    """Let all tasks run until they wait."""
    for _ in range(20):
        await asyncio.sleep(0)
