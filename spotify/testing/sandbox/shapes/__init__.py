"""Entities as the JSON objects of the Web API, full and simplified."""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.shapes.base import Links
from spotify.testing.sandbox.shapes.music import MusicShapes
from spotify.testing.sandbox.shapes.people import PeopleShapes, PlaybackShapes
from spotify.testing.sandbox.shapes.spoken_word import SpokenShapes, View
from spotify.testing.sandbox.web_api.quota import Quota

__all__ = ["Links", "Shapes", "View"]


class Shapes:
    """Everything that writes entities, for a sandbox that is served at one origin."""

    def __init__(self, links: Links, quota: Quota) -> None:
        """`links` knows where things are; `quota` what of them comes."""
        self.links: Final = links
        self.music: Final = MusicShapes(links, quota)
        self.spoken: Final = SpokenShapes(links, quota)
        self.people: Final = PeopleShapes(links, self.music, self.spoken, quota)
        self.playback: Final = PlaybackShapes(links, self.music, self.spoken)
