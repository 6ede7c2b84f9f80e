"""The clock of the machine and of the event loop."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """`Clock` by the standard library."""

    __slots__ = ()

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start."""
        return time.monotonic()

    async def sleep(self, seconds: float, /) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)
