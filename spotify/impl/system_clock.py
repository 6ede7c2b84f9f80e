"""The system clock."""

from __future__ import annotations

import asyncio
import time as system


class SystemClock:
    """`Clock` over `time` and `asyncio`."""

    __slots__ = ()

    # Not methods that call them: a call of the API takes the time five times.
    time = staticmethod(system.time)
    monotonic = staticmethod(system.monotonic)

    async def sleep(self, seconds: float, /) -> None:
        """Sleep for `seconds`."""
        await asyncio.sleep(seconds)
