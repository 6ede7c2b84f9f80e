"""The cache of built JSON objects."""

from __future__ import annotations

from dataclasses import dataclass

from spotify.testing.sandbox.catalogue import Entity
from spotify.testing.sandbox.http.messages import JsonObject
from spotify.testing.sandbox.shapes.base import ShapeCache, cached


@dataclass
class Thing(Entity):
    id: str


class Builder:
    def __init__(self, max_size: int) -> None:
        self.cache = ShapeCache(max_size)
        self.built: list[tuple[str, str | None]] = []

    @cached
    def thing(self, thing: Thing, market: str | None) -> JsonObject:
        self.built.append((thing.id, market))
        return {"id": thing.id}


def test_an_object_is_built_once_per_market() -> None:
    builder = Builder(max_size=10)

    for market in (None, "DE", None, "DE"):
        builder.thing(Thing("a"), market)

    assert builder.built == [("a", None), ("a", "DE")]


def test_a_full_cache_is_cleared() -> None:
    builder = Builder(max_size=2)

    for name in "abc":
        builder.thing(Thing(name), None)

    assert len(builder.cache) == 1
