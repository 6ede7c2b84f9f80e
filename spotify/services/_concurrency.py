"""Running several calls at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Final, TypeVar

T = TypeVar("T")

_MOST_AT_ONCE: Final = 1_000  # more than any pool has connections; a million ids are not a million tasks


async def run_all(calls: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """Run the calls concurrently and return their results in the order of the calls.

    When one fails, the others are cancelled and awaited before its error is raised: nothing is left running, which
    `asyncio.gather` does not promise.

    Args:
        calls: The calls. Of very many, such as a generator makes, a thousand are under way at once.
    """
    failure: BaseException | None = None
    results: dict[int, T] = {}
    waiting = enumerate(calls)

    async def work(place: int, call: Coroutine[None, None, T]) -> None:
        results[place] = await call
        for later, another in waiting:
            results[later] = await another

    try:
        async with asyncio.TaskGroup() as group:
            for _, (place, call) in zip(range(_MOST_AT_ONCE), waiting, strict=False):
                group.create_task(work(place, call))
    except BaseExceptionGroup as group_of_failures:
        failure = group_of_failures.exceptions[0]
    if failure is not None:
        # Outside the handler, so that the error keeps its own cause and context.
        raise failure
    return [results[place] for place in range(len(results))]
