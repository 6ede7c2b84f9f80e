"""A sandbox that executes chosen writes late, at each step that the client takes afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.errors import TransportTimeoutError
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.testing import FakeClock, Fault, SpotifySandbox
from spotify.testing.sandbox import Exchange

#: What the client sees of the request: nothing until its timeout, a gateway's 504, or the end of the connection.
Appearance = Literal["timeout", "504", "reset"]

#: The `write_settle_time` of the clients. It is shorter than the default, so that there are fewer reads until then.
SETTLE_TIME = 4.0

_FAULTS = {
    "timeout": Fault.delay(before=1.0),
    "504": Fault.status(504, executed=True).with_delay(execution=1.0),
    "reset": Fault.reset(executed=True).with_delay(execution=1.0),
}


@dataclass(eq=False)
class Hold:
    """A write whose execution is held back.

    Attributes:
        step: The number of the client's step before which the write is executed; None for never.
        held_at: The number of the client's next step when the write was held back.
        settled_at: When the client no longer expects the execution, by its clock.
        is_held: Set when the sandbox holds the write back.
    """

    step: int | None
    held_at: int = 0
    settled_at: float = 0.0
    is_held: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    executed: asyncio.Event = field(default_factory=asyncio.Event)


class LateExecutions:
    """Executes chosen writes of a client late.

    The steps of the client are its requests and its sleeps, numbered from 0. A write that is held back is executed just
    before a given step, however long the step takes: no real time matters. Retry delays are the same in each test.

    Attributes:
        sandbox: The sandbox.
        clock: The clock of the client, whose sleeps take no real time.
        steps: The number of steps so far.
        steps_of_program: The number of steps when `finish` was called.
        writes: The number of writes so far.
        holds: By the number of the write.
        too_late: Whether a write was held back for longer than servers are expected to: the run shows nothing.
    """

    def __init__(self) -> None:
        self.sandbox = SpotifySandbox(sleep=self._sleep)
        self.sandbox.add_observer(self._record)
        self.clock = FakeClock()
        self.clear()

    def clear(self) -> None:
        """Forget the holds and the counts."""
        self.steps = self.steps_of_program = self.writes = 0
        self.too_late = False
        self.holds: Mapping[int, Hold] = {}
        self._appearance: Appearance = "timeout"
        self._waiting: list[Hold] = []
        self._executing: list[Hold] = []
        self.sandbox.clear_faults()

    def hold(self, steps: Mapping[int, int | None], appearance: Appearance) -> None:
        """Hold back writes from now on.

        Args:
            steps: By the number of the write: the step before which it is executed, or None for never.
            appearance: What the client sees.
        """
        self.clear()
        self.holds = {write: Hold(step) for write, step in steps.items()}
        self._appearance = appearance

    @asynccontextmanager
    async def client(self) -> AsyncIterator[AsyncSpotifyClient]:
        """Create a client whose steps are counted."""
        config = ClientConfig(api_url=self.sandbox.api_url, retry_budget=None, write_settle_time=SETTLE_TIME)
        transport = _CountingTransport(AiohttpTransport(config), self)
        try:
            async with self.sandbox.client(
                transport=transport,
                clock=_CountingClock(self),
                retry_policy=BackoffRetryPolicy(base_delay=0.5, max_delay=0.5, rng=random.Random(1)),
                config=config,
            ) as client:
                yield client
        finally:
            await transport.close()

    async def step(self) -> None:
        """Count a step, after executing the writes that are due."""
        for hold in [hold for hold in self._waiting if hold.step is not None and hold.step <= self.steps]:
            self._waiting.remove(hold)
            self.too_late |= self.clock.monotonic() >= hold.settled_at
            await self._execute(hold)
        self.steps += 1

    async def finish(self) -> None:
        """Execute the writes that are due later; drop those that are never executed."""
        self.steps_of_program = self.steps
        self.steps += 1_000
        await self.step()
        self._waiting.clear()

    async def _execute(self, hold: Hold) -> None:
        self._executing.append(hold)
        hold.release.set()
        await hold.executed.wait()

    def _record(self, exchange: Exchange) -> None:
        if exchange.fault is not None and self._executing:
            self._executing.pop(0).executed.set()

    async def _sleep(self, _seconds: float) -> None:
        hold = self._next_hold
        hold.is_held.set()
        await hold.release.wait()

    async def send(self, request: HttpRequest, transport: Transport) -> HttpResponse:
        """Send a request, and give up if the sandbox holds it back."""
        await self.step()
        if request.method == "GET":
            return await transport.send(request)
        hold = self.holds.get(self.writes)
        self.writes += 1
        if hold is None:
            return await transport.send(request)
        self._next_hold = hold
        hold.held_at = self.steps
        self.sandbox.fail(f"{request.method} *", _FAULTS[self._appearance], times=1)
        sending = asyncio.ensure_future(transport.send(request))
        held = asyncio.ensure_future(hold.is_held.wait())
        try:
            if self._appearance == "timeout":
                await held
                raise TransportTimeoutError("no response within the timeout", sent=True)
            await held
            return await sending
        finally:
            sending.cancel()
            await asyncio.wait([sending])
            # The same sum as the client's: a difference can round to less than the settle time after all of it passed.
            hold.settled_at = self.clock.monotonic() + SETTLE_TIME
            self._waiting.append(hold)


class _CountingTransport:
    def __init__(self, transport: Transport, late: LateExecutions) -> None:
        self._transport, self._late = transport, late

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        return await self._late.send(request, self._transport)

    async def close(self) -> None:
        await self._transport.close()


class _CountingClock:
    def __init__(self, late: LateExecutions) -> None:
        self._late = late

    def time(self) -> float:
        return self._late.clock.time()

    def monotonic(self) -> float:
        return self._late.clock.monotonic()

    async def sleep(self, seconds: float, /) -> None:
        await self._late.step()
        await self._late.clock.sleep(seconds)
