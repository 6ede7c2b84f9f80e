"""Which request gets which fault: counting and drawing, without effects."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from spotify.testing.sandbox.accounts import TOKEN_ENDPOINT
from spotify.testing.sandbox.faults.fault import Fault
from spotify.testing.sandbox.faults.targets import Destination, Target
from spotify.testing.sandbox.messages import Request

_DIGEST_BYTES: Final = 16
_DRAWN_BITS: Final = 53


class Struck(NamedTuple):
    """A fault, and its text."""

    fault: Fault
    text: str


@dataclass(slots=True, kw_only=True, eq=False)
class _Rule:
    target: Target
    struck: Struck
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
        aim, text = Target.parse(target), str(fault)
        name = f"{target}: {text}"
        self._names[name] += 1
        self._rules.append(
            _Rule(
                target=aim,
                struck=Struck(fault, text),
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

    def next(self, request: Request, destination: Destination) -> Struck | None:
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
        return chosen.struck


def _digest(request: Request, destination: Destination) -> bytes:
    # The bodies of requests for tokens have codes and verifiers, which are never the same twice.
    body = b"" if destination.operation_id == TOKEN_ENDPOINT else request.body
    line = f"{request.method} {request.path}?{request.query}\n"
    return hashlib.blake2b(line.encode(errors="surrogateescape") + body, digest_size=_DIGEST_BYTES).digest()


def _drawn(stream: bytes, digest: bytes, number: int) -> float:
    """A number from 0 to 1, without 1, that is always the same for the same arguments."""
    drawn = hashlib.blake2b(b"%b%b%d" % (stream, digest, number), digest_size=8).digest()
    return (int.from_bytes(drawn) >> (64 - _DRAWN_BITS)) / (1 << _DRAWN_BITS)
