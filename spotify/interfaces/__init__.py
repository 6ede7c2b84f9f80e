"""The protocols that the client is made of, one a file, each with the frozen data that it passes.

Everything here is abstract: an object fits by having the methods, not by inheriting. The container names the
implementations that are used when nothing else is given.
"""

from spotify.interfaces.auth import (
    AuthProvider,
    ClientComponents,
    SupportsBinding,
    SupportsClose,
    SupportsIdentity,
    SupportsInvalidate,
    SupportsScopes,
)
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import BODY_REQUIRED, Argument, Call, RequestExecutor, SupportsForUser, SupportsOptions
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, Priority, RateLimiter
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse, CacheFinding, ResponseCache
from spotify.interfaces.retry import Attempt, GiveUp, Retry, RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.interfaces.transport import HttpRequest, HttpResponse, SupportsLookup, Transport

__all__ = [
    "ALL_RESPONSES",
    "BODY_REQUIRED",
    "Admission",
    "Argument",
    "Attempt",
    "AuthProvider",
    "CacheFinding",
    "CachedResponse",
    "Call",
    "ClientComponents",
    "Clock",
    "GiveUp",
    "HttpRequest",
    "HttpResponse",
    "Operation",
    "Priority",
    "RateLimiter",
    "RequestExecutor",
    "ResponseCache",
    "Retry",
    "RetryPolicy",
    "Serializer",
    "SupportsBinding",
    "SupportsClose",
    "SupportsForUser",
    "SupportsIdentity",
    "SupportsInvalidate",
    "SupportsLookup",
    "SupportsOptions",
    "SupportsScopes",
    "Token",
    "TokenKey",
    "TokenStore",
    "Transport",
]
