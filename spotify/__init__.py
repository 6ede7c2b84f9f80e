"""A typed, asynchronous client for the Spotify Web API.

::

    import asyncio

    from spotify import AsyncSpotifyClient


    async def main() -> None:
        async with AsyncSpotifyClient.from_client_credentials() as client:  # reads SPOTIFY_CLIENT_ID and …_SECRET
            album = await client.albums.get("https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy")
            async for track in client.albums.get_tracks(album.id):
                print(track.track_number, track.name)


    asyncio.run(main())

- `spotify.login("user-top-read")` logs the user of this machine in.
- `spotify.testing.SpotifySandbox` is a server with invented music, to try the client without an account.
- `spotify.tools` plans changes of playlists, and backs a library up.
- `client.albums`, `client.playlists`, … are services, each method one operation of the Web API.
- Every error is a `SpotifyError`; wrong arguments raise `ValueError` or `TypeError`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from spotify._lazy_imports import lazy_imports

__version__ = "1.0.0rc1"

if TYPE_CHECKING:
    from spotify.client import AsyncSpotifyClient
    from spotify.config import CallOptions, ClientConfig
    from spotify.container import SpotifyContainer, build_container
    from spotify.data_frames import to_arrow, to_pandas, to_polars  # pyright: ignore[reportUnknownVariableType]
    from spotify.errors import (
        ApiError,
        AppOwnerPremiumRequiredError,
        AuthenticationError,
        AuthProviderError,
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
        RefreshUnfinishedError,
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
    from spotify.impl.auth import (
        AuthorizationCodeAuth,
        AuthorizationRequest,
        ClientCredentialsAuth,
        PkceAuth,
        StaticTokenAuth,
    )
    from spotify.impl.caching import CachingTransport, MemoryResponseCache, RedisResponseCache
    from spotify.impl.caching.sqlite_response_cache import SqliteResponseCache
    from spotify.impl.observers.open_telemetry_observer import OpenTelemetryObserver
    from spotify.impl.rate_limiting import RedisRateLimiter
    from spotify.impl.token_stores import FileTokenStore, KeyringTokenStore, MemoryTokenStore, RedisTokenStore
    from spotify.impl.transport.aiohttp_transport import AiohttpTransport
    from spotify.interfaces.observer import AttemptInfo, CallInfo, CallResult, Observer
    from spotify.interfaces.token_store import Token, TokenKey, TokenStore
    from spotify.models import Scope
    from spotify.paging import CursorPaginator, CursorPosition, OffsetPosition, Paginator
    from spotify.responses import Received, Response
    from spotify.rows import to_rows
    from spotify.runner import run
    from spotify.scopes import scopes_for
    from spotify.usage import CallCounts, Closure, Usage
    from spotify.user_login import login
else:
    # Each name is imported on first use, so that importing the package, an error or a type stays cheap: the client
    # imports the models and the services, and its components aiohttp, msgspec and dependency-injector.
    _MODULES = {
        "spotify.client": ("AsyncSpotifyClient",),
        "spotify.config": (
            "CallOptions",
            "ClientConfig",
        ),
        "spotify.container": (
            "SpotifyContainer",
            "build_container",
        ),
        "spotify.data_frames": ("to_arrow", "to_pandas", "to_polars"),
        "spotify.errors": (
            "ApiError",
            "AppOwnerPremiumRequiredError",
            "AuthenticationError",
            "AuthProviderError",
            "BadRequestError",
            "ClientClosedError",
            "DeadlineExceededError",
            "DecodeError",
            "EndpointUnavailableError",
            "ForbiddenError",
            "ListChangedError",
            "LoginError",
            "LoginRequiredError",
            "MissingScopeError",
            "NotFoundError",
            "PagingError",
            "PartialReadError",
            "PartialWriteError",
            "PremiumRequiredError",
            "QuotaExceededError",
            "RateLimiterError",
            "RateLimitError",
            "ReauthorizationRequiredError",
            "RefreshUnfinishedError",
            "ResponseTooLargeError",
            "ServerError",
            "SpotifyError",
            "TokenStoreError",
            "TokenSupersededError",
            "TransportError",
            "TransportTimeoutError",
            "UserNotRegisteredError",
            "WaitTooLongError",
        ),
        "spotify.ids": ("SpotifyUri",),
        "spotify.impl.auth": (
            "AuthorizationCodeAuth",
            "AuthorizationRequest",
            "ClientCredentialsAuth",
            "PkceAuth",
            "StaticTokenAuth",
        ),
        "spotify.impl.caching": (
            "CachingTransport",
            "MemoryResponseCache",
            "RedisResponseCache",
        ),
        "spotify.impl.caching.sqlite_response_cache": ("SqliteResponseCache",),
        "spotify.impl.observers.open_telemetry_observer": ("OpenTelemetryObserver",),
        "spotify.impl.rate_limiting": ("RedisRateLimiter",),
        "spotify.impl.token_stores": (
            "FileTokenStore",
            "KeyringTokenStore",
            "MemoryTokenStore",
            "RedisTokenStore",
        ),
        "spotify.interfaces.observer": (
            "AttemptInfo",
            "CallInfo",
            "CallResult",
            "Observer",
        ),
        "spotify.impl.transport.aiohttp_transport": ("AiohttpTransport",),
        "spotify.interfaces.token_store": (
            "Token",
            "TokenKey",
            "TokenStore",
        ),
        "spotify.models": ("Scope",),
        "spotify.paging": (
            "CursorPaginator",
            "CursorPosition",
            "OffsetPosition",
            "Paginator",
        ),
        "spotify.responses": (
            "Received",
            "Response",
        ),
        "spotify.rows": ("to_rows",),
        "spotify.runner": ("run",),
        "spotify.scopes": ("scopes_for",),
        "spotify.usage": (
            "CallCounts",
            "Closure",
            "Usage",
        ),
        "spotify.user_login": ("login",),
    }
    _import, __dir__ = lazy_imports(__name__, _MODULES)

    def __getattr__(name):
        module = f"{__name__}.{name}"
        if name in __all__ or name.startswith("_"):
            return _import(name)
        try:
            return import_module(module)
        except ModuleNotFoundError as exc:
            if exc.name != module:
                raise
        return _import(name)


__all__ = [
    "AiohttpTransport",
    "ApiError",
    "AppOwnerPremiumRequiredError",
    "AsyncSpotifyClient",
    "AttemptInfo",
    "AuthProviderError",
    "AuthenticationError",
    "AuthorizationCodeAuth",
    "AuthorizationRequest",
    "BadRequestError",
    "CachingTransport",
    "CallCounts",
    "CallInfo",
    "CallOptions",
    "CallResult",
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
    "Observer",
    "OffsetPosition",
    "OpenTelemetryObserver",
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
    "RefreshUnfinishedError",
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
    "login",
    "run",
    "scopes_for",
    "to_arrow",
    "to_pandas",
    "to_polars",
    "to_rows",
]
