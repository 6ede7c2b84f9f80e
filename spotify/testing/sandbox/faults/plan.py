"""The plan of which request gets which fault."""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from spotify._checks import check_type
from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_ENDPOINT
from spotify.testing.sandbox.faults.fault import Fault
from spotify.testing.sandbox.http.errors import WebApiError
from spotify.testing.sandbox.http.messages import Request
from spotify.testing.sandbox.web_api.web_api import WEB_API

_OPERATIONS: Final = {route.operation_id: route for route in WEB_API.routes}
_METHODS: Final = frozenset(route.method for route in WEB_API.routes)
_HINT: Final = "give an operation id, a method and a path ('PUT /me/library'), 'GET *', '*' or 'POST /api/token'"
_DIGEST_BYTES: Final = 16
_FLOAT_BITS: Final = 53


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


@dataclass(slots=True, kw_only=True, eq=False)
class _Rule:
    target: Target
    fault: Fault
    key: bytes
    probability: float
    times: int | None
    after: int
    seen: int = 0
    seen_by_digest: Counter[bytes] = field(default_factory=Counter[bytes])

    def applies(self, digest: bytes) -> bool:
        """Count a matching request, and return whether it gets the fault."""
        self.seen += 1
        if self.probability in {0, 1}:
            return self.probability == 1 and self.seen > self.after
        self.seen_by_digest[digest] += 1
        drawn = _draw(self.key, digest, self.seen_by_digest[digest])
        return drawn < self.probability and self.seen > self.after


class FaultPlan:
    """The faults of `SpotifySandbox.fail`, in order.

    Every rule counts every request that it matches, regardless of other rules; the first rule that applies decides the
    fault. A rule with a probability decides by a hash of the seed, the rule, the request (method, path, query and body,
    not the headers) and the number of equal requests that the rule has seen. Therefore neither other requests, nor
    their order, nor other rules change the decision; the order matters only among equal requests, and for `times` and
    `after`.
    """

    def __init__(self, seed: int) -> None:
        """Create an empty plan; probabilities are drawn from `seed`."""
        self._seed: Final = seed
        self._rules: list[_Rule] = []
        self._names: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, target: str, fault: Fault, *, times: int | None, probability: float, after: int) -> None:
        """Append a rule: see `SpotifySandbox.fail`."""
        check_type("fault", fault, Fault)
        if not 0 <= probability <= 1:
            raise ValueError(f"probability must be 0 to 1, not {probability!r}")
        if times is not None and times < 1:
            raise ValueError(f"times must be 1 or more, or None for no maximum, not {times!r}")
        if after < 0:
            raise ValueError(f"after must be 0 or more requests, not {after!r}")
        parsed, name = Target.parse(target), f"{target}: {fault}"
        # The number keeps the draws of two equal rules apart.
        self._names[name] += 1
        self._rules.append(
            _Rule(
                target=parsed,
                fault=fault,
                key=hashlib.blake2b(f"{self._seed}/{self._names[name]}/{name}".encode()).digest(),
                probability=probability,
                times=times,
                after=after,
            )
        )

    def clear(self) -> None:
        """Remove all rules with their counts."""
        self._rules.clear()
        self._names.clear()

    def next(self, request: Request, destination: Destination) -> Fault | None:
        """Return the fault of the next request, if it gets one."""
        matching = [rule for rule in self._rules if rule.target.matches(destination)]
        if not matching:
            return None
        digest = _digest(request, destination)
        # A list, because every matching rule has to count the request.
        applying = [rule for rule in matching if rule.applies(digest)]
        if not applying:
            return None
        rule = applying[0]
        if rule.times is not None:
            rule.times -= 1
            if rule.times <= 0:
                self._rules.remove(rule)
        return rule.fault


def _digest(request: Request, destination: Destination) -> bytes:
    # Bodies of token requests hold codes and verifiers, which differ in each run.
    body = b"" if destination.operation_id == TOKEN_ENDPOINT else request.body
    line = f"{request.method} {request.path}?{request.query}\n"
    return hashlib.blake2b(line.encode(errors="surrogateescape") + body, digest_size=_DIGEST_BYTES).digest()


def _draw(key: bytes, digest: bytes, number: int) -> float:
    """Return a number in [0, 1) that depends on the arguments only."""
    drawn = hashlib.blake2b(b"%b%b%d" % (key, digest, number), digest_size=8).digest()
    return (int.from_bytes(drawn) >> (64 - _FLOAT_BITS)) / (1 << _FLOAT_BITS)
