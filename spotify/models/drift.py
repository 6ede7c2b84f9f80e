"""Drift: how a response differs from its model, and the log event or the error that reports it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, get_args

from spotify._checks import is_text
from spotify.errors import DecodeError
from spotify.logs import get_logger
from spotify.models.base import JsonValue

_log: Final = get_logger(__name__)

_MAX_DESCRIBED: Final = 10
_MODULE_PREFIX: Final = re.compile(r"\b\w+\.")


class Missing:
    """The type of `MISSING`."""


MISSING: Final = Missing()
"""In place of the value of a field that a response does not contain."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A value of a response that does not match the model."""

    path: str
    """The JSON path of the value, without keys that are data."""
    expected: str
    """The type of the model."""
    actual: str
    """The JSON type of the value, or `nothing`."""

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, got {self.actual}"

    def error(self, into: object) -> DecodeError:
        """Return the error of a response that cannot be repaired, or must not be."""
        return DecodeError(f"the response does not match {type_name(into)} at {self}", path=self.path)


class Drift:
    """Collects the damages of one response while it is traversed. Neither they nor the log event contain its data."""

    def __init__(self) -> None:
        """Start at the root of the response."""
        self._path = ["$"]
        self._count = 0
        self._described: list[Damage] = []

    @property
    def first(self) -> Damage | None:
        """The first damage, None if there is none."""
        return self._described[0] if self._described else None

    def enter(self, step: str) -> None:
        """Descend one level."""
        self._path.append(step)

    def leave(self) -> None:
        """Ascend one level."""
        self._path.pop()

    def add(self, expected: str, value: JsonValue | Missing) -> Damage:
        """Record and return the damage of the current value."""
        damage = Damage("".join(self._path), expected, _json_type(value))
        self._count += 1
        if self._count <= _MAX_DESCRIBED:
            self._described.append(damage)
        return damage

    def log(self, into: object) -> None:
        """Log `response_drift`, which counts all damages and describes the first ten, if there is any."""
        if self.first is not None:
            _log.warning(
                "response_drift",
                model=type_name(into),
                path=self.first.path,
                count=self._count,
                damages=[str(damage) for damage in self._described],
            )


def type_name(into: object) -> str:
    """Return the name of a type without modules."""
    return into.__name__ if isinstance(into, type) and not get_args(into) else _MODULE_PREFIX.sub("", str(into))


def _json_type(value: JsonValue | Missing) -> str:
    if isinstance(value, Missing):
        return "nothing"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number" if math.isfinite(value) else "a number out of range"
    if isinstance(value, str):
        return "a string" if is_text(value) else "an invalid string"
    return "an array" if isinstance(value, list) else "an object"
