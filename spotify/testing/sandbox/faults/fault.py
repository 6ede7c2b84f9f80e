"""`Fault`: one thing that goes wrong with a request."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final, NamedTuple, Self

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

_NEEDS_QUOTES: Final = frozenset(",'\"\\")
ELSEWHERE: Final = "https://elsewhere.example"


class Word(NamedTuple):
    """A name with a value; `True` for a name that stands alone."""

    name: str
    value: str | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with a request to the sandbox, for `SpotifySandbox.fail`.

    Make one with the methods below, and put a delay to it with `with_delay`. `str(fault)` is what the command line's
    `--fault` takes.

    Attributes:
        effect: What is done to the answer; None for a delay alone.
        executed: Whether the request is executed all the same, before the fault strikes.
        delay_before: Seconds that pass before the request is executed, if it is.
        delay_after: Seconds that pass after that, before anything is sent.
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
        """Answer with a status, but for a success where the sandbox itself refuses.

        Args:
            status: 200 to 599.
            message: The error object's message; None for Spotify's usual one.
            reason: The error object's reason, such as `QUOTA_EXCEEDED`; for the token endpoint, OAuth's error code.
            body: Spotify's error object (`json`), a gateway's page (`html`), or none (`empty`). None for `json` from
                400 on, and `empty` below.
            retry_after: What `Retry-After` says, in seconds: zero, absurd and negative ones too. Text is sent as it
                is. None leaves the header out.
            retry_after_as: Send the seconds as such, or as the HTTP date that is so far from the sandbox's time.
            executed: Whether the request is executed before; None: if the status is a success. A gateway's 5xx can
                come after the execution; a 4xx says that there was none.

        Raises:
            ValueError: An argument is out of its bounds.
        """
        effect = Status(
            status, message=message, reason=reason, body=body, retry_after=retry_after, retry_after_as=retry_after_as
        )
        if executed and 400 <= status < 500:
            raise ValueError(f"{status} says that the request was not executed: leave `executed` out")
        return cls(effect=effect, executed=effect.executes if executed is None else executed)

    @classmethod
    def reset(cls, *, executed: bool = False, graceful: bool = False) -> Self:
        """End the connection before the first byte of an answer.

        Args:
            executed: Whether the request is executed before.
            graceful: Close the connection in order, instead of resetting it.
        """
        return cls(effect=Reset(graceful=graceful), executed=executed)

    @classmethod
    def cut(cls, at: CutPoint = "length") -> Self:
        """Execute the request and send half of the answer's body.

        Answers without a body get a `200` and one that never comes.

        Args:
            at: Where it is cut: short of the `Content-Length` (`length`), before the last chunk (`chunked`), or inside
                the compressed data of an answer that is whole as far as HTTP can tell (`gzip`).

        Raises:
            ValueError: There is no such place.
        """
        return cls(effect=Cut(at))

    @classmethod
    def garbage(cls, body: GarbageKind, *, size: int | None = None, executed: bool = True) -> Self:
        """Answer `200` with a body that is not what it should be, unless the sandbox itself refuses.

        Args:
            body: `html`: a page. `empty`: nothing. `error-object`: one of Spotify's. `deep-nesting`: `size` levels
                (1,000). `huge-number`: one of `size` digits (10 million). `oversized`: `size` bytes (100 million),
                uncompressed. `gzip-bomb`: the same, compressed. The others are made of the request's own answer:
                `invalid-utf8`, `broken-json` (half of it), `wrong-types` (every value is of another type), `nulls`
                (every member is null, and every entry of a list).
            size: For the four kinds above that have one, 1 to 2^30.
            executed: Whether the request is executed before.

        Raises:
            ValueError: There is no such kind, or it has no such size.
        """
        return cls(effect=Garbage(body, size=size), executed=executed)

    @classmethod
    def redirect(cls, to: str = ELSEWHERE, *, status: int = 302, executed: bool = False) -> Self:
        """Redirect to the same path of another host.

        Args:
            to: Scheme, host and port.
            status: 301, 302, 303, 307 or 308.
            executed: Whether the request is executed before.

        Raises:
            ValueError: An argument is out of its bounds.
        """
        return cls(effect=Redirect(to, status=status), executed=executed)

    @classmethod
    def foreign_next(cls, to: str = ELSEWHERE) -> Self:
        """Execute the request, and let `next` of each page in the answer be an address at another host.

        Args:
            to: Scheme, host and port.

        Raises:
            ValueError: It is no address of a host.
        """
        return cls(effect=ForeignNext(to))

    @classmethod
    def drip(cls, *, piece: int = 64, pause: float = 0.5) -> Self:
        """Execute the request and send the answer's body in small pieces.

        Args:
            piece: Bytes a piece, 1 or more.
            pause: Seconds between two pieces, 0 or more.

        Raises:
            ValueError: An argument is out of its bounds.
        """
        return cls(effect=Drip(piece=piece, pause=pause))

    @classmethod
    def delay(cls, *, before: float = 0.0, after: float = 0.0) -> Self:
        """Take longer, and do nothing else: see `with_delay`.

        Raises:
            ValueError: The seconds are negative, or both 0.
        """
        return cls(delay_before=before, delay_after=after)

    def with_delay(self, *, before: float = 0.0, after: float = 0.0) -> Self:
        """The same fault, later.

        A caller who has given up in the meantime does not stop it: the request is executed all the same, unless the
        sandbox stops before.

        Args:
            before: Seconds that pass before the request is executed, 0 or more.
            after: Seconds that pass after that, before anything is sent, 0 or more.

        Raises:
            ValueError: The seconds are negative.
        """
        return replace(self, delay_before=before, delay_after=after)

    def __str__(self) -> str:
        words = [] if self.effect is None else [_kind(self.effect), *_options(self.effect)]
        if self.effect is not None and self.executed != self.effect.executes:
            words.append(Word("executed", self.executed))
        words += [
            Word(name, seconds)
            for name, seconds in (("delay_before", self.delay_before), ("delay_after", self.delay_after))
            if seconds
        ]
        return ", ".join(_written(word) for word in words)


def _kind(effect: Effect) -> Word:
    main = [getattr(effect, each.name) for each in fields(effect) if not each.kw_only]
    return Word(effect.kind, main[0] if main else True)


def _options(effect: Effect) -> list[Word]:
    values = [(each.name, getattr(effect, each.name), each.default) for each in fields(effect) if each.kw_only]
    return [Word(name, value) for name, value, default in values if value != default]


def _written(word: Word) -> str:
    if word.value is True:
        return word.name
    if isinstance(word.value, str) and (not word.value or _NEEDS_QUOTES.intersection(word.value)):
        escaped = word.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{word.name}="{escaped}"'
    return f"{word.name}={'false' if word.value is False else word.value}"
