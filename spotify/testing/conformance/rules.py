"""`Rules`: runs the rules of a check, and names those that are broken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

Rule: TypeAlias = Callable[[], Awaitable[None]]
#: Real seconds for one rule: a part that never returns breaks the rule instead of stopping the check.
_TIMEOUT: Final = 60.0


class ConformanceError(AssertionError):
    """A part breaks rules of its protocol."""

    def __init__(self, subject: str, broken: Sequence[tuple[str, str]]) -> None:
        """Take the names of the broken rules, each with what happened."""
        self.broken: Final = tuple(name for name, _ in broken)
        """The names of the rules."""
        lines = [f"- {name}: {what}" for name, what in broken]
        count = "a rule" if len(broken) == 1 else f"{len(broken)} rules"
        super().__init__("\n".join([f"the {subject} breaks {count} of its protocol:", *lines]))


async def run_rules(subject: str, rules: Sequence[tuple[str, Rule]]) -> None:
    """Run all rules in order.

    Args:
        subject: What is checked: `transport`.
        rules: The name of each rule, and a function that raises if it is broken.

    Raises:
        ConformanceError: Rules are broken.
    """
    broken: list[tuple[str, str]] = []
    for name, rule in rules:
        try:
            await asyncio.wait_for(rule(), _TIMEOUT)
        except Exception as error:  # noqa: BLE001  whatever the part raises breaks the rule
            broken.append((name, _shown(error)))
    if broken:
        raise ConformanceError(subject, broken)


def require(condition: object, what: str) -> None:
    """Raise `AssertionError` unless a condition holds; `what` says what happened instead."""
    if not condition:
        raise AssertionError(what)


def _shown(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no result within {_TIMEOUT:g} seconds"
    text = str(error) or type(error).__name__
    return text if isinstance(error, AssertionError) else f"{type(error).__name__}: {text}"
