"""The transport: bytes out, bytes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from spotify.credentials import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One HTTP request, complete and ready to be written to a socket.

    Attributes:
        method: The HTTP method in capitals.
        url: The absolute URL, already percent-encoded; it must be sent as it is.
        headers: Header names and values, without `Authorization`.
        authorization: The value of the `Authorization` header; None for none. Revealed by the transport alone.
        acts_for: A name for whom the authorization acts, where the auth provider knows one that outlives its tokens. It
            is not sent: a cache may give the answers to one such token to the next.
        body: The body as it goes out; None for none. It is left out of `repr`: token requests carry secrets in it.
        timeout: Seconds for the whole exchange, from acquiring a connection to the body's last byte.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    authorization: Secret | None = None
    acts_for: str | None = None
    body: bytes | None = field(default=None, repr=False)
    timeout: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """One HTTP answer, read to its end.

    Attributes:
        status: The status code.
        headers: Header names **in lower case**, and values.
        body: The body, decompressed.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = field(default=b"", repr=False)


class Transport(Protocol):
    """Carries one request to the server and its answer back.

    An implementation MUST send a request at most once, follow no redirect, decompress the body, bound its size, and
    send `authorization` to nobody but the host in `url`. It MAY pool connections; it MUST open them no earlier than its
    first `send`. It decides nothing else: retries, tokens and meaning are not its business.
    """

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send the request and read the answer whole. Any status is an answer and MUST be returned.

        Raises:
            TransportError: No answer came. `sent` MUST be true unless the request provably never left.
            ClientClosedError: After `close`.
        """
        ...

    async def close(self) -> None:
        """Close what this transport opened, and only that. Calling it again MUST do nothing."""
        ...


@runtime_checkable
class SupportsLookup(Protocol):
    """Offered by a transport that may have an answer already, from a cache."""

    async def find(self, request: HttpRequest, /) -> HttpResponse | None:
        """Return an answer that is good without asking the server; None if there is none.

        Asked before `send`, and before the rate limit: it MUST NOT send anything.
        """
        ...
