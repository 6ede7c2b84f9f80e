"""Reading a list by offset and limit in the fewest round trips."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from spotify.models import Page
from spotify.paging.offset_walk import OffsetPlace, OffsetStep, OffsetWalk
from spotify.paging.progress import Progress

T = TypeVar("T")

_MOST_AT_ONCE: Final = 1_000  # pages; so that a total that is nonsense does not become a million tasks


async def collect_steps(
    walk: OffsetWalk[T],
    *,
    count: Callable[[OffsetStep[T]], int],
    max_items: int | None,
    concurrency: int | None,
    progress: Progress,
) -> list[OffsetStep[T]]:
    """Return the pages of a list in order: the first one, then all that are known to follow, at once.

    Pages can hold less than they might, and a limit can turn out to be lower than the first page let hope: then what is
    missing is requested in a further round. The result is that of following each page's `next`.

    Args:
        walk: The way through the list.
        count: Tells how many items of a page count.
        max_items: How many are enough; None for all.
        concurrency: How many requests there can be at once; None for no bound.
        progress: Is told how far it is.

    Raises:
        ListChangedError: The list is not what it was at the first page; nothing of it was handed out.
        PagingError: The pages do not fit together.
        SpotifyError: A request failed; the others are cancelled.
    """
    step = await walk.first()
    steps, held = [step], count(step)
    progress.report(*walk.done(step, len(step.page.items)))
    while max_items is None or held < max_items:
        place = walk.place_after(step)
        if place is None:
            break
        missing = None if max_items is None else max_items - held
        places = walk.places_from(place, _pages_for(missing, place.limit))
        pages = await _fetch_all(walk, places, concurrency, _Arrivals(walk, step, progress))
        for asked, page in zip(places, pages, strict=True):
            if place is None or asked.offset != place.offset:
                break  # the page before leads elsewhere than was thought
            found = walk.step(asked, page)
            walk.check(step, found, resume_at=walk.begins_at)
            steps.append(found)
            step, held = found, held + count(found)
            place = walk.place_after(step)
    return steps


class _Arrivals:
    """Counts pages that arrive in any order."""

    def __init__(self, walk: OffsetWalk[T], last: OffsetStep[T], progress: Progress) -> None:
        self._done, self._total = walk.done(last, len(last.page.items))
        self._progress = progress

    def add(self, items: int) -> None:
        self._done += items
        self._progress.report(self._done, self._total)


async def _fetch_all(
    walk: OffsetWalk[T], places: Sequence[OffsetPlace], concurrency: int | None, arrivals: _Arrivals
) -> list[Page[T]]:
    """Fetch the pages of several places; when one fails, the others are cancelled and awaited before it is raised."""
    pages: dict[OffsetPlace, Page[T]] = {}
    waiting = iter(places)

    async def work() -> None:
        for place in waiting:
            page = await walk.fetch(place)
            walk.check_total(page, resume_at=walk.begins_at)
            pages[place] = page
            arrivals.add(walk.covered(walk.step(place, page)))

    failure: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(concurrency or len(places), len(places))):
                group.create_task(work())
    except BaseExceptionGroup as failures:
        failure = failures.exceptions[0]
    if failure is not None:
        # Outside the handler, so that the error keeps its own cause and context.
        raise failure
    return [pages[place] for place in places]


def _pages_for(items: int | None, limit: int | None) -> int:
    if items is None or limit is None:
        return _MOST_AT_ONCE
    return min(_MOST_AT_ONCE, -(-items // limit))
