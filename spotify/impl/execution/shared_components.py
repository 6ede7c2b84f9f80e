"""What all executors of a client share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spotify._checks import implements
from spotify._concurrency import UnfinishedTasks
from spotify.config import ClientConfig
from spotify.impl.execution.cached_reads import CachedReads
from spotify.impl.execution.retry import RetryBudget
from spotify.impl.observers.call_observers import CallObservers
from spotify.interfaces.auth import AuthProvider, ClientComponents, SupportsBinding
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import Transport
from spotify.quota import Quota
from spotify.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedComponents:
    """What all executors of a client share.

    Attributes:
        transport: Sends the requests.
        cached_reads: The cache of the transport; None if it has none.
        retry_policy: Decides after each failed attempt.
        retry_budget: Limits the retries of all calls together.
        serializer: Returns what encodes request bodies and decodes response bodies, when that is first needed.
        rate_limiter: Provides a slot for each request.
        clock: Time and sleep.
        quota: What is known about the application's quota mode.
        usage: Counts the requests.
        observers: Observe the calls.
        token_store: For auth providers that were created without one; None for none.
        exchanges: The token requests that must not be given up.
    """

    transport: Transport
    cached_reads: CachedReads | None
    retry_policy: RetryPolicy
    retry_budget: RetryBudget
    serializer: Callable[[], Serializer]
    rate_limiter: RateLimiter
    clock: Clock
    quota: Quota
    usage: Usage
    observers: CallObservers
    token_store: TokenStore | None
    exchanges: UnfinishedTasks

    def lend_to(self, auth_provider: AuthProvider, config: ClientConfig) -> None:
        """Bind the auth provider to these components, if it sends requests itself."""
        if implements(auth_provider, SupportsBinding):
            auth_provider.bind_to_client(
                ClientComponents(
                    config=config,
                    transport=self.transport,
                    clock=self.clock,
                    token_store=self.token_store,
                    begin_exchange=self.exchanges.add_current,
                    token_request_finished=self.observers.token_request_finished,
                )
            )
