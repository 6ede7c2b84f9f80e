"""Fakes for tests without a server: a clock that tests advance, and a transport with prepared responses."""

from __future__ import annotations

import asyncio
import difflib
import json as json_codec
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from spotify._checks import check_range, check_type
from spotify.config import TOKEN_PATH
from spotify.errors import ClientClosedError, SpotifyError
from spotify.interfaces.operation import Operation
from spotify.interfaces.transport import HttpRequest, HttpResponse, unsent
from spotify.operations import BY_ID


class FakeClock:
    """`Clock` whose sleeps take no real time and are recorded.

    ::

        clock = FakeClock()
        client = AsyncSpotifyClient("token", transport=transport, clock=clock)
        ...
        assert clock.sleeps == [2.0]
    """

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        """Create a clock.

        Args:
            start: The first value of `time`, in seconds since the epoch; `monotonic` starts at 0.
        """
        self.sleeps: list[float] = []
        """The seconds of all sleeps so far, in order."""
        self._start = start
        self._elapsed = 0.0

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return self._start + self._elapsed

    def monotonic(self) -> float:
        """Return the seconds since the clock was created."""
        return self._elapsed

    async def sleep(self, seconds: float, /) -> None:
        """Advance the clock after other tasks have run."""
        wakes_at = self._elapsed + max(0.0, seconds)
        self.sleeps.append(seconds)
        await asyncio.sleep(0)
        # Concurrent sleeps overlap: the clock advances to the latest end, not by the sum.
        self._elapsed = max(self._elapsed, wakes_at)

    def advance(self, seconds: float) -> None:
        """Advance the clock.

        Args:
            seconds: 0 or more.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError(f"seconds must be 0 or more, not {seconds}")
        self._elapsed += seconds


class UnexpectedRequestError(AssertionError):
    """A request without a queued response; the message says how to queue one."""

    sent = False
    """False: the request was not sent."""


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
        album = {"id": "0" * 22, "type": "album", "uri": "spotify:album:" + "0" * 22, "name": "Blue Hour"}
        transport.answer("GET /albums/{id}", json=album)
        async with AsyncSpotifyClient("token", transport=transport) as client:
            assert (await client.albums.get("0" * 22, market="DE")).name == "Blue Hour"
        assert transport.requests[0].url.endswith("?market=DE")

    A route is an operation id, or a method and a path below the API's `/v1`, or `POST /api/token` (the token endpoint);
    `{name}` matches any one segment. Each response is returned once, in the order queued; a request without one raises
    `UnexpectedRequestError`.
    """

    def __init__(self, *, operations: Iterable[Operation] = ()) -> None:
        """Create a transport without queued responses.

        Args:
            operations: Operations that routes can name, besides those of the Web API.
        """
        self._operations: Mapping[str, Operation] = {**BY_ID, **{each.id: each for each in operations}}
        self.requests: list[HttpRequest] = []
        """All requests so far, with their bodies. Clear it in a test that sends many."""
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
            route: An operation id, or a method and a path, such as `GET /albums/{id}`.
            json: The body, as a value to encode as JSON.
            body: The body as bytes, instead of `json`. Without both, the body is empty.
            status: The HTTP status.
            headers: Response headers; names in any case.
            times: How often the response is queued, 1 or more.

        Raises:
            ValueError: There is no such operation, both `json` and `body` are given, or `times` is out of bounds.
        """
        if json is not None and body is not None:
            raise ValueError("give json or body, not both")
        if body is None:
            body = b"" if json is None else json_codec.dumps(json).encode()
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        self._queue(route, HttpResponse(status=status, headers=lowered, body=body), times)

    def fail(self, route: str, error: SpotifyError, *, times: int = 1) -> None:
        """Queue an error to raise instead of a response, such as `TransportError("no route", sent=False)`.

        Args:
            route: See `answer`.
            error: What `send` raises.
            times: How often the error is queued, 1 or more.

        Raises:
            ValueError: There is no such operation, or `times` is out of bounds.
            TypeError: `error` is not a `SpotifyError`.
        """
        check_type("error", error, SpotifyError)
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
            raise unsent(ClientClosedError("the transport is closed"))
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
        check_range("times", times, at_least=1)
        method, path = self._parse(name)
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

    def _parse(self, name: str) -> tuple[str, str]:
        """Return the method and the path of a route.

        Raises:
            ValueError: There is no such operation.
        """
        check_type("route", name, str)
        if (operation := self._operations.get(name)) is not None:
            return operation.method, operation.path
        method, _, path = name.partition(" ")
        if (method, path) == ("POST", TOKEN_PATH):
            return method, path
        if any(each.method == method and _matches(each.path, path) for each in self._operations.values()):
            return method, path
        names = [*self._operations, *(f"{each.method} {each.path}" for each in self._operations.values())]
        known = {name.lower(): name for name in names}
        similar = difflib.get_close_matches(name.lower(), known, n=1)
        hint = f"; did you mean {known[similar[0]]!r}?" if similar else ""
        raise ValueError(
            f"there is no operation {name!r}: a route is an operation id, or a method and a path below /v1 without a "
            f"query, such as 'GET /albums/{{id}}', or 'POST {TOKEN_PATH}'{hint}"
        )


def _matches(template: str, path: str) -> bool:
    """Return whether a path, of values or names of parameters, is one of the operation with the path `template`."""
    known, given = template.split("/"), path.split("/")
    if "?" in path or len(known) != len(given):
        return False
    return all(a == b if not a.startswith("{") else bool(b) for a, b in zip(known, given, strict=True))
