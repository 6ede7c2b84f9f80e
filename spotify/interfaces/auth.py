"""The auth provider protocol, and the optional protocols that a provider may implement as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from spotify.config import ClientConfig
from spotify.interfaces.clock import Clock
from spotify.interfaces.observer import TokenRequestInfo
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import Transport


def _is_open() -> bool:
    return True


def _ignore(_request: TokenRequestInfo, /) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientComponents:
    """The components of a client that its auth provider can use."""

    config: ClientConfig
    """The client's config."""
    transport: Transport
    """The client's transport."""
    clock: Clock
    """The client's clock."""
    token_store: TokenStore | None = None
    """The client's store for the tokens of users; None if it has none."""
    begin_exchange: Callable[[], bool] = _is_open
    """Called in the task of a token request that must not be given up, before it is sent. The client's `close` waits
    for the end of that task, up to `LOCK_TIMEOUT` seconds. Returns False if the client is closed: then the request MUST
    NOT be sent through its transport.
    """
    token_request_finished: Callable[[TokenRequestInfo], None] = _ignore
    """Passes the end of a token request on to the client's observers."""


@runtime_checkable
class AuthProvider(Protocol):
    """Provides access tokens. Any object with this method is a provider."""

    async def get_access_token(self) -> str:
        """Return a valid access token.

        Awaited before each attempt of each call: it MUST be fast while the current token is valid, and concurrent
        callers MUST share one refresh. Exceptions reach the caller unchanged.

        Raises:
            AuthProviderError: There is no token now. With `transient=True` the call is retried, as its retry policy
                allows; other exceptions of a provider are not retried, except a `TransportError`.
        """
        ...


@runtime_checkable
class SupportsInvalidate(Protocol):
    """Implemented by a provider that can replace a token that the API rejected."""

    async def invalidate(self, access_token: str, /) -> None:
        """Discard this token if it is the current one.

        Called after a 401 response, before the one retry of the call. A provider whose current token is another one
        MUST keep it: concurrent calls can be rejected for the same token.
        """
        ...


@runtime_checkable
class SupportsClose(Protocol):
    """Implemented by a provider that holds resources, such as connections. The client's `close` awaits it."""

    async def close(self) -> None:
        """Release the resources this provider opened. Calling it again MUST have no effect."""
        ...


@runtime_checkable
class SupportsScopes(Protocol):
    """Implemented by a provider that knows the scopes of its token."""

    def granted_scopes(self) -> frozenset[str] | None:
        """Return the scopes of the token returned last; None if unknown."""
        ...


@runtime_checkable
class SupportsIdentity(Protocol):
    """Implemented by a provider whose tokens always act for the same user or application, in every process."""

    def acts_for(self) -> str:
        """Return a unique name for that user or application. It MUST NOT contain a secret.

        A provider whose user can change, by logging out and in, MUST NOT implement this: the next user would get cached
        responses of the previous one.
        """
        ...


@runtime_checkable
class SupportsLogins(Protocol):
    """Implemented by a provider whose user can change, by logging out and in."""

    def login_of(self, access_token: str, /) -> str | None:
        """Return a unique name for the login that an access token is from; None if it is not known.

        All tokens of a login have the same name, in every process, and a later login MUST have another one: cached
        responses are shared by the tokens with the same name. It MUST NOT contain a secret.
        """
        ...


@runtime_checkable
class SupportsBinding(Protocol):
    """Implemented by a provider that sends requests itself, and sends them through the client's transport."""

    def bind_to_client(self, components: ClientComponents, /) -> None:
        """Use the components of the client that this provider is passed to.

        Called when the client is constructed, before any other method. The client owns the components: the provider
        MUST NOT close them. When the provider is passed to another client, this is called again, and the provider MUST
        use the components of that client.
        """
        ...
