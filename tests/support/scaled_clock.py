"""A clock that runs faster than the world."""

from __future__ import annotations

import asyncio
import time


class ScaledClock:
    """`Clock` by which so many seconds pass in one: waits are real, and short."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began = time.monotonic()

    def time(self) -> float:
        return 1_800_000_000.0 + self.monotonic()

    def monotonic(self) -> float:
        return (time.monotonic() - self._began) * self.speed

    async def sleep(self, seconds: float, /) -> None:
        await asyncio.sleep(max(0.0, seconds) / self.speed)
