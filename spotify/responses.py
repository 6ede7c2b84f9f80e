"""The HTTP responses behind a result: status, headers, body, attempts."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The response to one request."""

    operation: str
    """The id of the operation that was called."""
    status: int
    """The HTTP status."""
    headers: Mapping[str, str] = field(repr=False)
    """The response headers; names in lower case."""
    content: bytes = field(repr=False)
    """The decompressed body. Not part of `repr`."""
    attempts: int
    """The number of attempts including the successful one, 1 or more."""
    waited: float
    """Seconds spent waiting for the rate limiter and between attempts."""
    from_cache: bool = False
    """Whether it comes from the response cache, without a request."""
    is_stale: bool = False
    """Whether it comes from the cache and is no longer fresh: see `stale_while_revalidate` and `stale_if_refused` in
    `ClientConfig`.
    """
    age: float = 0.0
    """Seconds since Spotify sent it; 0.0 if it does not come from the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Generic[T]):
    """A result with the responses that it was read from.

    ::

        response = await client.with_response(client.albums.get("4aawyAB9vmqN3uQ7FjRGTy"))
        print(response.status, response.attempts, response.received[0].from_cache, response.value.name)
    """

    value: T
    """The result of the method."""
    received: tuple[Received, ...]
    """The responses, in the order in which they were received. Most calls have one; bulk reads, bulk writes and
    `collect` can have several.
    """

    @property
    def status(self) -> int:
        """The HTTP status of the last response."""
        return self.received[-1].status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the last response; names in lower case."""
        return self.received[-1].headers

    @property
    def content(self) -> bytes:
        """The decompressed body of the last response."""
        return self.received[-1].content

    @property
    def attempts(self) -> int:
        """The number of attempts of all requests."""
        return sum(response.attempts for response in self.received)

    @property
    def waited(self) -> float:
        """Seconds that all requests spent waiting for the rate limiter and between attempts."""
        return sum(response.waited for response in self.received)


RECORDING: Final[ContextVar[list[Received] | None]] = ContextVar("spotify_recording", default=None)
"""The list to which calls in this context append their responses; None for no recording."""
