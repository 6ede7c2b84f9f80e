"""The components of an executor: its auth provider, and what all executors of a client share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Final, NamedTuple, TypeGuard

from spotify._checks import implements, is_token
from spotify._concurrency import UnfinishedTasks
from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.impl.execution.cached_reads import CachedReads
from spotify.impl.execution.retry import RetryBudget
from spotify.impl.observers.call_observers import CallObservers
from spotify.interfaces.auth import (
    AuthProvider,
    ClientComponents,
    SupportsBinding,
    SupportsIdentity,
    SupportsInvalidate,
    SupportsLogins,
    SupportsScopes,
)
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import Transport
from spotify.quota import Quota
from spotify.usage import Usage


class BearerToken(NamedTuple):
    """An access token, and the value of the `Authorization` header that contains it."""

    token: Secret
    header: Secret


class Authorization:
    """An auth provider and its optional methods, looked up once instead of in every call.

    Attributes:
        provider: The auth provider.
        get_access_token: Its method; `bearer` checks what it returns.
        invalidate: Its method; None if it cannot replace a token.
        acts_for: The name of the user or application that all its tokens act for; None if the provider has none.
        login_of: Its method; None if the provider does not distinguish logins.
        user: Identifies the user or application in this process: `acts_for`, or a new object.
    """

    __slots__ = ("_last", "acts_for", "get_access_token", "invalidate", "login_of", "provider", "user")

    def __init__(self, provider: AuthProvider) -> None:
        """Look up the methods of a provider."""
        optional: object = provider
        acts_for = optional.acts_for() if implements(optional, SupportsIdentity) else None
        self.provider: Final = provider
        self.get_access_token: Final = _awaitable(provider.get_access_token)
        self.invalidate: Final = optional.invalidate if implements(optional, SupportsInvalidate) else None
        self.acts_for: Final = acts_for
        self.login_of: Final = optional.login_of if implements(optional, SupportsLogins) else None
        self.user: Final[object] = acts_for or object()
        self._last: BearerToken | None = None

    def bearer(self, token: object) -> BearerToken:
        """Return an access token and its header value, as secrets that can be put into a header line.

        Args:
            token: What `get_access_token` returned. A provider usually returns the same object many times.

        Raises:
            TypeError: It is not a str: a provider without a `return` returns None.
            ValueError: It is empty or not printable ASCII.
        """
        last = self._last
        if last is not None and last.token.reveal() is token:
            return last
        if isinstance(token, str):
            if is_token(token):
                self._last = last = BearerToken(Secret(token), Secret(f"Bearer {token}"))
                return last
            del token  # tracebacks can show locals, and a token with a line end is still a token
            raise ValueError("the auth provider returned an access token that is empty or not printable ASCII")
        kind = type(token).__name__
        del token
        raise TypeError(f"the auth provider must return the access token as str, not {kind}")

    def granted_scopes(self) -> tuple[str, ...] | None:
        """Return the scopes of the current token in alphabetical order; None if they are not known."""
        granted = self.provider.granted_scopes() if implements(self.provider, SupportsScopes) else None
        return None if granted is None else tuple(sorted(granted))


def _awaitable(method: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    """Return the method, with a check of what it returns unless it is an async function."""
    if iscoroutinefunction(method):
        return method

    def checked() -> Awaitable[object]:
        returned = method()
        if _is_awaitable(returned):
            return returned
        kind = type(returned).__name__
        del returned  # usually the token itself, which a traceback with locals would show
        raise TypeError(f"the auth provider's get_access_token must be an async function; it returned {kind}")

    return checked


def _is_awaitable(value: object) -> TypeGuard[Awaitable[object]]:
    return isinstance(value, Awaitable)


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
