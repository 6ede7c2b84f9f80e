"""A typed, asynchronous client for the Spotify Web API."""

from spotify._version import __version__
from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.container import SpotifyContainer, build_container
from spotify.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    DeadlineExceededError,
    DecodeError,
    EndpointUnavailableError,
    ForbiddenError,
    MissingScopeError,
    NotFoundError,
    PagingError,
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
from spotify.paging import CursorPaginator, Paginator

__all__ = [
    "ApiError",
    "AsyncSpotifyClient",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ClientConfig",
    "CursorPaginator",
    "DeadlineExceededError",
    "DecodeError",
    "EndpointUnavailableError",
    "ForbiddenError",
    "MissingScopeError",
    "NotFoundError",
    "PagingError",
    "Paginator",
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
