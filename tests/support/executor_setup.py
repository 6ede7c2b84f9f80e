"""A `RetryingExecutor` over fakes, two operations, and the fakes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

from spotify.config import ClientConfig
from spotify.impl.execution.executor import RetryingExecutor
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.impl.serialization import MsgspecSerializer
from spotify.interfaces.auth import AuthProvider
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Call
from spotify.interfaces.observer import Observer
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, PauseReason, RateLimiter
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.quota import Quota
from spotify.testing import FakeClock, FakeTransport

READ: Final = Operation(id="get-x", method="GET", path="/x/{id}", query=("market",), idempotent=True)
APPEND: Final = Operation(id="append-x", method="POST", path="/x", content_type="application/json", idempotent=False)
OK: Final = {"a": 1}


class NoJitter(random.Random):
    """A random source that returns the upper bound."""

    def uniform(self, a: float, b: float) -> float:
        """Return `b`."""
        return b


class NumberedTokens:
    """An auth provider that can replace its token.

    Attributes:
        number: The number of the current token.
        invalidated: The tokens that were invalidated.
    """

    def __init__(self) -> None:
        self.number = 1
        self.invalidated: list[str] = []

    async def get_access_token(self) -> str:
        """Return the current token."""
        return f"token-{self.number}"

    async def invalidate(self, access_token: str) -> None:
        """Replace the token."""
        self.invalidated.append(access_token)
        self.number += 1


class YieldingTransport(FakeTransport):
    """A `FakeTransport` that lets other tasks run before it responds, as a network does."""

    def __init__(self) -> None:
        super().__init__(operations=(READ, APPEND))

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Respond after the other tasks."""
        await asyncio.sleep(0)
        return await super().send(request)


class HangingTransport:
    """A transport that never responds."""

    async def send(self, _request: HttpRequest, /) -> HttpResponse:
        """Wait forever."""
        await asyncio.Event().wait()
        raise AssertionError

    async def close(self) -> None:
        """Do nothing."""


class RecordingLimiter:
    """A rate limiter that admits all requests.

    Attributes:
        admissions: The admissions of all requests.
        pauses: The seconds of each pause, and whether it was requested inside a slot.
    """

    def __init__(self) -> None:
        self.admissions: list[Admission] = []
        self.pauses: list[tuple[float, bool]] = []
        self._is_in_slot = False

    @asynccontextmanager
    async def slot(self, admission: Admission, /) -> AsyncIterator[None]:
        """Admit the request."""
        self.admissions.append(admission)
        self._is_in_slot = True
        yield
        self._is_in_slot = False

    async def pause(self, seconds: float, /, *, operation: Operation | None, reason: PauseReason) -> None:
        """Record the pause."""
        self.pauses.append((seconds, self._is_in_slot))


class ExecutorSetup:
    """An executor and the components under it."""

    def __init__(
        self,
        *,
        auth_provider: AuthProvider | None = None,
        clock: Clock | None = None,
        transport: Transport | None = None,
        limiter: RateLimiter | None = None,
        slots: int = 10,
        quota: Quota | None = None,
        retry_policy: RetryPolicy | None = None,
        observers: Sequence[Observer] = (),
        **config: Any,
    ) -> None:
        """Create the executor.

        Args:
            auth_provider: `NumberedTokens` by default.
            clock: `FakeClock` by default.
            transport: `FakeTransport` by default.
            limiter: An `InProcessRateLimiter` by default.
            slots: The number of concurrent requests of the default limiter.
            quota: `Quota("auto")` by default.
            retry_policy: A `BackoffRetryPolicy` without jitter by default.
            observers: None by default.
            config: Fields of `ClientConfig`.
        """
        self.config = replace(ClientConfig(), **config)
        self.clock: Any = clock or FakeClock()
        self.transport: Any = transport or FakeTransport(operations=(READ, APPEND))
        self.auth: Any = auth_provider or NumberedTokens()
        self.limiter: Any = limiter or InProcessRateLimiter(max_concurrency=slots, clock=self.clock)
        self.executor = RetryingExecutor.create(
            config=self.config,
            transport=self.transport,
            auth_provider=self.auth,
            retry_policy=retry_policy or BackoffRetryPolicy(base_delay=1.0, max_delay=8.0, rng=NoJitter()),
            serializer=MsgspecSerializer,
            rate_limiter=self.limiter,
            clock=self.clock,
            quota=quota,
            observers=observers,
        )

    def read(self, executor: RetryingExecutor | None = None, **options: Any) -> Awaitable[dict[str, int]]:
        """Call `READ`, with this executor unless another one is given."""
        call = Call(operation=READ, into=dict[str, int], arguments={"id": "1"}, **options)
        return (executor or self.executor).execute(call)

    def append(self, **options: Any) -> Awaitable[None]:
        """Call `APPEND`."""
        return self.executor.execute(Call(operation=APPEND, into=type(None), json={"n": 1}, **options))


async def check_slot_is_free(limiter: RateLimiter) -> None:
    """Fail if no slot is free."""
    admission = Admission(operation=READ, priority="interactive", since=0.0, max_wait=0.0)
    async with asyncio.timeout(60), limiter.slot(admission):
        pass
