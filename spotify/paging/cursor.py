"""The paginator of lists by cursor, and its scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeAlias, TypeVar, cast

from spotify._checks import check_type
from spotify._tracebacks import PROGRESS_HIDDEN
from spotify.errors import PagingError
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import CursorPage
from spotify.paging.paginator import (
    PageFetch,
    PaginatorBase,
    Progress,
    ProgressCallback,
    check_at_least_one,
    check_progress,
)
from spotify.paging.positions import CursorPosition, integer_parameter, link_parameters
from spotify.paging.prefetcher import FetchedPage

T = TypeVar("T")
U = TypeVar("U")


class CursorPaginator(PaginatorBase[T, CursorPage[T], CursorPosition]):
    """A list by cursor: each page names the object after which the next page starts.

    ::

        page = await client.users.get_followed_artists()                 # one page
        async for artist in client.users.get_followed_artists(): ...     # all items; reads one page ahead
        artists = await client.users.get_followed_artists().collect()    # all items

    Pages are requested one after the other, because each one contains the cursor of the next. Changes elsewhere in
    the list shift nothing, because a cursor names an item.
    """

    async def collect(self, max_items: int | None = None, progress: ProgressCallback | None = None) -> list[T]:
        """Return all items. The pages are requested one after the other.

        Args:
            max_items: The maximum number of items, at least 1. Only the pages needed for them are requested. None for
                all items.
            progress: See `with_progress`; None for the callback set there.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: `max_items` is less than 1.
            PagingError: The pages are inconsistent.
            SpotifyError: A request failed.
        """
        check_at_least_one("max_items", max_items)
        check_progress(progress)
        reporter = Progress(self._options.progress if progress is None else progress, max_items)
        with PROGRESS_HIDDEN:
            scan = self._scan()
            items: list[T] = []
            fetched: FetchedCursorPage[T] | None = await scan.first()
            while fetched is not None:
                reporter.report(*scan.progress(fetched, fetched.skip))
                for consumed, item in self._items(fetched):
                    items.append(item)
                    if max_items is not None and len(items) == max_items:
                        self._reached = scan, fetched, consumed
                        reporter.report(max_items, max_items)
                        return items
                self._finish_page(scan, fetched, reporter)
                fetched = await scan.following(fetched)
            reporter.finish()
            return items

    def skip_nulls(self: CursorPaginator[U | None]) -> CursorPaginator[U]:
        """Return the same list without the nulls that Spotify returns in place of hidden items."""
        return cast("CursorPaginator[U]", self._with_options(replace(self._options, skip_nulls=True)))

    def starting_at(self, position: CursorPosition) -> CursorPaginator[T]:
        """Return the same list from a position on, to resume an earlier scan, possibly in another process.

        Raises:
            TypeError: `position` is not a `CursorPosition`.
        """
        check_type("position", position, CursorPosition)
        return self._with_options(replace(self._options, start=position, first_page=None))

    def starting_with(self, page: CursorPage[T] | None) -> CursorPaginator[T]:
        """Return the same list from a page on that has already been fetched and is not requested again.

        Args:
            page: The page. None, which means that the object contains no page, changes nothing.

        Raises:
            TypeError: `page` is not a `CursorPage`.
            PagingError: The `href` of the page is not a URL.
        """
        if page is None:
            return self._with_options(self._options)
        check_type("page", page, CursorPage)
        start = self._options.start
        if page.href is not None:
            start = self._start_of(link_parameters(self._operation, page.href))
        return self._with_options(replace(self._options, start=start, first_page=page))

    @staticmethod
    def _start_of(arguments: Mapping[str, Argument]) -> CursorPosition:
        return CursorPosition(after=_cursor(arguments.get("after")), before=_cursor(arguments.get("before")))

    def _scan(self) -> CursorScan[T]:
        options = self._options
        return CursorScan(
            self._operation, self._arguments, self._fetch, start=options.start, first_page=options.first_page
        )

    def _first_arguments(self) -> Mapping[str, Argument]:
        arguments = dict(self._arguments)
        for name, cursor in (("after", self._options.start.after), ("before", self._options.start.before)):
            if cursor is not None or name in arguments:
                arguments[name] = cursor
        return arguments

    def _first_skip(self) -> int:
        return self._options.start.skip


@dataclass(frozen=True, slots=True)
class CursorRequest:
    """Which page to request.

    Attributes:
        after: The cursor after which the page starts.
        before: The cursor before which the page starts.
        limit: The number of items; None for the `limit` of the paginator's arguments.
    """

    after: str | None
    before: str | None
    limit: int | None


FetchedCursorPage: TypeAlias = FetchedPage[CursorPage[T], CursorRequest]


class CursorScan(Generic[T]):
    """One scan of a list by cursor.

    `total` serves progress alone: Spotify counts such lists inexactly, and items that are added or removed elsewhere
    shift nothing.
    """

    def __init__(
        self,
        operation: Operation,
        arguments: Mapping[str, Argument],
        fetch: PageFetch[CursorPage[T]],
        *,
        start: CursorPosition,
        first_page: CursorPage[T] | None,
    ) -> None:
        """Create a scan from `start`, where `first_page` is if it has already been fetched."""
        self._operation = operation
        self._arguments = arguments
        self._fetch = fetch
        self._start = start
        self._first_page = first_page
        self._requested: set[tuple[str | None, str | None]] = set()
        self._total: int | None = None

    async def first(self) -> FetchedCursorPage[T]:
        """Return the first page."""
        request = CursorRequest(self._start.after, self._start.before, None)
        return self.begun_with(self._first_page or await self._page(request))

    def begun_with(self, page: CursorPage[T], /) -> FetchedCursorPage[T]:
        """Return the first page with its place in the scan."""
        request = CursorRequest(self._start.after, self._start.before, None)
        self._requested.add((request.after, request.before))
        # In a scan that starts in the middle, the number of remaining items is unknown.
        self._total = page.total if request.after is None and request.before is None else None
        return FetchedPage(request, page, self._start.skip, 0)

    async def following(self, fetched: FetchedCursorPage[T], /) -> FetchedCursorPage[T] | None:
        """Return the page that follows `fetched`, None after the last."""
        request = self._request_after(fetched)
        if request is None:
            return None
        preceding = fetched.preceding + len(fetched.page.items) - fetched.skip
        return FetchedPage(request, await self._page(request), 0, preceding)

    def calls_after(self, fetched: FetchedCursorPage[T], /) -> int | None:
        """Return the number of calls that read the pages after `fetched`; None if it is unknown."""
        page = fetched.page
        if page.next is None:
            return 0
        if self._total is None or not page.limit:
            return None
        done = fetched.preceding + len(page.items) - fetched.skip + self._start.skip
        return max(1, -(-(self._total - done) // page.limit))

    def position(self, fetched: FetchedCursorPage[T], consumed: int, /) -> CursorPosition:
        """Return the position after the first `consumed` items of a page."""
        return CursorPosition(after=fetched.request.after, before=fetched.request.before, skip=consumed)

    def progress(self, fetched: FetchedCursorPage[T], consumed: int, /) -> tuple[int, int | None]:
        """Return the number of items done after the first `consumed` items of a page, and the total if it is known."""
        total = None if self._total is None else max(0, self._total - self._start.skip)
        return fetched.preceding + max(0, consumed - fetched.skip), total

    async def _page(self, request: CursorRequest) -> CursorPage[T]:
        arguments = {name: value for name, value in self._arguments.items() if name not in {"after", "before"}}
        if request.after is not None:
            arguments["after"] = request.after
        if request.before is not None:
            arguments["before"] = request.before
        if request.limit is not None:
            arguments["limit"] = request.limit
        return await self._fetch(arguments, clamp=True)

    def _request_after(self, fetched: FetchedCursorPage[T]) -> CursorRequest | None:
        if fetched.page.next is None:
            return None
        parameters = link_parameters(self._operation, fetched.page.next)
        cursors = parameters.get("after"), parameters.get("before")
        if cursors == (None, None) or cursors in self._requested:
            raise PagingError(f"{self._operation.id}: `next` of a page names that page or an earlier one")
        self._requested.add(cursors)
        limit, max_limit = integer_parameter(parameters, "limit") or None, self._operation.max_limit
        return CursorRequest(*cursors, limit if limit is None or max_limit is None else min(limit, max_limit))


def _cursor(value: Argument) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)
