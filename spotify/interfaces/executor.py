"""The executor: one call of one operation, from arguments to a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeAlias, TypeVar, runtime_checkable

from spotify.config import ClientConfig
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """What a service asks for.

    Attributes:
        operation: The operation, with all that is known of it.
        into: The type of the result. `type(None)` for operations whose answer carries nothing of interest: then any
            body is accepted and ignored (player writes sometimes answer with a line of plain text).
        arguments: Path and query parameters by their wire names, not encoded; None leaves a query parameter out.
        json: The value of a JSON body; None for no body.
        content: A body that is not JSON, sent as `operation.content_type`; None for none.
        if_empty: The result of an answer without a body (204, or 200 with nothing in it). Left alone, such an answer
            is an error.
        idempotent: Whether this use of the operation is harmless to repeat; None for what the operation says.
        priority: Whether it is one of many requests of a longer piece of work.
        fresh: Whether no cache on the way may answer it, however good its answer still is.
    """

    operation: Operation
    into: type[T]
    arguments: Mapping[str, Argument] = field(default_factory=dict[str, Argument])
    json: object = None
    content: bytes | None = field(default=None, repr=False)
    if_empty: T | BodyRequired = BODY_REQUIRED
    idempotent: bool | None = None
    priority: Priority = "interactive"
    fresh: bool = False


class RequestExecutor(Protocol):
    """Carries a call through: gate, token, send, classify, retry or decode."""

    async def execute(self, call: Call[T], /) -> T:
        """Execute the call and return its result.

        Raises:
            SpotifyError: Whatever went wrong on the way, as one of this library's errors.
            ClientClosedError: After `close`.
            ValueError: An argument cannot be put into a path.
        """
        ...

    async def close(self) -> None:
        """Refuse every later call, end those under way, and close the components made for this executor alone.

        Components that the application passed in MUST stay open. Calling it again MUST do nothing.
        """
        ...


@runtime_checkable
class SupportsForUser(Protocol):
    """Offered by an executor that can act for many users over the same components."""

    def for_user(self, auth_provider: AuthProvider, /) -> RequestExecutor:
        """Return an executor that shares everything with this one but the auth provider.

        It MUST NOT share an answer, a token or a read under way with it or with any other. Its `close` MUST leave the
        shared components open.
        """
        ...


@runtime_checkable
class SupportsOptions(Protocol):
    """Offered by an executor whose calls can be made with other settings than its own."""

    def with_config(self, config: ClientConfig, /) -> RequestExecutor:
        """Return an executor that shares everything with this one but its settings.

        Those that belong to a component, such as `max_concurrency`, have no effect. Its `close` MUST leave everything
        open.
        """
        ...
