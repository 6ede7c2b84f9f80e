"""Checking many similar cases in one test."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

import pytest

T = TypeVar("T")

# `pytest.raises` raises the second one if nothing was raised.
_FAILURES = (Exception, pytest.fail.Exception)


def failures(check: Callable[[T], object], cases: Mapping[str, T]) -> dict[str, str]:
    """Call `check` with each case and return what it raised, by the name of the case."""
    found: dict[str, str] = {}
    for name, case in cases.items():
        try:
            check(case)
        except _FAILURES as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


async def async_failures(check: Callable[[T], Awaitable[object]], cases: Mapping[str, T]) -> dict[str, str]:
    """Await `check` with each case, one after the other, and return what it raised, by the name of the case."""
    found: dict[str, str] = {}
    for name, case in cases.items():
        try:
            await check(case)
        except _FAILURES as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


def named(names: Iterable[str]) -> dict[str, str]:
    """Return cases that are their own names."""
    return {name: name for name in names}
