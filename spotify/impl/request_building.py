"""From a call to the request that carries it: pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation

_DOTS: Final = frozenset({".", ".."})


def expand_path(template: str, arguments: Mapping[str, Argument]) -> str:
    """Return the path with each `{name}` replaced by its argument, percent-encoded whole.

    Raises:
        ValueError: An argument is missing or empty, holds a control character, or is `.` or `..`, which servers and
            proxies resolve even when they are encoded.
    """
    segments: list[str] = []
    for segment in template.split("/"):
        if segment.startswith("{"):
            name = segment[1:-1]
            segments.append(_path_segment(name, arguments.get(name)))
        else:
            segments.append(segment)
    return "/".join(segments)


def build_query(operation: Operation, arguments: Mapping[str, Argument], defaults: Mapping[str, Argument]) -> str:
    """Return the query string, without its question mark, in the order of the operation's parameters.

    Args:
        operation: Its `query` names the parameters it knows.
        arguments: What the caller gave; None leaves a parameter out.
        defaults: What is sent for parameters that the operation knows and the caller left out.

    Raises:
        TypeError: An argument belongs neither to the path nor to the query.
    """
    pairs: list[tuple[str, str]] = []
    for name in operation.query:
        value = arguments.get(name)
        if value is None:
            value = defaults.get(name)
        if value is not None:
            pairs.append((name, _query_text(value)))
    unknown = [name for name in arguments if name not in operation.query and f"{{{name}}}" not in operation.path]
    if unknown:
        raise TypeError(f"{operation.id} has no parameter {unknown[0]!r}")
    # Commas and colons are legal in a query; escaped, forty URIs would make a line twice as long.
    return urlencode(pairs, quote_via=quote, safe=",:")


def _path_segment(name: str, value: Argument) -> str:
    text = "" if value is None else str(value)
    if not text or text in _DOTS or any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError(f"{name} cannot stand in a path: {text[:80]!r}")
    return quote(text, safe="")


def _query_text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
