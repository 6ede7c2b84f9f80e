"""`Fault`: one thing that goes wrong with a request, and its effects on the response."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import ClassVar, Final, Literal, Self, get_args
from urllib.parse import urlsplit

BodyFormat = Literal["json", "text", "json-string", "html", "empty"]
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

ELSEWHERE: Final = "https://elsewhere.example"

_NEEDS_QUOTES: Final = frozenset(",'\"\\")
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


@dataclass(frozen=True, slots=True)
class Surplus:
    """The response twice on the same connection."""

    kind: ClassVar[str] = "surplus"
    executes: ClassVar[bool] = True
    pause: float = field(default=0.0, kw_only=True)

    def __post_init__(self) -> None:
        check_seconds("pause", self.pause)


Effect = Status | Reset | Cut | Garbage | Redirect | ForeignNext | Drip | Surplus


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong with a request to the sandbox, for `SpotifySandbox.fail`.

    Create one with the class methods below, and add delays with `with_delay`. `str(fault)` is the syntax of the
    command line's `--fault`.
    """

    effect: Effect | None = None
    """The effect on the response; None for a delay alone."""
    executed: bool = True
    """Whether the request is executed."""
    delay_before: float = 0.0
    """Seconds of delay before the request is executed."""
    delay_after: float = 0.0
    """Seconds of delay after the request is executed, before anything is sent."""
    delay_execution: float = 0.0
    """Seconds from the response to the execution of the request; 0 to execute it before the response."""

    def __post_init__(self) -> None:
        check_seconds("delay_before", self.delay_before)
        check_seconds("delay_after", self.delay_after)
        check_seconds("delay_execution", self.delay_execution)
        if self.delay_execution and not (self.executed and isinstance(self.effect, Reset | Status | Redirect)):
            raise ValueError(
                "only a status, a reset or a redirect with `executed` can be sent before the request is executed"
            )
        if self.effect is None and not (self.delay_before or self.delay_after):
            raise ValueError("a fault needs an effect or a delay")

    @classmethod
    def status(
        cls,
        status: int,
        *,
        message: str | None = None,
        reason: str | None = None,
        body: BodyFormat | None = None,
        retry_after: float | str | None = None,
        retry_after_as: RetryAfterFormat = "seconds",
        executed: bool | None = None,
    ) -> Self:
        """Respond with a status. A success does not replace an error response of the sandbox itself.

        Args:
            status: 200 to 599.
            message: The error object's message, or the text; None for Spotify's usual message.
            reason: The error object's reason, such as `QUOTA_EXCEEDED`; for the token endpoint, OAuth's error code.
            body: Spotify's error object (`json`), the message alone as plain text (`text`) or in quotes
                (`json-string`), a gateway's page (`html`), or no body (`empty`). None for `json` from 400 on, and
                `empty` below.
            retry_after: The seconds in `Retry-After`, which may be zero, negative or absurdly large. A str is sent
                unchanged. None omits the header.
            retry_after_as: Whether the seconds are sent as a number, or as the HTTP date that many seconds from the
                sandbox's time.
            executed: Whether the request is executed; None for whether the status is a success. A gateway's 5xx can
                follow an execution, a 4xx cannot.

        Raises:
            ValueError: An argument is out of bounds.
        """
        effect = Status(
            status, message=message, reason=reason, body=body, retry_after=retry_after, retry_after_as=retry_after_as
        )
        if executed and 400 <= status < 500:
            raise ValueError(f"{status} says that the request was not executed: omit `executed`")
        return cls(effect=effect, executed=effect.executes if executed is None else executed)

    @classmethod
    def reset(cls, *, executed: bool = False, graceful: bool = False) -> Self:
        """End the connection without a response.

        Args:
            executed: Whether the request is executed.
            graceful: Whether the connection is closed instead of reset.
        """
        return cls(effect=Reset(graceful=graceful), executed=executed)

    @classmethod
    def cut(cls, at: CutPoint = "length") -> Self:
        """Execute the request and send the first half of the response's body.

        A response without a body becomes a 200 that announces a body and does not send it.

        Args:
            at: Where the body ends: before its `Content-Length` is reached (`length`), before the last chunk
                (`chunked`), or inside the compressed data of a complete HTTP response (`gzip`).

        Raises:
            ValueError: `at` is none of these.
        """
        return cls(effect=Cut(at))

    @classmethod
    def garbage(cls, body: GarbageKind, *, size: int | None = None, executed: bool = True) -> Self:
        """Respond with a 200 and an invalid body. It does not replace an error response of the sandbox itself.

        Args:
            body: `html`: a page. `empty`: nothing. `error-object`: an error object of Spotify. `deep-nesting`: `size`
                levels (1,000). `huge-number`: a number of `size` digits (10 million). `oversized`: `size` bytes (100
                million), uncompressed. `gzip-bomb`: the same, compressed. The others are made from the request's own
                response: `invalid-utf8`, `broken-json` (half of it), `wrong-types` (every value has another type),
                `nulls` (every member, and every entry of a list, is null).
            size: For the four kinds above that have a size, 1 to 2^30.
            executed: Whether the request is executed.

        Raises:
            ValueError: `body` is none of these, or does not have such a size.
        """
        return cls(effect=Garbage(body, size=size), executed=executed)

    @classmethod
    def redirect(cls, to: str = ELSEWHERE, *, status: int = 302, executed: bool = False) -> Self:
        """Redirect to the same path at another host.

        Args:
            to: Scheme, host and port.
            status: 301, 302, 303, 307 or 308.
            executed: Whether the request is executed.

        Raises:
            ValueError: An argument is out of bounds.
        """
        return cls(effect=Redirect(to, status=status), executed=executed)

    @classmethod
    def foreign_next(cls, to: str = ELSEWHERE) -> Self:
        """Execute the request, and change `next` of each page in the response to a URL at another host.

        Args:
            to: Scheme, host and port.

        Raises:
            ValueError: `to` is not the address of a host.
        """
        return cls(effect=ForeignNext(to))

    @classmethod
    def drip(cls, *, piece: int = 64, pause: float = 0.5) -> Self:
        """Execute the request and send the response's body in small pieces.

        Args:
            piece: Bytes per piece, 1 or more.
            pause: Seconds between two pieces, 0 or more.

        Raises:
            ValueError: An argument is out of bounds.
        """
        return cls(effect=Drip(piece=piece, pause=pause))

    @classmethod
    def surplus(cls, *, pause: float = 0.0) -> Self:
        """Execute the request once and send its response twice on the same connection.

        A client that uses the connection again can take the second response for that to its next request.

        Args:
            pause: Seconds between the two, 0 or more. With 0 they are one write, so that a client finds the second
                before it uses the connection again. The next request on the connection is handled after the second.

        Raises:
            ValueError: `pause` is negative.
        """
        return cls(effect=Surplus(pause=pause))

    @classmethod
    def delay(cls, *, before: float = 0.0, after: float = 0.0) -> Self:
        """Delay the response, and do nothing else: see `with_delay`.

        Raises:
            ValueError: A delay is negative, or both are 0.
        """
        return cls(delay_before=before, delay_after=after)

    def with_delay(self, *, before: float = 0.0, after: float = 0.0, execution: float = 0.0) -> Self:
        """Return the same fault with a delay.

        The request is executed even if the client disconnects during the delay, unless the sandbox is stopped first.

        Args:
            before: Seconds before the request is executed, 0 or more.
            after: Seconds after that, before anything is sent, 0 or more.
            execution: Seconds after the response was sent until the request is executed, 0 or more: a gateway has given
                up, and the service behind it has not. The fault must be a `status`, `reset` or `redirect` with
                `executed`. The request is logged when it is executed.

        Raises:
            ValueError: A delay is negative, or this fault's response depends on the execution.
        """
        return replace(self, delay_before=before, delay_after=after, delay_execution=execution)

    def __str__(self) -> str:
        options: list[tuple[str, str | float | bool]] = []
        if self.effect is not None:
            options += _effect_options(self.effect)
            if self.executed != self.effect.executes:
                options.append(("executed", self.executed))
        delays = (
            ("delay_before", self.delay_before),
            ("delay_after", self.delay_after),
            ("delay_execution", self.delay_execution),
        )
        options += [(name, seconds) for name, seconds in delays if seconds]
        return ", ".join(_format_option(name, value) for name, value in options)


def _effect_options(effect: Effect) -> list[tuple[str, str | float | bool]]:
    """Return the kind with its value (True without one), and the other fields that differ from their defaults."""
    kind_value: str | float | bool = True
    options: list[tuple[str, str | float | bool]] = []
    for each in fields(effect):
        value = getattr(effect, each.name)
        if not each.kw_only:
            kind_value = value
        elif value != each.default:
            options.append((each.name, value))
    return [(effect.kind, kind_value), *options]


def _format_option(name: str, value: str | float | bool) -> str:
    if value is True:
        return name
    if isinstance(value, str) and (not value or _NEEDS_QUOTES.intersection(value)):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name}="{escaped}"'
    return f"{name}={'false' if value is False else value}"
