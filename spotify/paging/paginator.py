"""What the two kinds of paginators share."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping
from dataclasses import replace
from typing import Any, Generic, Self, TypeVar, cast

from spotify._checks import check_range
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.paging.fetching import PageFetch
from spotify.paging.progress import Progress, ProgressCallback, check_progress
from spotify.paging.walks import PageAhead, PageT, Step, Walk

T = TypeVar("T")
PositionT = TypeVar("PositionT")


class PaginatorBase(ABC, Generic[T, PageT, PositionT]):
    """A list that is fetched when it is asked for: by `await` one page of it, by `async for` every item."""

    def __init__(
        self, operation: Operation, arguments: Mapping[str, Argument], fetch: PageFetch[PageT], *, start: PositionT
    ) -> None:
        """Remember what to ask for; nothing is requested yet."""
        self._operation = operation
        self._arguments = dict(arguments)
        self._fetch = fetch
        self._start = start
        self._in_hand: PageT | None = None
        self._without_nulls = False
        self._callback: ProgressCallback | None = None
        self._reached: tuple[Walk[Any, PositionT], Step[PageT, Any], int] | None = None

    @property
    def position(self) -> PositionT:
        """Where the latest scan of this object is: after the last item, or page, that it handed out.

        `starting_at` goes on from there. Before any scan it is where one would start.
        """
        if self._reached is None:
            return self._start
        walk, step, taken = self._reached
        return walk.position(step, taken)

    def with_progress(self, progress: ProgressCallback | None) -> Self:
        """Return the same list, whose scans tell how far they are.

        ::

            from tqdm import tqdm

            with tqdm() as bar:
                def show(done: int, total: int | None) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                tracks = await client.tracks.get_saved().with_progress(show).collect()

        With rich it is `lambda done, total: bars.update(task, completed=done, total=total)`.

        Args:
            progress: Called with two numbers, when the first page is there and after each item of `async for`, each
                page of `pages` and `collect`: how many items are done, and how many this scan will give in all, or None
                where Spotify does not say. The first never goes down, and ends at the second. Entries that are left
                out count as done. What it raises ends the scan. None for no calls.

        Raises:
            TypeError: It cannot be called.
        """
        check_progress(progress)
        return self._changed(_callback=progress)

    def pages(self) -> AsyncGenerator[PageT]:
        """Return an asynchronous iterator over the pages, which has the next one fetched ahead.

        Raises:
            ListChangedError: On iterating: the list is not what it was when the scan began.
            PagingError: On iterating: the pages do not fit together.
            SpotifyError: On iterating: a request failed.
        """
        return self._pages()

    async def __aiter__(self) -> AsyncGenerator[T]:
        walk, progress = self._walk(), Progress(self._callback)
        async with PageAhead(walk) as ahead:
            while (step := await ahead.next()) is not None:
                if progress.wanted:
                    progress.report(*walk.done(step, step.skip))
                for taken, item in self._items(step):
                    self._reached = walk, step, taken
                    yield item
                    if progress.wanted:
                        progress.report(*walk.done(step, taken))
                self._pass(walk, step, progress)
        progress.finish()

    async def _pages(self) -> AsyncGenerator[PageT]:
        walk, progress = self._walk(), Progress(self._callback)
        async with PageAhead(walk) as ahead:
            while (step := await ahead.next()) is not None:
                progress.report(*walk.done(step, step.skip))
                self._reached = walk, step, len(step.page.items)
                yield self._shown(step.page, step.skip)
                self._pass(walk, step, progress)
        progress.finish()

    def __await__(self) -> Generator[object, None, PageT]:
        return self._single().__await__()

    async def _single(self) -> PageT:
        """Return one page: the one in hand, or the one that the arguments ask for."""
        page = self._in_hand or await self._fetch(self._first_arguments(), clamp=False)
        return self._shown(page, self._first_skip())

    @abstractmethod
    def _walk(self) -> Walk[Any, PositionT]:
        """Return a new scan."""

    @abstractmethod
    def _first_arguments(self) -> Mapping[str, Argument]:
        """Return the arguments of the page where a scan would start."""

    @abstractmethod
    def _first_skip(self) -> int:
        """Return how many items of that page were handed out before."""

    def _changed(self, **attributes: object) -> Self:
        """Return the same list with some attributes changed, and not scanned yet."""
        changed = copy.copy(self)
        for name, value in {"_reached": None, **attributes}.items():
            setattr(changed, name, value)
        return changed

    def _pass(self, walk: Walk[Any, PositionT], step: Step[PageT, Any], progress: Progress) -> None:
        """Note that all of a page is behind, which its last items may not have told: they can be left out."""
        taken = len(step.page.items)
        self._reached = walk, step, taken
        progress.report(*walk.done(step, taken))

    def _items(self, step: Step[PageT, Any]) -> Iterator[tuple[int, T]]:
        """Yield the items of a page that are handed out, and how many of the page are behind after each."""
        for place, item in enumerate(cast("list[T]", step.page.items)):
            if place >= step.skip and not (self._without_nulls and item is None):
                yield place + 1, item

    def _shown(self, page: PageT, skip: int) -> PageT:
        """Return a page with what is handed out of it."""
        if not skip and not self._without_nulls:
            return page
        items: list[Any] = page.items[skip:]
        return replace(page, items=[each for each in items if not (self._without_nulls and each is None)])


def check_bound(name: str, value: object) -> None:
    """Check that a bound, where there is one, is a number of at least 1.

    Raises:
        TypeError: It is not a whole number.
        ValueError: It is less than 1.
    """
    if value is not None:
        check_range(name, value, at_least=1)


def check_kind(name: str, value: object, kind: type) -> None:
    """Check that a value is of a class.

    Raises:
        TypeError: It is not.
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, not {type(value).__name__}")
