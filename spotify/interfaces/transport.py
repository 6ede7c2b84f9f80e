"""The transport: sends a request and returns the response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Protocol, TypeVar, runtime_checkable

from spotify._value_classes import value_class
from spotify.credentials import Secret
from spotify.interfaces.operation import Operation

ErrorT = TypeVar("ErrorT", bound=BaseException)


@value_class(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """An HTTP request."""

    method: str
    """The HTTP method in upper case."""
    url: str
    """The absolute URL, percent-encoded; it must be sent unchanged."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Header names and values, without `Authorization`."""
    authorization: Secret | None = None
    """The value of the `Authorization` header; None for none. Only the transport reveals it."""
    acts_for: str | None = None
    """A name for the user or application that the authorization is for; None if the auth provider has none. It is not
    sent. A cache may share responses between all tokens with the same name.
    """
    body: bytes | None = field(default=None, repr=False)
    """The body; None for none. It is not part of `repr`, as the body of a token request contains secrets."""
    timeout: float = 30.0
    """Seconds for the whole request, from acquiring a connection to the last byte of the response."""
    operation: Operation | None = field(default=None, repr=False)
    """The operation that is called; None for a token request. It is not sent: it names the request in a transport's own
    logs and metrics.
    """
    must_finish: bool = False
    """Whether the transport's `close` waits until the task that sends the request has ended: the response of a token
    request is lost otherwise, and with it the login.
    """


@value_class(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """An HTTP response with its whole body."""

    status: int
    """The status code."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Header names **in lower case**, and values. Like the body, they are not part of `repr`: both can repeat what was
    sent.
    """
    body: bytes = field(default=b"", repr=False)
    """The decompressed body."""


@value_class(frozen=True, slots=True, kw_only=True)
class CacheHit(HttpResponse):
    """A response that a transport returns from its cache, without a request."""

    age: float
    """Seconds since Spotify sent it, 0 or more."""
    is_stale: bool
    """Whether it is no longer fresh."""


def unsent(error: ErrorT) -> ErrorT:
    """Return an error of a transport, or a cancellation, with `sent`, False: the request was certainly not sent."""
    vars(error)["sent"] = False
    return error


def is_unsent(error: BaseException) -> bool:
    """Return whether an error says that the request was certainly not sent."""
    return getattr(error, "sent", True) is False


class Transport(Protocol):
    """Sends requests and returns responses.

    An implementation MUST send a request at most once, MUST NOT follow redirects, MUST decompress the body and limit
    its size, and MUST send `authorization` only to the host in `url`. It MAY pool connections, and MUST NOT open one
    before the first `send`. Retries, tokens and the meaning of a response are up to the executor.
    """

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send the request and return the response, with any status.

        Raises:
            TransportError: There was no response. `sent` MUST be true unless the request was certainly not sent.
            ClientClosedError: The transport is closed.
            BaseException: Any other one counts as sent unless it has an attribute `sent` that is False.
        """
        ...

    async def close(self) -> None:
        """Close only the resources that this transport opened. A second call MUST have no effect.

        Requests with `must_finish` SHOULD be finished first.
        """
        ...


@runtime_checkable
class SupportsLookup(Protocol):
    """A transport with a cache."""

    async def find(self, request: HttpRequest, /) -> HttpResponse | None:
        """Return a response that can be used without a request; None if there is none.

        Called before the rate limiter and `send`. It MUST NOT send a request. It MAY return a `CacheHit` that is stale:
        then the caller has the request sent in the background.
        """
        ...


@runtime_checkable
class SupportsStaleLookup(Protocol):
    """A transport with a cache of responses to use if Spotify refuses a request."""

    async def find_stale(self, request: HttpRequest, /) -> HttpResponse | None:
        """Return a response that can be used because the request was refused; None if there is none.

        It MUST NOT send a request. The request has no `authorization` if there was no token.
        """
        ...


@runtime_checkable
class SupportsCachedObjects(Protocol):
    """A transport with a cache in which many objects are looked up at once, and from which responses are discarded."""

    async def find_many(self, requests: Sequence[HttpRequest], /, *, if_refused: bool) -> Sequence[CacheHit | None]:
        """Return for each request the response that can be used without it; None if there is none.

        It MUST NOT send a request.

        Args:
            requests: Reads of one operation.
            if_refused: Whether to return stale responses as `SupportsStaleLookup` does; otherwise only fresh ones.
        """
        ...

    async def discard(self, request: HttpRequest, /) -> None:
        """Discard the stored response to a request, because it cannot be decoded."""
        ...
