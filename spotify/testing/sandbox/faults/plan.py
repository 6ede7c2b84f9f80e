"""Which requests a fault is meant for."""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_ENDPOINT
from spotify.testing.sandbox.faults.fault import Fault
from spotify.testing.sandbox.http.messages import Request
from spotify.testing.sandbox.web_api.errors import WebApiError
from spotify.testing.sandbox.web_api.routes import WEB_API

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
        except WebApiError:
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
        except WebApiError as error:
            raise ValueError(f"nothing is served at {text!r} below the Web API's /v1: {_HINT}") from error
        given = {name: value for name, value in path_values.items() if not value.startswith("{")}
        return cls(operation_id=route.operation_id, path_values=given)

    def matches(self, destination: Destination) -> bool:
        """Whether a request that goes there is meant."""
        if self.operation_id is None:
            return destination.is_web_api and self.method in {None, destination.method}
        return self.operation_id == destination.operation_id and all(
            destination.path_values[name] == value for name, value in self.path_values.items()
        )


_DIGEST_BYTES: Final = 16
_DRAWN_BITS: Final = 53


@dataclass(slots=True, kw_only=True, eq=False)
class _Rule:
    target: Target
    fault: Fault
    stream: bytes
    probability: float
    times: int | None
    after: int
    seen: int = 0
    seen_alike: Counter[bytes] = field(default_factory=Counter[bytes])


class FaultPlan:
    """What was asked for by `SpotifySandbox.fail`, in that order.

    Every rule looks at every request that it is meant for, whatever other rules do; the first that wants to strike
    does. A rule with a probability decides by a hash of the seed, the rule's own text, the request (method, path,
    query, body; not its headers) and how many like it the rule has seen. So neither other requests, nor their order,
    nor other rules change what it decides; the order counts only among requests that are alike, and for `times` and
    `after`.
    """

    def __init__(self, seed: int) -> None:
        """`seed` is what probabilities are drawn from."""
        self._seed: Final = seed
        self._rules: list[_Rule] = []
        self._names: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, target: str, fault: Fault, *, times: int | None, probability: float, after: int) -> None:
        """Add a rule behind those that there are: see `SpotifySandbox.fail`."""
        if not isinstance(fault, Fault):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"fault must be a Fault, such as Fault.status(503), not {fault!r}")
        if not 0 <= probability <= 1:
            raise ValueError(f"probability must be 0 to 1, not {probability!r}")
        if times is not None and times < 1:
            raise ValueError(f"times must be 1 or more, or None for always, not {times!r}")
        if after < 0:
            raise ValueError(f"after must be 0 or more requests, not {after!r}")
        aim, name = Target.parse(target), f"{target}: {fault}"
        self._names[name] += 1
        self._rules.append(
            _Rule(
                target=aim,
                fault=fault,
                stream=hashlib.blake2b(f"{self._seed}/{self._names[name]}/{name}".encode()).digest(),
                probability=probability,
                times=times,
                after=after,
            )
        )

    def clear(self) -> None:
        """Drop every rule, and what was counted and drawn for it."""
        self._rules.clear()
        self._names.clear()

    def next(self, request: Request, destination: Destination) -> Fault | None:
        """What goes wrong with the next request, if anything does."""
        digest: bytes | None = None
        chosen: _Rule | None = None
        for rule in self._rules:
            if not rule.target.matches(destination):
                continue
            rule.seen += 1
            wants = rule.seen > rule.after and rule.probability > 0
            if 0 < rule.probability < 1:
                digest = digest or _digest(request, destination)
                rule.seen_alike[digest] += 1
                wants = wants and _drawn(rule.stream, digest, rule.seen_alike[digest]) < rule.probability
            if wants and chosen is None:
                chosen = rule
        if chosen is None:
            return None
        if chosen.times is not None:
            chosen.times -= 1
            if chosen.times <= 0:
                self._rules.remove(chosen)
        return chosen.fault


def _digest(request: Request, destination: Destination) -> bytes:
    # The bodies of requests for tokens have codes and verifiers, which are never the same twice.
    body = b"" if destination.operation_id == TOKEN_ENDPOINT else request.body
    line = f"{request.method} {request.path}?{request.query}\n"
    return hashlib.blake2b(line.encode(errors="surrogateescape") + body, digest_size=_DIGEST_BYTES).digest()


def _drawn(stream: bytes, digest: bytes, number: int) -> float:
    """A number from 0 to 1, without 1, that is always the same for the same arguments."""
    drawn = hashlib.blake2b(b"%b%b%d" % (stream, digest, number), digest_size=8).digest()
    return (int.from_bytes(drawn) >> (64 - _DRAWN_BITS)) / (1 << _DRAWN_BITS)
