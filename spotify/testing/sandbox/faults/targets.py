"""Which requests a fault is meant for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from spotify.testing.sandbox.accounts import TOKEN_ENDPOINT
from spotify.testing.sandbox.errors import Refusal
from spotify.testing.sandbox.messages import Request
from spotify.testing.sandbox.routes import WEB_API

_OPERATIONS: Final = {route.operation_id: route for route in WEB_API.routes}
_METHODS: Final = frozenset(route.method for route in WEB_API.routes)
_HINT: Final = "give an operation id, a method and a path ('PUT /me/library'), 'GET *', '*' or 'POST /api/token'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a request goes.

    Attributes:
        operation_id: The operation that it calls, `TOKEN_ENDPOINT`, or None for a path that there is not.
        method: In capitals.
        path_values: The parameters in its path.
        is_web_api: Whether it goes to the Web API.
    """

    operation_id: str | None
    method: str
    path_values: Mapping[str, str]
    is_web_api: bool

    @classmethod
    def of_web_api(cls, request: Request) -> Self:
        """Where a request to the Web API goes."""
        try:
            route, path_values = WEB_API.match(request.method, request.path)
        except Refusal:
            return cls(operation_id=None, method=request.method, path_values={}, is_web_api=True)
        return cls(operation_id=route.operation_id, method=request.method, path_values=path_values, is_web_api=True)

    @classmethod
    def of_token_endpoint(cls, request: Request) -> Self:
        """Where a request for a token goes."""
        operation_id = TOKEN_ENDPOINT if request.method == "POST" else None
        return cls(operation_id=operation_id, method=request.method, path_values={}, is_web_api=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The requests of one operation or, without `operation_id`, all of the Web API's with a method, or all of them."""

    operation_id: str | None = None
    method: str | None = None
    path_values: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a target.

        Raises:
            ValueError: It is none, or there is no such operation.
        """
        if text == "*":
            return cls()
        if text == TOKEN_ENDPOINT or text in _OPERATIONS:
            return cls(operation_id=text)
        method, _, path = text.partition(" ")
        if path == "*" and method in _METHODS:
            return cls(method=method)
        if not path:
            likely = difflib.get_close_matches(text, _OPERATIONS, n=1)
            hint = f"did you mean {likely[0]!r}?" if likely else _HINT
            raise ValueError(f"there is no operation {text!r}: {hint}")
        if "?" in path:
            raise ValueError(f"{text!r} is no target: leave the query out")
        try:
            route, path_values = WEB_API.match(method, path)
        except Refusal as refusal:
            raise ValueError(f"nothing is served at {text!r} below the Web API's /v1: {_HINT}") from refusal
        given = {name: value for name, value in path_values.items() if not value.startswith("{")}
        return cls(operation_id=route.operation_id, path_values=given)

    def matches(self, destination: Destination) -> bool:
        """Whether a request that goes there is meant."""
        if self.operation_id is None:
            return destination.is_web_api and self.method in {None, destination.method}
        return self.operation_id == destination.operation_id and all(
            destination.path_values[name] == value for name, value in self.path_values.items()
        )
