"""Episodes of shows."""

from dataclasses import dataclass

from spotify.models.base import Page, SpotifyModel
from spotify.models.playable import PlayableItem
from spotify.models.saved import AddedItem
from spotify.models.simplified_spoken import SimplifiedEpisode, SimplifiedShow


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode(SimplifiedEpisode, PlayableItem):  # pyright: ignore[reportIncompatibleVariableOverride]
    """An episode: the API's EpisodeObject. It has what a `SimplifiedEpisode` has, and more.

    Attributes:
        show: The show it belongs to; None if Spotify left it out.
    """

    show: SimplifiedShow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEpisode(AddedItem):
    """An episode in the user's library: the API's SavedEpisodeObject.

    Attributes:
        added_at: When it was saved.
        episode: The episode.
    """

    episode: Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEpisodePage(Page[SavedEpisode]):
    """A page of the user's episodes."""

    items: list[SavedEpisode]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralEpisodes(SpotifyModel):
    """Several episodes at once.

    Attributes:
        episodes: One for each id, in order; None for an unknown id.
    """

    episodes: list[Episode | None]
