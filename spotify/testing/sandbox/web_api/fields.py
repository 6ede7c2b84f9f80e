"""The `fields` filter of playlists: `items(added_at,track(!album,artists)),total`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import msgspec

from spotify._checks import is_json_object
from spotify.testing.sandbox.http.errors import bad_request

_DELIMITERS: Final = frozenset(",()")
_MAX_DEPTH: Final = 20


@dataclass(slots=True)
class Fields:
    """A parsed filter.

    Attributes:
        names: The fields to include, each with the filter of its own value; None includes the complete value.
        excludes: Whether `names` are excluded instead.
    """

    names: dict[str, Fields | None] = field(default_factory=dict[str, "Fields | None"])
    excludes: bool = False

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
