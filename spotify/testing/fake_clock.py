"""A clock that tests control."""

from __future__ import annotations

import asyncio


class FakeClock:
    """`Clock` whose sleeps take no real time and are recorded.

    ::

        clock = FakeClock()
        client = AsyncSpotifyClient("token", transport=transport, clock=clock)
        ...
        assert clock.sleeps == [2.0]

    Attributes:
        sleeps: The seconds of all sleeps so far, in order.
    """

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        """Create a clock.

        Args:
            start: The first value of `time`, in seconds since the epoch; `monotonic` starts at 0.
        """
        self.sleeps: list[float] = []
        self._start = start
        self._elapsed = 0.0

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return self._start + self._elapsed

    def monotonic(self) -> float:
        """Return the seconds since the clock was created."""
        return self._elapsed

    async def sleep(self, seconds: float, /) -> None:
        """Advance the clock after other tasks have run."""
        wakes_at = self._elapsed + max(0.0, seconds)
        self.sleeps.append(seconds)
        await asyncio.sleep(0)
        # Concurrent sleeps overlap: the clock advances to the latest end, not by the sum.
        self._elapsed = max(self._elapsed, wakes_at)

    def advance(self, seconds: float) -> None:
        """Advance the clock.

        Args:
            seconds: 0 or more.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError(f"seconds must be 0 or more, not {seconds}")
        self._elapsed += seconds
