"""The way through a list by offset and limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from spotify.errors import ListChangedError, PagingError
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import Page, SavedAlbum, SavedAudiobook, SavedEpisode, SavedShow, SavedTrack
from spotify.paging.fetching import PageFetch
from spotify.paging.positions import OffsetPosition, number_in, query_of
from spotify.paging.walks import Step

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OffsetPlace:
    """What to ask for.

    Attributes:
        offset: Where the page starts.
        limit: How many items to ask for; None for as many as the arguments say.
    """

    offset: int
    limit: int | None


OffsetStep: TypeAlias = Step[Page[T], OffsetPlace]


class OffsetWalk(Generic[T]):
    """One scan of a list by offset and limit.

    Where the next page starts is what `next` says, or offset and limit: never the number of items, for a page can have
    holes. A limit is what the page says, never what was asked for, which can have been clamped.
    """

    def __init__(
        self,
        operation: Operation,
        arguments: Mapping[str, Argument],
        fetch: PageFetch[Page[T]],
        *,
        start: OffsetPosition,
        in_hand: Page[T] | None,
    ) -> None:
        """Walk from the start; a page in hand is the first one."""
        self._operation = operation
        self._arguments = arguments
        self._fetch = fetch
        self._start = start
        self._in_hand = in_hand
        self._total: int | None = None
        # An operation that shows only so many results estimates how many there are, anew for each page.
        self._exact = operation.max_results is None

    @property
    def begins_at(self) -> int:
        """The offset of the first page."""
        return self._start.offset

    async def first(self) -> OffsetStep[T]:
        """Return the first page."""
        place = OffsetPlace(self._start.offset, None)
        page = self._in_hand or await self.fetch(place)
        self._total = page.total
        return Step(place, page, self._start.skip, 0)

    async def following(self, step: OffsetStep[T], /) -> OffsetStep[T] | None:
        """Return the page after that one; None if it was the last."""
        place = self.place_after(step)
        if place is None:
            return None
        found = self.step(place, await self.fetch(place))
        self.check(step, found, resume_at=place.offset)
        return found

    async def fetch(self, place: OffsetPlace) -> Page[T]:
        """Fetch the page at a place.

        Raises:
            PagingError: Another page came.
            SpotifyError: The request failed.
        """
        arguments = dict(self._arguments)
        if place.offset or "offset" in arguments:
            arguments["offset"] = place.offset
        if place.limit is not None:
            arguments["limit"] = place.limit
        page = await self._fetch(arguments, clamp=True)
        if page.offset not in {0, place.offset}:  # 0 also where Spotify was told to leave it out
            raise PagingError(
                f"{self._operation.id}: the page at offset {place.offset} says that it is at {page.offset}"
            )
        return page

    def step(self, place: OffsetPlace, page: Page[T]) -> OffsetStep[T]:
        """Return the step that a page after the first one is."""
        return Step(place, page, 0, place.offset - self._start.offset - self._start.skip)

    def place_after(self, step: OffsetStep[T]) -> OffsetPlace | None:
        """Return where the next page is; None after the last.

        Raises:
            PagingError: `next` leads nowhere, or back.
        """
        page, place = step.page, step.place
        if page.next is not None:
            query = query_of(self._operation, page.next)
            offset, limit = number_in(query, "offset"), number_in(query, "limit") or page.limit or place.limit
            if offset is None or offset <= place.offset:
                raise PagingError(
                    f"{self._operation.id}: the page at offset {place.offset} names no later one as its next"
                )
            self._check_joint(step, offset)
            if not page.items and self._exact and page.total is not None and place.offset >= page.total:
                return None  # past the end, whatever `next` says
        elif self._has_more(step):
            offset, limit = place.offset + page.limit, page.limit
        else:
            return None
        return self._bounded(offset, limit)

    def places_from(self, place: OffsetPlace, most: int) -> list[OffsetPlace]:
        """Return the places of the pages from that one to the end, as far as it is known, and at most so many."""
        reach = self.reach
        if place.limit is None or reach is None:
            return [place]
        offsets = range(place.offset, reach, place.limit)[:most]
        found = [self._bounded(offset, place.limit) for offset in offsets]
        return [each for each in found if each is not None] or [place]

    @property
    def reach(self) -> int | None:
        """Where the list ends, as far as it can be read; None where Spotify does not say."""
        most = self._operation.max_results
        return self._total if most is None or self._total is None else min(self._total, most)

    def check(self, earlier: OffsetStep[T], later: OffsetStep[T], *, resume_at: int) -> None:
        """Check that the list is still what it was when the scan began.

        Raises:
            ListChangedError: It is not.
        """
        self.check_total(later.page, resume_at=resume_at)
        if self._exact and _repeats(earlier.page, later.page):
            raise self._changed(later.page.total, resume_at)

    def check_total(self, page: Page[T], *, resume_at: int) -> None:
        """Check that the list has as many items as when the scan began.

        Raises:
            ListChangedError: It has not.
        """
        if self._exact and None not in {page.total, self._total} and page.total != self._total:
            raise self._changed(page.total, resume_at)

    def position(self, step: OffsetStep[T], taken: int, /) -> OffsetPosition:
        """Return the position after the first so many items of a page."""
        page, offset, held = step.page, step.place.offset, len(step.page.items)
        covered = self.covered(step)
        known = page.next is not None or (self._exact and page.total is not None)
        if (not known and held < page.limit) or taken < held < covered:
            return OffsetPosition(offset=offset, skip=taken)  # holes may be anywhere
        return OffsetPosition(offset=offset + (taken if taken < held else covered))

    def done(self, step: OffsetStep[T], taken: int, /) -> tuple[int, int | None]:
        """Return how many items the scan has passed after the first so many items of a page, and of how many."""
        position, begun = self.position(step, taken), self._start.offset + self._start.skip
        total = None if self.reach is None else max(0, self.reach - begun)
        return max(0, position.offset + position.skip - begun), total

    def covered(self, step: OffsetStep[T]) -> int:
        """Return how many items of the list a page stands for, holes included."""
        page, offset = step.page, step.place.offset
        covered = max(page.limit, len(page.items)) if page.limit else len(page.items)
        if page.total is not None and self._exact:
            return min(covered, max(page.total - offset, len(page.items)))
        return covered if page.next is not None else len(page.items)

    def _check_joint(self, step: OffsetStep[T], offset: int) -> None:
        """Check that the next page starts where this one ends, holes included."""
        held, begins = len(step.page.items), step.place.offset
        if offset < begins + held:
            fault = "items would come twice"
        elif step.page.limit and offset > begins + max(held, step.page.limit):
            fault = "items would be left out"
        else:
            return
        where = f"the page of {held} items at offset {begins}"
        raise PagingError(f"{self._operation.id}: {where} names one at {offset} as its next: {fault}")

    def _has_more(self, step: OffsetStep[T]) -> bool:
        """Whether a page without a next one is not the last all the same, since the list goes on behind it."""
        page = step.page
        if not self._exact or page.total is None or not page.items or not page.limit:
            return False
        return step.place.offset + page.limit < page.total

    def _bounded(self, offset: int, limit: int | None) -> OffsetPlace | None:
        most, in_all = self._operation.max_limit, self._operation.max_results
        if in_all is not None:
            if offset >= in_all:
                return None
            limit = min(limit or in_all, in_all - offset)
        return OffsetPlace(offset, limit if limit is None or most is None else min(limit, most))

    def _changed(self, seen: int | None, resume_at: int) -> ListChangedError:
        return ListChangedError(
            "the list changed while it was read",
            expected_total=self._total,
            seen_total=seen,
            offset=resume_at,
            operation=self._operation.id,
        )


def _repeats(earlier: Page[T], later: Page[T]) -> bool:
    """Whether a list that holds nothing twice has moved on by less than a page, so that its items come again."""
    if not later.items:
        return False
    first = later.items[0]
    # Only of the user's library is it certain: a playlist can hold anything twice, and so do discographies.
    if not isinstance(first, SavedAlbum | SavedAudiobook | SavedEpisode | SavedShow | SavedTrack):
        return False
    return first in earlier.items
