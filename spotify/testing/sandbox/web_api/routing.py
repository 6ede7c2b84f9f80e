"""Routes: which operation a request calls, and the facts about that operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote

from spotify.testing.sandbox.http.messages import Response
from spotify.testing.sandbox.web_api.arguments import Parameter
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import WebApiError, not_found

Handler = Callable[[SandboxCall], Response]
Refused = Literal[403, 404]
Caching = Literal["catalogue", "state", "never"]

_ANY: Final = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation.

    Attributes:
        operation_id: As in Spotify's API description.
        method: The HTTP method.
        path: A template such as `/albums/{id}/tracks`.
        handler: What answers it.
        parameters: Read and checked before the handler runs.
        scopes: All of them are needed.
        needs_user: Whether a token of the application alone is refused.
        needs_premium: Whether users without Premium are refused.
        development_refusal: The status that an application in development mode is answered with, for operations that
            were taken from those; None where they have it.
        caching: What the answer to a GET depends on, besides the request and its user: nothing
            (`catalogue`; such answers carry `ETag`), what users did (`state`), or more (`never`).
    """

    operation_id: str
    method: str
    path: str
    handler: Handler
    parameters: tuple[Parameter[object], ...]
    scopes: frozenset[str]
    needs_user: bool
    needs_premium: bool
    development_refusal: Refused | None
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
        development_refusal: Refused | None = None,
        caching: Caching = "state",
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the handler of an operation.

        Args:
            method: The HTTP method.
            path: The template.
            operation_id: As in Spotify's API description.
            *parameters: Path and query parameters.
            scopes: All of them are needed.
            user: Whether it needs a user; everything under `/me`, with scopes, or that writes does.
            premium: Whether the user must have Premium.
            development_refusal: See `Route`.
            caching: See `Route`; only GETs are ever kept.
        """

        def declare(handler: Handler) -> Handler:
            needed = frozenset(scopes)
            self._routes.append(
                Route(
                    operation_id=operation_id,
                    method=method,
                    path=path,
                    handler=handler,
                    parameters=parameters,
                    scopes=needed,
                    needs_user=user or bool(needed) or path.startswith("/me") or method != "GET",
                    needs_premium=premium,
                    development_refusal=development_refusal,
                    caching=caching if method == "GET" else "never",
                )
            )
            return handler

        return declare


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict[str, "_Node"])
    routes: dict[str, Route] = field(default_factory=dict[str, Route])


class Router:
    """Finds the route of a path, segment by segment; a fixed segment wins over a parameter."""

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
        """The route, and its path parameters decoded.

        Raises:
            WebApiError: 404 for a path that there is not, 405 for a method that the path has not.
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
            found = child and self._find(child, segments, depth + 1)
            if found:
                return found
        return None
