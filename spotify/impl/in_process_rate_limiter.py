"""The rate limiter of one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from spotify.errors import RateLimitError
from spotify.impl.loop_bound import LoopBound
from spotify.interfaces.clock import Clock


class InProcessRateLimiter:
    """`RateLimiter` for one client: so many requests at once, and a gate that a 429 closes for everyone.

    While the gate is closed for no longer than `max_wait`, callers wait in front of it; while it is closed for longer,
    they are refused at once, so that nobody hangs for the hours that Spotify has been seen to ask for.
    """

    def __init__(self, *, max_concurrency: int, max_wait: float, clock: Clock) -> None:
        """Open the gate.

        Args:
            max_concurrency: How many requests may be on the wire at once.
            max_wait: Seconds; how long a caller may be kept at the gate.
            clock: Time and sleep.
        """
        self._slots = LoopBound(lambda: asyncio.Semaphore(max_concurrency))
        self._max_wait = max_wait
        self._clock = clock
        self._opens_at = 0.0

    @asynccontextmanager
    async def slot(self) -> AsyncGenerator[None]:
        """Hold one of the places on the wire.

        Raises:
            RateLimitError: The gate stays closed for longer than `max_wait`.
        """
        async with self._slots.get():
            # A loop, because the gate can close again, or for longer, during the wait.
            while (wait := self._opens_at - self._clock.monotonic()) > 0:
                if wait > self._max_wait:
                    raise self._refusal(wait)
                await self._clock.sleep(wait)
            yield

    async def pause(self, seconds: float, /) -> None:
        """Close the gate for that many seconds from now; a longer pause in force stays."""
        self._opens_at = max(self._opens_at, self._clock.monotonic() + seconds)

    def _refusal(self, wait: float) -> RateLimitError:
        error = RateLimitError(
            "Not sent: Spotify still refuses calls of this application", status_code=429, retry_after=wait
        )
        error.may_have_been_executed = False
        error.retry_at = datetime.fromtimestamp(self._clock.time(), UTC) + timedelta(seconds=wait)
        return error
