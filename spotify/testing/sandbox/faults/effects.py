"""The effects that a fault can have on a response: plain values, validated when they are created.

In the command line's syntax the field that is not keyword-only follows the kind: `status=503`. `executes` is whether
the request is executed, unless the fault says otherwise.
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

_REDIRECT_STATUSES: Final = (301, 302, 303, 307, 308)
_MAX_RETRY_AFTER: Final = 1e300
_MAX_RETRY_AFTER_DATE: Final = 1e10
_MAX_SIZE: Final = 1 << 30
_DEFAULT_SIZES: Final[dict[GarbageKind, int]] = {
    "deep-nesting": 1_000,
    "huge-number": 10_000_000,
    "oversized": 100_000_000,
    "gzip-bomb": 100_000_000,
}


@dataclass(frozen=True, slots=True)
class Status:
    """A status, with an error body."""

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
        _check_choice("body", self.body, (None, *get_args(BodyFormat)))
        _check_choice("retry_after_as", self.retry_after_as, get_args(RetryAfterFormat))
        if isinstance(self.retry_after, str) and not self.retry_after.isprintable():
            raise ValueError(f"retry_after must be printable, not {self.retry_after!r}")
        seconds = None if isinstance(self.retry_after, str) else self.retry_after
        if seconds is not None and not abs(seconds) <= _MAX_RETRY_AFTER:
            raise ValueError("retry_after must be a number of at most 300 digits, or a str")
        if self.retry_after_as == "date" and (seconds is None or abs(seconds) > _MAX_RETRY_AFTER_DATE):
            raise ValueError(f"retry_after must be seconds from now to be sent as a date, not {self.retry_after!r}")

    @property
    def executes(self) -> bool:
        """Whether the status is a success."""
        return self.status < 300

    @property
    def body_format(self) -> BodyFormat:
        """The format of the body, by default an error object for errors and empty for others."""
        return self.body or ("json" if self.status >= 400 else "empty")


@dataclass(frozen=True, slots=True)
class Reset:
    """No response: the connection ends."""

    kind: ClassVar[str] = "reset"
    executes: ClassVar[bool] = False
    graceful: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Cut:
    """The first half of the response's body."""

    kind: ClassVar[str] = "cut"
    executes: ClassVar[bool] = True
    at: CutPoint = "length"

    def __post_init__(self) -> None:
        _check_choice("at", self.at, get_args(CutPoint))


@dataclass(frozen=True, slots=True)
class Garbage:
    """A 200 with an invalid body."""

    kind: ClassVar[str] = "garbage"
    executes: ClassVar[bool] = True
    body: GarbageKind
    size: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        _check_choice("body", self.body, get_args(GarbageKind))
        if self.size is None:
            return
        if self.body not in _DEFAULT_SIZES:
            raise ValueError(f"{self.body!r} garbage has no size; {', '.join(_DEFAULT_SIZES)} have one")
        if not 1 <= self.size <= _MAX_SIZE:
            raise ValueError(f"size must be 1 to {_MAX_SIZE}, not {self.size!r}")

    @property
    def amount(self) -> int:
        """The size in levels, digits or bytes; 0 for kinds without a size."""
        return self.size or _DEFAULT_SIZES.get(self.body, 0)


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect to the same path at another host."""

    kind: ClassVar[str] = "redirect"
    executes: ClassVar[bool] = False
    to: str
    status: int = field(default=302, kw_only=True)

    def __post_init__(self) -> None:
        _check_origin(self.to)
        if self.status not in _REDIRECT_STATUSES:
            raise ValueError(f"the status of a redirect must be one of {_REDIRECT_STATUSES}, not {self.status!r}")


@dataclass(frozen=True, slots=True)
class ForeignNext:
    """Pages whose `next` is a URL at another host."""

    kind: ClassVar[str] = "foreign_next"
    executes: ClassVar[bool] = True
    to: str

    def __post_init__(self) -> None:
        _check_origin(self.to)


@dataclass(frozen=True, slots=True)
class Drip:
    """The response's body in small pieces, with a pause before each but the first."""

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
    """Raise `ValueError` unless a duration is finite and not negative."""
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{name} must be 0 or more seconds, not {seconds!r}")


def _check_choice(name: str, value: str | None, allowed: Sequence[str | None]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(filter(None, allowed))}, not {value!r}")


def _check_origin(url: str) -> None:
    """Check that a URL has only a scheme, a host and a port: the request's path and query are appended to it."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isprintable() or " " in url:
        raise ValueError(f"`to` must be the address of a host, such as 'https://elsewhere.example', not {url!r}")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"`to` must have no path: the request's path is appended to it, not {url!r}")
