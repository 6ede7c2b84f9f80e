"""The clock: time and sleep."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Tells time and waits. Everything here that waits does it through a clock, so that tests need not."""

    def time(self) -> float:
        """Return the seconds since the epoch. It may jump; use it to talk to the outside, not to measure."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start; it MUST never go backwards."""
        ...

    async def sleep(self, seconds: float, /) -> None:
        """Return after that many seconds, at once if they are zero or fewer."""
        ...
