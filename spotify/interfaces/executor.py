"""The executor: one call of one operation, from arguments to a result, and the order of its writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Final, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from spotify._value_classes import value_class
from spotify.config import ClientConfig
from spotify.errors import SpotifyError
from spotify.interfaces.auth import AuthProvider
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Priority

T = TypeVar("T")

Argument: TypeAlias = "str | int | float | bool | None"


class BodyRequired:
    """The type of `BODY_REQUIRED`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "BODY_REQUIRED"


BODY_REQUIRED: Final = BodyRequired()


@value_class(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One call of an operation."""

    operation: Operation
    """The operation."""
    into: type[T]
    """The type of the result. `type(None)` accepts and ignores any response body."""
    arguments: Mapping[str, Argument] = field(default_factory=dict[str, Argument])
    """Path and query parameters by their wire names, not encoded; None omits a query parameter."""
    json: object = None
    """The value of a JSON body; None for no body."""
    content: bytes | None = field(default=None, repr=False)
    """A body in another format, sent as `operation.content_type`; None for no body."""
    if_empty: T | BodyRequired = BODY_REQUIRED
    """The result if the response has no body (204, or 200 with an empty body), or only null or white space. By default
    such a response is an error.
    """
    idempotent: bool | None = None
    """Whether this use of the operation can be repeated safely; None for `operation.idempotent`."""
    priority: Priority = "interactive"
    """`bulk` if the call is one of many of a longer piece of work."""
    fresh: bool = False
    """Whether caches are bypassed, even if they hold a fresh response."""
    check: Callable[[T], object] | None = field(default=None, repr=False, compare=False)
    """Called with the result of the response's body; raises `DecodeError` if it does not fit the call. Like one that
    cannot be decoded, such a response is not kept in a cache. None for no check.
    """


class RequestExecutor(Protocol):
    """Executes calls: rate limit, token, request, retries, errors, decoding."""

    async def execute(self, call: Call[T], /) -> T:
        """Execute the call and return its result, which `call.check` MUST have accepted.

        Raises:
            SpotifyError: The call failed; every failure MUST be raised as one of this library's errors.
            ClientClosedError: The executor is closed.
            ValueError: An argument cannot be part of a path.
        """
        ...

    async def close(self) -> None:
        """Refuse later calls, cancel calls in progress, and close the components created for this executor alone.

        Components passed in by the application MUST stay open. A second call MUST do nothing.
        """
        ...


@runtime_checkable
class SupportsDrain(Protocol):
    """An executor that can let its calls end."""

    async def drain(self, seconds: float, /) -> None:
        """Refuse later calls with `ClientClosedError`, and return when the running ones have ended, or the time has.

        It MUST NOT close anything: `close` is called after it.
        """
        ...


@runtime_checkable
class SupportsCachedResults(Protocol):
    """An executor that can look many reads up in a response cache."""

    async def cached_results(
        self, calls: Sequence[Call[T]], /, *, instead_of: SpotifyError | None = None, peek: bool = False
    ) -> Sequence[T | None]:
        """Return the results of reads whose responses are in the cache; None for each of the others.

        It MUST NOT call the API. It MUST NOT raise a `SpotifyError`: an access token may be unavailable.

        Args:
            calls: Calls of one operation that reads.
            instead_of: The error of a request for these objects: then stale responses are used too, if the settings
                allow that for this error. None for fresh responses only.
            peek: Whether the results are not used, so that they MUST NOT be counted.
        """
        ...


@runtime_checkable
class SupportsConcurrency(Protocol):
    """An executor that sends a limited number of requests at the same time."""

    @property
    def max_concurrency(self) -> int:
        """The number: more calls at the same time would wait for each other."""
        ...


@runtime_checkable
class SupportsForUser(Protocol):
    """An executor that can act for several users over the same components."""

    def for_user(self, auth_provider: AuthProvider, /) -> RequestExecutor:
        """Return an executor with another auth provider and otherwise the same components.

        It MUST NOT share responses, tokens or reads in progress with any other executor. Its `close` MUST leave the
        shared components open.
        """
        ...


@runtime_checkable
class SupportsOptions(Protocol):
    """An executor whose calls can be made with other settings."""

    def with_config(self, config: ClientConfig, /) -> RequestExecutor:
        """Return an executor with other settings and the same components.

        Settings of components, such as `max_concurrency`, have no effect. Its `close` MUST leave everything open.
        """
        ...


class WriteOrder(Protocol):
    """The unsettled writes of one client.

    A write is unsettled from the time at which the client gave up a request of it (a timeout, a broken connection, a
    gateway's 5xx, a cancellation) until Spotify can no longer execute that request, which is
    `ClientConfig.write_settle_time` later. A later write that does not commute with it is not sent before that.
    """

    def unsettled_since(self, call: Call[T], /) -> float | None:
        """Return when a request of the call was last given up, in seconds since the epoch; None if it is settled."""
        ...

    def restore(self, call: Call[T], /, since: float) -> None:
        """Record a write that another process left unsettled. `since` is the result of its `unsettled_since`."""
        ...

    def confirm(self, call: Call[T], /) -> None:
        """Record that all unsettled requests of the call were executed, since their effect was seen."""
        ...

    async def wait_for_earlier(self, call: Call[T], /) -> None:
        """Wait until no earlier write can be executed that does not commute with the call.

        The executor waits itself before it sends the call. This is for a read that has to come before it, but after
        those writes.

        Raises:
            DeadlineExceededError: The wait would be longer than the deadline; nothing was sent.
            ClientClosedError: The client was closed.
        """
        ...

    async def settle(self, call: Call[T], /) -> bool:
        """Wait until it is time to read again whether the call was executed.

        Returns:
            False, at once, if it cannot be executed any more: what a read shows then is final.

        Raises:
            DeadlineExceededError: The deadline of a call has passed since the request was given up.
            ClientClosedError: The client was closed.
        """
        ...


@runtime_checkable
class SupportsWriteOrder(Protocol):
    """An executor that keeps the order of writes. Without it, the outcome of a write without a response is unknown."""

    @property
    def write_order(self) -> WriteOrder:
        """The unsettled writes of this executor."""
        ...
