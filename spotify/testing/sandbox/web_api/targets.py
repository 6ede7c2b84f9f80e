"""`Target`: the requests that a fault, a limit or an assertion is for. `Destination`: what a request calls."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_ENDPOINT
from spotify.testing.sandbox.http.errors import WebApiError
from spotify.testing.sandbox.http.messages import Request
from spotify.testing.sandbox.web_api.web_api import WEB_API

_OPERATIONS: Final = {route.operation_id: route for route in WEB_API.routes}
_METHODS: Final = frozenset(route.method for route in WEB_API.routes)
_HINT: Final = "give an operation id, a method and a path ('PUT /me/library'), 'GET *', '*' or 'POST /api/token'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """The operation that a request calls.

    Attributes:
        operation_id: The operation's id, `TOKEN_ENDPOINT`, or None if there is no such operation.
        method: In capitals.
        path_values: The decoded path parameters.
        is_web_api: Whether the request is for the Web API.
    """

    operation_id: str | None
    method: str
    path_values: Mapping[str, str]
    is_web_api: bool

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
    """The requests that a fault is for.

    Attributes:
        operation_id: The only operation, or `TOKEN_ENDPOINT`; None for all operations of the Web API.
        method: Without an `operation_id`, the only method; None for all.
        path_values: With an `operation_id`, the values that path parameters must have.
    """

    operation_id: str | None = None
    method: str | None = None
    path_values: Mapping[str, str] = field(default_factory=dict[str, str])

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
