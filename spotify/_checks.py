"""Checks of arguments of any part: they raise before anything is sent, and show a little of what came, never much."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, TypeGuard, TypeVar, cast

if TYPE_CHECKING:
    from spotify.interfaces.executor import Argument
    from spotify.interfaces.operation import Operation


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


def check_type(name: str, value: object, kind: type) -> None:
    """Check that a value is an instance of a class. Neither the message nor this frame shows the value.

    Raises:
        TypeError: It is not.
    """
    if not isinstance(value, kind):
        actual = type(value).__name__
        del value
        article = "an" if kind.__name__[0] in "AEIOUaeiou" else "a"
        raise TypeError(f"{name} must be {article} {kind.__name__}, not {actual}")


def is_json_object(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether a value decoded from JSON is an object, whose names are always strings."""
    return isinstance(value, dict)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Return whether a value is a mapping, whatever it holds."""
    return isinstance(value, Mapping)


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


def check_awaitable(name: str, value: object) -> None:
    """Check that what a function returned can be awaited. Neither the message nor this frame shows the value.

    Raises:
        TypeError: It cannot: the function is not async.
    """
    if not isinstance(value, Awaitable):
        kind = type(value).__name__
        del value
        raise TypeError(f"{name} must be an async function; it returned {kind}")


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


def is_loopback(host: str) -> bool:
    """Return whether a host is a loopback IP address such as `127.0.0.1` or `::1`; host names are not resolved."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


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


_MARKET: Final = re.compile(r"[A-Z]{2}")


def check_arguments(operation: Operation, arguments: Mapping[str, Argument]) -> None:
    """Check `limit`, `offset` and `market` where the operation takes them.

    Raises:
        TypeError: A value is of the wrong type.
        ValueError: A value is out of the operation's bounds.
    """
    check_page_arguments(arguments)
    if (limit := arguments.get("limit")) is not None:
        check_range("limit", limit, at_least=1, at_most=operation.max_limit)


def check_page_arguments(arguments: Mapping[str, Argument]) -> None:
    """Check `offset` and `market`, and that `limit` is a limit; its upper bound depends on the quota mode.

    Raises:
        TypeError: A value is of the wrong type.
        ValueError: A value is out of bounds.
    """
    limit, offset, market = arguments.get("limit"), arguments.get("offset"), arguments.get("market")
    if limit is not None:
        check_range("limit", limit, at_least=1)
    if offset is not None:
        check_range("offset", offset, at_least=0)
    if market is not None:
        check_market(market)


def page_limit(
    operation: Operation, arguments: Mapping[str, Argument], *, highest: int | None, clamp: bool
) -> int | None:
    """Return the `limit` to ask for: the one given if it is allowed, the highest if none was given.

    Args:
        operation: What is asked for; its `max_results` bounds `offset + limit`.
        arguments: `limit` and `offset` among them, checked; None for neither.
        highest: The highest limit that the quota mode allows; None if the operation has none.
        clamp: Whether one that is too high becomes the highest, instead of being refused.

    Raises:
        ValueError: The limit is too high, or there are no results so far out.
    """
    asked, offset = _whole(arguments.get("limit")), _whole(arguments.get("offset"))
    if highest is None:
        return asked or None
    limit = min(asked or highest, highest)
    if asked > highest and not clamp:
        mode = " in development mode" if highest != operation.max_limit else ""
        raise ValueError(f"limit must be from 1 to {highest}{mode}, not {asked}; leave it out for the highest")
    if operation.max_results is None:
        return limit
    left = operation.max_results - offset
    if left < 1 or (asked > left and not clamp):
        raise ValueError(
            f"offset + limit must be at most {operation.max_results}, not {offset + limit}: "
            "Spotify shows no further results"
        )
    return min(limit, left)


def check_market(market: object) -> None:
    """Check that a market is an ISO 3166-1 alpha-2 country code.

    Raises:
        TypeError: It is not a text.
        ValueError: It is not of that form.
    """
    if not isinstance(market, str):
        raise TypeError(f"market must be a str, not {type(market).__name__}")
    if not _MARKET.fullmatch(market):
        raise ValueError(f"market must be an ISO 3166-1 alpha-2 country code such as 'DE', not {shown(market)}")


def texts_of(name: str, values: Iterable[str]) -> list[str]:
    """Return the texts that an iterable yields, which may be none.

    Raises:
        TypeError: It is a text itself, or not an iterable, or one of them is not a text.
        ValueError: One of them is empty.
    """
    found = list(each_of(values, f"{name} must be several texts"))
    for position, value in enumerate(found):
        check_text(f"{name}[{position}]", value)
    return found


def check_choice(name: str, value: object, allowed: Sequence[str]) -> None:
    """Check that a value is one of the words that can be chosen.

    Raises:
        TypeError: It is not a text.
        ValueError: It is another word.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {shown(value)}")


def choices_of(name: str, values: Iterable[str], allowed: Sequence[str]) -> list[str]:
    """Return the chosen words, each once, in the order in which they were first given.

    Raises:
        TypeError: It is a text itself, or not an iterable, or one of them is not a text.
        ValueError: There is none, or one of them cannot be chosen.
    """
    chosen = list(dict.fromkeys(texts_of(name, values)))
    for word in chosen:
        if word not in allowed:
            raise ValueError(f"{name} can be {', '.join(allowed)}; not {shown(word)}")
    if not chosen:
        raise ValueError(f"{name} must be at least one of {', '.join(allowed)}")
    return chosen


def in_chunks(values: Sequence[T], size: int | None) -> Iterator[Sequence[T]]:
    """Yield the values in runs of at most that size; None for one run of them all."""
    step = size or max(len(values), 1)
    for start in range(0, len(values), step):
        yield values[start : start + step]


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
