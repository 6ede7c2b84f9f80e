"""Scanning a list by offset and limit: which page follows, whether the list has changed, and fetching concurrently."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from spotify._concurrency import run_all
from spotify.errors import ListChangedError, PagingError
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import Page, SavedAlbum, SavedAudiobook, SavedEpisode, SavedShow, SavedTrack
from spotify.paging.paginator import PageFetch, Progress
from spotify.paging.positions import OffsetPosition, integer_parameter, link_parameters
from spotify.paging.prefetcher import FetchedPage

T = TypeVar("T")

_MAX_REQUESTS: Final = 1_000  # per round, so that an absurd total does not create a million tasks


@dataclass(frozen=True, slots=True)
class OffsetRequest:
    """Which page to request.

    Attributes:
        offset: The offset of the first item.
        limit: The number of items; None for the `limit` of the paginator's arguments.
    """

    offset: int
    limit: int | None


FetchedOffsetPage: TypeAlias = FetchedPage[Page[T], OffsetRequest]


class OffsetScan(Generic[T]):
    """One scan of a list by offset and limit.

    The next page starts where `next` says, or at offset plus limit: never at offset plus the number of items, since a
    page may lack items. The limit is that of the page, not the requested one, which may have been lowered.
    """

    def __init__(
        self,
        operation: Operation,
        arguments: Mapping[str, Argument],
        fetch: PageFetch[Page[T]],
        *,
        start: OffsetPosition,
        first_page: Page[T] | None,
    ) -> None:
        """Create a scan from `start`, where `first_page` is if it has already been fetched."""
        self._operation = operation
        self._arguments = arguments
        self._fetch = fetch
        self._start = start
        self._first_page = first_page
        self._total: int | None = None
        # Operations with a maximum number of results return an estimate, which differs from page to page.
        self._total_is_exact = operation.max_results is None

    @property
    def start_offset(self) -> int:
        """The offset of the first page."""
        return self._start.offset

    async def first(self) -> FetchedOffsetPage[T]:
        """Return the first page."""
        return self.begun_with(self._first_page or await self.fetch(OffsetRequest(self._start.offset, None)))

    def begun_with(self, page: Page[T], /) -> FetchedOffsetPage[T]:
        """Return the first page with its place in the scan."""
        self._total = page.total
        return FetchedPage(OffsetRequest(self._start.offset, None), page, self._start.skip, 0)

    async def following(self, fetched: FetchedOffsetPage[T], /) -> FetchedOffsetPage[T] | None:
        """Return the page that follows `fetched`, None after the last."""
        request = self.request_after(fetched)
        if request is None:
            return None
        following = self.later_page(request, await self.fetch(request))
        self.check_unchanged(fetched, following, resume_at=request.offset)
        return following

    async def fetch(self, request: OffsetRequest) -> Page[T]:
        """Fetch a page.

        Raises:
            PagingError: The page has another offset.
            SpotifyError: The request failed.
        """
        arguments = dict(self._arguments)
        if request.offset or "offset" in arguments:
            arguments["offset"] = request.offset
        if request.limit is not None:
            arguments["limit"] = request.limit
        page = await self._fetch(arguments, clamp=True)
        if page.offset not in {0, request.offset}:  # also 0 if a `fields` filter left the offset out
            raise PagingError(f"{self._operation.id}: the page at offset {request.offset} reports offset {page.offset}")
        return page

    def later_page(self, request: OffsetRequest, page: Page[T]) -> FetchedOffsetPage[T]:
        """Return a page after the first one with its place in the scan."""
        return FetchedPage(request, page, 0, request.offset - self._start.offset - self._start.skip)

    def request_after(self, fetched: FetchedOffsetPage[T]) -> OffsetRequest | None:
        """Return the request for the page that follows, None after the last.

        Raises:
            PagingError: `next` has no offset, or one that is not after the page.
        """
        page, request = fetched.page, fetched.request
        if page.next is not None:
            parameters = link_parameters(self._operation, page.next)
            offset = integer_parameter(parameters, "offset")
            limit = integer_parameter(parameters, "limit") or page.limit or request.limit
            if offset is None or offset <= request.offset:
                raise PagingError(
                    f"{self._operation.id}: `next` of the page at offset {request.offset} does not name a later page"
                )
            self._check_adjacent(fetched, offset)
            if not page.items and self._total_is_exact and page.total is not None and request.offset >= page.total:
                return None  # past the end, in spite of `next`
        elif self._continues_without_next(fetched):
            offset, limit = request.offset + page.limit, page.limit
        else:
            return None
        return self._allowed_request(offset, limit)

    def requests_from(self, request: OffsetRequest, max_requests: int) -> list[OffsetRequest]:
        """Return the requests for that page and the pages after it, up to the known end and at most `max_requests`."""
        end = self.end
        if request.limit is None or end is None:
            return [request]
        offsets = range(request.offset, end, request.limit)[:max_requests]
        requests = [self._allowed_request(offset, request.limit) for offset in offsets]
        return [allowed for allowed in requests if allowed is not None] or [request]

    @property
    def end(self) -> int | None:
        """The offset where the list ends as far as Spotify returns it, None if the total is unknown."""
        max_results = self._operation.max_results
        return self._total if max_results is None or self._total is None else min(self._total, max_results)

    def check_unchanged(self, earlier: FetchedOffsetPage[T], later: FetchedOffsetPage[T], *, resume_at: int) -> None:
        """Check that the list has not changed since the scan started, as far as two adjacent pages show it.

        Raises:
            ListChangedError: It has.
        """
        self.check_total(later.page, resume_at=resume_at)
        if self._total_is_exact and _repeats_items(earlier.page, later.page):
            raise self._list_changed(later.page.total, resume_at)

    def check_total(self, page: Page[T], *, resume_at: int) -> None:
        """Check that the list is as long as when the scan started.

        Raises:
            ListChangedError: It is not.
        """
        if self._total_is_exact and None not in {page.total, self._total} and page.total != self._total:
            raise self._list_changed(page.total, resume_at)

    def calls_after(self, fetched: FetchedOffsetPage[T], /) -> int | None:
        """Return the number of calls that read the pages after `fetched`; None if it is unknown.

        Raises:
            PagingError: As `request_after`.
        """
        request = self.request_after(fetched)
        if request is None:
            return 0
        if request.limit is None or self.end is None:
            return None
        return max(1, -(-(self.end - request.offset) // request.limit))

    def position(self, fetched: FetchedOffsetPage[T], consumed: int, /) -> OffsetPosition:
        """Return the position after the first `consumed` items of a page."""
        page, offset, count = fetched.page, fetched.request.offset, len(fetched.page.items)
        span = self.span(fetched)
        span_is_known = page.next is not None or (self._total_is_exact and page.total is not None)
        if (not span_is_known and count < page.limit) or consumed < count < span:
            return OffsetPosition(offset=offset, skip=consumed)  # any index of the page may be missing
        return OffsetPosition(offset=offset + (consumed if consumed < count else span))

    def progress(self, fetched: FetchedOffsetPage[T], consumed: int, /) -> tuple[int, int | None]:
        """Return the number of items done after the first `consumed` items of a page, and the total if it is known."""
        position, start = self.position(fetched, consumed), self._start.offset + self._start.skip
        total = None if self.end is None else max(0, self.end - start)
        return max(0, position.offset + position.skip - start), total

    def span(self, fetched: FetchedOffsetPage[T]) -> int:
        """Return the number of entries of the list that a page covers, including those that it lacks."""
        page, count = fetched.page, len(fetched.page.items)
        span = max(page.limit, count) if page.limit else count
        if page.total is not None and self._total_is_exact:
            return min(span, max(page.total - fetched.request.offset, count))
        return span if page.next is not None else count

    def _check_adjacent(self, fetched: FetchedOffsetPage[T], next_offset: int) -> None:
        """Check that the next page starts where this one ends, including items that it lacks."""
        count, offset = len(fetched.page.items), fetched.request.offset
        if next_offset < offset + count:
            fault = "items would be repeated"
        elif fetched.page.limit and next_offset > offset + max(count, fetched.page.limit):
            fault = "items would be skipped"
        else:
            return
        raise PagingError(
            f"{self._operation.id}: `next` of the page at offset {offset} with {count} items has offset {next_offset}: "
            f"{fault}"
        )

    def _continues_without_next(self, fetched: FetchedOffsetPage[T]) -> bool:
        """Return whether the list is longer although the page has no `next`."""
        page = fetched.page
        if not self._total_is_exact or page.total is None or not page.items or not page.limit:
            return False
        return fetched.request.offset + page.limit < page.total

    def _allowed_request(self, offset: int, limit: int | None) -> OffsetRequest | None:
        """Return a request within the maxima of the operation, None if it is past them."""
        max_limit, max_results = self._operation.max_limit, self._operation.max_results
        if max_results is not None:
            if offset >= max_results:
                return None
            limit = min(limit or max_results, max_results - offset)
        return OffsetRequest(offset, limit if limit is None or max_limit is None else min(limit, max_limit))

    def _list_changed(self, seen_total: int | None, resume_at: int) -> ListChangedError:
        return ListChangedError(
            "the list changed while it was read",
            expected_total=self._total,
            seen_total=seen_total,
            offset=resume_at,
            operation=self._operation.id,
        )


def _repeats_items(earlier: Page[T], later: Page[T]) -> bool:
    """Return whether the later page starts with an item of the earlier one in a list that holds no item twice."""
    if not later.items:
        return False
    first = later.items[0]
    # Only the library is known to hold no item twice. Playlists and discographies may.
    if not isinstance(first, SavedAlbum | SavedAudiobook | SavedEpisode | SavedShow | SavedTrack):
        return False
    return first in earlier.items


async def collect_pages(
    scan: OffsetScan[T],
    *,
    count: Callable[[FetchedOffsetPage[T]], int],
    max_items: int | None,
    concurrency: int | None,
    progress: Progress,
) -> list[FetchedOffsetPage[T]]:
    """Return the pages of a list in order: fetch the first one, then all known others concurrently.

    If pages lack items, or the limit turns out lower than that of the first page, the missing pages are fetched in
    another round. The result is the same as following each page's `next`.

    Args:
        scan: The scan of the list.
        count: Returns the number of items of a page that count towards `max_items`.
        max_items: The number of items after which to stop; None for all.
        concurrency: The maximum number of concurrent requests; None for no maximum.
        progress: Reports progress as pages arrive.

    Raises:
        ListChangedError: The list has changed since the first page.
        PagingError: The pages are inconsistent.
        SpotifyError: A request failed. The others are cancelled.
    """
    last = await scan.first()
    pages, item_count = [last], count(last)
    progress.report(*scan.progress(last, len(last.page.items)))
    while max_items is None or item_count < max_items:
        request = scan.request_after(last)
        if request is None:
            break
        missing = None if max_items is None else max_items - item_count
        requests = scan.requests_from(request, _request_count(missing, request.limit))
        for sent, page in zip(requests, await _fetch_all(scan, last, requests, concurrency, progress), strict=True):
            if request is None or sent.offset != request.offset:
                break  # the previous page continues at another offset than assumed
            fetched = scan.later_page(sent, page)
            scan.check_unchanged(last, fetched, resume_at=scan.start_offset)
            pages.append(fetched)
            last, item_count = fetched, item_count + count(fetched)
            request = scan.request_after(last)
    return pages


async def _fetch_all(
    scan: OffsetScan[T],
    last: FetchedOffsetPage[T],
    requests: Sequence[OffsetRequest],
    concurrency: int | None,
    progress: Progress,
) -> list[Page[T]]:
    """Return the pages of several requests in order. If one fails, cancel the others and raise its error."""
    pages: dict[OffsetRequest, Page[T]] = {}
    remaining = iter(requests)
    done, total = scan.progress(last, len(last.page.items))

    async def fetch_remaining() -> None:
        nonlocal done
        for request in remaining:
            page = await scan.fetch(request)
            scan.check_total(page, resume_at=scan.start_offset)
            pages[request] = page
            done += scan.span(scan.later_page(request, page))
            progress.report(done, total)

    await run_all(fetch_remaining() for _ in range(min(concurrency or len(requests), len(requests))))
    return [pages[request] for request in requests]


def _request_count(items: int | None, limit: int | None) -> int:
    if items is None or limit is None:
        return _MAX_REQUESTS
    return min(_MAX_REQUESTS, -(-items // limit))
