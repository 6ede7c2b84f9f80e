"""Checks of arguments that operations of several areas share; they raise before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from spotify._checks import check_flag, check_range, check_text, each_of, shown
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation

__all__ = [
    "check_arguments",
    "check_choice",
    "check_flag",
    "check_market",
    "check_page_arguments",
    "check_range",
    "check_text",
    "choices_of",
    "in_chunks",
    "page_limit",
    "texts_of",
]

T = TypeVar("T")

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
