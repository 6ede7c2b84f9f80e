"""The JSON objects of the Web API, made from the entities of the catalogue and the state.

Begin with `shapes.py`: `Shapes` has one builder per area. Their methods are named after the schemas of the API
description. `base.py` has links, pages and the cache that the builders share.
"""

from __future__ import annotations

from spotify.testing.sandbox.shapes.base import Links
from spotify.testing.sandbox.shapes.shapes import Shapes
from spotify.testing.sandbox.shapes.spoken_word import SpokenWordView

__all__ = ["Links", "Shapes", "SpokenWordView"]
