"""Lists by offset and limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar, cast

from spotify.errors import ListChangedError
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.logs import get_logger
from spotify.models import Page
from spotify.paging.collecting import collect_steps
from spotify.paging.fetching import PageFetch
from spotify.paging.offset_walk import OffsetWalk
from spotify.paging.paginator import PaginatorBase, check_bound, check_kind
from spotify.paging.positions import OffsetPosition
from spotify.paging.progress import Progress, ProgressCallback, check_progress

T = TypeVar("T")
U = TypeVar("U")

_LOG: Final = get_logger(__name__)


class Paginator(PaginatorBase[T, Page[T], OffsetPosition]):
    """A list by offset and limit.

    ::

        page = await client.albums.get_tracks(album_id)                # one page, with its total
        async for track in client.albums.get_tracks(album_id): ...     # every item, the next page fetched ahead
        tracks = await client.albums.get_tracks(album_id).collect()    # every item, the pages fetched concurrently

    Nothing is requested before it is wanted, and leaving a loop early cancels the request that is on its way. A list
    can be gone through as often as one likes.

    **Lists that change while they are read.** An item that comes or goes shifts all that follow, so that some would be
    missed or come twice. When that can be told (the list's length is not what it was, or the library's items come
    again), `async for` and `pages` stop with `ListChangedError` before they hand out a wrong item: what was handed out
    cannot be taken back, and only its reader knows whether to start anew or to go on at the error's `offset`. `collect`
    has handed out nothing yet: it reads the whole list once more, logs `list_changed`, and raises if that fails too. Of
    search results Spotify only estimates the number; for them, a page without a next one is the end, and that is all.
    """

    def __init__(self, operation: Operation, arguments: Mapping[str, Argument], fetch: PageFetch[Page[T]]) -> None:
        """Remember what to ask for; nothing is requested yet.

        Args:
            operation: The operation that answers with a page.
            arguments: Its arguments for the first page.
            fetch: Carries out the operation with arguments and returns the page.
        """
        offset = arguments.get("offset")
        start = OffsetPosition(offset=offset if isinstance(offset, int) else 0)
        super().__init__(operation, arguments, fetch, start=start)

    async def collect(
        self, max_items: int | None = None, concurrency: int | None = None, progress: ProgressCallback | None = None
    ) -> list[T]:
        """Return every item in a list, in order, in about the time of two requests.

        The first page tells how many there are; the others are requested all at once.

        Args:
            max_items: How many items are enough, 1 or more; no more pages are requested than it takes. None for all.
            concurrency: How many requests of this call can be on the wire at once, 1 or more; None for as many as the
                client's `max_concurrency` allows.
            progress: As `with_progress` takes it; None for the one given there.

        Raises:
            TypeError: An argument is not of its type.
            ValueError: A number is less than 1.
            ListChangedError: The list changed while it was read, and again while it was read once more.
            PagingError: The pages do not fit together.
            SpotifyError: A request failed; the others are cancelled.
        """
        check_bound("max_items", max_items)
        check_bound("concurrency", concurrency)
        check_progress(progress)
        reporter = Progress(self._callback if progress is None else progress, max_items)
        try:
            return await self._collected(self._walk(), max_items, concurrency, reporter)
        except ListChangedError as change:
            _LOG.warning(
                "list_changed",
                operation=self._operation.id,
                expected_total=change.expected_total,
                seen_total=change.seen_total,
            )
        # Without a page in hand: it is of the list as it was.
        return await self._collected(self._walk_from(None), max_items, concurrency, reporter)

    def skip_nulls(self: Paginator[U | None]) -> Paginator[U]:
        """Return the same list without the nulls that Spotify puts in the place of what it does not show."""
        return cast("Paginator[U]", self._changed(_without_nulls=True))

    def starting_at(self, position: OffsetPosition) -> Paginator[T]:
        """Return the same list from a position on, which a scan of it gave, perhaps in another process.

        What changed in between is not noticed.

        Raises:
            TypeError: `position` is something else.
        """
        check_kind("position", position, OffsetPosition)
        return self._changed(_start=position, _in_hand=None)

    def starting_with(self, page: Page[T] | None) -> Paginator[T]:
        """Return the same list from a page on that is at hand and is not requested again: its items come first.

        Many objects bring the first page of what they hold::

            album = await client.albums.get(album_id)
            async for track in client.albums.get_tracks(album.id).starting_with(album.tracks): ...

        Args:
            page: The page; None, where the object did not bring one, changes nothing. One whose items were left out, as
                the simplified playlists' and those of some `fields` filters are, is requested again.

        Raises:
            TypeError: `page` is not a page by offset and limit.
        """
        if page is None:
            return self._changed()
        check_kind("page", page, Page)
        has_more = page.next is not None or page.total is None or page.total > page.offset
        in_hand = None if has_more and not page.items else page
        return self._changed(_start=OffsetPosition(offset=page.offset), _in_hand=in_hand)

    async def _collected(
        self, walk: OffsetWalk[T], max_items: int | None, concurrency: int | None, progress: Progress
    ) -> list[T]:
        steps = await collect_steps(
            walk,
            count=lambda step: sum(1 for _ in self._items(step)),
            max_items=max_items,
            concurrency=concurrency,
            progress=progress,
        )
        items: list[T] = []
        for step in steps:
            for taken, item in self._items(step):
                items.append(item)
                if max_items is not None and len(items) == max_items:
                    self._reached = walk, step, taken
                    progress.report(max_items, max_items)
                    return items
        self._reached = walk, steps[-1], len(steps[-1].page.items)
        progress.finish()
        return items

    def _walk(self) -> OffsetWalk[T]:
        return self._walk_from(self._in_hand)

    def _walk_from(self, in_hand: Page[T] | None) -> OffsetWalk[T]:
        return OffsetWalk(self._operation, self._arguments, self._fetch, start=self._start, in_hand=in_hand)

    def _first_arguments(self) -> Mapping[str, Argument]:
        if self._start.offset == (self._arguments.get("offset") or 0):
            return self._arguments
        return {**self._arguments, "offset": self._start.offset}

    def _first_skip(self) -> int:
        return self._start.skip
