"""Batches of ids and URIs: their size, the check of their results, their concurrency and their priority."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spotify._checks import implements
from spotify._concurrency import MAX_TASKS
from spotify.errors import DecodeError
from spotify.interfaces.executor import SupportsConcurrency
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Priority


def in_batches(values: Sequence[str], operation: Operation) -> Iterator[Sequence[str]]:
    """Yield the ids or URIs in slices of at most `operation.max_ids`, or all of them if it has no maximum."""
    size = operation.max_ids or max(len(values), 1)
    for start in range(0, len(values), size):
        yield values[start : start + size]


def check_count(results: Sequence[object], asked: Sequence[str]) -> None:
    """Check that there is a result for each id or URI.

    Raises:
        DecodeError: There is not.
    """
    if len(results) != len(asked):
        raise DecodeError(f"the response has {len(results)} results for {len(asked)} ids, which cannot be matched")


def concurrency_of(executor: object) -> int:
    """Return the number of calls to make at the same time."""
    return executor.max_concurrency if implements(executor, SupportsConcurrency) else MAX_TASKS


def priority_of(*, is_one_of_many: bool) -> Priority:
    """Return the priority of a request: the requests of a longer piece of work let single ones pass."""
    return "bulk" if is_one_of_many else "interactive"
