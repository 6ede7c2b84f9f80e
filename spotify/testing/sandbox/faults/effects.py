"""What a fault does to an answer: plain values, checked when they are made.

A field that is not keyword-only is written behind the kind's name in text: `status=503`. `executes` is whether a
request is executed before such a fault strikes, unless the fault says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal, get_args
from urllib.parse import urlsplit

BodyFormat = Literal["json", "html", "empty"]
RetryAfterFormat = Literal["seconds", "date"]
CutPoint = Literal["length", "chunked", "gzip"]
GarbageKind = Literal[
    "html",
    "empty",
    "invalid-utf8",
    "error-object",
    "broken-json",
    "wrong-types",
    "nulls",
    "deep-nesting",
    "huge-number",
    "oversized",
    "gzip-bomb",
]

_REDIRECTS: Final = (301, 302, 303, 307, 308)
_MOST_SECONDS: Final = 1e300
_MOST_DATE_SECONDS: Final = 1e10
_LARGEST_BODY: Final = 1 << 30
_SIZES: Final[dict[GarbageKind, int]] = {
    "deep-nesting": 1_000,
    "huge-number": 10_000_000,
    "oversized": 100_000_000,
    "gzip-bomb": 100_000_000,
}


@dataclass(frozen=True, slots=True)
class Status:
    """A status with an error body."""

    kind: ClassVar[str] = "status"
    status: int
    message: str | None = field(default=None, kw_only=True)
    reason: str | None = field(default=None, kw_only=True)
    body: BodyFormat | None = field(default=None, kw_only=True)
    retry_after: float | str | None = field(default=None, kw_only=True)
    retry_after_as: RetryAfterFormat = field(default="seconds", kw_only=True)

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:
            raise ValueError(f"status must be 200 to 599, not {self.status!r}")
        _one_of("body", self.body, (None, *get_args(BodyFormat)))
        _one_of("retry_after_as", self.retry_after_as, get_args(RetryAfterFormat))
        if isinstance(self.retry_after, str) and not self.retry_after.isprintable():
            raise ValueError(f"retry_after must be printable, not {self.retry_after!r}")
        seconds = None if isinstance(self.retry_after, str) else self.retry_after
        if seconds is not None and not abs(seconds) <= _MOST_SECONDS:
            raise ValueError("retry_after must be a number of at most 300 digits, or text")
        if self.retry_after_as == "date" and (seconds is None or abs(seconds) > _MOST_DATE_SECONDS):
            raise ValueError(f"retry_after must be seconds from now to be sent as a date, not {self.retry_after!r}")

    @property
    def executes(self) -> bool:
        """Only a success says so."""
        return self.status < 300

    @property
    def body_format(self) -> BodyFormat:
        """What the body is written in."""
        return self.body or ("json" if self.status >= 400 else "empty")


@dataclass(frozen=True, slots=True)
class Reset:
    """No answer at all."""

    kind: ClassVar[str] = "reset"
    executes: ClassVar[bool] = False
    graceful: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Cut:
    """Half of the answer's body."""

    kind: ClassVar[str] = "cut"
    executes: ClassVar[bool] = True
    at: CutPoint = "length"

    def __post_init__(self) -> None:
        _one_of("at", self.at, get_args(CutPoint))


@dataclass(frozen=True, slots=True)
class Garbage:
    """A success whose body is none."""

    kind: ClassVar[str] = "garbage"
    executes: ClassVar[bool] = True
    body: GarbageKind
    size: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        _one_of("body", self.body, get_args(GarbageKind))
        if self.size is None:
            return
        if self.body not in _SIZES:
            raise ValueError(f"{self.body!r} garbage has no size; {', '.join(_SIZES)} have one")
        if not 1 <= self.size <= _LARGEST_BODY:
            raise ValueError(f"size must be 1 to {_LARGEST_BODY}, not {self.size!r}")

    @property
    def amount(self) -> int:
        """Levels, digits or bytes; 0 for the kinds that do not count."""
        return self.size or _SIZES.get(self.body, 0)


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect to the same path of another host."""

    kind: ClassVar[str] = "redirect"
    executes: ClassVar[bool] = False
    to: str
    status: int = field(default=302, kw_only=True)

    def __post_init__(self) -> None:
        _check_origin(self.to)
        if self.status not in _REDIRECTS:
            raise ValueError(f"the status of a redirect must be one of {_REDIRECTS}, not {self.status!r}")


@dataclass(frozen=True, slots=True)
class ForeignNext:
    """Pages whose `next` is at another host."""

    kind: ClassVar[str] = "foreign_next"
    executes: ClassVar[bool] = True
    to: str

    def __post_init__(self) -> None:
        _check_origin(self.to)


@dataclass(frozen=True, slots=True)
class Drip:
    """The answer's body in small pieces, with pauses between."""

    kind: ClassVar[str] = "drip"
    executes: ClassVar[bool] = True
    piece: int = field(default=64, kw_only=True)
    pause: float = field(default=0.5, kw_only=True)

    def __post_init__(self) -> None:
        if self.piece < 1:
            raise ValueError(f"piece must be 1 or more bytes, not {self.piece!r}")
        check_seconds("pause", self.pause)


Effect = Status | Reset | Cut | Garbage | Redirect | ForeignNext | Drip


def check_seconds(name: str, seconds: float) -> None:
    """Raise `ValueError` unless these are seconds that can be waited."""
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{name} must be 0 or more seconds, not {seconds!r}")


def _one_of(name: str, value: str | None, allowed: Sequence[str | None]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(filter(None, allowed))}, not {value!r}")


def _check_origin(url: str) -> None:
    """Only a scheme, a host and a port: the request's own path and query are put behind them."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isprintable() or " " in url:
        raise ValueError(f"`to` must be the address of a host, such as 'https://elsewhere.example', not {url!r}")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"`to` must have no path: the request's own is put behind it, not {url!r}")
