"""A sandbox that executes chosen writes late, at each step that the client takes afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from multidict import CIMultiDict

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.errors import TransportError, TransportTimeoutError
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.testing import FakeClock, Fault, SpotifySandbox
from spotify.testing.sandbox import Exchange
from spotify.testing.sandbox.http.messages import API_PREFIX, Request

#: What the client sees of the request: nothing until its timeout, a gateway's 504, or the end of the connection.
Appearance = Literal["timeout", "504", "reset"]

#: The `write_settle_time` of the clients. It is shorter than the default, so that there are fewer reads until then.
SETTLE_TIME = 1.0

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
        request: The request.
        is_held: Set when the sandbox holds the write back, over sockets.
    """

    step: int | None
    held_at: int = 0
    settled_at: float = 0.0
    request: HttpRequest | None = None
    is_held: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    executed: asyncio.Event = field(default_factory=asyncio.Event)


class LateExecutions:
    """Executes chosen writes of a client late. Requests reach the sandbox by a call of its handler, without a socket.

    The steps of the client are its requests and its sleeps, numbered from 0. A write that is held back is executed just
    before a given step, however long the step takes: no real time matters. Between two steps the client does nothing
    that depends on the time, so the steps stand for all delays. Retry delays are the same in each test.

    Attributes:
        sandbox: The sandbox.
        clock: The clock of the client, whose sleeps take no real time.
        steps: The number of steps so far.
        steps_of_program: The number of steps when `finish` was called.
        requests: The numbers of the steps that are requests.
        writes: The number of writes so far.
        holds: By the number of the write.
        too_late: Whether a write was held back for longer than servers are expected to: the run shows nothing.
    """

    def __init__(self, sandbox: SpotifySandbox | None = None) -> None:
        # The port is for links in responses only.
        self.sandbox = sandbox or SpotifySandbox(port=1)
        self.clock = FakeClock()
        self.clear()

    def clear(self) -> None:
        """Forget the holds and the counts."""
        self.steps = self.steps_of_program = self.writes = 0
        self.requests: list[int] = []
        self.too_late = False
        self.holds: Mapping[int, Hold] = {}
        self._appearance: Appearance = "timeout"
        self._waiting: list[Hold] = []

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
        transport = self._transport(config)
        try:
            async with self.sandbox.client(
                transport=_CountingTransport(transport, self),
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

    async def send(self, request: HttpRequest, transport: Transport) -> HttpResponse:
        """Send a request, and give up if it is to be held back."""
        await self.step()
        self.requests.append(self.steps - 1)
        if request.method == "GET":
            return await transport.send(request)
        hold = self.holds.get(self.writes)
        self.writes += 1
        if hold is None:
            return await transport.send(request)
        hold.held_at, hold.request = self.steps, request
        try:
            return await self._lose(hold, request, transport)
        finally:
            # The same sum as the client's: a difference can round to less than the settle time after all of it passed.
            hold.settled_at = self.clock.monotonic() + SETTLE_TIME
            self._waiting.append(hold)

    def _transport(self, config: ClientConfig) -> Transport:
        return _DirectTransport(self.sandbox)

    async def _lose(self, hold: Hold, request: HttpRequest, transport: Transport) -> HttpResponse:
        """Return or raise what the client sees of a write that is held back."""
        if self._appearance == "504":
            return HttpResponse(status=504)
        if self._appearance == "reset":
            raise TransportError("the connection was reset", sent=True)
        raise TransportTimeoutError("no response within the timeout", sent=True)

    async def _execute(self, hold: Hold) -> None:
        assert hold.request is not None
        await _DirectTransport(self.sandbox).send(hold.request)


class LateExecutionsOverSockets(LateExecutions):
    """The same with faults of a sandbox that is started. `async with late.sandbox` starts it."""

    def __init__(self) -> None:
        super().__init__(SpotifySandbox(sleep=self._sleep))
        self.sandbox.add_observer(self._record)

    def clear(self) -> None:
        super().clear()
        self._executing: list[Hold] = []
        self.sandbox.clear_faults()

    def _transport(self, config: ClientConfig) -> Transport:
        return AiohttpTransport(config)

    async def _lose(self, hold: Hold, request: HttpRequest, transport: Transport) -> HttpResponse:
        self._next_hold = hold
        self.sandbox.fail(f"{request.method} *", _FAULTS[self._appearance], times=1)
        sending = asyncio.ensure_future(transport.send(request))
        try:
            await hold.is_held.wait()
            if self._appearance == "timeout":
                raise TransportTimeoutError("no response within the timeout", sent=True)
            return await sending
        finally:
            sending.cancel()
            await asyncio.wait([sending])

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


class _DirectTransport:
    """A transport that calls the sandbox's Web API."""

    def __init__(self, sandbox: SpotifySandbox) -> None:
        self._web_api = sandbox._request_handler()._services.web_api

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        url = urlsplit(request.url)
        headers = CIMultiDict(request.headers)
        if request.authorization is not None:
            headers["Authorization"] = request.authorization.reveal()
        _, response = self._web_api.handle(
            Request(
                method=request.method,
                path=url.path.removeprefix(API_PREFIX),
                query=url.query,
                headers=headers,
                body=request.body or b"",
            )
        )
        received = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(status=response.status, headers=received, body=response.body)

    async def close(self) -> None:
        pass


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
