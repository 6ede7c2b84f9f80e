"""Lists by cursor: the scan that decides which page follows, and the paginator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Generic, Self, TypeAlias, TypeVar, cast

from spotify._checks import check_type
from spotify._exceptions import PROGRESS_HIDDEN
from spotify.errors import PagingError
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.logs import get_logger
from spotify.models import CursorPage
from spotify.paging.paginator import (
    OnChange,
    PageFetch,
    PaginatorBase,
    ProgressCallback,
    ScanOptions,
    check_at_least_one,
    check_progress,
)
from spotify.paging.positions import CursorPosition, link_parameters
from spotify.paging.prefetcher import FetchedPage

T = TypeVar("T")

_LOG: Final = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CursorRequest:
    """Which page to request."""

    after: str | None = None
    """The cursor after which the page starts."""
    before: str | None = None
    """The cursor before which the page starts."""


FetchedCursorPage: TypeAlias = FetchedPage[CursorPage[T], CursorRequest]


class CursorScan(Generic[T]):
    """One scan of a list by cursor.

    The cursor of the next page stands in `next` and in `cursors`, and often is part of the last item. `next` or
    `cursors` can lack it or be wrong. The list goes on while `next`, `cursors` or `total` shows a later page, and ends
    with a page that is empty or after which none of them does.
    """

    def __init__(
        self,
        operation: Operation,
        arguments: Mapping[str, Argument],
        fetch: PageFetch[CursorPage[T]],
        *,
        start: CursorPosition,
        first_page: CursorPage[T] | None,
        cursor_of: Callable[[T], str | None] | None,
        on_change: OnChange,
    ) -> None:
        """Create a scan from `start`, where `first_page` is if it has already been fetched."""
        self._operation = operation
        self._arguments = {name: value for name, value in arguments.items() if name not in {"after", "before"}}
        self._fetch = fetch
        self._start = start
        self._first_page = first_page
        self._cursor_of = cursor_of
        self._on_change = on_change
        self._requested: set[CursorRequest] = set()
        self._total: int | None = None
        self._is_cut = False
        # The play history, which alone takes `before`, is latest first, so that the pages before a cursor follow.
        self._default_direction = "before" if "before" in operation.query else "after"

    async def first(self) -> FetchedCursorPage[T]:
        """Return the first page."""
        page = self._first_page
        if page is None:
            page = await self.fetch(CursorRequest(self._start.after, self._start.before))
        return self.begun_with(page)

    def begun_with(self, page: CursorPage[T], /) -> FetchedCursorPage[T]:
        """Return a page as the first one of the scan."""
        request = CursorRequest(self._start.after, self._start.before)
        self._requested.add(request)
        # In a scan that starts in the middle, the number of remaining items is unknown.
        self._total = page.total if request == CursorRequest() else None
        return FetchedPage(request, page, self._start.skip, 0)

    async def fetch(self, request: CursorRequest, /) -> CursorPage[T]:
        """Return a page."""
        arguments = dict(self._arguments)
        if request.after is not None:
            arguments["after"] = request.after
        if request.before is not None:
            arguments["before"] = request.before
        return await self._fetch(arguments, clamp=True)

    def place(
        self, earlier: FetchedCursorPage[T], request: CursorRequest, page: CursorPage[T], /
    ) -> FetchedCursorPage[T]:
        """Return a page with its place after an earlier one, without items that both contain."""
        preceding = earlier.preceding + len(earlier.page.items) - earlier.skip
        return FetchedPage(request, page, self._repeated(earlier.page.items, page.items), preceding)

    def request_after(self, fetched: FetchedCursorPage[T], /) -> CursorRequest | None:
        """Return the request for the page that follows, None after the last."""
        page, count = fetched.page, len(fetched.page.items)
        if not count:
            return None
        if fetched.preceding and fetched.skip == count:
            self._is_cut = True  # the same page again
            return None
        linked = CursorRequest() if page.next is None else self._request_of(link_parameters(self._operation, page.next))
        direction = "after" if fetched.request.after is not None else self._default_direction
        named = self._request_of({direction: getattr(page.cursors, direction, None)})
        if page.next is None and named == CursorRequest() and not self._continues_without_next(fetched):
            return None
        derived = CursorRequest()
        if self._cursor_of is not None and (cursor := self._cursor_of(page.items[-1])) is not None:
            derived = self._request_of({direction: cursor})
        choices = [each for each in (derived, named, linked) if each not in {*self._requested, CursorRequest()}]
        if not choices:
            self._is_cut = True
            return None
        request = max(choices, key=choices.count)  # that of most sources; the first of several such ones
        self._requested.add(request)
        return request

    def predicted_after(self, _: CursorRequest, /) -> CursorRequest | None:
        """Return None: the cursor of a page stands on the page before it."""
        return None

    def calls_after(self, fetched: FetchedCursorPage[T], /) -> int | None:
        """Return the number of calls that read the pages after `fetched`; None if it is unknown."""
        page = fetched.page
        if page.next is None:
            return 0
        if self._total is None or not page.limit:
            return None
        done = fetched.preceding + len(page.items) - fetched.skip + self._start.skip
        return max(1, -(-(self._total - done) // page.limit))

    def finish(self, last: FetchedCursorPage[T], /) -> None:
        """Report a list that goes on after a page without a cursor of a later page."""
        if not self._is_cut:
            return
        read = last.preceding + len(last.page.items) - last.skip
        if self._on_change == "raise":
            raise PagingError(f"{self._operation.id}: after {read} items, no field of the page names a later page")
        _LOG.warning("list_incomplete", operation=self._operation.id, total=self._total, read=read)

    def position(self, fetched: FetchedCursorPage[T], consumed: int, /) -> CursorPosition:
        """Return the position after the first `consumed` items of a page."""
        return CursorPosition(after=fetched.request.after, before=fetched.request.before, skip=consumed)

    def progress(self, fetched: FetchedCursorPage[T], consumed: int, /) -> tuple[int, int | None]:
        """Return the number of items done after the first `consumed` items of a page, and the total if it is known."""
        total = None if self._total is None else max(0, self._total - self._start.skip)
        return fetched.preceding + max(0, consumed - fetched.skip), total

    def _request_of(self, parameters: Mapping[str, str | None]) -> CursorRequest:
        return CursorRequest(after=parameters.get("after"), before=parameters.get("before"))

    def _continues_without_next(self, fetched: FetchedCursorPage[T]) -> bool:
        count = len(fetched.page.items)
        if self._total is not None:
            return fetched.preceding + count < self._total
        return self._cursor_of is not None and 0 < fetched.page.limit <= count  # no field says that this is the end

    def _repeated(self, before: list[T], items: list[T]) -> int:
        """Return the number of first items of a page that the page before it also contained."""
        if not items or self._cursor_of is None or self._cursor_of(items[0]) is None:
            return 0
        counts = range(min(len(before), len(items)), 0, -1)
        return next((count for count in counts if before[-count:] == items[:count]), 0)


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

    def __init__(
        self,
        operation: Operation,
        arguments: Mapping[str, Argument],
        fetch: PageFetch[CursorPage[T]],
        *,
        cursor_of: Callable[[T], str | None] | None = None,
        options: ScanOptions[CursorPage[T], CursorPosition] | None = None,
    ) -> None:
        """Create a paginator. Nothing is requested yet.

        Args:
            operation: An operation that returns a page.
            arguments: Its arguments for the first page.
            fetch: Executes the operation with arguments and returns the page.
            cursor_of: Returns the cursor of the page after an item, None if the item lacks it; None for a list where it
                is no part of the items.
            options: How to scan the list; None for all items from where the arguments say.
        """
        super().__init__(operation, arguments, fetch, options=options)
        self._cursor_of = cursor_of

    async def collect(self, max_items: int | None = None, progress: ProgressCallback | None = None) -> list[T]:
        """Return all items. The pages are requested one after the other.

        Args:
            max_items: The maximum number of items, at least 1. Only the pages needed for them are requested. None for
                all items.
            progress: Called with (done, total) after each page; None for the callback of `with_progress`.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: `max_items` is less than 1.
            PagingError: No page leads to the end of the list, with `on_change="raise"`.
            SpotifyError: A request failed.
        """
        check_at_least_one("max_items", max_items)
        check_progress(progress)
        with PROGRESS_HIDDEN:
            return await self._collect(max_items, None, progress)

    def skip_nulls(self: CursorPaginator[U | None]) -> CursorPaginator[U]:
        """Return the same list without nulls, unknown items, and entries without their object."""
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
            page: The page. None, which means that the object contains no page, changes nothing. A page whose items
                could not be read is requested again.

        Raises:
            TypeError: `page` is not a `CursorPage`.
        """
        if page is None:
            return self._with_options(self._options)
        check_type("page", page, CursorPage)
        start = self._options.start
        if page.href is not None:
            start = self._start_of(link_parameters(self._operation, page.href))
        return self._with_options(replace(self._options, start=start, first_page=None if page.items_damaged else page))

    @staticmethod
    def _start_of(arguments: Mapping[str, Argument]) -> CursorPosition:
        return CursorPosition(after=_cursor(arguments.get("after")), before=_cursor(arguments.get("before")))

    def _scan(self) -> CursorScan[T]:
        options = self._options
        return CursorScan(
            self._operation,
            self._arguments,
            self._fetch,
            start=options.start,
            first_page=options.first_page,
            cursor_of=self._cursor_of,
            on_change=options.on_change,
        )

    def _first_arguments(self) -> Mapping[str, Argument]:
        arguments = dict(self._arguments)
        for name, cursor in (("after", self._options.start.after), ("before", self._options.start.before)):
            if cursor is not None or name in arguments:
                arguments[name] = cursor
        return arguments

    def _first_skip(self) -> int:
        return self._options.start.skip

    def _with_options(self, options: ScanOptions[CursorPage[T], CursorPosition]) -> Self:
        return type(self)(self._operation, self._arguments, self._fetch, cursor_of=self._cursor_of, options=options)


def _cursor(value: Argument) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)
