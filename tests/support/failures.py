"""Checking many similar cases in one test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")


def failures(check: Callable[[T], object], cases: Mapping[str, T]) -> dict[str, str]:
    """Call `check` with each case and return what it raised, by the name of the case."""
    found: dict[str, str] = {}
    for name, case in cases.items():
        try:
            check(case)
        except Exception as error:  # noqa: BLE001  the test shows all of them
            found[name] = f"{type(error).__name__}: {error}"
    return found
