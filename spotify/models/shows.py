"""Shows (podcasts)."""

from dataclasses import dataclass

from spotify.models.base import Page, SpotifyModel
from spotify.models.saved import AddedItem
from spotify.models.simplified_spoken import SimplifiedEpisodePage, SimplifiedShow


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(SimplifiedShow):
    """A show (podcast): the API's ShowObject. It has what a `SimplifiedShow` has, and more.

    Attributes:
        episodes: The first page of its episodes; None if Spotify left it out.
    """

    episodes: SimplifiedEpisodePage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedShow(AddedItem):
    """A show in the user's library: the API's SavedShowObject.

    Attributes:
        added_at: When it was saved.
        show: The show.
    """

    show: SimplifiedShow


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedShowPage(Page[SavedShow]):
    """A page of the user's shows."""

    items: list[SavedShow]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralShows(SpotifyModel):
    """Several shows at once.

    Attributes:
        shows: One for each id, in order; None for an unknown id.
    """

    shows: list[SimplifiedShow | None]
