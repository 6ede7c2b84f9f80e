"""Shapes that are built once."""

from __future__ import annotations

from dataclasses import dataclass

from spotify.testing.sandbox.http.messages import JsonObject
from spotify.testing.sandbox.shapes.base import Remembers, remembered


@dataclass
class Thing:
    id: str


class Shapes(Remembers):
    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.built: list[tuple[str, str | None]] = []

    @remembered
    def shape(self, thing: Thing, market: str | None) -> JsonObject:
        self.built.append((thing.id, market))
        return {"id": thing.id}


def test_a_shape_is_built_once_for_each_market() -> None:
    shapes = Shapes(most=10)

    for market in (None, "DE", None, "DE"):
        shapes.shape(Thing("a"), market)

    assert shapes.built == [("a", None), ("a", "DE")]


def test_memory_has_an_end() -> None:
    shapes = Shapes(most=2)

    for name in "abc":
        shapes.shape(Thing(name), None)

    assert len(shapes.memory) == 1
