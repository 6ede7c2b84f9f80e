"""Lists by cursor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import CursorPage
from spotify.paging.cursor_walk import CursorStep, CursorWalk
from spotify.paging.fetching import PageFetch
from spotify.paging.paginator import PaginatorBase, check_bound, check_kind
from spotify.paging.positions import CursorPosition, query_of
from spotify.paging.progress import Progress, ProgressCallback, check_progress

T = TypeVar("T")
U = TypeVar("U")


class CursorPaginator(PaginatorBase[T, CursorPage[T], CursorPosition]):
    """A list by cursor: each page says after which object the next one starts.

    ::

        page = await client.users.get_followed_artists()                     # one page
        async for artist in client.users.get_followed_artists(): ...         # every item, the next page fetched ahead
        artists = await client.users.get_followed_artists().collect()        # every item, in a list

    Each page is needed to ask for the next one, so that they come one after the other. A change elsewhere in the list
    shifts nothing: a cursor names an item, not a number.
    """

    def __init__(
        self, operation: Operation, arguments: Mapping[str, Argument], fetch: PageFetch[CursorPage[T]]
    ) -> None:
        """Remember what to ask for; nothing is requested yet.

        Args:
            operation: The operation that answers with a page.
            arguments: Its arguments for the first page.
            fetch: Carries out the operation with arguments and returns the page.
        """
        super().__init__(operation, arguments, fetch, start=_cursors_in(arguments))

    async def collect(self, max_items: int | None = None, progress: ProgressCallback | None = None) -> list[T]:
        """Return every item in a list, requesting one page after the other.

        Args:
            max_items: How many items are enough, 1 or more; no more pages are requested than it takes. None for all.
            progress: As `with_progress` takes it; None for the one given there.

        Raises:
            TypeError: An argument is not of its type.
            ValueError: `max_items` is less than 1.
            PagingError: The pages do not fit together.
            SpotifyError: A request failed.
        """
        check_bound("max_items", max_items)
        check_progress(progress)
        reporter, walk = Progress(self._callback if progress is None else progress, max_items), self._walk()
        items: list[T] = []
        step: CursorStep[T] | None = await walk.first()
        while step is not None:
            reporter.report(*walk.done(step, step.skip))
            for taken, item in self._items(step):
                items.append(item)
                if max_items is not None and len(items) == max_items:
                    self._reached = walk, step, taken
                    reporter.report(max_items, max_items)
                    return items
            self._pass(walk, step, reporter)
            step = await walk.following(step)
        reporter.finish()
        return items

    def skip_nulls(self: CursorPaginator[U | None]) -> CursorPaginator[U]:
        """Return the same list without the nulls that Spotify puts in the place of what it does not show."""
        return cast("CursorPaginator[U]", self._changed(_without_nulls=True))

    def starting_at(self, position: CursorPosition) -> CursorPaginator[T]:
        """Return the same list from a position on, which a scan of it gave, perhaps in another process.

        Raises:
            TypeError: `position` is something else.
        """
        check_kind("position", position, CursorPosition)
        return self._changed(_start=position, _in_hand=None)

    def starting_with(self, page: CursorPage[T] | None) -> CursorPaginator[T]:
        """Return the same list from a page on that is at hand and is not requested again: its items come first.

        Args:
            page: The page; None, where the object did not bring one, changes nothing.

        Raises:
            TypeError: `page` is not a page by cursor.
            PagingError: The page does not fit: its own address is not a URL.
        """
        if page is None:
            return self._changed()
        check_kind("page", page, CursorPage)
        start = self._start if page.href is None else _cursors_in(query_of(self._operation, page.href))
        return self._changed(_start=start, _in_hand=page)

    def _walk(self) -> CursorWalk[T]:
        return CursorWalk(self._operation, self._arguments, self._fetch, start=self._start, in_hand=self._in_hand)

    def _first_arguments(self) -> Mapping[str, Argument]:
        return {**self._arguments, **self._cursors()}

    def _cursors(self) -> dict[str, Argument]:
        cursors = {"after": self._start.after, "before": self._start.before}
        return {name: value for name, value in cursors.items() if value is not None or name in self._arguments}

    def _first_skip(self) -> int:
        return self._start.skip


def _cursors_in(arguments: Mapping[str, Argument]) -> CursorPosition:
    return CursorPosition(after=_cursor(arguments.get("after")), before=_cursor(arguments.get("before")))


def _cursor(value: Argument) -> str | None:
    # A subclass of text may say something else of itself than what it is.
    return value if value is None or isinstance(value, str) else str(value)
