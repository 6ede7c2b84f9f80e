"""Waiting inside the server, until it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final


class Pauses:
    """Waits on behalf of handlers; stopping the sandbox does not wait for them."""

    def __init__(self, sleep: Callable[[float], Awaitable[object]]) -> None:
        """`sleep` waits so many seconds."""
        self._sleep: Final = sleep
        self._waiting: set[asyncio.Task[object]] = set()

    async def __call__(self, seconds: float) -> None:
        """Wait; no time at all is not waited for."""
        if not seconds:
            return
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can wait")
        self._waiting.add(task)
        try:
            await self._sleep(seconds)
        finally:
            self._waiting.discard(task)

    def cancel(self) -> None:
        """Cancel every task that waits."""
        for task in self._waiting:
            task.cancel()
