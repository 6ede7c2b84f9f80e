"""A text that must not be seen: tokens, client secrets, codes."""

from __future__ import annotations

from typing import Final, NoReturn

from spotify._checks import check_str

MASK: Final = "***"


class Secret:
    """A text whose `repr` and `str` never show it.

    It stays wrapped until the very line that puts it on the wire, so that a log record, an exception, a debugger's
    list of locals or an f-string shows the mask instead. It refuses to be pickled, for the same reason.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str, /) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself. Call it where it leaves the program, nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __str__(self) -> str:
        return MASK

    def __format__(self, _spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied out of the process")


def check_secret(name: str, value: object) -> None:
    """Check that a value is a text that is wrapped, with something in it. The message never shows it.

    Raises:
        TypeError: It is something else, or what it wraps is.
        ValueError: It is empty.
    """
    if not isinstance(value, Secret):
        kind = type(value).__name__
        del value
        raise TypeError(f"{name} must be a Secret, not {kind}; write Secret(…)")
    check_str(f"what {name} holds", value.reveal())
    if not value:
        raise ValueError(f"{name} must not be empty")
