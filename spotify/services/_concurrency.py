"""Running several calls at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TypeVar

T = TypeVar("T")


async def run_all(calls: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """Run the calls concurrently and return their results in the order of the calls.

    When one fails, the others are cancelled and awaited before its error is raised: nothing is left running, which
    `asyncio.gather` does not promise.
    """
    failure: BaseException | None = None
    tasks: list[asyncio.Task[T]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks.extend(group.create_task(call) for call in calls)
    except BaseExceptionGroup as group_of_failures:
        failure = group_of_failures.exceptions[0]
    if failure is not None:
        # Outside the handler, so that the error keeps its own cause and context.
        raise failure
    return [task.result() for task in tasks]
