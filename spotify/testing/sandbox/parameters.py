"""Path and query parameters: how each is read, and how Spotify refuses a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from spotify.testing.sandbox.catalogue.ids import is_base62_id
from spotify.testing.sandbox.catalogue.markets import MARKETS
from spotify.testing.sandbox.errors import bad_request

_Value = TypeVar("_Value")
_Value_co = TypeVar("_Value_co", covariant=True)

_MARKETS: Final = frozenset(MARKETS)
_HIGHEST_OFFSET: Final = 100_000

FROM_TOKEN: Final = "from_token"  # noqa: S105  a market, "the token's country"


@dataclass(frozen=True, eq=False)
class Parameter(Generic[_Value_co]):
    """A parameter of an operation.

    Attributes:
        name: As the API description has it.
        read: Makes the value of the decoded text (None: not given), or raises `Refusal`.
        place: Where it stands.
        read_in_development: The same for applications in development mode, if it is not the same.
    """

    name: str
    read: Callable[[str | None], _Value_co]
    place: Literal["path", "query"] = "query"
    read_in_development: Callable[[str | None], _Value_co] | None = None


def path_id(name: str = "id") -> Parameter[str]:
    """A base62 id in the path."""
    return Parameter(name, _base62, "path")


def path_text(name: str) -> Parameter[str]:
    """A free-text id in the path."""
    return Parameter(name, lambda text: text or "", "path")


def text(name: str) -> Parameter[str | None]:
    """Any text, or none."""
    return Parameter(name, lambda given: given or None)


def choice(name: str, values: Collection[str], default: str) -> Parameter[str]:
    """One of `values`."""

    def read(given: str | None) -> str:
        if given is None:
            return default
        if given not in values:
            raise bad_request(f"Invalid {name}")
        return given

    return Parameter(name, read)


def choices(name: str, values: Collection[str]) -> Parameter[list[str]]:
    """Some of `values`, comma-separated; all of them when none is given."""

    def read(given: str | None) -> list[str]:
        chosen = given.split(",") if given else list(values)
        if not set(chosen) <= set(values):
            raise bad_request(f"Invalid {name}")
        return chosen

    return Parameter(name, read)


def limit(default: int = 20, most: int = 50) -> Parameter[int]:
    """How many items a page has, at least 1."""
    return Parameter("limit", lambda given: _number("limit", given, default, 1, most))


def limit_by_quota(default: int, most: int, *, development_default: int, development_most: int) -> Parameter[int]:
    """How many items a page has, fewer of them in development mode."""
    return Parameter(
        "limit",
        limit(default, most).read,
        read_in_development=limit(development_default, development_most).read,
    )


def number(name: str, *, least: int, most: int) -> Parameter[int | None]:
    """A whole number, or none."""
    return Parameter(name, lambda given: None if given is None else _number(name, given, 0, least, most))


def required(parameter: Parameter[_Value | None]) -> Parameter[_Value]:
    """The same, refused when it is not given."""

    def read(given: str | None) -> _Value:
        value = parameter.read(given)
        if value is None:
            raise bad_request(f"Missing required field: {parameter.name}")
        return value

    return Parameter(parameter.name, read, parameter.place)


def flag(name: str) -> Parameter[bool | None]:
    """`true` or `false`, or none."""

    def read(given: str | None) -> bool | None:
        if given not in {None, "true", "false"}:
            raise bad_request(f"Invalid {name}")
        return None if given is None else given == "true"

    return Parameter(name, read)


def ids(most: int, *, required: bool = True) -> Parameter[list[str]]:
    """Comma-separated base62 ids, `most` at most."""

    def read(given: str | None) -> list[str]:
        if not given:
            if required:
                raise bad_request("Missing required field: ids")
            return []
        return checked_ids(given.split(","), most)

    return Parameter("ids", read)


def checked_ids(found: list[str], most: int) -> list[str]:
    """The ids, or a refusal: too many, or one that is not base62."""
    if len(found) > most:
        raise bad_request("Too many ids requested")
    return [_base62(each) for each in found]


def _base62(given: str | None) -> str:
    if given is None or not is_base62_id(given):
        raise bad_request("Invalid base62 id")
    return given


def _number(name: str, given: str | None, default: int, least: int, most: int) -> int:
    if given is None:
        return default
    # Not `int`: it takes spaces, underscores and digits of every script.
    digits = given.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or not least <= int(given) <= most:
        raise bad_request(f"Invalid {name}")
    return int(given)


def _market(given: str | None) -> str | None:
    if given is None or given in _MARKETS or given == FROM_TOKEN:
        return given
    raise bad_request("Invalid market code")


LIMIT: Final = limit()
OFFSET: Final = Parameter("offset", lambda given: _number("offset", given, 0, 0, _HIGHEST_OFFSET))
MARKET: Final = Parameter("market", _market)
