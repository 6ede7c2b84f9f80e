"""What came with a result: status, headers, how often it was tried, the raw bytes."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The answer of one request, and how it was come by.

    Attributes:
        operation: The id of the operation that was called.
        status: The HTTP status.
        headers: The response headers; names in lower case.
        content: The body, decompressed, as it came. Left out of `repr`.
        attempts: How often the request was sent, or was to be sent, until it was answered with success: 1 at best.
        waited: Seconds spent at the rate limit and between the attempts.
    """

    operation: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    attempts: int
    waited: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Generic[T]):
    """A result together with the answers that it was made from. Most calls need one request, and have one answer.

    Attributes:
        value: What the method returns.
        received: The answers, in the order in which they came; several for bulk reads and writes and for `collect`.
    """

    value: T
    received: tuple[Received, ...]

    @property
    def status(self) -> int:
        """The HTTP status of the last answer."""
        return self.received[-1].status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the last answer; names in lower case."""
        return self.received[-1].headers

    @property
    def content(self) -> bytes:
        """The body of the last answer, decompressed, as it came."""
        return self.received[-1].content

    @property
    def attempts(self) -> int:
        """How many attempts it took in all."""
        return sum(each.attempts for each in self.received)

    @property
    def waited(self) -> float:
        """Seconds spent waiting, at the rate limit and between attempts, added up over all requests."""
        return sum(each.waited for each in self.received)


RECORDING: Final[ContextVar[list[Received] | None]] = ContextVar("spotify_recording", default=None)
"""Where the answers of the calls made in this context are written down; None for nowhere."""
