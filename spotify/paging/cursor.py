"""The paginator of lists by cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Self, TypeVar, cast

from spotify._checks import check_type
from spotify._exceptions import PROGRESS_HIDDEN
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import CursorPage
from spotify.paging.cursor_scan import CursorScan
from spotify.paging.paginator import (
    PageFetch,
    PaginatorBase,
    ProgressCallback,
    ScanOptions,
    check_at_least_one,
    check_progress,
)
from spotify.paging.positions import CursorPosition, link_parameters

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
            progress: See `with_progress`; None for the callback set there.

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
