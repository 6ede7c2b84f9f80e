"""What stands in the place of a member that an answer does not have, which is not the same as null."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias, TypeVar

T = TypeVar("T")


class Absent(Enum):
    """The type of `ABSENT`, which is its only member and false, as None is.

    Type checkers know a member that may be absent as `X | Absent`, and leave `X` after `is not ABSENT`.
    """

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "ABSENT"

    __str__ = __repr__


ABSENT: Final = Absent.ABSENT
"""Stands for what was not asked for, and therefore did not come."""

if TYPE_CHECKING:
    OrAbsent: TypeAlias = T | Absent
else:
    # Decoders see what JSON can bring, which is never an `Absent`: that is a default only.
    OrAbsent = Annotated[T, ABSENT]


def is_absent(value: object) -> bool:
    """Tell whether a value is `ABSENT`, and so is left out."""
    return value is ABSENT
