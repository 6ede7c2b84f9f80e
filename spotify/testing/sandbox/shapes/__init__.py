"""The JSON objects of the Web API, made from the entities of the catalogue and the state.

`Shapes` has one builder per area. Their methods are named after the schemas of the API description. `base.py` has the
links, the pages and the cache that the builders share.
"""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.catalogue import Catalogue
from spotify.testing.sandbox.quota import Quota
from spotify.testing.sandbox.shapes.base import Links
from spotify.testing.sandbox.shapes.catalogue import MusicShapes, SpokenWordShapes, SpokenWordView
from spotify.testing.sandbox.shapes.users import PlaybackShapes, UserShapes

__all__ = ["Links", "Shapes", "SpokenWordView"]


class Shapes:
    """The builders of JSON objects for a sandbox at one origin."""

    def __init__(self, links: Links, quota: Quota, catalogue: Catalogue) -> None:
        """Create all builders; `quota` removes the fields that the quota mode lacks."""
        self.links: Final = links
        """Builds the URLs in the objects."""
        self.music: Final = MusicShapes(links, quota, catalogue)
        """Artists, albums and tracks."""
        self.spoken_word: Final = SpokenWordShapes(links, quota, catalogue)
        """Shows, episodes, audiobooks and chapters."""
        self.users: Final = UserShapes(links, self.music, self.spoken_word, quota)
        """Users and playlists."""
        self.playback: Final = PlaybackShapes(links, self.music, self.spoken_word)
        """The player."""

    def forget(self) -> None:
        """Forget the cached objects, after a change of the catalogue."""
        self.music.cache.clear()
