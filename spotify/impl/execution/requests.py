"""The URL, headers and body of a request: pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeGuard, TypeVar
from urllib.parse import quote

from spotify._checks import check_range, check_text, is_finite, shown
from spotify.interfaces.executor import Argument, Call
from spotify.interfaces.operation import Operation
from spotify.interfaces.serializer import Serializer

T = TypeVar("T")

_DOT_SEGMENTS: Final = frozenset({".", ".."})
_CONTROL_CHARACTERS: Final = re.compile(r"[\x00-\x1f\x7f]")
# Commas and colons are allowed in a query; escaped, forty URIs would be twice as long.
_SAFE_IN_QUERY: Final = ",:"
_NAME: Final = re.compile(r"\{(\w+)\}")
_MIN_INTEGER: Final = -(2**63)


class RequestParts(NamedTuple):
    """The parts of a request that are the same in each attempt of a call."""

    url: str
    headers: dict[str, str]
    body: bytes | None


def request_parts(
    call: Call[T], *, api_url: str, defaults: Mapping[str, Argument], serializer: Callable[[], Serializer]
) -> RequestParts:
    """Return the parts of the call's request.

    Args:
        call: The call.
        api_url: The URL that the operation's path is appended to.
        defaults: Arguments for query parameters that the call omits.
        serializer: Returns what encodes a JSON body.

    Raises:
        TypeError: An argument belongs neither to the path nor to the query.
        ValueError: An argument cannot be put into the path or the query.
    """
    operation = call.operation
    url = api_url + expand_path(operation.path, call.arguments)
    if query := build_query(operation, call.arguments, defaults):
        url = f"{url}?{query}"
    headers = {"Accept": "application/json"}
    if call.fresh:
        headers["Cache-Control"] = "no-cache"
    body = call.content
    if body is None and call.json is not None:
        body = serializer().encode(call.json)
    if body is not None:
        headers["Content-Type"] = operation.content_type or "application/json"
    return RequestParts(url, headers, body)


def named_object(call: Call[T]) -> str | None:
    """Return the object in the path of a call; None if there is none. A batch of `ids` is not one object."""
    return "/".join(str(call.arguments[name]) for name in call.operation.path_parameters) or None


def expand_path(template: str, arguments: Mapping[str, Argument]) -> str:
    """Return the path with each `{name}` replaced by its argument, percent-encoded including slashes.

    Raises:
        ValueError: An argument is missing or empty, cannot be encoded as UTF-8, contains a control character, or is `.`
            or `..`, which servers and proxies resolve even when they are encoded.
    """
    literal, *rest = _split_template(template)
    path = literal
    for name, literal in zip(rest[::2], rest[1::2], strict=True):
        path += _path_segment(name, arguments.get(name)) + literal
    return path


def build_query(operation: Operation, arguments: Mapping[str, Argument], defaults: Mapping[str, Argument]) -> str:
    """Return the query string without its question mark, in the order of the operation's parameters.

    Args:
        operation: The operation; parameters that it does not have are not sent.
        arguments: The path and query arguments; None omits a parameter.
        defaults: Values for the parameters that are omitted.

    Raises:
        TypeError: An argument belongs neither to the path nor to the query.
        ValueError: An argument cannot be encoded as UTF-8, or is a number that is not finite.
    """
    for name in arguments:
        if name not in operation.query and name not in operation.path_parameters:
            raise TypeError(f"{operation.id} has no parameter {shown(name)}")
    pairs: list[str] = []
    for name in operation.query:
        value = arguments.get(name)
        if value is None:
            value = defaults.get(name)
        if value is not None:
            pairs.append(f"{name}={_query_value(name, value)}")
    return "&".join(pairs)


@lru_cache
def _split_template(template: str) -> list[str]:
    """Return the text before the first `{name}`, then each name and the text after it."""
    return _NAME.split(template)


def _path_segment(name: str, value: Argument) -> str:
    if _is_alphanumeric(value):
        return value
    segment = "" if value is None else _as_str(name, value)
    if not segment or segment in _DOT_SEGMENTS or _CONTROL_CHARACTERS.search(segment):
        raise ValueError(f"{name} cannot be part of a path: {shown(segment)}; pass an id")
    return quote(segment, safe="")


def _query_value(name: str, value: str | float | bool) -> str:
    return value if _is_alphanumeric(value) else quote(_as_str(name, value), safe=_SAFE_IN_QUERY)


def _as_str(name: str, value: object) -> str:
    """Return a value in the API's notation. A subclass, such as an enum member, counts as its base value."""
    if isinstance(value, str):
        check_text(name, value, may_be_empty=True)
        return str.__str__(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not is_finite(value):
            raise ValueError(f"{name} must be a finite number, not {shown(value)}")
        return float.__repr__(value)
    if isinstance(value, int):
        check_range(name, value, at_least=_MIN_INTEGER)
        return int.__repr__(value)
    raise TypeError(f"{name} must be a str, a number or a bool, not {type(value).__name__}")


def _is_alphanumeric(value: object) -> TypeGuard[str]:
    """Whether the value needs no check and no percent-encoding, as most arguments: ids and countries."""
    return type(value) is str and value.isascii() and value.isalnum()
