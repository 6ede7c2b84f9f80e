"""Parses the command line's `--fault`: `PUT /me/library: status=503, retry_after=2, times=1`.

A target, a colon, the kind of fault, and the keyword arguments of `Fault` and `SpotifySandbox.fail`, separated by
commas. `str(fault)` writes the part after the colon.
"""

from __future__ import annotations

import contextlib
import inspect
import math
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from spotify.testing.sandbox.faults.fault import (
    Cut,
    Drip,
    Fault,
    ForeignNext,
    Garbage,
    Redirect,
    Reset,
    Status,
    Surplus,
)

_CONSTRUCTORS: Mapping[str, Callable[..., Fault]] = {
    Status.kind: Fault.status,
    Reset.kind: Fault.reset,
    Cut.kind: Fault.cut,
    Garbage.kind: Fault.garbage,
    Redirect.kind: Fault.redirect,
    ForeignNext.kind: Fault.foreign_next,
    Drip.kind: Fault.drip,
    Surplus.kind: Fault.surplus,
}
_INTEGERS: Final = frozenset({"status", "size", "piece", "times", "after"})
_NUMBERS: Final = frozenset({"pause", "probability", "delay_before", "delay_after", "delay_execution"})
_FLAGS: Final = frozenset({"executed", "graceful"})
_DELAYS: Final = ("delay_before", "delay_after", "delay_execution")
_PLAN_OPTIONS: Final = ("times", "probability", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultOption:
    """The arguments of `SpotifySandbox.fail`."""

    target: str
    fault: Fault
    times: int | None = None
    probability: float = 1.0
    after: int = 0

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Parse the argument of `--fault`.

        Raises:
            ValueError: The argument is invalid; the message says why.
        """
        target, colon, description = argument.partition(":")
        if not colon:
            raise ValueError(f"{argument!r} is not a fault: write a target, a colon and a kind, such as '*: reset'")
        try:
            options = _parse_options(description)
            plan_options: dict[str, Any] = {name: options.pop(name) for name in _PLAN_OPTIONS if name in options}
            _check_values(plan_options)
            return cls(target=target.strip(), fault=_fault(options), **plan_options)
        except ValueError as error:
            raise ValueError(f"in the fault {argument!r}: {error}") from error


def _fault(options: dict[str, Any]) -> Fault:
    """Create a fault; the first option that is not a delay is the kind."""
    kind = next((name for name in options if name not in _DELAYS), None)
    if kind is not None and kind not in _CONSTRUCTORS:
        raise ValueError(f"there is no {kind!r}: begin with one of {', '.join(_CONSTRUCTORS)}, or give only delays")
    _check_values({name: value for name, value in options.items() if name != kind})
    delays = {name.removeprefix("delay_"): options.pop(name) for name in _DELAYS if name in options}
    if kind is None:
        return Fault.delay(**delays)
    return _construct(kind, options.pop(kind), options).with_delay(**delays)


def _construct(kind: str, value: object, options: dict[str, Any]) -> Fault:
    """Create a fault without delays; `value` is True if the kind has no value."""
    construct = _CONSTRUCTORS[kind]
    parameters = inspect.signature(construct).parameters.values()
    known = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    if unknown := options.keys() - known:
        allowed = ", ".join((*known, *_DELAYS, *_PLAN_OPTIONS))
        raise ValueError(f"{kind!r} has no option {min(unknown)!r}; it has {allowed}")
    takes_value = len(known) < len(parameters)
    if value is not True:
        if not takes_value:
            raise ValueError(f"{kind!r} takes no value, but has {value!r}")
        return construct(value, **options)
    if takes_value and any(each.default is each.empty for each in parameters):
        raise ValueError(f"{kind!r} needs a value: {kind}=…")
    return construct(**options)


def _check_values(options: Mapping[str, object]) -> None:
    for name, value in options.items():
        if value is True and name not in _FLAGS:
            raise ValueError(f"{name!r} needs a value: {name}=…")


def _parse_options(description: str) -> dict[str, Any]:
    """Parse options such as `status=503` or `executed`; an option without a value is True."""
    lexer = shlex.shlex(description, posix=True)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = ",", True, ""
    options: dict[str, Any] = {}
    for part in lexer:
        name, equals, value = part.partition("=")
        name = name.strip()
        if not name:
            raise ValueError(f"a name is missing in {description!r}")
        if name in options:
            raise ValueError(f"{name!r} is given twice")
        options[name] = _parse_value(name, value.strip() if equals else None)
    return options


def _parse_value(name: str, value: str | None) -> str | float | bool:
    if name in _FLAGS:
        if value not in {None, "true", "false"}:
            raise ValueError(f"{name!r} must be true or false, or have no value, not {value!r}")
        return value != "false"
    if value is None:
        return True
    if name in _INTEGERS:
        return _parse_number(int, name, value, "an integer")
    if name in _NUMBERS:
        return _parse_number(float, name, value, "a number")
    return _parse_retry_after(value) if name == "retry_after" else value


def _parse_number(convert: Callable[[str], float], name: str, value: str, expected: str) -> float:
    try:
        return convert(value)
    except ValueError:
        raise ValueError(f"{name!r} must be {expected}, not {value!r}") from None


def _parse_retry_after(value: str) -> float | str:
    """Return the seconds, or a str that is sent unchanged."""
    for convert in (int, float):
        with contextlib.suppress(ValueError):
            seconds = convert(value)
            return seconds if math.isfinite(seconds) else value
    return value
