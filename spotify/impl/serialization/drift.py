"""What was found wrong with an answer, and where."""

import math
from dataclasses import MISSING, dataclass, field
from typing import Final

from spotify._checks import is_text

MAX_DAMAGES: Final = 10
"""How many damages are described; the rest is counted."""


class Damaged:
    """Stands for a value that could not be repaired."""


DAMAGED: Final = Damaged()


@dataclass(frozen=True, slots=True)
class Damage:
    """One place where an answer does not fit.

    Attributes:
        path: The place, as a JSON path. Keys that are data are left out of it.
        expected: The type that belongs there.
        found: What kind of JSON is there, or `nothing`.
    """

    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, got {self.found}"


@dataclass(slots=True)
class Findings:
    """What was found on the way through an answer.

    Attributes:
        count: How many places do not fit.
        damages: The first of them.
        last: The last of them.
    """

    count: int = 0
    damages: list[Damage] = field(default_factory=list[Damage])
    last: Damage | None = None
    _path: list[str] = field(default_factory=lambda: ["$"])

    def enter(self, step: str) -> None:
        """Go one step down."""
        self._path.append(step)

    def leave(self) -> None:
        """Go one step up."""
        self._path.pop()

    def damage(self, expected: str, value: object) -> Damaged:
        """Note that the value here is not what belongs here."""
        self.last = Damage("".join(self._path), expected, _kind(value))
        self.count += 1
        if self.count <= MAX_DAMAGES:
            self.damages.append(self.last)
        return DAMAGED


def _kind(value: object) -> str:
    if value is MISSING:
        return "nothing"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number" if math.isfinite(value) else "a number out of range"
    if isinstance(value, str):
        return "a string" if is_text(value) else "a broken string"
    return "an array" if isinstance(value, list) else "an object"
