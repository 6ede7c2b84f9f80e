"""One way through a list, page by page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from spotify.models import CursorPage, Page

PageT = TypeVar("PageT", bound="Page[Any] | CursorPage[Any]")
PlaceT_co = TypeVar("PlaceT_co", covariant=True)
StepT = TypeVar("StepT")
PositionT_co = TypeVar("PositionT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Step(Generic[PageT, PlaceT_co]):
    """A page, and where it was found.

    Attributes:
        place: Where: what was asked for to get it.
        page: The page as it came.
        skip: How many of its first items were handed out by an earlier scan.
        passed: How many items of this scan are on the pages before it.
    """

    place: PlaceT_co
    page: PageT
    skip: int
    passed: int


class Walk(Protocol[StepT, PositionT_co]):
    """One scan of a list, and what it has to remember of the pages that are behind it."""

    async def first(self) -> StepT:
        """Return the first page.

        Raises:
            SpotifyError: It could not be fetched.
        """
        ...

    async def following(self, step: StepT, /) -> StepT | None:
        """Return the page after that one; None if it was the last.

        Raises:
            PagingError: The pages do not fit together.
            SpotifyError: It could not be fetched.
        """
        ...

    def position(self, step: StepT, taken: int, /) -> PositionT_co:
        """Return the position after the first so many items of a page."""
        ...

    def done(self, step: StepT, taken: int, /) -> tuple[int, int | None]:
        """Return how many items the scan has passed after the first so many items of a page, and of how many."""
        ...


class PageAhead(Generic[StepT]):
    """Walks, and fetches the next page while the last one is worked on.

    Leaving the context cancels the request that is on its way, and waits for it to be gone.
    """

    def __init__(self, walk: Walk[StepT, object]) -> None:
        """Take the walk; nothing is requested yet."""
        self._walk = walk
        self._begun = False
        self._ahead: asyncio.Task[StepT | None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._ahead is None:
            return
        self._ahead.cancel()
        await asyncio.wait([self._ahead])
        if not self._ahead.cancelled():
            self._ahead.exception()  # or asyncio complains that nobody asked for it

    async def next(self) -> StepT | None:
        """Return the next page and have the one after it fetched; None after the last."""
        if not self._begun:
            self._begun = True
            step: StepT | None = await self._walk.first()
        elif self._ahead is not None:
            step = await self._ahead
        else:
            return None
        self._ahead = None
        if step is not None:
            self._ahead = asyncio.create_task(self._follow(step))
            await asyncio.sleep(0)  # so that the request leaves even if whoever works on the page never waits
        return step

    async def _follow(self, step: StepT) -> StepT | None:
        return await self._walk.following(step)
