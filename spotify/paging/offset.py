"""The paginator of lists by offset and limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar, cast

from spotify._checks import check_type
from spotify._exceptions import PROGRESS_HIDDEN
from spotify.interfaces.executor import Argument
from spotify.models import Page
from spotify.paging.offset_scan import OffsetScan
from spotify.paging.paginator import PaginatorBase, ProgressCallback, check_at_least_one, check_progress
from spotify.paging.positions import OffsetPosition

T = TypeVar("T")
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
            progress: See `with_progress`; None for the callback set there.

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
