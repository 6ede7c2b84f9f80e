"""The protocols, one component per file, with the frozen data that they pass.

An object implements a protocol by having its methods; there is nothing to inherit from. Begin with `transport.py`, the
smallest complete example. `spotify/impl/choices.py` chooses the default implementations.
"""

from spotify.interfaces.auth import (
    AuthProvider,
    ClientComponents,
    SupportsBinding,
    SupportsClose,
    SupportsIdentity,
    SupportsInvalidate,
    SupportsLogins,
    SupportsScopes,
)
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import (
    BODY_REQUIRED,
    Argument,
    Call,
    RequestExecutor,
    SupportsForUser,
    SupportsOptions,
    SupportsWriteOrder,
    WriteOrder,
)
from spotify.interfaces.observer import (
    AttemptInfo,
    CallInfo,
    CallResult,
    Observer,
    SupportsTokenRequests,
    TokenRequestInfo,
    WaitCause,
)
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, Pause, PauseReason, Priority, RateLimiter, SupportsPauses
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse, CacheFinding, ResponseCache
from spotify.interfaces.retry import Attempt, GiveUp, Retry, RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import SupportsUnfinished, Token, TokenKey, TokenStore
from spotify.interfaces.transport import (
    CacheHit,
    HttpRequest,
    HttpResponse,
    SupportsLookup,
    SupportsStaleLookup,
    Transport,
)
from spotify.interfaces.usage_ledger import (
    CountsByBucket,
    LedgerContent,
    LedgerUnavailableError,
    LedgerUpdate,
    StoredPause,
    UsageLedger,
)

__all__ = [
    "ALL_RESPONSES",
    "BODY_REQUIRED",
    "Admission",
    "Argument",
    "Attempt",
    "AttemptInfo",
    "AuthProvider",
    "CacheFinding",
    "CacheHit",
    "CachedResponse",
    "Call",
    "CallInfo",
    "CallResult",
    "ClientComponents",
    "Clock",
    "CountsByBucket",
    "GiveUp",
    "HttpRequest",
    "HttpResponse",
    "LedgerContent",
    "LedgerUnavailableError",
    "LedgerUpdate",
    "Observer",
    "Operation",
    "Pause",
    "PauseReason",
    "Priority",
    "RateLimiter",
    "RequestExecutor",
    "ResponseCache",
    "Retry",
    "RetryPolicy",
    "Serializer",
    "StoredPause",
    "SupportsBinding",
    "SupportsClose",
    "SupportsForUser",
    "SupportsIdentity",
    "SupportsInvalidate",
    "SupportsLogins",
    "SupportsLookup",
    "SupportsOptions",
    "SupportsPauses",
    "SupportsScopes",
    "SupportsStaleLookup",
    "SupportsTokenRequests",
    "SupportsUnfinished",
    "SupportsWriteOrder",
    "Token",
    "TokenKey",
    "TokenRequestInfo",
    "TokenStore",
    "Transport",
    "UsageLedger",
    "WaitCause",
    "WriteOrder",
]
