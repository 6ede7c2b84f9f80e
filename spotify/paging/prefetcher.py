"""One scan through a list, and fetching its next page while the current one is processed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from spotify.models import CursorPage, Page

PageT = TypeVar("PageT", bound="Page[Any] | CursorPage[Any]")
RequestT_co = TypeVar("RequestT_co", covariant=True)
FetchedPageT = TypeVar("FetchedPageT")
PositionT_co = TypeVar("PositionT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class FetchedPage(Generic[PageT, RequestT_co]):
    """A page and its place in a scan.

    Attributes:
        request: What was requested to get the page.
        page: The page as received.
        skip: The number of its first items that an earlier scan has already yielded.
        preceding: The number of items of this scan on the pages before it.
    """

    request: RequestT_co
    page: PageT
    skip: int
    preceding: int


class Scan(Protocol[FetchedPageT, PositionT_co]):
    """One scan of a list from a position to the end, with its state."""

    async def first(self) -> FetchedPageT:
        """Return the first page.

        Raises:
            SpotifyError: The request failed.
        """
        ...

    def begun_with(self, page: Any, /) -> FetchedPageT:
        """Return a page as the first one of the scan."""
        ...

    async def following(self, fetched: FetchedPageT, /) -> FetchedPageT | None:
        """Return the page that follows `fetched`, None after the last.

        Raises:
            PagingError: The two pages are inconsistent.
            SpotifyError: The request failed.
        """
        ...

    def position(self, fetched: FetchedPageT, consumed: int, /) -> PositionT_co:
        """Return the position after the first `consumed` items of a page."""
        ...

    def calls_after(self, fetched: FetchedPageT, /) -> int | None:
        """Return the number of calls that read the pages after `fetched`; None if it is unknown."""
        ...

    def progress(self, fetched: FetchedPageT, consumed: int, /) -> tuple[int, int | None]:
        """Return the number of items done after the first `consumed` items of a page, and the total if it is known."""
        ...


class Prefetcher(Generic[FetchedPageT]):
    """Returns the pages of a scan one by one and requests the next page in advance.

    Leaving the context cancels a pending request and waits until it has ended.
    """

    def __init__(self, scan: Scan[FetchedPageT, object]) -> None:
        """Create a prefetcher. Nothing is requested yet."""
        self._scan = scan
        self._started = False
        self._pending: asyncio.Task[FetchedPageT | None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._pending is None:
            return
        self._pending.cancel()
        await asyncio.wait([self._pending])
        if not self._pending.cancelled():
            self._pending.exception()  # mark as retrieved, or asyncio logs it

    async def next(self) -> FetchedPageT | None:
        """Return the next page and request the one after it. Return None after the last."""
        if not self._started:
            self._started = True
            fetched: FetchedPageT | None = await self._scan.first()
        elif self._pending is not None:
            fetched = await self._pending
        else:
            return None
        self._pending = None
        if fetched is not None:
            self._pending = asyncio.create_task(self._following(fetched))
            await asyncio.sleep(0)  # send the request even if the caller never awaits while it processes the page
        return fetched

    async def _following(self, fetched: FetchedPageT) -> FetchedPageT | None:
        return await self._scan.following(fetched)
