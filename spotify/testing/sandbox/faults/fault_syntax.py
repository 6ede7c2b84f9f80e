"""Faults as text: words such as `status=503` or `executed`, separated by commas."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Final, NamedTuple

_NEEDS_QUOTES: Final = frozenset(",'\"\\")


class Word(NamedTuple):
    """A name with a value; `True` for a name that stands alone."""

    name: str
    value: str | float | bool


def write(words: Iterable[Word]) -> str:
    """The words as text, which `read` understands."""
    return ", ".join(_written(word) for word in words)


def read(text: str) -> list[Word]:
    """The words of a text, whose values are text, or `True` where there is none.

    Raises:
        ValueError: A quote is not closed, or there is no name where one is needed.
    """
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = ",", True, ""
    words: list[Word] = []
    for part in lexer:
        name, equals, value = part.partition("=")
        if not name.strip():
            raise ValueError(f"there is a name missing in {text!r}")
        words.append(Word(name.strip(), value.strip() if equals else True))
    return words


def _written(word: Word) -> str:
    if word.value is True:
        return word.name
    if isinstance(word.value, str) and (not word.value or _NEEDS_QUOTES.intersection(word.value)):
        escaped = word.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{word.name}="{escaped}"'
    return f"{word.name}={'false' if word.value is False else word.value}"
