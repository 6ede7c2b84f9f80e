"""The `fields` filter of playlists: `items(added_at,track(!album,artists)),total`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from spotify.testing.sandbox.web_api.errors import bad_request

_ENDS: Final = frozenset(",()")
_DEEPEST: Final = 20


@dataclass(slots=True)
class Fields:
    """What to keep of an object, or with `excludes` what to leave out of it.

    A member that is named without members of its own is kept whole.
    """

    members: dict[str, Fields | None] = field(default_factory=dict[str, "Fields | None"])
    excludes: bool = False

    def of(self, value: object) -> object:
        """What is left of `value`; of an array, of each of its entries."""
        if isinstance(value, list):
            return [self.of(entry) for entry in cast("list[object]", value)]
        if not isinstance(value, dict):
            return value
        members = cast("Mapping[str, object]", value)
        if self.excludes:
            return {name: member for name, member in members.items() if name not in self.members}
        kept: dict[str, object] = {}
        for name, inner in self.members.items():
            if name in members:
                kept[name] = members[name] if inner is None else inner.of(members[name])
        return kept

    def add(self, name: str, inner: Fields | None) -> None:
        """Keep a member too; naming it twice keeps what either wants of it."""
        known = self.members.get(name)
        if known is None or inner is None:
            self.members[name] = None if name in self.members else inner
            return
        for each, below in inner.members.items():
            known.add(each, below)


def parse_fields(text: str) -> Fields:
    """Read a filter.

    Raises:
        WebApiError: Its parentheses do not match, or a name is missing.
    """
    parser = _Parser(text.replace(" ", ""))
    fields = parser.group(0)
    if parser.place != len(parser.text):
        raise bad_request("Invalid fields")
    return fields


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def group(self, depth: int) -> Fields:
        """Names with commas between them; a `!` before one makes all of them exclusions."""
        if depth > _DEEPEST:
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

    def _take(self, expected: str) -> bool:
        found = self.text[self.place : self.place + 1] == expected
        self.place += found
        return found

    def _name(self) -> str:
        start = self.place
        while self.place < len(self.text) and self.text[self.place] not in _ENDS:
            self.place += 1
        name = self.text[start : self.place]
        if not all(name.split(".")):
            raise bad_request("Invalid fields")
        return name
