"""Plain dataclasses with the fields of the models: what a user of msgspec would write, and the fastest to decode."""

from __future__ import annotations

from dataclasses import MISSING, field, fields, is_dataclass, make_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from spotify.models import PlayableItem, SpotifyModel, Track


def plain(into: Any) -> Any:
    """Return a type in which each model is a slotted dataclass with the same fields.

    Enumerations are str, and a playable item is a track, so that each JSON object has one class.
    """
    if into is PlayableItem:
        return _plain_model(Track)
    if isinstance(into, type) and issubclass(into, Enum):
        return str
    if isinstance(into, type) and issubclass(into, SpotifyModel):
        return _plain_model(into)
    arguments = tuple(plain(argument) for argument in get_args(into))
    origin: Any = Union if get_origin(into) is UnionType else get_origin(into)
    return origin[arguments] if arguments else into


@cache
def _plain_model(model: type[SpotifyModel]) -> type[object]:
    hints = get_type_hints(model)
    members = []
    for member in fields(model):  # type: ignore[arg-type]  # the base class is no dataclass
        if member.repr:  # the others receive the old names of fields
            hint = plain(hints[member.name])
            members.append((member.name, hint, _with_default(member, hint)))
    return make_dataclass(model.__name__, members, slots=True, kw_only=True)


def _with_default(member: Any, hint: Any) -> Any:
    if member.default is MISSING and member.default_factory is MISSING:
        return field()
    if get_origin(hint) is list:
        return field(default_factory=list)
    if is_dataclass(hint) and member.default_factory is not MISSING:
        return field(default_factory=hint)
    default = None if member.default is MISSING or isinstance(member.default, SpotifyModel) else member.default
    return field(default=default)
