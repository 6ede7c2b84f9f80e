"""Lists by offset and limit: the scan that decides which page follows, and the paginator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeAlias, TypeVar, cast

from spotify._checks import check_type
from spotify._exceptions import PROGRESS_HIDDEN
from spotify.errors import ListChangedError, PagingError
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.logs import get_logger
from spotify.models import Page, SavedAlbum, SavedAudiobook, SavedEpisode, SavedShow, SavedTrack
from spotify.paging.paginator import (
    OnChange,
    PageFetch,
    PaginatorBase,
    ProgressCallback,
    check_at_least_one,
    check_progress,
)
from spotify.paging.positions import OffsetPosition, integer_parameter, link_parameters
from spotify.paging.prefetcher import FetchedPage

T = TypeVar("T")

_LOG: Final = get_logger(__name__)

_SAVED_OBJECTS: Final[dict[type[object], str]] = {
    SavedAlbum: "album",
    SavedAudiobook: "audiobook",
    SavedEpisode: "episode",
    SavedShow: "show",
    SavedTrack: "track",
}

_MAX_EMPTY_PAGES: Final = 3  # in sequence, although `next` names a later page: items can be hidden


@dataclass(frozen=True, slots=True)
class OffsetRequest:
    """Which page to request."""

    offset: int
    """The offset of the first item."""
    limit: int | None
    """The number of items; None for the `limit` of the paginator's arguments."""


FetchedOffsetPage: TypeAlias = FetchedPage[Page[T], OffsetRequest]


class OffsetScan(Generic[T]):
    """One scan of a list by offset and limit.

    Only the items of a page and the requested offset are certain: `limit`, `next`, `href`, `offset` and `total` can be
    wrong, as Spotify's are at times. The list goes on while `next` or a total shows a later page, and ends with a page
    that is empty or after which neither does. The next page starts where most of the fields say that this one ends: not
    at offset plus the number of items, since a page may lack items, but never before that.
    """

    def __init__(
        self,
        operation: Operation,
        arguments: Mapping[str, Argument],
        fetch: PageFetch[Page[T]],
        *,
        start: OffsetPosition,
        first_page: Page[T] | None,
        on_change: OnChange,
    ) -> None:
        """Create a scan from `start`, where `first_page` is if it has already been fetched."""
        self._operation = operation
        self._arguments = arguments
        self._fetch = fetch
        self._start = start
        self._first_page = first_page
        self._on_change = on_change
        self._first_total: int | None = None
        self._total: int | None = None  # the highest of the pages so far
        self._is_reported = False
        self._empty_pages = 0
        # Operations with a maximum number of results return an estimate, which differs from page to page.
        self._total_is_exact = operation.max_results is None

    async def first(self) -> FetchedOffsetPage[T]:
        """Return the first page."""
        page = self._first_page
        return self.begun_with(await self.fetch(OffsetRequest(self._start.offset, None)) if page is None else page)

    def begun_with(self, page: Page[T], /) -> FetchedOffsetPage[T]:
        """Return a page as the first one of the scan."""
        limit = self._arguments.get("limit") if self._first_page is None else None
        request = OffsetRequest(self._start.offset, limit if isinstance(limit, int) else None)
        self._first_total = page.total
        self._note_total(request, page)
        return self._fetched(request, page, self._start.skip, 0)

    async def fetch(self, request: OffsetRequest, /) -> Page[T]:
        """Return a page."""
        arguments = dict(self._arguments)
        if request.offset or "offset" in arguments:
            arguments["offset"] = request.offset
        if request.limit is not None:
            arguments["limit"] = request.limit
        return await self._fetch(arguments, clamp=True)

    def place(self, earlier: FetchedOffsetPage[T], request: OffsetRequest, page: Page[T], /) -> FetchedOffsetPage[T]:
        """Return a page with its place after an earlier one, without items that both contain because of a change."""
        repeated = self._repeated(earlier, page) if self._total_is_exact else 0
        if repeated or (self._total_is_exact and _differ(page.total, self._first_total)):
            self._report_change(page.total, request.offset)
        self._note_total(request, page)
        preceding = earlier.preceding + len(earlier.page.items) - earlier.skip
        return self._fetched(request, page, repeated, preceding)

    def request_after(self, fetched: FetchedOffsetPage[T], /) -> OffsetRequest | None:
        """Return the request for the page that follows, None after the last."""
        offset, count = fetched.request.offset, len(fetched.page.items)
        is_empty = not count or (offset > self._start.offset and fetched.skip == count)
        self._empty_pages = self._empty_pages + 1 if is_empty else 0
        return self._upcoming(fetched)

    def calls_after(self, fetched: FetchedOffsetPage[T], /) -> int | None:
        """Return the number of calls that read the pages after `fetched`; None if it is unknown."""
        request, end = self._upcoming(fetched), self._end
        if request is None:
            return 0
        if request.limit is None or end is None:
            return None
        return max(1, -(-(end - request.offset) // request.limit))

    def predicted_after(self, request: OffsetRequest, /) -> OffsetRequest | None:
        """Return the request after another one if every page is full, None at the end or if the total is unknown."""
        if request.limit is None or self._total is None or request.offset + request.limit >= self._total:
            return None
        return self._allowed_request(request.offset + request.limit, request.limit)

    def finish(self, last: FetchedOffsetPage[T], /) -> None:
        """Report a list that ended before its total, unless a change explains it."""
        end = last.request.offset + (self._span(last) if last.page.items else 0)
        if self._is_reported or not self._total_is_exact or self._total is None or end >= self._total:
            return
        if self._on_change == "raise":
            raise PagingError(f"{self._operation.id}: the list ended after {end} of {self._total} items")
        _LOG.warning("list_incomplete", operation=self._operation.id, total=self._total, offset=end)

    def position(self, fetched: FetchedOffsetPage[T], consumed: int, /) -> OffsetPosition:
        """Return the position after the first `consumed` items of a page."""
        page, offset, count = fetched.page, fetched.request.offset, len(fetched.page.items)
        span = self._span(fetched)
        span_is_known = fetched.has_next or (self._total_is_exact and self._total is not None)
        if (not span_is_known and count < page.limit) or consumed < count < span:
            return OffsetPosition(offset=offset, skip=consumed)  # any index of the page may be missing
        return OffsetPosition(offset=offset + (consumed if consumed < count else span))

    def progress(self, fetched: FetchedOffsetPage[T], consumed: int, /) -> tuple[int, int | None]:
        """Return the number of items done after the first `consumed` items of a page, and the total if it is known."""
        position, start = self.position(fetched, consumed), self._start.offset + self._start.skip
        end = self._end
        return max(0, position.offset + position.skip - start), None if end is None else max(0, end - start)

    def _fetched(self, request: OffsetRequest, page: Page[T], skip: int, preceding: int) -> FetchedOffsetPage[T]:
        next_offset = self._offset_of(page.next)
        next_step = None if next_offset is None or next_offset <= request.offset else next_offset - request.offset
        step = self._step(request, page, next_step)
        return FetchedPage(request, page, skip, preceding, step=step, has_next=next_step is not None)

    def _step(self, request: OffsetRequest, page: Page[T], next_step: int | None) -> int:
        """Return the number of entries of the list from the start of a page to the start of the next one.

        It is the value of most of `next`, `limit`, `href`, the requested limit and the number of items; of several such
        values the lowest, but the number of items, which a page may lack, only if it is the only one.
        """
        count = len(page.items)
        if count == page.limit and next_step in {None, count}:
            return count
        href_limit = integer_parameter(link_parameters(self._operation, page.href or ""), "limit")
        fields = [step for step in (next_step, page.limit, href_limit, request.limit) if step and step >= count]
        votes = Counter([*fields, count] if count else fields)
        return min(votes, key=lambda step: (-votes[step], step == count and len(votes) > 1, step), default=0)

    @property
    def _end(self) -> int | None:
        """The offset where the list ends as far as Spotify returns it, None if the total is unknown."""
        max_results = self._operation.max_results
        return self._total if max_results is None or self._total is None else min(self._total, max_results)

    def _upcoming(self, fetched: FetchedOffsetPage[T]) -> OffsetRequest | None:
        offset = fetched.request.offset
        if self._empty_pages:
            is_past_end = self._total_is_exact and self._total is not None and offset >= self._total
            goes_on = fetched.has_next and not is_past_end and self._empty_pages < _MAX_EMPTY_PAGES
        else:
            goes_on = fetched.has_next or self._continues_without_next(fetched)
        return self._allowed_request(offset + fetched.step, fetched.step) if goes_on and fetched.step else None

    def _offset_of(self, link: str | None) -> int | None:
        return None if link is None else integer_parameter(link_parameters(self._operation, link), "offset")

    def _span(self, fetched: FetchedOffsetPage[T]) -> int:
        """Return the number of entries of the list that a page covers, including those that it lacks."""
        count, offset = len(fetched.page.items), fetched.request.offset
        total = self._total if _is_too_low(fetched.page.total, offset, count) else fetched.page.total
        if total is not None and self._total_is_exact:
            return min(fetched.step, max(total - offset, count))
        return fetched.step if fetched.has_next else count

    def _continues_without_next(self, fetched: FetchedOffsetPage[T]) -> bool:
        """Return whether the list is longer although `next` does not say so."""
        has_limit = bool(fetched.page.limit or fetched.request.limit)
        is_full = has_limit and len(fetched.page.items) >= fetched.step
        if self._total is None:
            return is_full  # no field says that this is the end
        return fetched.request.offset + fetched.step < self._total and (is_full or self._total_is_exact)

    def _note_total(self, request: OffsetRequest, page: Page[T]) -> None:
        if page.total is not None and not _is_too_low(page.total, request.offset, len(page.items)):
            self._total = max(page.total, self._total or 0)

    def _allowed_request(self, offset: int, limit: int) -> OffsetRequest | None:
        """Return a request within the maxima of the operation, None if it is past them."""
        max_limit, max_results = self._operation.max_limit, self._operation.max_results
        if max_results is not None:
            if offset >= max_results:
                return None
            limit = min(limit, max_results - offset)
        return OffsetRequest(offset, limit if max_limit is None else min(limit, max_limit))

    def _repeated(self, earlier: FetchedOffsetPage[T], later: Page[T]) -> int:
        """Return the number of first items of a page that the page before it also contained, because the list shifted.

        Equal entries alone do not show that, because a playlist may contain an entry twice.
        """
        before, items = earlier.page.items, later.items
        if not before or not items:
            return 0
        offset = earlier.request.offset
        is_guessed = not earlier.has_next and self._total is None
        if items == before and (is_guessed or later.offset == offset == self._offset_of(later.href)):
            return len(items)  # the same page again
        if _is_unique(items[0]):
            overlaps = (count for count in range(min(len(before), len(items)), 0, -1))
            return next((count for count in overlaps if before[-count:] == items[:count]), 0)
        grown = (later.total or 0) - (earlier.page.total or later.total or 0)
        return grown if grown > 0 and before[-grown:] == items[:grown] else 0

    def _report_change(self, seen_total: int | None, resume_at: int) -> None:
        expected_total = self._first_total
        if self._on_change == "raise":
            raise ListChangedError(
                "the list changed while it was read",
                expected_total=expected_total,
                seen_total=seen_total,
                offset=resume_at,
                operation=self._operation.id,
            )
        if not self._is_reported:
            self._is_reported = True
            _LOG.warning(
                "list_changed",
                operation=self._operation.id,
                expected_total=expected_total,
                seen_total=seen_total,
                offset=resume_at,
            )


def _is_unique(item: object) -> bool:
    """Return whether a list holds this item once: the library does, where its object is known."""
    name = _SAVED_OBJECTS.get(type(item))
    return name is not None and bool(getattr(getattr(item, name), "id", None))


def _is_too_low(total: int | None, offset: int, count: int) -> bool:
    """Return whether a total is missing, or less than what the page itself shows."""
    return total is None or (count > 0 and total < offset + count)


def _differ(total: int | None, other: int | None) -> bool:
    return total is not None and other is not None and total != other


U = TypeVar("U")


class Paginator(PaginatorBase[T, Page[T], OffsetPosition]):
    """A list by offset and limit.

    ::

        page = await client.albums.get_tracks(album_id)                # one page, with its total
        async for track in client.albums.get_tracks(album_id): ...     # all items; requests pages in advance
        tracks = await client.albums.get_tracks(album_id).collect()    # all items; pages are requested concurrently

    Nothing is requested before it is needed, and leaving a loop early cancels the pending requests. A list can be
    iterated over any number of times.

    **Lists that change during a scan.** An added or removed item shifts all later ones. Items that a page repeats are
    left out where that is certain; others may be missed. If this can be detected (the total has changed, items are
    repeated, or the list ends before its total), it is logged as `list_changed` or `list_incomplete` once per scan, and
    the list is read to the end, because the total that Spotify returns also changes without a change of the list.
    `with_options(on_change="raise")` makes it an error, raised before a wrong item is yielded: the caller decides
    whether to start again or to resume at the error's `offset`. The total of search results is an estimate: changes are
    not detected.
    """

    async def collect(
        self, max_items: int | None = None, concurrency: int | None = None, progress: ProgressCallback | None = None
    ) -> list[T]:
        """Return all items in order, in about the time of two requests.

        The first page contains the total. The other pages are requested concurrently, at most 100 at a time.

        Args:
            max_items: The maximum number of items, at least 1. Only the pages needed for them are requested. None for
                all items.
            concurrency: The maximum number of concurrent requests of this call, at least 1. None for the client's
                `max_concurrency`.
            progress: Called with (done, total) after each page; None for the callback of `with_progress`.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: A number is less than 1.
            ListChangedError: The list changed during the scan, with `on_change="raise"`.
            PagingError: The list ended before its total, with `on_change="raise"`.
            SpotifyError: A request failed. Those for later pages are cancelled.
        """
        check_at_least_one("max_items", max_items)
        check_at_least_one("concurrency", concurrency)
        check_progress(progress)
        with PROGRESS_HIDDEN:
            return await self._collect(max_items, concurrency, progress)

    def skip_nulls(self: Paginator[U | None]) -> Paginator[U]:
        """Return the same list without nulls, unknown items, and entries without their object."""
        return cast("Paginator[U]", self._with_options(replace(self._options, skip_nulls=True)))

    def starting_at(self, position: OffsetPosition) -> Paginator[T]:
        """Return the same list from a position on, to resume an earlier scan, possibly in another process.

        Changes of the list since then are not detected.

        Raises:
            TypeError: `position` is not an `OffsetPosition`.
        """
        check_type("position", position, OffsetPosition)
        return self._with_options(replace(self._options, start=position, first_page=None))

    def starting_with(self, page: Page[T] | None) -> Paginator[T]:
        """Return the same list from a page on that has already been fetched and is not requested again.

        Many objects contain the first page of a list::

            album = await client.albums.get(album_id)
            async for track in client.albums.get_tracks(album.id).starting_with(album.tracks): ...

        Args:
            page: The page. None, which means that the object contains no page, changes nothing. A page without the
                items that it should have, as in simplified playlists, after some `fields` filters and where they could
                not be read, is requested again.

        Raises:
            TypeError: `page` is not a `Page`.
        """
        if page is None:
            return self._with_options(self._options)
        check_type("page", page, Page)
        should_have_items = (
            page.items_damaged or page.next is not None or page.total is None or page.total > page.offset
        )
        first_page = None if should_have_items and not page.items else page
        return self._with_options(
            replace(self._options, start=OffsetPosition(offset=page.offset), first_page=first_page)
        )

    @staticmethod
    def _start_of(arguments: Mapping[str, Argument]) -> OffsetPosition:
        offset = arguments.get("offset")
        return OffsetPosition(offset=offset if isinstance(offset, int) else 0)

    def _scan(self) -> OffsetScan[T]:
        options = self._options
        return OffsetScan(
            self._operation,
            self._arguments,
            self._fetch,
            start=options.start,
            first_page=options.first_page,
            on_change=options.on_change,
        )

    def _first_arguments(self) -> Mapping[str, Argument]:
        offset = self._options.start.offset
        if offset == (self._arguments.get("offset") or 0):
            return self._arguments
        return {**self._arguments, "offset": offset}

    def _first_skip(self) -> int:
        return self._options.start.skip
