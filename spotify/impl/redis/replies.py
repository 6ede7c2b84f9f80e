"""Parsers of the scripts' replies. They refuse what no script returns, as the server may not be a Redis."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

T = TypeVar("T")


class UnexpectedReplyError(Exception):
    """The reply is not one that the script can give. The error contains nothing of it."""


def flag(reply: object) -> bool:
    """Return whether a reply of 0 or 1 is 1."""
    if reply in (0, 1):
        return reply == 1
    raise UnexpectedReplyError


def nothing(reply: object) -> None:
    """Accept the reply of a script that returns nothing."""
    if reply is not None:
        raise UnexpectedReplyError


def optional_string(reply: object) -> bytes | str | None:
    """Return a string or None. It is a str if the client decodes replies."""
    if reply is None or isinstance(reply, bytes | str):
        return reply
    raise UnexpectedReplyError


def string(reply: object) -> bytes | str:
    """Return a string."""
    if (value := optional_string(reply)) is None:
        raise UnexpectedReplyError
    return value


def integers(count: int) -> Callable[[object], list[int]]:
    """Return a parser of a list of `count` integers."""

    def parse(reply: object) -> list[int]:
        values = [value for value in list_of(reply) if isinstance(value, int)]
        return _checked(values, reply, count)

    return parse


def optional_bytes(count: int) -> Callable[[object], list[bytes | None]]:
    """Return a parser of a list of `count` strings, of which some may be None."""

    def parse(reply: object) -> list[bytes | None]:
        values = [value for value in list_of(reply) if value is None or isinstance(value, bytes)]
        return _checked(values, reply, count)

    return parse


def list_of(reply: object) -> list[object]:
    """Return a reply that is a list and not empty."""
    if isinstance(reply, list) and reply:
        return cast("list[object]", reply)
    raise UnexpectedReplyError


def _checked(values: list[T], reply: object, count: int) -> list[T]:
    if len(values) == len(list_of(reply)) == count:
        return values
    raise UnexpectedReplyError
