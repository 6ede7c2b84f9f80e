"""The system clock."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """`Clock` over `time` and `asyncio`."""

    __slots__ = ()

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return the seconds since an arbitrary start."""
        return time.monotonic()

    async def sleep(self, seconds: float, /) -> None:
        """Sleep for `seconds`."""
        await asyncio.sleep(seconds)
