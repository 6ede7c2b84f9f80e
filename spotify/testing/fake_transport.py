"""A transport that answers from a queue."""

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
    """A request was made for which no answer is queued; the message says how to queue one."""


@dataclass(slots=True)
class _Route:
    method: str
    pattern: re.Pattern[str]
    text: str
    answers: deque[HttpResponse | SpotifyError] = field(default_factory=deque["HttpResponse | SpotifyError"])


class FakeTransport:
    """`Transport` without a network: answers are queued by route, requests are written down.

    ::

        transport = FakeTransport()
        transport.answer("GET /albums/{id}", json={"id": …, "type": "album", "uri": …, "name": "Blue Hour"})
        async with AsyncSpotifyClient("token", transport=transport) as client:
            album = await client.albums.get(…)
        assert transport.requests[0].url.endswith("?market=DE")

    Routes are a method and a path below the API's `/v1` (or, for the token endpoint, `POST /api/token`); `{name}`
    stands for any one segment. Each answer is given once, in the order queued; a request without one raises
    `UnexpectedRequestError`.

    Attributes:
        requests: All requests so far.
    """

    def __init__(self) -> None:
        """Begin with nothing queued."""
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
        """Queue an answer.

        Args:
            route: Method and path, such as `GET /albums/{id}`.
            json: The body, as a value to encode.
            body: The body as bytes, in place of `json`; neither for an empty one.
            status: The HTTP status.
            headers: Response headers; names in any case.
            times: How many requests get it, 1 or more.

        Raises:
            ValueError: The route is not a method and a path, or both bodies were given.
        """
        if json is not None and body is not None:
            raise ValueError("give json or body, not both")
        if body is None:
            body = b"" if json is None else json_codec.dumps(json).encode()
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        self._queue(route, HttpResponse(status=status, headers=lowered, body=body), times)

    def fail(self, route: str, error: SpotifyError, *, times: int = 1) -> None:
        """Queue an error that is raised in place of an answer, such as `TransportError("no route", sent=False)`."""
        self._queue(route, error, times)

    def assert_all_answered(self) -> None:
        """Fail if an answer is left that no request came for.

        Raises:
            AssertionError: There is one.
        """
        left = [f"{route.text} ({len(route.answers)})" for route in self._routes if route.answers]
        if left:
            raise AssertionError(f"queued, but not asked for: {', '.join(left)}")

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Write the request down and give the next answer of its route."""
        if self._closed:
            raise ClientClosedError("the transport is closed")
        self.requests.append(request)
        path = urlsplit(request.url).path
        for route in self._routes:
            if route.answers and route.method == request.method and route.pattern.fullmatch(path):
                answer = route.answers.popleft()
                if isinstance(answer, SpotifyError):
                    raise answer
                return answer
        raise UnexpectedRequestError(self._advice(request.method, path))

    async def close(self) -> None:
        """Refuse later requests."""
        self._closed = True

    def _queue(self, text: str, answer: HttpResponse | SpotifyError, times: int) -> None:
        method, _, path = text.partition(" ")
        if not method.isupper() or not path.startswith("/"):
            raise ValueError(f"a route is a method and a path, such as 'GET /albums/{{id}}', not {text!r}")
        route = next((known for known in self._routes if known.text == text), None)
        if route is None:
            literal = (re.escape(part) for part in re.split(r"\{\w+\}", path))
            route = _Route(method, re.compile(f"(/v1)?{'[^/]+'.join(literal)}"), text)
            self._routes.append(route)
        route.answers.extend([answer] * times)

    def _advice(self, method: str, path: str) -> str:
        queued = ", ".join(f"{route.text} ({len(route.answers)} left)" for route in self._routes) or "nothing"
        below = unquote(path.removeprefix("/v1"))
        return (
            f"no answer is queued for {method} {below}; queued: {queued}. "
            f'Queue one with transport.answer("{method} {below}", json=…) before the call'
        )
