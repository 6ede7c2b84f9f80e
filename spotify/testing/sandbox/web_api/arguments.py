"""Path and query parameters: how each is read, and how Spotify refuses a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar, cast
from urllib.parse import unquote

import msgspec

from spotify.testing.sandbox.catalogue.entities import MARKETS
from spotify.testing.sandbox.catalogue.names import is_base62_id
from spotify.testing.sandbox.web_api.errors import bad_request

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
        read: Makes the value of the decoded text (None: not given), or raises `WebApiError`.
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


class JsonBody:
    """The members of a JSON object."""

    __slots__ = ("_members",)

    def __init__(self, members: Mapping[str, object]) -> None:
        self._members = members

    @classmethod
    def parse(cls, body: bytes, *, array_is: str | None = None) -> JsonBody:
        """Read a body; an empty one counts as an empty object.

        Args:
            body: The request's body.
            array_is: The member that a bare array stands for, where Spotify takes one.

        Raises:
            WebApiError: It is not a JSON object.
        """
        members: object = parse_json(body) if body.strip() else {}
        if array_is is not None and isinstance(members, list):
            members = {array_is: cast("list[object]", members)}
        if not isinstance(members, dict):
            raise bad_request("Error parsing JSON.")
        return cls(cast("dict[str, object]", members))

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def text(self, name: str) -> str | None:
        """A member that is text, if it is there."""
        value = self._members.get(name)
        if value is None or isinstance(value, str):
            return value
        raise bad_request(f"Invalid value for field: {name}")

    def flag(self, name: str) -> bool | None:
        """A member that is true or false, if it is there."""
        value = self._members.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise bad_request(f"Invalid value for field: {name}")

    def number(self, name: str) -> int | None:
        """A member that is a whole number, if it is there."""
        value = self._members.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise bad_request(f"Invalid value for field: {name}")

    def strings(self, name: str) -> list[str] | None:
        """A member that is an array of strings, if it is there."""
        value = self._members.get(name)
        return None if value is None else strings(value, name)

    def object(self, name: str) -> JsonBody | None:
        """A member that is an object, if it is there."""
        value = self._members.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise bad_request(f"Invalid value for field: {name}")
        return JsonBody(cast("dict[str, object]", value))

    def objects(self, name: str) -> list[JsonBody] | None:
        """A member that is an array of objects, if it is there."""
        value = self._members.get(name)
        if value is None:
            return None
        if not isinstance(value, list):
            raise bad_request(f"Invalid value for field: {name}")
        found: list[JsonBody] = []
        for entry in cast("list[object]", value):
            if not isinstance(entry, dict):
                raise bad_request(f"Invalid value for field: {name}")
            found.append(JsonBody(cast("dict[str, object]", entry)))
        return found


def parse_json(body: bytes) -> object:
    """The value that a body holds.

    Raises:
        WebApiError: It is not JSON.
    """
    try:
        return cast("object", msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_request("Error parsing JSON.") from error


def strings(value: object, name: str) -> list[str]:
    """`value` as a list of strings; `name` is the field it was found in.

    Raises:
        WebApiError: It is something else.
    """
    if not isinstance(value, list):
        raise bad_request(f"Invalid value for field: {name}")
    entries = cast("list[object]", value)
    if not all(isinstance(entry, str) for entry in entries):
        raise bad_request(f"Invalid value for field: {name}")
    return cast("list[str]", entries)


_FREE_TEXT_KINDS: Final = frozenset({"user"})


@dataclass(frozen=True, slots=True)
class SpotifyUri:
    """`spotify:KIND:ID`, taken apart."""

    kind: str
    id: str

    @classmethod
    def parse(cls, text: str) -> SpotifyUri | None:
        """Read a URI; None when it is none. Users' ids are percent-encoded in theirs."""
        match text.split(":"):
            case ["spotify", kind, id] if kind in _FREE_TEXT_KINDS and id:
                return cls(kind, unquote(id))
            case ["spotify", kind, id] if is_base62_id(id):
                return cls(kind, id)
            case _:
                return None


def user_of_collection(text: str) -> str | None:
    """The id of the user whose saved tracks `spotify:user:ID:collection` means; None for anything else."""
    match text.split(":"):
        case ["spotify", "user", id, "collection"] if id:
            return unquote(id)
        case _:
            return None
