"""Arguments of a call: path and query parameters, the fields of a JSON body, and the `fields` filter of playlists."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeVar

import msgspec

from spotify._checks import is_json_object
from spotify.testing.sandbox.catalogue import SpotifyUri
from spotify.testing.sandbox.catalogue.entities import MARKETS, is_base62_id
from spotify.testing.sandbox.http.errors import bad_request, invalid_field, missing_field

_DELIMITERS: Final = frozenset(",()")
_MAX_DEPTH: Final = 20


@dataclass(slots=True)
class Fields:
    """A parsed filter."""

    names: dict[str, Fields | None] = field(default_factory=dict[str, "Fields | None"])
    """The fields to include, each with the filter of its own value; None includes the complete value."""
    excludes: bool = False
    """Whether `names` are excluded instead."""

    def apply(self, value: object) -> object:
        """Return `value` without the fields that are not included. The filter applies to each item of an array."""
        if isinstance(value, list):
            return [self.apply(item) for item in msgspec.convert(value, list[object])]
        if not is_json_object(value):
            return value
        if self.excludes:
            return {name: content for name, content in value.items() if name not in self.names}
        return {
            name: value[name] if inner is None else inner.apply(value[name])
            for name, inner in self.names.items()
            if name in value
        }

    def add(self, name: str, inner: Fields | None) -> None:
        """Include a field. A field that is included twice has what either filter includes."""
        existing = self.names.get(name)
        if existing is None or inner is None:
            self.names[name] = None if name in self.names else inner
            return
        for inner_name, inner_fields in inner.names.items():
            existing.add(inner_name, inner_fields)


def parse_fields(text: str) -> Fields:
    """Parse a filter.

    Raises:
        WebApiError: Its parentheses do not match, or a name is missing.
    """
    parser = _Parser(text.replace(" ", ""))
    fields = parser.group(0)
    if parser.position != len(parser.text):
        raise bad_request("Invalid fields")
    return fields


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def group(self, depth: int) -> Fields:
        """Parse names separated by commas; a `!` before one of them makes all of them exclusions."""
        if depth > _MAX_DEPTH:
            raise bad_request("Invalid fields")
        fields = Fields()
        while True:
            if self._take("!"):
                fields.excludes = True
            path = self._name().split(".")
            inner = None
            if self._take("("):
                inner = self.group(depth + 1)
                if not self._take(")"):
                    raise bad_request("Invalid fields")
            for name in reversed(path[1:]):
                inner = Fields({name: inner})
            fields.add(path[0], inner)
            if not self._take(","):
                return fields

    def _take(self, character: str) -> bool:
        is_next = self.text[self.position : self.position + 1] == character
        self.position += is_next
        return is_next

    def _name(self) -> str:
        start = self.position
        while self.position < len(self.text) and self.text[self.position] not in _DELIMITERS:
            self.position += 1
        name = self.text[start : self.position]
        if not all(name.split(".")):
            raise bad_request("Invalid fields")
        return name


_Value = TypeVar("_Value")
_Value_co = TypeVar("_Value_co", covariant=True)

_MARKETS: Final = frozenset(MARKETS)
_MAX_OFFSET: Final = 100_000

# The value of `market` that means the country of the token's user.
USER_MARKET: Final = "from_token"


@dataclass(frozen=True, eq=False)
class Parameter(Generic[_Value_co]):
    """A parameter of an operation."""

    name: str
    """The name in the API description."""
    parse: Callable[[str | None], _Value_co]
    """Returns the value of a decoded string, or of None if the parameter is missing; raises `WebApiError`."""
    location: Literal["path", "query"] = "query"
    """Where the parameter is sent."""
    parse_in_development: Callable[[str | None], _Value_co] | None = None
    """Replaces `parse` in development mode."""


def path_id(name: str = "id") -> Parameter[str]:
    """A base62 id in the path."""
    return Parameter(name, _parse_id, "path")


def path_string(name: str) -> Parameter[str]:
    """An id of any characters in the path."""
    return Parameter(name, lambda value: value or "", "path")


def string(name: str) -> Parameter[str | None]:
    """An optional string. An empty one counts as missing."""
    return Parameter(name, lambda value: value or None)


def boolean(name: str) -> Parameter[bool | None]:
    """An optional `true` or `false`."""

    def parse(value: str | None) -> bool | None:
        if value not in {None, "true", "false"}:
            raise bad_request(f"Invalid {name}")
        return None if value is None else value == "true"

    return Parameter(name, parse)


def integer(name: str, *, minimum: int, maximum: int) -> Parameter[int | None]:
    """An optional integer."""
    return Parameter(name, lambda value: None if value is None else _parse_integer(name, value, minimum, maximum))


def required(parameter: Parameter[_Value | None]) -> Parameter[_Value]:
    """The same parameter, which must not be missing."""

    def parse(value: str | None) -> _Value:
        parsed = parameter.parse(value)
        if parsed is None:
            raise missing_field(parameter.name)
        return parsed

    return Parameter(parameter.name, parse, parameter.location)


def choice(name: str, values: Collection[str], default: str) -> Parameter[str]:
    """One of `values`."""

    def parse(value: str | None) -> str:
        if value is None:
            return default
        if value not in values:
            raise bad_request(f"Invalid {name}")
        return value

    return Parameter(name, parse)


def choices(name: str, values: Collection[str]) -> Parameter[list[str]]:
    """Some of `values`, separated by commas; all of them by default."""

    def parse(value: str | None) -> list[str]:
        chosen = value.split(",") if value else list(values)
        if not set(chosen) <= set(values):
            raise bad_request(f"Invalid {name}")
        return chosen

    return Parameter(name, parse)


def limit(default: int = 20, maximum: int = 50) -> Parameter[int]:
    """The maximum number of items of a page, at least 1."""
    return Parameter("limit", lambda value: default if value is None else _parse_integer("limit", value, 1, maximum))


def ids(maximum: int, *, required: bool = True) -> Parameter[list[str]]:
    """Up to `maximum` base62 ids, separated by commas."""

    def parse(value: str | None) -> list[str]:
        if not value:
            if required:
                raise missing_field("ids")
            return []
        return check_ids(value.split(","), maximum)

    return Parameter("ids", parse)


def check_ids(values: list[str], maximum: int) -> list[str]:
    """Return `values`.

    Raises:
        WebApiError: There are more than `maximum`, or one of them is not a base62 id, or given twice.
    """
    if len(values) > maximum:
        raise bad_request("Too many ids requested")
    parsed = [_parse_id(value) for value in values]
    if len(set(parsed)) < len(parsed):
        raise bad_request("Duplicate ids requested")
    return parsed


def parse_item_uri(value: str) -> SpotifyUri:
    """Parse the URI of a track or an episode.

    Raises:
        WebApiError: It is something else.
    """
    uri = SpotifyUri.parse(value)
    if uri is None or uri.kind not in {"track", "episode"}:
        raise bad_request(f"Invalid track uri: {value}")
    return uri


def _parse_id(value: str | None) -> str:
    if value is None or not is_base62_id(value):
        raise bad_request("Invalid base62 id")
    return value


def _parse_integer(name: str, value: str, minimum: int, maximum: int) -> int:
    # `int` also accepts spaces, underscores and the digits of other scripts.
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or not minimum <= int(value) <= maximum:
        raise bad_request(f"Invalid {name}")
    return int(value)


def _parse_market(value: str | None) -> str | None:
    if value is None or value in _MARKETS or value == USER_MARKET:
        return value
    raise bad_request("Invalid market code")


_ITEM_TYPES: Final = choices("additional_types", ("track", "episode"))


def _parse_includes_episodes(value: str | None) -> bool:
    return value is not None and "episode" in _ITEM_TYPES.parse(value)


LIMIT: Final = limit()
# The limit of search and discographies, which development mode lowers.
SEARCH_LIMIT: Final = Parameter(
    "limit", limit(default=20, maximum=50).parse, parse_in_development=limit(default=5, maximum=10).parse
)
OFFSET: Final = Parameter(
    "offset", lambda value: 0 if value is None else _parse_integer("offset", value, 0, _MAX_OFFSET)
)
MARKET: Final = Parameter("market", _parse_market)
# Whether the client accepts episodes where it would otherwise get tracks only.
ADDITIONAL_TYPES: Final = Parameter("additional_types", _parse_includes_episodes)


class JsonBody:
    """The fields of a JSON object."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields

    @classmethod
    def parse(cls, body: bytes, *, array_field: str | None = None) -> JsonBody:
        """Parse a body. An empty body is an empty object.

        Args:
            body: The body of the request.
            array_field: The field for which Spotify also accepts an array in place of the object.

        Raises:
            WebApiError: It is not a JSON object.
        """
        value: object = parse_json(body) if body.strip() else {}
        if array_field is not None and isinstance(value, list):
            return cls({array_field: msgspec.convert(value, list[object])})
        if not is_json_object(value):
            raise bad_request("Error parsing JSON.")
        return cls(value)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def string(self, name: str) -> str | None:
        """Return a string, None if the field is missing or null. All of these methods raise `WebApiError`."""
        value = self._fields.get(name)
        if value is None or isinstance(value, str):
            return value
        raise invalid_field(name)

    def boolean(self, name: str) -> bool | None:
        """Return a bool."""
        value = self._fields.get(name)
        if value is None or isinstance(value, bool):
            return value
        raise invalid_field(name)

    def integer(self, name: str) -> int | None:
        """Return an integer."""
        value = self._fields.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise invalid_field(name)

    def strings(self, name: str) -> list[str] | None:
        """Return an array of strings."""
        return self._convert(name, list[str])

    def object(self, name: str) -> JsonBody | None:
        """Return an object."""
        fields = self._convert(name, dict[str, object])
        return None if fields is None else JsonBody(fields)

    def objects(self, name: str) -> list[JsonBody] | None:
        """Return an array of objects."""
        objects = self._convert(name, list[dict[str, object]])
        return None if objects is None else [JsonBody(fields) for fields in objects]

    def _convert(self, name: str, kind: type[_Value]) -> _Value | None:
        value = self._fields.get(name)
        try:
            return None if value is None else msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            raise invalid_field(name) from error


def parse_json(body: bytes) -> object:
    """Parse JSON.

    Raises:
        WebApiError: It is not JSON.
    """
    try:
        value: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_request("Error parsing JSON.") from error
    return value
