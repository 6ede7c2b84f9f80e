"""A typed, asynchronous client for the Spotify Web API."""

from typing import TYPE_CHECKING

from spotify._version import __version__
from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    DeadlineExceededError,
    DecodeError,
    EndpointUnavailableError,
    ForbiddenError,
    ListChangedError,
    MissingScopeError,
    NotFoundError,
    PagingError,
    PartialReadError,
    PartialWriteError,
    QuotaExceededError,
    RateLimitError,
    ReauthorizationRequiredError,
    ResponseTooLargeError,
    ServerError,
    SpotifyError,
    TransportError,
    TransportTimeoutError,
)
from spotify.ids import SpotifyUri
from spotify.paging import CursorPaginator, CursorPosition, OffsetPosition, Paginator

if TYPE_CHECKING:
    from spotify.container import SpotifyContainer, build_container
else:

    def __getattr__(name):
        # The container names all implementations, and with them it loads aiohttp, msgspec and the injector: for whoever
        # asks for it, or makes a client, but not for every import of a model or an error.
        if name not in {"SpotifyContainer", "build_container"}:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from spotify.container import SpotifyContainer, build_container  # noqa: PLC0415

        globals().update(SpotifyContainer=SpotifyContainer, build_container=build_container)
        return globals()[name]


__all__ = [
    "ApiError",
    "AsyncSpotifyClient",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ClientConfig",
    "CursorPaginator",
    "CursorPosition",
    "DeadlineExceededError",
    "DecodeError",
    "EndpointUnavailableError",
    "ForbiddenError",
    "ListChangedError",
    "MissingScopeError",
    "NotFoundError",
    "OffsetPosition",
    "Paginator",
    "PagingError",
    "PartialReadError",
    "PartialWriteError",
    "QuotaExceededError",
    "RateLimitError",
    "ReauthorizationRequiredError",
    "ResponseTooLargeError",
    "ServerError",
    "SpotifyContainer",
    "SpotifyError",
    "SpotifyUri",
    "TransportError",
    "TransportTimeoutError",
    "__version__",
    "build_container",
]
