"""A transport with queued responses."""

from __future__ import annotations

import json as json_codec
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from spotify.errors import ClientClosedError, SpotifyError
from spotify.interfaces.transport import HttpRequest, HttpResponse


class UnexpectedRequestError(AssertionError):
    """A request without a queued response; the message says how to queue one."""


@dataclass(slots=True)
class _Route:
    method: str
    pattern: re.Pattern[str]
    name: str
    results: deque[HttpResponse | SpotifyError] = field(default_factory=deque["HttpResponse | SpotifyError"])


class FakeTransport:
    """`Transport` without a network: returns queued responses and records requests.

    ::

        transport = FakeTransport()
        transport.answer("GET /albums/{id}", json={"id": …, "type": "album", "uri": …, "name": "Blue Hour"})
        async with AsyncSpotifyClient("token", transport=transport) as client:
            album = await client.albums.get(…)
        assert transport.requests[0].url.endswith("?market=DE")

    A route is a method and a path below the API's `/v1` (or `POST /api/token`, the token endpoint); `{name}` matches
    any one segment. Each response is returned once, in the order queued; a request without one raises
    `UnexpectedRequestError`.

    Attributes:
        requests: All requests so far, with their bodies. Clear it in a test that sends many.
    """

    def __init__(self) -> None:
        """Create a transport without queued responses."""
        self.requests: list[HttpRequest] = []
        self._routes: list[_Route] = []
        self._closed = False

    def answer(
        self,
        route: str,
        *,
        json: object = None,
        body: bytes | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        times: int = 1,
    ) -> None:
        """Queue a response.

        Args:
            route: Method and path, such as `GET /albums/{id}`.
            json: The body, as a value to encode as JSON.
            body: The body as bytes, instead of `json`. Without both, the body is empty.
            status: The HTTP status.
            headers: Response headers; names in any case.
            times: How often the response is queued, 1 or more.

        Raises:
            ValueError: `route` is not a method and a path, or both `json` and `body` are given.
        """
        if json is not None and body is not None:
            raise ValueError("give json or body, not both")
        if body is None:
            body = b"" if json is None else json_codec.dumps(json).encode()
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        self._queue(route, HttpResponse(status=status, headers=lowered, body=body), times)

    def fail(self, route: str, error: SpotifyError, *, times: int = 1) -> None:
        """Queue an error to raise instead of a response, such as `TransportError("no route", sent=False)`."""
        self._queue(route, error, times)

    def assert_all_answered(self) -> None:
        """Check that all queued responses were requested.

        Raises:
            AssertionError: A response is left.
        """
        left = [f"{route.name} ({len(route.results)})" for route in self._routes if route.results]
        if left:
            raise AssertionError(f"queued, but not requested: {', '.join(left)}")

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Record the request and return the next response of its route."""
        if self._closed:
            raise ClientClosedError("the transport is closed")
        self.requests.append(request)
        path = urlsplit(request.url).path
        for route in self._routes:
            if route.results and route.method == request.method and route.pattern.fullmatch(path):
                result = route.results.popleft()
                if isinstance(result, SpotifyError):
                    raise result
                return result
        raise UnexpectedRequestError(self._advice(request.method, path))

    async def close(self) -> None:
        """Reject later requests."""
        self._closed = True

    def _queue(self, name: str, result: HttpResponse | SpotifyError, times: int) -> None:
        method, _, path = name.partition(" ")
        if not method.isupper() or not path.startswith("/"):
            raise ValueError(f"a route is a method and a path, such as 'GET /albums/{{id}}', not {name!r}")
        route = next((known for known in self._routes if known.name == name), None)
        if route is None:
            literals = (re.escape(part) for part in re.split(r"\{\w+\}", path))
            route = _Route(method, re.compile(f"(/v1)?{'[^/]+'.join(literals)}"), name)
            self._routes.append(route)
        route.results.extend([result] * times)

    def _advice(self, method: str, path: str) -> str:
        queued = ", ".join(f"{route.name} ({len(route.results)} left)" for route in self._routes) or "nothing"
        route = f"{method} {unquote(path.removeprefix('/v1'))}"
        return (
            f"no response is queued for {route}; queued: {queued}. "
            f'Queue one with transport.answer("{route}", json=…) before the call'
        )
