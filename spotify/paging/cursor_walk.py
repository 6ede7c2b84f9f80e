"""The way through a list by cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from spotify.errors import PagingError
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import CursorPage
from spotify.paging.fetching import PageFetch
from spotify.paging.positions import CursorPosition, number_in, query_of
from spotify.paging.walks import Step

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CursorPlace:
    """What to ask for.

    Attributes:
        after: The cursor after which the page begins.
        before: The cursor before which it begins.
        limit: How many items to ask for; None for as many as the arguments say.
    """

    after: str | None
    before: str | None
    limit: int | None


CursorStep: TypeAlias = Step[CursorPage[T], CursorPlace]


class CursorWalk(Generic[T]):
    """One scan of a list by cursor.

    A cursor is an item, not a number: items that come or go elsewhere shift nothing, so that `total`, which Spotify
    counts loosely here, is for show only.
    """

    def __init__(
        self,
        operation: Operation,
        arguments: Mapping[str, Argument],
        fetch: PageFetch[CursorPage[T]],
        *,
        start: CursorPosition,
        in_hand: CursorPage[T] | None,
    ) -> None:
        """Walk from the start; a page in hand is the first one."""
        self._operation = operation
        self._arguments = arguments
        self._fetch = fetch
        self._start = start
        self._in_hand = in_hand
        self._asked: set[tuple[str | None, str | None]] = set()
        self._total: int | None = None

    async def first(self) -> CursorStep[T]:
        """Return the first page."""
        place = CursorPlace(self._start.after, self._start.before, None)
        self._asked.add((place.after, place.before))
        page = self._in_hand or await self._page(place)
        # Of a scan that begins in the middle, it cannot be told how much is left.
        self._total = page.total if place.after is None and place.before is None else None
        return Step(place, page, self._start.skip, 0)

    async def following(self, step: CursorStep[T], /) -> CursorStep[T] | None:
        """Return the page after that one; None if it was the last."""
        place = self._place_after(step)
        if place is None:
            return None
        return Step(place, await self._page(place), 0, step.passed + len(step.page.items) - step.skip)

    def position(self, step: CursorStep[T], taken: int, /) -> CursorPosition:
        """Return the position after the first so many items of a page."""
        return CursorPosition(after=step.place.after, before=step.place.before, skip=taken)

    def done(self, step: CursorStep[T], taken: int, /) -> tuple[int, int | None]:
        """Return how many items the scan has passed after the first so many items of a page, and of how many."""
        total = None if self._total is None else max(0, self._total - self._start.skip)
        return step.passed + max(0, taken - step.skip), total

    async def _page(self, place: CursorPlace) -> CursorPage[T]:
        cursors = {"after": place.after, "before": place.before, "limit": place.limit}
        arguments = {name: value for name, value in self._arguments.items() if name not in {"after", "before"}}
        arguments.update({name: value for name, value in cursors.items() if value is not None})
        return await self._fetch(arguments, clamp=True)

    def _place_after(self, step: CursorStep[T]) -> CursorPlace | None:
        link = step.page.next
        if link is None:
            return None
        query = query_of(self._operation, link)
        cursors = query.get("after"), query.get("before")
        if cursors == (None, None) or cursors in self._asked:
            raise PagingError(f"{self._operation.id}: a page names itself or an earlier one as its next")
        self._asked.add(cursors)
        limit, most = number_in(query, "limit") or None, self._operation.max_limit
        return CursorPlace(*cursors, limit if limit is None or most is None else min(limit, most))
