"""What both kinds of paginator share: single pages, iteration, options, positions and progress."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, Protocol, Self, TypeAlias, TypeVar, get_args

from spotify._checks import check_choice, check_range
from spotify._exceptions import PROGRESS_HIDDEN
from spotify.errors import SpotifyError
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import CursorPage, Page, is_present
from spotify.paging.prefetcher import FetchedPage, PageT, Prefetcher, Scan

T = TypeVar("T")
PageT_co = TypeVar("PageT_co", bound="Page[Any] | CursorPage[Any]", covariant=True)
PositionT = TypeVar("PositionT")

OnChange: TypeAlias = Literal["warn", "raise"]
"""What to do about a list that changes while it is read: log a warning and read on, or raise an error."""

_USE: Final = "write `async for item in …`, `items = await ….collect()`, or `page = await …` for one page"

ProgressCallback: TypeAlias = Callable[[int, "int | None"], object]
"""Called with the number of items done and the total, None while the total is unknown."""

DEFAULT_READ_AHEAD: Final = 50
"""The maximum number of pages that `async for` requests in advance."""

_MAX_WINDOW: Final = 100  # pages of `collect`, so that an absurd total does not create a million tasks


class PageFetch(Protocol[PageT_co]):
    """Executes the operation of a list and returns one page."""

    async def __call__(self, arguments: Mapping[str, Argument], /, *, clamp: bool) -> PageT_co:
        """Fetch the page that the arguments select.

        Args:
            arguments: Path and query parameters by their wire names.
            clamp: Whether a `limit` above the maximum of the application's quota mode is lowered to it, which suits
                reading all pages, or refused, because a single page would be shorter than expected.

        Raises:
            ValueError: `clamp` is False and `limit` is too high.
            SpotifyError: The call failed.
        """
        ...


@dataclass(frozen=True, slots=True)
class ScanOptions(Generic[PageT, PositionT]):
    """How a paginator scans its list."""

    start: PositionT
    """Where a scan starts."""
    first_page: PageT | None = None
    """The page at `start`, if it has already been fetched."""
    skip_nulls: bool = False
    """Whether nulls, unknown items, and entries without their object are left out."""
    progress: ProgressCallback | None = None
    """Called as a scan proceeds; None for no calls."""
    on_change: OnChange = "warn"
    """What to do about a list that changes."""
    read_ahead: int = DEFAULT_READ_AHEAD
    """The maximum number of pages that `async for` and `pages` request in advance."""


class PaginatorBase(ABC, Generic[T, PageT, PositionT]):
    """A lazily fetched list: `await` returns one page, `async for` iterates over all items."""

    def __init__(
        self,
        operation: Operation,
        arguments: Mapping[str, Argument],
        fetch: PageFetch[PageT],
        *,
        options: ScanOptions[PageT, PositionT] | None = None,
    ) -> None:
        """Create a paginator. Nothing is requested yet.

        Args:
            operation: An operation that returns a page.
            arguments: Its arguments for the first page.
            fetch: Executes the operation with arguments and returns the page.
            options: How to scan the list; None for all items from where the arguments say.
        """
        self._operation = operation
        self._arguments = dict(arguments)
        self._fetch = fetch
        self._options: ScanOptions[PageT, PositionT] = options or ScanOptions(self._start_of(arguments))
        self._reached: tuple[Scan[PageT, Any, PositionT], FetchedPage[PageT, Any], int] | None = None
        self._awaited: PageT | None = None

    @property
    def position(self) -> PositionT:
        """The position of the latest scan of this object: after the last item or page that it yielded.

        Pass it to `starting_at` to resume. Before the first scan it is the position where a scan starts.
        """
        if self._reached is None:
            return self._options.start
        scan, fetched, consumed = self._reached
        return scan.position(fetched, consumed)

    @property
    def cost(self) -> int | None:
        """The number of calls that reading the rest of the list takes: its pages after the latest one, without retries.

        ::

            page = await entries                                # one call
            if entries.cost is not None and entries.cost < 50:  # `client.usage` says how many were made today
                all_entries = await entries.starting_with(page).collect()

        The latest page is the one that a scan of this object has reached, or that was awaited or passed to
        `starting_with`. None before that, and for lists of unknown length. Where Spotify estimates the total, as in a
        search, it is an estimate.
        """
        if self._reached is not None:
            scan, fetched, _ = self._reached
            return scan.calls_after(fetched)
        page = self._options.first_page if self._awaited is None else self._awaited
        if page is None:
            return None
        scan = self._scan()
        return scan.calls_after(scan.begun_with(page))

    def with_progress(self, progress: ProgressCallback | None) -> Self:
        """Return the same list with a progress callback for its scans.

        ::

            from tqdm import tqdm

            with tqdm() as bar:
                def show(done: int, total: int | None) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                tracks = await client.tracks.get_saved().with_progress(show).collect()

        With rich it is `lambda done, total: bars.update(task, completed=done, total=total)`.

        Args:
            progress: Called with the number of items done and the total number of this scan, which is None while it is
                unknown: on the first page, then after each item of `async for` and each page of `pages` and `collect`.
                The first number never decreases and ends equal to the second. Omitted entries count as done. An
                exception from the callback ends the scan. None for no calls.

        Raises:
            TypeError: `progress` is not callable.
        """
        check_progress(progress)
        return self._with_options(replace(self._options, progress=progress))

    def with_options(self, *, on_change: OnChange | None = None, read_ahead: int | None = None) -> Self:
        """Return the same list with other options of its scans.

        Args:
            on_change: `warn` logs `list_changed` or `list_incomplete` and reads to the end if the list changes while it
                is read, or ends before its total; `raise` raises `ListChangedError` or `PagingError`. None for no
                change of the option, which is `warn` at first.
            read_ahead: The maximum number of pages that `async for` and `pages` request in advance, at least 1: they
                begin with one, and with more while the pages do not arrive as fast as they are used. A loop that is
                left early has requested them in vain. None for no change of the option, which is `read_ahead` of the
                client's configuration at first.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: There is no such `on_change`, or `read_ahead` is less than 1.
        """
        options = self._options
        if on_change is not None:
            check_choice("on_change", on_change, get_args(OnChange))
            options = replace(options, on_change=on_change)
        if read_ahead is not None:
            check_range("read_ahead", read_ahead, at_least=1)
            options = replace(options, read_ahead=read_ahead)
        return self._with_options(options)

    def pages(self) -> AsyncGenerator[PageT]:
        """Return an asynchronous iterator over the pages, which requests later ones in advance.

        Raises:
            ListChangedError: On iteration: the list has changed since the scan started, with `on_change="raise"`.
            PagingError: On iteration: the list has ended before its total, with `on_change="raise"`.
            SpotifyError: On iteration: a request failed.
        """
        return self._pages()

    async def __aiter__(self) -> AsyncGenerator[T]:
        scan, progress = self._new_scan(), Progress(self._options.progress)
        with PROGRESS_HIDDEN:
            async with Prefetcher(scan, max_window=self._options.read_ahead) as prefetcher:
                while (fetched := await prefetcher.next()) is not None:
                    await prefetcher.read_ahead()
                    if progress.enabled:
                        progress.report(*scan.progress(fetched, fetched.skip))
                    for consumed, item in self._items(fetched):
                        self._reached = scan, fetched, consumed
                        yield item
                        if progress.enabled:
                            progress.report(*scan.progress(fetched, consumed))
                    self._finish_page(scan, fetched, progress)
            progress.finish()

    async def _pages(self) -> AsyncGenerator[PageT]:
        scan, progress = self._new_scan(), Progress(self._options.progress)
        with PROGRESS_HIDDEN:
            async with Prefetcher(scan, max_window=self._options.read_ahead) as prefetcher:
                while (fetched := await prefetcher.next()) is not None:
                    await prefetcher.read_ahead()
                    progress.report(*scan.progress(fetched, fetched.skip))
                    self._reached = scan, fetched, len(fetched.page.items)
                    yield self._filtered(fetched.page, fetched.skip)
                    self._finish_page(scan, fetched, progress)
            progress.finish()

    async def _collect(
        self, max_items: int | None, concurrency: int | None, progress: ProgressCallback | None
    ) -> list[T]:
        """Return the items, at most `max_items`, with concurrent requests for the pages that can be foreseen.

        The caller hides its frame and this one from errors: their `self` keeps the page that the scan has reached.
        """
        reporter = Progress(self._options.progress if progress is None else progress, max_items)
        scan = self._new_scan()
        items: list[T] = []
        try:
            await self._collect_into(items, scan, max_items, concurrency, reporter)
        except SpotifyError as exc:
            exc.collected = items
            raise
        return items

    async def _collect_into(
        self,
        items: list[T],
        scan: Scan[PageT, Any, PositionT],
        max_items: int | None,
        concurrency: int | None,
        reporter: Progress,
    ) -> None:
        """Append the items to a list."""
        pages_needed: int | None = None
        async with Prefetcher(scan, max_window=_MAX_WINDOW, window=_MAX_WINDOW, concurrency=concurrency) as prefetcher:
            while (fetched := await prefetcher.next(pages_needed)) is not None:
                for consumed, item in self._items(fetched):
                    items.append(item)
                    if len(items) == max_items:
                        self._reached = scan, fetched, consumed
                        reporter.report(len(items), len(items))
                        return
                self._finish_page(scan, fetched, reporter)
                if max_items is not None:
                    pages_needed = -((len(items) - max_items) // max(fetched.step, 1))
        reporter.finish()

    def __await__(self) -> Generator[object, None, PageT]:
        return self._single_page().__await__()

    async def _single_page(self) -> PageT:
        page = self._options.first_page
        if page is None:
            with PROGRESS_HIDDEN:  # `self` may keep a page of an earlier scan
                page = await self._fetch(self._first_arguments(), clamp=False)
        self._awaited = page
        return self._filtered(page, self._first_skip())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._operation.id}: {_USE}>"

    if not TYPE_CHECKING:  # type checkers report these uses without them

        def __iter__(self):
            raise TypeError(f"this list is read asynchronously: {_USE}")

        def __len__(self):
            raise TypeError(f"the length of this list is not known before it is read: {_USE}")

        def __getitem__(self, index):
            raise TypeError(f"this list has no items before it is read: {_USE}")

        def __bool__(self):
            return True

    @staticmethod
    @abstractmethod
    def _start_of(arguments: Mapping[str, Argument]) -> PositionT:
        """Return the position where the page of some arguments starts."""

    @abstractmethod
    def _scan(self) -> Scan[PageT, Any, PositionT]:
        """Return a new scan."""

    @abstractmethod
    def _first_arguments(self) -> Mapping[str, Argument]:
        """Return the arguments of the page where a scan starts."""

    @abstractmethod
    def _first_skip(self) -> int:
        """Return the number of items to skip on that page."""

    def _with_options(self, options: ScanOptions[PageT, PositionT]) -> Self:
        """Return a paginator for the same list with other options and without a scan."""
        return type(self)(self._operation, self._arguments, self._fetch, options=options)

    def _new_scan(self) -> Scan[PageT, Any, PositionT]:
        self._reached = None  # an earlier scan is not the latest one, even if this one reaches no page
        return self._scan()

    def _finish_page(
        self, scan: Scan[PageT, Any, PositionT], fetched: FetchedPage[PageT, Any], progress: Progress
    ) -> None:
        """Record that a whole page is consumed: its last items may have been left out."""
        consumed = len(fetched.page.items)
        self._reached = scan, fetched, consumed
        if progress.enabled:
            progress.report(*scan.progress(fetched, consumed))

    def _items(self, fetched: FetchedPage[PageT, Any]) -> Iterator[tuple[int, T]]:
        """Yield the items of a page that are not left out, each after the number of items consumed with it."""
        skip_nulls = self._options.skip_nulls
        for index, item in enumerate(fetched.page.items):
            if index >= fetched.skip and (not skip_nulls or is_present(item)):
                yield index + 1, item

    def _filtered(self, page: PageT, skip: int) -> PageT:
        """Return a page without the items that are left out."""
        skip_nulls = self._options.skip_nulls
        if not skip and not skip_nulls:
            return page
        items: list[Any] = page.items[skip:]
        return replace(page, items=[item for item in items if not skip_nulls or is_present(item)])


class Progress:
    """Calls a progress callback with numbers that never decrease, and not twice with the same ones."""

    def __init__(self, callback: ProgressCallback | None, max_items: int | None = None) -> None:
        """Create a reporter; `max_items` bounds both numbers."""
        self._callback = callback
        self._max_items = max_items
        self._done = 0
        self._last: tuple[int, int | None] | None = None

    @property
    def enabled(self) -> bool:
        """Whether there is a callback."""
        return self._callback is not None

    def report(self, done: int, total: int | None) -> None:
        """Report the number of items done and the total, None if it is unknown."""
        if self._callback is None:
            return
        self._done = max(self._done, self._capped(done))
        numbers = self._done, None if total is None else max(self._capped(total), self._done)
        if numbers != self._last:
            self._last = numbers
            self._callback(*numbers)

    def finish(self) -> None:
        """Report the end of the scan, where the total is known."""
        self.report(self._done, self._done)

    def _capped(self, number: int) -> int:
        return number if self._max_items is None else min(number, self._max_items)


def check_progress(callback: object) -> None:
    """Check that a progress callback is callable or None.

    Raises:
        TypeError: It is neither.
    """
    if callback is not None and not callable(callback):
        raise TypeError(f"progress must be a function of (done, total), not {type(callback).__name__}")


def check_at_least_one(name: str, value: object) -> None:
    """Check that a value is None or an integer of at least 1.

    Raises:
        TypeError: It is not an integer.
        ValueError: It is less than 1.
    """
    if value is not None:
        check_range(name, value, at_least=1)
