"""A typed, asynchronous client for the Spotify Web API."""

from typing import TYPE_CHECKING

from spotify._version import __version__
from spotify.client import AsyncSpotifyClient
from spotify.config import CallOptions, ClientConfig
from spotify.errors import (
    ApiError,
    AppOwnerPremiumRequiredError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    DeadlineExceededError,
    DecodeError,
    EndpointUnavailableError,
    ForbiddenError,
    ListChangedError,
    LoginError,
    LoginRequiredError,
    MissingScopeError,
    NotFoundError,
    PagingError,
    PartialReadError,
    PartialWriteError,
    PremiumRequiredError,
    QuotaExceededError,
    RateLimiterError,
    RateLimitError,
    ReauthorizationRequiredError,
    ResponseTooLargeError,
    ServerError,
    SpotifyError,
    TokenStoreError,
    TokenSupersededError,
    TransportError,
    TransportTimeoutError,
    UserNotRegisteredError,
    WaitTooLongError,
)
from spotify.ids import SpotifyUri
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.models import Scope
from spotify.paging import CursorPaginator, CursorPosition, OffsetPosition, Paginator
from spotify.responses import Received, Response
from spotify.services import scopes_for
from spotify.usage import CallCounts, Closure, Usage

if TYPE_CHECKING:
    from spotify.container import SpotifyContainer, build_container
    from spotify.impl.auth import (
        AuthorizationCodeAuth,
        AuthorizationRequest,
        ClientCredentialsAuth,
        PkceAuth,
        StaticTokenAuth,
    )
    from spotify.impl.caching import CachingTransport, MemoryResponseCache, RedisResponseCache
    from spotify.impl.caching.sqlite_response_cache import SqliteResponseCache
    from spotify.impl.rate_limiting import RedisRateLimiter
    from spotify.impl.token_stores import FileTokenStore, KeyringTokenStore, MemoryTokenStore, RedisTokenStore
else:
    # These modules import aiohttp, msgspec and dependency-injector. They are imported on first use, so that importing a
    # model, an error or a type stays cheap.
    _LAZY = {
        **dict.fromkeys(("SpotifyContainer", "build_container"), "spotify.container"),
        **dict.fromkeys(
            ("AuthorizationCodeAuth", "AuthorizationRequest", "ClientCredentialsAuth", "PkceAuth", "StaticTokenAuth"),
            "spotify.impl.auth",
        ),
        **dict.fromkeys(("CachingTransport", "MemoryResponseCache", "RedisResponseCache"), "spotify.impl.caching"),
        "SqliteResponseCache": "spotify.impl.caching.sqlite_response_cache",
        "RedisRateLimiter": "spotify.impl.rate_limiting",
        **dict.fromkeys(
            ("FileTokenStore", "KeyringTokenStore", "MemoryTokenStore", "RedisTokenStore"), "spotify.impl.token_stores"
        ),
    }

    def __getattr__(name):
        if name not in _LAZY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        value = globals()[name] = getattr(import_module(_LAZY[name]), name)
        return value


__all__ = [
    "ApiError",
    "AppOwnerPremiumRequiredError",
    "AsyncSpotifyClient",
    "AuthenticationError",
    "AuthorizationCodeAuth",
    "AuthorizationRequest",
    "BadRequestError",
    "CachingTransport",
    "CallCounts",
    "CallOptions",
    "ClientClosedError",
    "ClientConfig",
    "ClientCredentialsAuth",
    "Closure",
    "CursorPaginator",
    "CursorPosition",
    "DeadlineExceededError",
    "DecodeError",
    "EndpointUnavailableError",
    "FileTokenStore",
    "ForbiddenError",
    "KeyringTokenStore",
    "ListChangedError",
    "LoginError",
    "LoginRequiredError",
    "MemoryResponseCache",
    "MemoryTokenStore",
    "MissingScopeError",
    "NotFoundError",
    "OffsetPosition",
    "Paginator",
    "PagingError",
    "PartialReadError",
    "PartialWriteError",
    "PkceAuth",
    "PremiumRequiredError",
    "QuotaExceededError",
    "RateLimitError",
    "RateLimiterError",
    "ReauthorizationRequiredError",
    "Received",
    "RedisRateLimiter",
    "RedisResponseCache",
    "RedisTokenStore",
    "Response",
    "ResponseTooLargeError",
    "Scope",
    "ServerError",
    "SpotifyContainer",
    "SpotifyError",
    "SpotifyUri",
    "SqliteResponseCache",
    "StaticTokenAuth",
    "Token",
    "TokenKey",
    "TokenStore",
    "TokenStoreError",
    "TokenSupersededError",
    "TransportError",
    "TransportTimeoutError",
    "Usage",
    "UserNotRegisteredError",
    "WaitTooLongError",
    "__version__",
    "build_container",
    "scopes_for",
]
