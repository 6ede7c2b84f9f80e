"""One scan through a list, and fetching its later pages while the current one is processed."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from spotify.models import CursorPage, Page

PageT = TypeVar("PageT", bound="Page[Any] | CursorPage[Any]")
RequestT = TypeVar("RequestT")
PositionT_co = TypeVar("PositionT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class FetchedPage(Generic[PageT, RequestT]):
    """A page and its place in a scan."""

    request: RequestT
    """What was requested to get the page."""
    page: PageT
    """The page as received."""
    skip: int
    """The number of the page's first items that were already yielded, by an earlier scan or on an earlier page."""
    preceding: int
    """The number of items of the scan on earlier pages."""
    step: int = 0
    """The number of entries of the list up to the start of the next page; 0 if unknown, as in lists by cursor."""
    has_next: bool = False
    """Whether `next` of the page names a later page."""


class Scan(Protocol[PageT, RequestT, PositionT_co]):
    """One scan of a list from a position to the end, with its state.

    `place`, `request_after` and `finish` are called for each page once, in the order of the list.
    """

    async def first(self) -> FetchedPage[PageT, RequestT]:
        """Return the first page.

        Raises:
            SpotifyError: The request failed.
        """
        ...

    def begun_with(self, page: PageT, /) -> FetchedPage[PageT, RequestT]:
        """Return a page as the first one of the scan."""
        ...

    async def fetch(self, request: RequestT, /) -> PageT:
        """Return a page.

        Raises:
            SpotifyError: The request failed.
        """
        ...

    def place(
        self, earlier: FetchedPage[PageT, RequestT], request: RequestT, page: PageT, /
    ) -> FetchedPage[PageT, RequestT]:
        """Return a page with its place after an earlier one.

        Raises:
            ListChangedError: The list has changed, and changes are errors.
        """
        ...

    def request_after(self, fetched: FetchedPage[PageT, RequestT], /) -> RequestT | None:
        """Return the request for the page that follows, None after the last."""
        ...

    def predicted_after(self, request: RequestT, /) -> RequestT | None:
        """Return the request that probably follows another one, None if only the page says so or there is none."""
        ...

    def calls_after(self, fetched: FetchedPage[PageT, RequestT], /) -> int | None:
        """Return the number of calls that read the pages after `fetched`; None if it is unknown."""
        ...

    def finish(self, last: FetchedPage[PageT, RequestT], /) -> None:
        """Check that the last page is the end of the list.

        Raises:
            PagingError: It is not, and changes are errors.
        """
        ...

    def position(self, fetched: FetchedPage[PageT, RequestT], consumed: int, /) -> PositionT_co:
        """Return the position after the first `consumed` items of a page."""
        ...

    def progress(self, fetched: FetchedPage[PageT, RequestT], consumed: int, /) -> tuple[int, int | None]:
        """Return the number of items done after the first `consumed` items of a page, and the total if it is known."""
        ...


class Prefetcher(Generic[PageT, RequestT]):
    """Returns the pages of a scan in order, and requests later ones in advance.

    The window is the number of pages that are requested in advance. It doubles when the reader has to wait for a page,
    and halves when all pages of the window have to wait for the reader. Where a page does not follow as predicted, the
    pages after it are discarded. Leaving the context cancels the pending requests and waits until they have ended.
    """

    def __init__(
        self,
        scan: Scan[PageT, RequestT, object],
        *,
        max_window: int,
        window: int = 1,
        concurrency: int | None = None,
    ) -> None:
        """Create a prefetcher. Nothing is requested yet.

        Args:
            scan: The scan of the list.
            max_window: The maximum size of the window, in pages.
            window: Its size at the beginning.
            concurrency: The maximum number of concurrent requests; None for no maximum.
        """
        self._scan = scan
        self._window = min(window, max_window)
        self._max_window = max_window
        self._slots = None if concurrency is None else asyncio.Semaphore(concurrency)
        self._latest: FetchedPage[PageT, RequestT] | None = None
        self._upcoming: RequestT | None = None
        self._pending: deque[tuple[RequestT, asyncio.Task[PageT]]] = deque()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._discard()

    async def next(self, max_pages: int | None = None) -> FetchedPage[PageT, RequestT] | None:
        """Return the next page, None after the last.

        Args:
            max_pages: The number of pages that the reader needs at most, including this one; None for all.
        """
        if self._latest is None:
            return self._enter(await self._scan.first())
        if self._upcoming is None:
            await self._discard()
            self._scan.finish(self._latest)
            return None
        self._resize()
        await self._fill(max_pages)
        request, task = self._pending[0]
        page = await task
        self._pending.popleft()
        return self._enter(self._scan.place(self._latest, request, page))

    async def read_ahead(self) -> None:
        """Request the pages of the window."""
        if self._upcoming is not None:
            await self._fill(None)
            await asyncio.sleep(0)  # send the requests even if the reader never awaits while it processes the page

    def _enter(self, fetched: FetchedPage[PageT, RequestT]) -> FetchedPage[PageT, RequestT]:
        self._latest, self._upcoming = fetched, self._scan.request_after(fetched)
        return fetched

    def _resize(self) -> None:
        if not self._pending:
            return
        if not self._pending[0][1].done():
            self._window = min(2 * self._window, self._max_window)
        elif self._pending[-1][1].done():
            self._window = max(1, self._window // 2)

    async def _fill(self, max_pages: int | None) -> None:
        """Request pages until the window, or `max_pages`, is reached."""
        request = self._upcoming
        if self._pending:
            if self._pending[0][0] != request:
                await self._discard()
            elif _has_failed(self._pending[-1][1]):
                return  # an error ends the scan
            else:
                request = self._scan.predicted_after(self._pending[-1][0])
        size = self._window if max_pages is None else min(self._window, max_pages)
        while request is not None and len(self._pending) < size:
            task = asyncio.create_task(self._fetch(request))
            task.add_done_callback(self._cancel_later)
            self._pending.append((request, task))
            request = self._scan.predicted_after(request)

    async def _fetch(self, request: RequestT) -> PageT:
        if self._slots is None:
            return await self._scan.fetch(request)
        async with self._slots:
            return await self._scan.fetch(request)

    def _cancel_later(self, ended: asyncio.Task[PageT]) -> None:
        """After a failure, cancel the requests for later pages, which cannot be reached any more."""
        if not _has_failed(ended):
            return
        later = False
        for _, task in self._pending:
            if later:
                task.cancel()
            later = later or task is ended

    async def _discard(self) -> None:
        """Cancel the pending requests and wait until they have ended."""
        tasks = [task for _, task in self._pending]
        self._pending.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


def _has_failed(task: asyncio.Task[Any]) -> bool:
    """Return whether a task has ended without a result. Its error counts as retrieved, or asyncio would log it."""
    return task.done() and (task.cancelled() or task.exception() is not None)
