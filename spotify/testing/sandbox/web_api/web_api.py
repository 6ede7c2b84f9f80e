"""`Router` finds the operation of a request, `WebApi` takes the request to its response.

`Target` is what a fault, a limit or an assertion is for, `Destination` what a request calls.

The checks are in the order of Spotify's, as far as it is observable: path, token, access of the application and its
user, quota mode, scopes, parameters, and then those of the operation.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import unquote

from spotify.testing.sandbox.accounts.access import Access, Session, Tokens
from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_ENDPOINT
from spotify.testing.sandbox.http.errors import (
    WebApiError,
    insufficient_scope,
    not_found,
    permissions_missing,
    premium_required,
    unauthorized,
    unavailable,
)
from spotify.testing.sandbox.http.messages import EncodedResponse, Request, ResponseCache, encode, etag, not_modified
from spotify.testing.sandbox.quota import QuotaMode
from spotify.testing.sandbox.web_api.arguments import Parameter
from spotify.testing.sandbox.web_api.operations import Route, RouteTable, SandboxCall, SandboxData
from spotify.testing.sandbox.web_api.routes import (
    browse,
    library,
    music,
    player,
    playlists,
    spoken_word,
    users,
)

_ANY: Final = "{}"
_VARY: Final = "Authorization, Accept-Encoding"


@dataclass(slots=True)
class _Node:
    """A segment of a path template, with the routes that end there by method."""

    children: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    routes: dict[str, Route] = field(default_factory=dict[str, Route])


class Router:
    """Finds the route of a request. A literal segment takes precedence over a parameter."""

    def __init__(self, tables: Iterable[RouteTable]) -> None:
        """Take the routes of all `tables`."""
        self._root = _Node()
        self.routes: Final = [route for table in tables for route in table]
        """All routes."""
        for route in self.routes:
            node = self._root
            for segment in route.path.strip("/").split("/"):
                key = _ANY if segment.startswith("{") else segment
                node = node.children.setdefault(key, _Node())
            node.routes[route.method] = route

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and its decoded path parameters.

        Raises:
            WebApiError: 404 for an unknown path, 405 for a method that the path does not have.
        """
        # One slash at the end is accepted, as spotipy sends it; no other empty segments.
        segments = path.removeprefix("/").removesuffix("/").split("/")
        node = None if "" in segments else self._find(self._root, segments, 0)
        if node is None:
            raise not_found("Service not found")
        route = node.routes.get(method)
        if route is None:
            raise WebApiError(405, "Method not allowed", {"Allow": ", ".join(sorted(node.routes))})
        names = route.path.strip("/").split("/")
        return route, {
            name[1:-1]: unquote(segment) for name, segment in zip(names, segments, strict=True) if name.startswith("{")
        }

    def _find(self, node: _Node, segments: list[str], depth: int) -> _Node | None:
        if depth == len(segments):
            return node if node.routes else None
        for key in (segments[depth], _ANY):
            child = node.children.get(key)
            match = child and self._find(child, segments, depth + 1)
            if match:
                return match
        return None


WEB_API: Final = Router(area.routes for area in (browse, library, music, player, playlists, spoken_word, users))


class WebApi:
    """Handles the requests below `/v1`."""

    def __init__(self, data: SandboxData, tokens: Tokens, access: Access) -> None:
        """Serve `data` to the holders of `tokens` that `access` allows."""
        self._data = data
        self._tokens = tokens
        self._access = access
        self._cache = ResponseCache()
        self._cached_for = self._facts()

    def handle(self, request: Request) -> tuple[str | None, EncodedResponse]:
        """Return the operation id, None if the path is unknown, and the response."""
        operation_id = None
        if self._facts() != self._cached_for:
            self._cached_for = self._facts()
            self._cache = ResponseCache()
            self._data.forget()
        try:
            route, path_values = WEB_API.match(request.method, request.path)
            operation_id = route.operation_id
            session = self._tokens.authenticate(request.headers.get("Authorization"))
            self._access.check(session.user)
            if route.development_status is not None and self._data.quota.is_development:
                raise unavailable(route.development_status)
            _authorize(route, session)
            return operation_id, self._respond(route, path_values, request, session)
        except WebApiError as error:
            return operation_id, encode(error.response())

    def _facts(self) -> tuple[int, QuotaMode]:
        """Return what every response depends on."""
        return self._data.catalogue.revision, self._data.quota.mode

    def _respond(
        self, route: Route, path_values: Mapping[str, str], request: Request, session: Session
    ) -> EncodedResponse:
        if route.caching == "never":
            self._data.state.revision += request.method != "GET"
            return encode(route.handler(self._call(route, path_values, request, session)))
        revision = self._data.state.revision if route.caching == "state" else None
        key = (request.path, request.query, session.user, session.scopes, revision)
        response = self._cache.get(key)
        if response is None:
            response = encode(
                route.handler(self._call(route, path_values, request, session)),
                {"Cache-Control": _cache_control(session), "Vary": _VARY},
            )
            if route.caching == "catalogue":
                response.headers = {**response.headers, "ETag": etag(response.body)}
            self._cache.put(key, response)
        return not_modified(response, request.headers.get("If-None-Match"))

    def _call(self, route: Route, path_values: Mapping[str, str], request: Request, session: Session) -> SandboxCall:
        query = dict(request.query_pairs())
        in_development = self._data.quota.is_development
        values: dict[Parameter[object], object] = {}
        for parameter in route.parameters:
            value = (path_values if parameter.location == "path" else query).get(parameter.name)
            parse = (in_development and parameter.parse_in_development) or parameter.parse
            values[parameter] = parse(value)
        url = self._data.shapes.links.api_url + request.path
        return SandboxCall(request, session, self._data, values, url)


def _authorize(route: Route, session: Session) -> None:
    if route.needs_user and session.user is None:
        raise unauthorized("Valid user authentication required")
    if not route.scopes <= session.scopes:
        raise permissions_missing() if route.missing_scope_status == 401 else insufficient_scope()
    if route.needs_premium and session.user is not None and session.user.product != "premium":
        raise premium_required()


def _cache_control(session: Session) -> str:
    return "public, max-age=3600" if session.user is None else "private, max-age=0"


_OPERATIONS: Final = {route.operation_id: route for route in WEB_API.routes}
_METHODS: Final = frozenset(route.method for route in WEB_API.routes)
_HINT: Final = "give an operation id, a method and a path ('PUT /me/library'), 'GET *', '*' or 'POST /api/token'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """The operation that a request calls."""

    operation_id: str | None
    """The operation's id, `TOKEN_ENDPOINT`, or None if there is no such operation."""
    method: str
    """In capitals."""
    path_values: Mapping[str, str]
    """The decoded path parameters."""
    is_web_api: bool
    """Whether the request is for the Web API."""

    @classmethod
    def of_web_api(cls, request: Request) -> Self:
        """Return the destination of a request to the Web API."""
        try:
            route, path_values = WEB_API.match(request.method, request.path)
        except WebApiError:
            return cls(operation_id=None, method=request.method, path_values={}, is_web_api=True)
        return cls(operation_id=route.operation_id, method=request.method, path_values=path_values, is_web_api=True)

    @classmethod
    def of_token_endpoint(cls, request: Request) -> Self:
        """Return the destination of a request to the token endpoint."""
        operation_id = TOKEN_ENDPOINT if request.method == "POST" else None
        return cls(operation_id=operation_id, method=request.method, path_values={}, is_web_api=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The requests that a fault is for."""

    operation_id: str | None = None
    """The only operation, or `TOKEN_ENDPOINT`; None for all operations of the Web API."""
    method: str | None = None
    """Without an `operation_id`, the only method; None for all."""
    path_values: Mapping[str, str] = field(default_factory=dict[str, str])
    """With an `operation_id`, the values that path parameters must have."""

    @classmethod
    def parse(cls, target: str) -> Self:
        """Parse the `target` of `SpotifySandbox.fail`.

        Raises:
            ValueError: The syntax is invalid, or there is no such operation.
        """
        if target == "*":
            return cls()
        if target == TOKEN_ENDPOINT or target in _OPERATIONS:
            return cls(operation_id=target)
        method, _, path = target.partition(" ")
        if path == "*" and method in _METHODS:
            return cls(method=method)
        if not path:
            similar = difflib.get_close_matches(target, _OPERATIONS, n=1)
            hint = f"did you mean {similar[0]!r}?" if similar else _HINT
            raise ValueError(f"there is no operation {target!r}: {hint}")
        if "?" in path:
            raise ValueError(f"the target {target!r} must not have a query")
        try:
            route, path_values = WEB_API.match(method, path)
        except WebApiError as error:
            raise ValueError(f"there is no operation {target!r} below the Web API's /v1: {_HINT}") from error
        fixed = {name: value for name, value in path_values.items() if not value.startswith("{")}
        return cls(operation_id=route.operation_id, path_values=fixed)

    def matches(self, destination: Destination) -> bool:
        """Return whether the fault is for requests with this destination."""
        if self.operation_id is None:
            return destination.is_web_api and self.method in {None, destination.method}
        return self.operation_id == destination.operation_id and all(
            destination.path_values[name] == value for name, value in self.path_values.items()
        )


def operation_named(name: str) -> str:
    """Return the id of the operation that a target names: an operation id, a method and a path, or `POST /api/token`.

    Raises:
        ValueError: There is no such operation, or the target is for several operations or for one object.
    """
    if name in _OPERATIONS or name == TOKEN_ENDPOINT:
        return name
    target = Target.parse(name)
    if target.operation_id is None or target.path_values:
        raise ValueError(f"{name!r} is not one operation: give an operation id, or a method and a path")
    return target.operation_id
