"""A clock that is told the time."""

from __future__ import annotations

import asyncio


class FakeClock:
    """`Clock` whose sleeps take no time and are written down.

    ::

        clock = FakeClock()
        client = AsyncSpotifyClient("token", transport=transport, clock=clock)
        ...
        assert clock.sleeps == [2.0]

    Attributes:
        sleeps: The seconds of every sleep so far, in order.
    """

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        """Set the clock.

        Args:
            start: Seconds since the epoch that `time` begins with; `monotonic` begins with 0.
        """
        self.sleeps: list[float] = []
        self._start = start
        self._passed = 0.0

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return self._start + self._passed

    def monotonic(self) -> float:
        """Return the seconds since this clock was made."""
        return self._passed

    async def sleep(self, seconds: float, /) -> None:
        """Let that much time pass at once, and other tasks run."""
        wakes_at = self._passed + max(0.0, seconds)
        self.sleeps.append(seconds)
        await asyncio.sleep(0)
        # Sleepers side by side pass the same time together, not one after the other.
        self._passed = max(self._passed, wakes_at)

    def advance(self, seconds: float) -> None:
        """Let that much time pass, 0 seconds or more."""
        if seconds < 0:
            raise ValueError(f"time does not go backwards: {seconds}")
        self._passed += seconds
