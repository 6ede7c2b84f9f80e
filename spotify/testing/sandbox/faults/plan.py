"""The plan of which request gets which fault."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from spotify._checks import check_type
from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_ENDPOINT
from spotify.testing.sandbox.faults.fault import Fault
from spotify.testing.sandbox.http.messages import Request
from spotify.testing.sandbox.web_api.web_api import Destination, Target

_DIGEST_BYTES: Final = 16
_FLOAT_BITS: Final = 53


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
