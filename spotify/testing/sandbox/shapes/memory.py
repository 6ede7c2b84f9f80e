"""Shapes are built once: an entity looks the same in every answer for the same market."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from spotify.testing.sandbox.messages import JsonObject

_MOST_SHAPES: Final = 30_000


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


class Remembers:
    """Has methods that are `remembered`."""

    def __init__(self, most: int = _MOST_SHAPES) -> None:
        """Remember `most` shapes; one more, and all are forgotten."""
        self.most: Final = most
        self.memory: Final[dict[tuple[str, str, str | None], JsonObject]] = {}


_Self = TypeVar("_Self", bound=Remembers)
_Entity = TypeVar("_Entity", bound=_HasId)


def remembered(
    build: Callable[[_Self, _Entity, str | None], JsonObject],
) -> Callable[[_Self, _Entity, str | None], JsonObject]:
    """Keep what a method makes of an entity for a market. Nobody may change it afterwards."""
    name = build.__name__

    @functools.wraps(build)
    def remember(self: _Self, entity: _Entity, market: str | None = None) -> JsonObject:
        key = (name, entity.id, market)
        shape = self.memory.get(key)
        if shape is None:
            if len(self.memory) >= self.most:
                self.memory.clear()
            shape = self.memory[key] = build(self, entity, market)
        return shape

    return remember
