"""`Route`, `RouteTable` and `Router`: the operations of the Web API by method and path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote

from spotify.testing.sandbox.http.messages import Response
from spotify.testing.sandbox.web_api.arguments import Parameter
from spotify.testing.sandbox.web_api.errors import WebApiError, not_found
from spotify.testing.sandbox.web_api.sandbox_call import SandboxCall

Handler = Callable[[SandboxCall], Response]
ErrorStatus = Literal[403, 404]
Caching = Literal["catalogue", "state", "never"]

_ANY: Final = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An operation.

    Attributes:
        operation_id: The id in the API description.
        method: The HTTP method.
        path: The path template, such as `/albums/{id}/tracks`.
        handler: Returns the response.
        parameters: The path and query parameters, which are parsed before the handler is called.
        scopes: The required scopes.
        needs_user: Whether the token must have a user.
        needs_premium: Whether the user must have Premium.
        development_status: The status of the error response in development mode; None if the mode has the operation.
        caching: What the response to a GET depends on, besides the request and its user: nothing (`catalogue`, with an
            `ETag`), the state (`state`), or also the time (`never`).
    """

    operation_id: str
    method: str
    path: str
    handler: Handler
    parameters: tuple[Parameter[object], ...]
    scopes: frozenset[str]
    needs_user: bool
    needs_premium: bool
    development_status: ErrorStatus | None
    caching: Caching


class RouteTable:
    """The routes of one area, declared by decorators on their handlers."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def route(
        self,
        method: str,
        path: str,
        operation_id: str,
        *parameters: Parameter[object],
        scopes: Iterable[str] = (),
        user: bool = False,
        premium: bool = False,
        development_status: ErrorStatus | None = None,
        caching: Caching = "state",
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the handler of an operation.

        Args:
            method: The HTTP method.
            path: The path template.
            operation_id: The id in the API description.
            *parameters: The path and query parameters.
            scopes: The required scopes.
            user: Whether the token must have a user. It is implied by scopes, a path below `/me`, and methods other
                than GET.
            premium: Whether the user must have Premium.
            development_status: See `Route`.
            caching: See `Route`. Ignored for methods other than GET.
        """

        def declare(handler: Handler) -> Handler:
            required_scopes = frozenset(scopes)
            self._routes.append(
                Route(
                    operation_id=operation_id,
                    method=method,
                    path=path,
                    handler=handler,
                    parameters=parameters,
                    scopes=required_scopes,
                    needs_user=user or bool(required_scopes) or path.startswith("/me") or method != "GET",
                    needs_premium=premium,
                    development_status=development_status,
                    caching=caching if method == "GET" else "never",
                )
            )
            return handler

        return declare


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
        segments = path.strip("/").split("/")
        node = self._find(self._root, segments, 0)
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
