"""Authorization: who has an access token, and what more such a provider may offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from spotify.config import ClientConfig
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientComponents:
    """What a client lends to its auth provider.

    Attributes:
        config: Its settings.
        transport: Carries its requests.
        clock: Tells it the time.
        token_store: Where its users' tokens are kept; None where it has no opinion.
    """

    config: ClientConfig
    transport: Transport
    clock: Clock
    token_store: TokenStore | None = None


@runtime_checkable
class AuthProvider(Protocol):
    """Gives out access tokens. Any object with this one method is a provider."""

    async def get_access_token(self) -> str:
        """Return an access token that is valid now.

        It is awaited before every attempt of every call, so it MUST be quick while the token it holds is good, and
        concurrent callers MUST share one refresh. What it raises reaches the caller as it is.
        """
        ...


@runtime_checkable
class SupportsInvalidate(Protocol):
    """Offered by a provider that can replace a token which the API refused."""

    async def invalidate(self, access_token: str, /) -> None:
        """Drop this very token if it is still held.

        Called once when the API answers 401; then the call is sent once more. A provider that meanwhile holds another
        token MUST keep that one: many calls can be refused together, and only the first of them brings news.
        """
        ...


@runtime_checkable
class SupportsClose(Protocol):
    """Offered by a provider that opened something of its own. The client's `close` awaits it."""

    async def close(self) -> None:
        """Close what this provider opened. Calling it again MUST do nothing."""
        ...


@runtime_checkable
class SupportsScopes(Protocol):
    """Offered by a provider that knows what its token is good for."""

    def granted_scopes(self) -> frozenset[str] | None:
        """Return the scopes of the token given out last; None if they are not known."""
        ...


@runtime_checkable
class SupportsIdentity(Protocol):
    """Offered by a provider all of whose tokens act for the same one, as long as it lives and in every process."""

    def acts_for(self) -> str:
        """Return a name for that one, which no other provider gives. It MUST NOT hold a secret.

        A provider whose user can log out, and another one in, MUST NOT offer this: the next one would be shown what
        the one before was answered.
        """
        ...


@runtime_checkable
class SupportsBinding(Protocol):
    """Offered by a provider that sends requests of its own, and is to send them the way that the client's go."""

    def bind_to_client(self, components: ClientComponents, /) -> None:
        """Take the components of the client that this provider is given to.

        Called when the client is made, before anything else. They stay the client's: the provider MUST NOT close them.
        A provider that is given to another client is called again, and MUST use that one's.
        """
        ...
