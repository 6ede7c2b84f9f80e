"""Clocks that run faster than real time."""

from __future__ import annotations

import asyncio
import time

from spotify.impl.system_clock import SystemClock


class ScaledClock:
    """`Clock` on which `speed` seconds pass per real second, so that real sleeps are short."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._started = time.monotonic()

    def advance(self, seconds: float) -> None:
        """Let time pass at once. Sleeps that have begun are not shortened."""
        self._started -= seconds / self.speed

    def time(self) -> float:
        return 1_800_000_000.0 + self.monotonic()

    def monotonic(self) -> float:
        return (time.monotonic() - self._started) * self.speed

    async def sleep(self, seconds: float, /) -> None:
        await asyncio.sleep(max(0.0, seconds) / self.speed)


class SkippingClock(SystemClock):
    """A system clock by which a sleep takes no time, and seems to take as long as it should."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self._skipped

    async def sleep(self, seconds: float, /) -> None:
        self._skipped += seconds
        await asyncio.sleep(0)
