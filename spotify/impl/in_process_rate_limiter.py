"""The rate limiter of one process."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import TracebackType

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
        self._places = LoopBound(lambda: asyncio.Semaphore(max_concurrency))
        self._gate = _Gate(max_wait, clock)

    def slot(self) -> _Slot:
        """Hold one of the places on the wire.

        Raises:
            RateLimitError: On entering: the gate stays closed for longer than `max_wait`.
        """
        return _Slot(self._places.get(), self._gate)

    async def pause(self, seconds: float, /) -> None:
        """Close the gate for that many seconds from now; a longer pause in force stays."""
        self._gate.close(seconds)


class _Gate:
    """What all requests pass, and a 429 closes."""

    __slots__ = ("_clock", "_max_wait", "_opens_at")

    def __init__(self, max_wait: float, clock: Clock) -> None:
        self._max_wait = max_wait
        self._clock = clock
        self._opens_at = 0.0

    def close(self, seconds: float) -> None:
        self._opens_at = max(self._opens_at, self._clock.monotonic() + seconds)

    def closed_for(self) -> float:
        """Return for how many seconds it stays closed; 0 or fewer if it is open."""
        return self._opens_at - self._clock.monotonic()

    async def wait(self) -> None:
        # A loop, because the gate can close again, or for longer, during the wait.
        while (seconds := self.closed_for()) > 0:
            if seconds > self._max_wait:
                raise self._refusal(seconds)
            await self._clock.sleep(seconds)

    def _refusal(self, seconds: float) -> RateLimitError:
        error = RateLimitError(
            "Not sent: Spotify still refuses calls of this application", status_code=429, retry_after=seconds
        )
        error.may_have_been_executed = False
        error.retry_at = datetime.fromtimestamp(self._clock.time(), UTC) + timedelta(seconds=seconds)
        return error


class _Slot:
    """A place on the wire, held from before the gate. A class: a generator would cost each request three times that."""

    __slots__ = ("_gate", "_places")

    def __init__(self, places: asyncio.Semaphore, gate: _Gate) -> None:
        self._places = places
        self._gate = gate

    async def __aenter__(self) -> None:
        await self._places.acquire()
        if self._gate.closed_for() > 0:
            try:
                await self._gate.wait()
            except BaseException:
                self._places.release()
                raise

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._places.release()
