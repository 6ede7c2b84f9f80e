"""Faults as the command line has them: `PUT /me/library: status=503, retry_after=2, times=1`.

A target, a colon, what goes wrong, and then the keyword arguments of `Fault` and `SpotifySandbox.fail`, between commas.
"""

from __future__ import annotations

import contextlib
import inspect
import math
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from spotify.testing.sandbox.faults.effects import Cut, Drip, ForeignNext, Garbage, Redirect, Reset, Status
from spotify.testing.sandbox.faults.fault import Fault, Word

_MAKERS: Mapping[str, Callable[..., Fault]] = {
    Status.kind: Fault.status,
    Reset.kind: Fault.reset,
    Cut.kind: Fault.cut,
    Garbage.kind: Fault.garbage,
    Redirect.kind: Fault.redirect,
    ForeignNext.kind: Fault.foreign_next,
    Drip.kind: Fault.drip,
}
_WHOLE_NUMBERS: Final = frozenset({"status", "size", "piece", "times", "after"})
_NUMBERS: Final = frozenset({"pause", "probability", "delay_before", "delay_after"})
_SWITCHES: Final = frozenset({"executed", "graceful"})
_DELAYS: Final = ("delay_before", "delay_after")
_COUNTS: Final = ("times", "probability", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultOption:
    """The arguments of `SpotifySandbox.fail`."""

    target: str
    fault: Fault
    times: int | None = None
    probability: float = 1.0
    after: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what stands behind `--fault`.

        Raises:
            ValueError: It is wrong; the message says what about it.
        """
        target, colon, description = text.partition(":")
        if not colon:
            raise ValueError(f"{text!r} is no fault: write a target, a colon and what goes wrong, such as '*: reset'")
        try:
            arguments = _arguments(_words(description))
            counts: dict[str, Any] = {name: arguments.pop(name) for name in _COUNTS if name in arguments}
            _refuse_bare(counts)
            return cls(target=target.strip(), fault=_fault(arguments), **counts)
        except ValueError as error:
            raise ValueError(f"in the fault {text!r}: {error}") from error


def _fault(arguments: dict[str, Any]) -> Fault:
    """The first argument that is no delay says the kind."""
    kind = next((name for name in arguments if name not in _DELAYS), None)
    if kind is not None and kind not in _MAKERS:
        raise ValueError(f"there is no {kind!r}: begin with one of {', '.join(_MAKERS)}, or give nothing but a delay")
    _refuse_bare({name: value for name, value in arguments.items() if name != kind})
    delays = {name.removeprefix("delay_"): arguments.pop(name) for name in _DELAYS if name in arguments}
    if kind is None:
        return Fault.delay(**delays)
    return _make(kind, arguments.pop(kind), arguments).with_delay(**delays)


def _make(kind: str, main: object, options: dict[str, Any]) -> Fault:
    """A fault without delays; `main` is True where the kind stands alone."""
    make = _MAKERS[kind]
    parameters = inspect.signature(make).parameters.values()
    known = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    if unknown := options.keys() - known:
        raise ValueError(f"{kind!r} has no {min(unknown)!r}; it has {', '.join((*known, *_DELAYS, *_COUNTS))}")
    takes_value = len(known) < len(parameters)
    if main is not True:
        if not takes_value:
            raise ValueError(f"{kind!r} stands alone, without {main!r}")
        return make(main, **options)
    if takes_value and any(each.default is each.empty for each in parameters):
        raise ValueError(f"{kind!r} needs a value: {kind}=…")
    return make(**options)


def _refuse_bare(arguments: Mapping[str, object]) -> None:
    for name, value in arguments.items():
        if value is True and name not in _SWITCHES:
            raise ValueError(f"{name!r} needs a value: {name}=…")


def _arguments(words: Iterable[Word]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name, value in words:
        if name in arguments:
            raise ValueError(f"{name!r} is there twice")
        arguments[name] = _value(name, value)
    return arguments


def _value(name: str, value: object) -> object:
    if name in _SWITCHES:
        if value is not True and value not in {"true", "false"}:
            raise ValueError(f"{name!r} stands alone or is true or false, not {value!r}")
        return value in {True, "true"}
    if value is True:
        return True
    text = str(value)
    if name in _WHOLE_NUMBERS:
        return _number(int, name, text, "a whole number")
    if name in _NUMBERS:
        return _number(float, name, text, "a number")
    return _seconds_or_text(text) if name == "retry_after" else text


def _number(read_number: Callable[[str], float], name: str, text: str, wanted: str) -> float:
    try:
        return read_number(text)
    except ValueError:
        raise ValueError(f"{name!r} must be {wanted}, not {text!r}") from None


def _seconds_or_text(text: str) -> float | str:
    for read_number in (int, float):
        with contextlib.suppress(ValueError):
            number = read_number(text)
            return number if math.isfinite(number) else text
    return text


def _words(text: str) -> list[Word]:
    """The words of a text, whose values are text, or `True` where there is none.

    Raises:
        ValueError: A quote is not closed, or there is no name where one is needed.
    """
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = ",", True, ""
    words: list[Word] = []
    for part in lexer:
        name, equals, value = part.partition("=")
        if not name.strip():
            raise ValueError(f"there is a name missing in {text!r}")
        words.append(Word(name.strip(), value.strip() if equals else True))
    return words
