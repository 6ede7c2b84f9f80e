"""`Fault`: one thing that goes wrong with a request."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final, Self

from spotify.testing.sandbox.faults.effects import (
    BodyFormat,
    Cut,
    CutPoint,
    Drip,
    Effect,
    ForeignNext,
    Garbage,
    GarbageKind,
    Redirect,
    Reset,
    RetryAfterFormat,
    Status,
    check_seconds,
)

ELSEWHERE: Final = "https://elsewhere.example"
_NEEDS_QUOTES: Final = frozenset(",'\"\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong with a request to the sandbox, for `SpotifySandbox.fail`.

    Create one with the class methods below, and add delays with `with_delay`. `str(fault)` is the syntax of the
    command line's `--fault`.

    Attributes:
        effect: The effect on the response; None for a delay alone.
        executed: Whether the request is executed.
        delay_before: Seconds of delay before the request is executed.
        delay_after: Seconds of delay after that, before anything is sent.
    """

    effect: Effect | None = None
    executed: bool = True
    delay_before: float = 0.0
    delay_after: float = 0.0

    def __post_init__(self) -> None:
        check_seconds("delay_before", self.delay_before)
        check_seconds("delay_after", self.delay_after)
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
            message: The error object's message; None for Spotify's usual message.
            reason: The error object's reason, such as `QUOTA_EXCEEDED`; for the token endpoint, OAuth's error code.
            body: Spotify's error object (`json`), a gateway's page (`html`), or no body (`empty`). None for `json`
                from 400 on, and `empty` below.
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
    def delay(cls, *, before: float = 0.0, after: float = 0.0) -> Self:
        """Delay the response, and do nothing else: see `with_delay`.

        Raises:
            ValueError: A delay is negative, or both are 0.
        """
        return cls(delay_before=before, delay_after=after)

    def with_delay(self, *, before: float = 0.0, after: float = 0.0) -> Self:
        """Return the same fault with a delay.

        The request is executed even if the client disconnects during the delay, unless the sandbox is stopped first.

        Args:
            before: Seconds before the request is executed, 0 or more.
            after: Seconds after that, before anything is sent, 0 or more.

        Raises:
            ValueError: A delay is negative.
        """
        return replace(self, delay_before=before, delay_after=after)

    def __str__(self) -> str:
        options: list[tuple[str, str | float | bool]] = []
        if self.effect is not None:
            options += _effect_options(self.effect)
            if self.executed != self.effect.executes:
                options.append(("executed", self.executed))
        delays = (("delay_before", self.delay_before), ("delay_after", self.delay_after))
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
