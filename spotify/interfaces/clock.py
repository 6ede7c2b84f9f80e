"""The clock: time and sleep."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Time and sleep. All waits of this library use a clock, so that tests can replace it."""

    def time(self) -> float:
        """Return the seconds since the epoch. The value may jump: it is for dates, not for measuring durations."""
        ...

    def monotonic(self) -> float:
        """Return the seconds since an arbitrary start. The value MUST NOT decrease."""
        ...

    async def sleep(self, seconds: float, /) -> None:
        """Sleep for `seconds`; return at once if they are 0 or less."""
        ...
