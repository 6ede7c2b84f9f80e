"""The components of an executor: the cache of the transport, its auth provider, and what executors share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Final, NamedTuple, TypeGuard

from spotify._checks import implements, is_token
from spotify._concurrency import UnfinishedTasks
from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.errors import RateLimitError, ServerError, SpotifyError, TransportError
from spotify.impl.execution.cancel_scope import CancelScope
from spotify.impl.execution.retry import RetryBudget
from spotify.impl.execution.shared_requests import FailedRequest, Outcome
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
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import (
    CacheHit,
    HttpRequest,
    HttpResponse,
    SupportsCachedObjects,
    SupportsLookup,
    SupportsStaleLookup,
    Transport,
)
from spotify.logs import get_logger
from spotify.quota import Quota
from spotify.usage import Usage

_log = get_logger(__name__)

#: Spotify has refused the request for now, or could not be reached.
_REFUSED: Final = (RateLimitError, ServerError, TransportError)


class CachedReads:
    """The responses of a transport with a cache, and the requests in the background that replace stale ones."""

    __slots__ = ("_refreshes", "_transport", "find")

    def __init__(self, transport: SupportsLookup) -> None:
        """Create an instance without requests."""
        self._transport = transport
        self.find = transport.find
        self._refreshes: dict[Hashable, asyncio.Task[None]] = {}

    @classmethod
    def of(cls, transport: Transport) -> CachedReads | None:
        """Return the cache of a transport; None if it has none."""
        return cls(transport) if implements(transport, SupportsLookup) else None

    def may_replace(self, error: BaseException, operation: Operation) -> bool:
        """Return whether a stored response can be returned instead of the error of a call."""
        return operation.method == "GET" and isinstance(error, _REFUSED)

    async def find_many(self, requests: Sequence[HttpRequest], *, if_refused: bool) -> Sequence[CacheHit | None]:
        """Return for each read the response that can be used without a request; None if there is none.

        Args:
            requests: Reads of one operation.
            if_refused: Whether to return stale responses as `find_stale` does; otherwise only fresh ones.
        """
        if implements(self._transport, SupportsCachedObjects):
            return await self._transport.find_many(requests, if_refused=if_refused)
        return [None] * len(requests)

    async def discard(self, request: HttpRequest) -> None:
        """Discard the stored response to a request, because it cannot be decoded."""
        if implements(self._transport, SupportsCachedObjects):
            await self._transport.discard(request)

    async def find_stale(self, request: HttpRequest) -> HttpResponse | None:
        """Return the response to use because the request was refused; None if there is none."""
        if implements(self._transport, SupportsStaleLookup):
            return await self._transport.find_stale(request)
        return None

    def refresh(self, send: Callable[[], Coroutine[None, None, Outcome]], scope: CancelScope, *, key: Hashable) -> None:
        """Send a request in the background, unless one with this key is running in this event loop.

        Args:
            send: Sends the request; the transport stores its response.
            scope: Ends it early.
            key: Identifies the request.
        """
        loop = asyncio.get_running_loop()
        where = loop, key
        if where not in self._refreshes:
            self._refreshes[where] = task = loop.create_task(_run(send, scope))
            task.add_done_callback(lambda _: self._refreshes.pop(where, None))

    async def close(self) -> None:
        """Cancel the requests in the background of this event loop, and wait until they have ended."""
        loop = asyncio.get_running_loop()
        running = [task for task in list(self._refreshes.values()) if task.get_loop() is loop]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)


async def _run(send: Callable[[], Coroutine[None, None, Outcome]], scope: CancelScope) -> None:
    try:
        with scope:
            outcome = await send()
    except SpotifyError as exc:  # the deadline, or the client was closed
        reason = type(exc).__name__
    except Exception as exc:  # noqa: BLE001  there is no caller to raise it to
        reason = type(exc).__name__
    else:
        if not isinstance(outcome, FailedRequest):
            return
        reason = outcome.error_type.__name__
    _log.info("cache_refresh_failed", error=reason)


class BearerToken(NamedTuple):
    """An access token, and the value of the `Authorization` header that contains it."""

    token: Secret
    header: Secret


class Authorization:
    """An auth provider and its optional methods, looked up once instead of in every call."""

    __slots__ = ("_last", "acts_for", "get_access_token", "invalidate", "login_of", "provider", "user")

    def __init__(self, provider: AuthProvider) -> None:
        """Look up the methods of a provider."""
        optional: object = provider
        acts_for = optional.acts_for() if implements(optional, SupportsIdentity) else None
        self.provider: Final = provider
        """The auth provider."""
        self.get_access_token: Final = _awaitable(provider.get_access_token)
        """The provider's method; `bearer` checks what it returns."""
        self.invalidate: Final = optional.invalidate if implements(optional, SupportsInvalidate) else None
        """The provider's method; None if it cannot replace a token."""
        self.acts_for: Final = acts_for
        """The name of the user or application that all its tokens act for; None if the provider has none."""
        self.login_of: Final = optional.login_of if implements(optional, SupportsLogins) else None
        """The provider's method; None if it does not distinguish logins."""
        self.user: Final[object] = acts_for or object()
        """Identifies the user or application in this process: `acts_for`, or a new object."""
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
    """What all executors of a client share."""

    transport: Transport
    """Sends the requests."""
    cached_reads: CachedReads | None
    """The cache of the transport; None if it has none."""
    retry_policy: RetryPolicy
    """Decides after each failed attempt."""
    retry_budget: RetryBudget
    """Limits the retries of all calls together."""
    serializer: Callable[[], Serializer]
    """Returns what encodes request bodies and decodes response bodies, when that is first needed."""
    rate_limiter: RateLimiter
    """Provides a slot for each request."""
    clock: Clock
    """Time and sleep."""
    quota: Quota
    """What is known about the application's quota mode."""
    usage: Usage
    """Counts the requests."""
    observers: CallObservers
    """Observe the calls."""
    token_store: TokenStore | None
    """For auth providers that were created without one; None for none."""
    exchanges: UnfinishedTasks
    """The token requests that must not be given up."""

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
