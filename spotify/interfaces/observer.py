"""Observes the calls of a client, for traces, metrics and logs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Priority

WaitCause: TypeAlias = Literal["token", "rate_limit", "retry", "unsettled_write"]
"""What a call waited for: an access token, the rate limiter, the time of a retry, an earlier write."""


# Named tuples are created in a tenth of the time of frozen dataclasses.
class _CallFields(NamedTuple):
    operation: Operation
    """The operation; `operation.path` is the template of the URL."""
    client: str | None
    """`ClientConfig.name`; None for a client without a name."""
    api_url: str
    """The base URL of the Web API."""
    user: object
    """Equal for all calls of one user or application in this process. It can be the provider's own name for it, so do
    not export it.
    """
    priority: Priority
    """`interactive`, or `bulk` if the call is one of many of a longer piece of work."""
    started_at: float
    """Seconds since the epoch."""


class CallInfo(_CallFields):
    """A call that starts. Two calls are never equal, so one can be the key of a dict."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __hash__(self) -> int:
        return id(self)


class AttemptInfo(NamedTuple):
    """An attempt of a call that has ended."""

    call: CallInfo
    """The call."""
    number: int
    """1 for the first."""
    status: int | None
    """The HTTP status; None if there was no response."""
    error: type[BaseException] | None
    """The class of the error; None if the attempt succeeded."""
    sent: bool
    """Whether this attempt sent a request, which may have reached Spotify."""
    is_shared: bool
    """Whether the outcome is that of a request of another call."""
    from_cache: bool
    """Whether the response is from the cache."""
    started_at: float
    """Seconds since the epoch when the request was sent, or when the attempt started if it sent none."""
    seconds: float
    """From `started_at` until the outcome."""
    waits: Mapping[WaitCause, float]
    """The seconds waited before this attempt, by cause."""
    received_bytes: int
    """The length of the response body."""
    pause: float
    """The seconds for which a 429 pauses the client or the operation; 0.0 without one."""
    retry_in: float | None
    """The seconds until the next attempt; None if this is the last."""


class CallResult(NamedTuple):
    """The end of a call."""

    call: CallInfo
    """The call."""
    status: int | None
    """The HTTP status of the last response; None if there was none."""
    error: type[BaseException] | None
    """The class of the error that the call raises, `asyncio.CancelledError` if it was cancelled; None if it succeeded.
    """
    reason: str | None
    """Why a failed request was not repeated, such as `retries_exhausted` or `not_retryable`; None for an error that no
    retry can help, or for no error.
    """
    may_have_been_executed: bool
    """Whether a call with an error may have been executed."""
    replaced_error: type[BaseException] | None
    """The class of the error that a stale response from the cache replaced; None for none."""
    attempts: int
    """The number of attempts, 1 or more."""
    is_shared: bool
    """Whether the last attempt shared the request of another call."""
    from_cache: bool
    """Whether the response is from the cache."""
    seconds: float
    """From the start of the call until its end."""
    waits: Mapping[WaitCause, float]
    """The seconds waited, by cause."""
    received_bytes: int
    """The length of the last response body."""
    daily_limit: int | None
    """`ClientConfig.daily_limit` of all operations together; None for none."""
    count_requests: Callable[[], int]
    """Counts the requests of the last 24 hours, which takes longer than the rest of a result."""

    @property
    def requests_today(self) -> int:
        """The requests of the last 24 hours, at most a second old; see `client.usage`."""
        return self.count_requests()


@runtime_checkable
class Observer(Protocol):
    """Observes calls. Its methods are plain functions: they MUST NOT block, and MUST NOT raise.

    They run in the task of the call, between `call_started` and `call_finished`, which are called once for each call.
    The first error that an observer raises is logged; it affects neither the call nor the other observers.
    """

    def call_started(self, call: CallInfo, /) -> None:
        """Observe the start of a call, after its arguments were checked."""
        ...

    def attempt_finished(self, attempt: AttemptInfo, /) -> None:
        """Observe the end of an attempt, when it is decided whether another one follows."""
        ...

    def call_finished(self, result: CallResult, /) -> None:
        """Observe the end of a call, just before it returns or raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequestInfo:
    """A request to the token endpoint that has ended."""

    client: str | None
    """`ClientConfig.name`; None for a client without a name."""
    accounts_url: str
    """The base URL of the accounts service."""
    grant: str
    """The grant type, such as `refresh_token` or `client_credentials`."""
    error: type[BaseException] | None
    """The class of the error; None if there is a new token."""
    seconds: float
    """The duration."""


@runtime_checkable
class SupportsTokenRequests(Protocol):
    """Implemented by an observer that observes the requests to the token endpoint as well."""

    def token_request_finished(self, request: TokenRequestInfo, /) -> None:
        """Observe the end of a token request, which several calls may share."""
        ...
