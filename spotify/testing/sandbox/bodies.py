"""JSON request bodies, read field by field, each refused by its name when it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from spotify.testing.sandbox.errors import bad_request


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
            Refusal: It is not a JSON object.
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
        Refusal: It is not JSON.
    """
    try:
        return cast("object", msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_request("Error parsing JSON.") from error


def strings(value: object, name: str) -> list[str]:
    """`value` as a list of strings; `name` is the field it was found in.

    Raises:
        Refusal: It is something else.
    """
    if not isinstance(value, list):
        raise bad_request(f"Invalid value for field: {name}")
    entries = cast("list[object]", value)
    if not all(isinstance(entry, str) for entry in entries):
        raise bad_request(f"Invalid value for field: {name}")
    return cast("list[str]", entries)
