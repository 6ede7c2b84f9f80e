"""`Router` finds the operation of a request, `WebApi` takes the request to its response.

The checks are in the order of Spotify's, as far as it is observable: path, token, access of the application and its
user, quota mode, scopes, parameters, and then those of the operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from spotify.testing.sandbox.accounts.access import Access, Session, Tokens
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
    """Finds the route of a request. A literal segment takes precedence over a parameter.

    Attributes:
        routes: All routes.
    """

    def __init__(self, tables: Iterable[RouteTable]) -> None:
        """Take the routes of all `tables`."""
        self._root = _Node()
        self.routes: Final = [route for table in tables for route in table]
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
