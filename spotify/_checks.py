"""Argument checks for every layer. They raise before a request is sent, and messages show a value only in part."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, wraps
from ipaddress import ip_address
from os import PathLike, fsencode, fspath
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeGuard, TypeVar, overload

T = TypeVar("T")
P = ParamSpec("P")

_SHOWN_CHARACTERS: Final = 60
_SHOWN_BITS: Final = 64
# Spotify's integers have 32 bits, and JSON parsers agree on 64 at most.
_LARGEST: Final = 2**63 - 1

_MARKET: Final = re.compile(r"[A-Z]{2}")
_LOCALE: Final = re.compile(r"[a-z]{2,3}_[A-Z]{2}")


def shown(value: object) -> str:
    """Return a value for a message: shortened if it is a str or a number, otherwise its type, as it may be secret."""
    if isinstance(value, str):
        # `repr` of a subclass would call its own; that of an enumeration hides the string.
        string = str.__str__(value)
        return repr(string if len(string) <= _SHOWN_CHARACTERS else f"{string[:_SHOWN_CHARACTERS]}…")
    if isinstance(value, int) and not isinstance(value, bool):
        bits = value.bit_length()
        return int.__repr__(value) if bits <= _SHOWN_BITS else f"a number of {bits} bits"
    return repr(value) if value is None or isinstance(value, bool | float) else type(value).__name__


def check_type(name: str, value: object, kind: type) -> None:
    """Check that a value is an instance of a class. Neither the message nor this frame shows the value.

    Raises:
        TypeError: It is not.
    """
    if not isinstance(value, kind):
        actual = type(value).__name__
        del value
        article = "" if kind is bytes else "an " if kind.__name__[0] in "AEIOUaeiou" else "a "
        raise TypeError(f"{name} must be {article}{kind.__name__}, not {actual}")


def is_json_object(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether a value decoded from JSON is an object, whose names are always strings."""
    return isinstance(value, dict)


def is_json_array(value: object) -> TypeGuard[list[object]]:
    """Return whether a value decoded from JSON is an array."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Return whether a value is a mapping, of any keys and values."""
    return isinstance(value, Mapping)


def check_flag(name: str, value: object, *, optional: bool = False) -> None:
    """Check that a value is a bool, or None if it is optional.

    Raises:
        TypeError: It is not.
    """
    if not isinstance(value, bool) and not (optional and value is None):
        expected = "True, False or None" if optional else "True or False"
        raise TypeError(f"{name} must be {expected}, not {type(value).__name__}")


def check_function(name: str, value: object) -> None:
    """Check that a value is callable.

    Raises:
        TypeError: It is not.
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


def implements(value: object, protocol: Callable[..., T]) -> TypeGuard[T]:
    """Return whether a value has all members of a protocol, also if it delegates them to another object.

    `isinstance` is slow for protocols in Python 3.11, and later versions do not find members of another object.

    Args:
        value: Any object.
        protocol: The protocol, a class.
    """
    return all(getattr(value, name, None) is not None for name in _members(protocol))


@cache
def _members(protocol: Callable[..., object]) -> tuple[str, ...]:
    return tuple(name for name in dir(protocol) if not name.startswith("_"))


def check_methods(name: str, value: object, methods: Iterable[str]) -> None:
    """Check that a value is an object with some methods, and not a class.

    Raises:
        TypeError: It is not.
    """
    if isinstance(value, type):
        raise TypeError(f"{name} must be an instance, not the class {value.__name__} itself")
    for method in methods:
        if not callable(getattr(value, method, None)):
            raise TypeError(f"{name} must have a method `{method}`, which {type(value).__name__} does not have")


def check_keywords(name: str, method: Callable[..., object], keywords: Iterable[str]) -> None:
    """Check that a method, which takes one positional argument, takes these keyword arguments too.

    Raises:
        TypeError: It does not.
    """
    try:
        inspect.signature(method).bind(None, **dict.fromkeys(keywords))
    except ValueError:
        return  # the signature is unknown
    except TypeError:
        expected, signature = ", ".join(keywords), inspect.signature(method)
        raise TypeError(f"{name} must take the keyword arguments {expected}; it takes {signature}") from None


def check_range(name: str, value: object, *, at_least: int, at_most: int | None = None) -> int:
    """Return a value if it is an integer within bounds, and of 64 bits at most.

    Raises:
        TypeError: It is not an integer.
        ValueError: It is out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, not {type(value).__name__}")
    if value > _LARGEST and at_most is None:
        at_most = _LARGEST
    if value < at_least or (at_most is not None and value > at_most):
        bounds = f"{at_least} or more" if at_most is None else f"from {at_least} to {at_most}"
        raise ValueError(f"{name} must be {bounds}, not {shown(value)}")
    return value


def check_number(name: str, value: object, *, above: float | None = None, at_least: float | None = None) -> float:
    """Return a value if it is a finite number, greater than `above` or not less than `at_least`.

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
    return value


def is_finite(value: float) -> bool:
    """Return whether a number is finite as a float; a large int has no float."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def is_text(value: str) -> bool:
    """Return whether a string can be encoded as UTF-8. JSON and file names can hold lone surrogates, which cannot."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_text(name: str, value: object, *, may_be_empty: bool = False) -> None:
    """Check that a value is a str that can be sent, and not empty unless it may be. The message never shows it.

    Raises:
        TypeError: It is not a str.
        ValueError: It is empty or white space, or cannot be encoded as UTF-8.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if not may_be_empty and (not value or value.isspace()):
        raise ValueError(f"{name} must not be empty")
    if not is_text(value):
        raise ValueError(f"{name} must be valid Unicode, but contains a lone surrogate")


def is_token(value: str) -> bool:
    """Return whether a string can be a token or another credential: printable ASCII without spaces."""
    return bool(value) and value.isascii() and value.isprintable() and " " not in value


def check_token(name: str, value: object) -> None:
    """Check that a value can be a token or another credential. Neither the message nor this frame shows it.

    Raises:
        TypeError: It is not a str.
        ValueError: It is empty, or has other characters than printable ASCII, such as a line end read from a file.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if not value or value.isspace():
        raise ValueError(f"{name} must not be empty")
    if not is_token(value):
        has_scheme = value.lower().startswith(("bearer ", "basic "))
        del value
        advice = "; pass the token alone, without the word in front of it" if has_scheme else ""
        raise ValueError(f"{name} must be printable ASCII without spaces and line ends{advice}")


def check_names(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Check the names of keyword arguments.

    Args:
        what: What to call one in the message, such as `setting`.
        names: The names that are given.
        known: The names that there are.

    Raises:
        TypeError: One is unknown; the message has the nearest one.
    """
    known = list(known)
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            advice = repr(near[0]) if near else f"one of {', '.join(known)}"
            raise TypeError(f"there is no {what} {shown(name)}; use {advice}")


def names_the_nearest_argument(function: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function, so that the error for an unknown keyword argument names a similar one."""
    known = [name for name in inspect.signature(function).parameters if name != "self"]

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        check_names("argument", kwargs, known)
        return function(*args, **kwargs)

    return checked


def check_choice(name: str, value: object, allowed: Sequence[str]) -> None:
    """Check that a value is one of the allowed strings.

    Raises:
        TypeError: It is not a str.
        ValueError: It is another str.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {shown(value)}")


def check_market(market: object) -> None:
    """Check that a market is an ISO 3166-1 alpha-2 country code.

    Raises:
        TypeError: It is not a str.
        ValueError: It is not of that form.
    """
    if not isinstance(market, str):
        raise TypeError(f"market must be a str, not {type(market).__name__}")
    if not _MARKET.fullmatch(market):
        raise ValueError(f"market must be an ISO 3166-1 alpha-2 country code such as 'DE', not {shown(market)}")


def check_locale(locale: object) -> None:
    """Check that a locale is a language and a country, such as `es_MX`.

    Raises:
        TypeError: It is not a str.
        ValueError: It is not of that form.
    """
    if not isinstance(locale, str):
        raise TypeError(f"locale must be a str, not {type(locale).__name__}")
    if not _LOCALE.fullmatch(locale):
        raise ValueError(f"locale must be a language and a country such as 'es_MX', not {shown(locale)}")


@overload
def each_of(values: Iterable[T], expected: str) -> Iterator[T]: ...


@overload
def each_of(values: object, expected: str) -> Iterator[object]: ...


def each_of(values: Any, expected: str) -> Iterator[Any]:
    """Return an iterator over the values of an iterable that is not a single str. It raises what iterating raises.

    Args:
        values: Any iterable.
        expected: The beginning of the message, such as `uris must be several strings`.

    Raises:
        TypeError: It is a str or bytes, or not an iterable.
    """
    if isinstance(values, str):
        raise TypeError(f"{expected}, not one str; write [{shown(values)}]")
    if not _is_bytes(values):
        try:
            return iter(values)
        except TypeError:
            pass
    raise TypeError(f"{expected}, such as a list, not {type(values).__name__}")


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes | bytearray | memoryview)


def strings_of(name: str, values: Iterable[str]) -> list[str]:
    """Return the strings of an iterable; there may be none.

    Raises:
        TypeError: It is a str, or not an iterable, or one of the values is not a str.
        ValueError: One of the strings is empty.
    """
    strings = list(each_of(values, f"{name} must be several strings"))
    for position, value in enumerate(strings):
        check_text(f"{name}[{position}]", value)
    return strings


def choices_of(name: str, values: Iterable[str], allowed: Sequence[str]) -> list[str]:
    """Return the chosen strings without duplicates, in the order in which they were given.

    Raises:
        TypeError: It is a str, or not an iterable, or one of the values is not a str.
        ValueError: There are no values, or one of them is not allowed.
    """
    chosen = list(dict.fromkeys(strings_of(name, values)))
    for value in chosen:
        if value not in allowed:
            raise ValueError(f"{name} can be {', '.join(allowed)}; not {shown(value)}")
    if not chosen:
        raise ValueError(f"{name} must be at least one of {', '.join(allowed)}")
    return chosen


def path_of(name: str, path: str | PathLike[str]) -> Path:
    """Return a path argument as a `Path`. There need not be a file or directory.

    Raises:
        TypeError: It is not a path.
        ValueError: It is empty, or has a character that is invalid in a path.
    """
    value = fspath(path) if isinstance(path, PathLike) else path
    check_type(name, value, str)
    if not value.strip():
        raise ValueError(f"{name} must not be empty")
    try:
        encoded = fsencode(value)
    except UnicodeEncodeError:
        encoded = b"\0"
    if b"\0" in encoded:
        raise ValueError(f"{name} must be a path, but {shown(value)} has a character that is invalid in paths")
    return Path(value)


def variable_in(environ: object, variable: str) -> str:
    """Return the value of an environment variable without surrounding white space; '' if it is not set.

    Raises:
        TypeError: `environ` is not a mapping, or the value is not a str. The message does not show it.
    """
    if not is_mapping(environ):
        raise TypeError(f"environ must be a mapping of strings such as os.environ, not {type(environ).__name__}")
    value = environ.get(variable, "")
    if isinstance(value, str):
        return value.strip()
    raise TypeError(
        f"environ must be a mapping of strings such as os.environ, but {variable} is {type(value).__name__}"
    )


def is_loopback(host: str) -> bool:
    """Return whether a host is a loopback IP address such as `127.0.0.1` or `::1`; host names are not resolved."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
