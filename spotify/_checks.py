"""Checks of arguments of any part: they raise before anything is sent, and show a little of what came, never much."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar, cast

T = TypeVar("T")

_SHOWN_CHARACTERS: Final = 60
_SHOWN_BITS: Final = 64
# Spotify's numbers have 32 bits, and JSON's readers agree on no more than 64.
_LARGEST: Final = 2**63 - 1


def shown(value: object) -> str:
    """Return a value for a message: texts and numbers cut short, of anything else the type, as it may hold a secret."""
    if isinstance(value, str):
        # `repr` of a subclass would call its own; that of an enumeration hides the text.
        text = str.__str__(value)
        return repr(text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…")
    if isinstance(value, int) and not isinstance(value, bool):
        bits = value.bit_length()
        return int.__repr__(value) if bits <= _SHOWN_BITS else f"a number of {bits} bits"
    return repr(value) if value is None or isinstance(value, bool | float) else type(value).__name__


def is_text(value: str) -> bool:
    """Tell whether a text can be written as UTF-8: JSON and file names can name halves of characters, which cannot."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_str(name: str, value: object) -> None:
    """Check that a value is a text, whatever it holds. Neither message nor frame shows it.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(value, str):
        kind = type(value).__name__
        del value
        raise TypeError(f"{name} must be a str, not {kind}")


def check_text(name: str, value: object, *, may_be_empty: bool = False) -> None:
    """Check that a value is a text, with something in it unless it may be empty. The message never shows it.

    Raises:
        TypeError: It is not a text.
        ValueError: It is empty, or white space alone, or no text that can be sent.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if not may_be_empty and (not value or value.isspace()):
        raise ValueError(f"{name} must not be empty")
    if not is_text(value):
        raise ValueError(f"{name} must be text, but holds half of a character (a lone surrogate)")


def is_token(text: str) -> bool:
    """Tell whether a text can be a token, or another credential: printable ASCII without spaces."""
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def check_token(name: str, value: object) -> None:
    """Check that a value can be a token or another credential: printable ASCII. Neither message nor frame shows it.

    Raises:
        TypeError: It is not a text.
        ValueError: It is empty, or has other characters, such as a line end that was read from a file with it.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if not value or value.isspace():
        raise ValueError(f"{name} must not be empty")
    if not is_token(value):
        del value
        raise ValueError(f"{name} must be printable ASCII without spaces and line ends")


def check_range(name: str, value: object, *, at_least: int, at_most: int | None = None) -> None:
    """Check that a value is a whole number within its bounds, and of 64 bits at most.

    Raises:
        TypeError: It is not a whole number.
        ValueError: It is out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}")
    if value > _LARGEST and at_most is None:
        at_most = _LARGEST
    if value < at_least or (at_most is not None and value > at_most):
        bounds = f"{at_least} or more" if at_most is None else f"from {at_least} to {at_most}"
        raise ValueError(f"{name} must be {bounds}, not {shown(value)}")


def check_number(name: str, value: object, *, above: float | None = None, at_least: float | None = None) -> None:
    """Check that a value is a finite number, above a bound or at least one.

    Raises:
        TypeError: It is not a number.
        ValueError: It is out of bounds.
    """
    bound = f"more than {above:g}" if above is not None else f"{at_least:g} or more"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number of {bound}, not {type(value).__name__}")
    # The negated comparison refuses NaN as well.
    if not (value > above if above is not None else value >= (at_least or 0)) or not is_finite(value):
        raise ValueError(f"{name} must be {bound} and finite, not {shown(value)}")


def is_finite(value: float) -> bool:
    """Tell whether a number is one that fits a float, which a whole number need not."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def check_flag(name: str, value: object, *, optional: bool = False) -> None:
    """Check that a value is true or false; or None, if that says nothing.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(value, bool) and not (optional and value is None):
        wanted = "True, False or None" if optional else "True or False"
        raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")


def each_of(values: Iterable[T], expected: str) -> Iterator[T]:
    """Return an iterator over what has to be several values, and not one text. What iterating raises is the caller's.

    Args:
        values: Any iterable.
        expected: What the message begins with, such as `uris must be several texts`.

    Raises:
        TypeError: It is a text, or bytes, or not an iterable.
    """
    if isinstance(values, str):
        raise TypeError(f"{expected}, not one text; write [{shown(values)}]")
    if not isinstance(values, bytes | bytearray | memoryview):
        try:
            return iter(values)
        except TypeError:
            pass
    raise TypeError(f"{expected}, such as a list, not {type(values).__name__}")


def check_function(name: str, value: object) -> None:
    """Check that a value can be called.

    Raises:
        TypeError: It cannot.
    """
    if not callable(value):
        raise TypeError(f"{name} must be a function, not {type(value).__name__}")


def variable_in(environ: Mapping[str, str], variable: str) -> str:
    """Return what an environment has for a variable, without white space around it; nothing if it is not there.

    Raises:
        TypeError: It is no environment, or has something else than a text. Neither message nor frame shows it.
    """
    if not isinstance(cast("object", environ), Mapping):
        kind = type(environ).__name__
        del environ
        raise TypeError(f"environ must be a mapping of texts such as os.environ, not {kind}")
    text = cast("object", environ.get(variable, ""))
    if isinstance(text, str):
        return text.strip()
    kind = type(text).__name__
    del environ, text
    raise TypeError(f"environ must be a mapping of texts such as os.environ, but {variable} is {kind}")


def check_methods(name: str, value: object, methods: Iterable[str]) -> None:
    """Check that a value is an object that has methods, and not the class of one.

    Raises:
        TypeError: It is not.
    """
    if isinstance(value, type):
        raise TypeError(f"{name} must be an instance, not the class {value.__name__} itself")
    for method in methods:
        if not callable(getattr(value, method, None)):
            raise TypeError(f"{name} must have a method `{method}`, which {type(value).__name__} has not")
