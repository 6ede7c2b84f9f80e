"""Categories, featured playlists and markets, which are unavailable in development mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from spotify.models.base import JsonValue, SpotifyModel, is_none, json_metadata
from spotify.models.common import Image
from spotify.models.identity import Absences, with_identity
from spotify.models.pages import Page
from spotify.models.playlists import SimplifiedPlaylist


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(SpotifyModel):
    """A category of playlists: the API's CategoryObject."""

    id: str | None = field(default_factory=Absences.note)
    """The category's id, a free-form string; None if unknown."""
    name: str = ""
    """The category's name in the requested language."""
    icons: list[Image] | None = None
    """Its image in several sizes; None or empty if there is none."""
    href: str | None = None
    """The URL of the category in the API."""

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Add the id that the data lacks, if it follows from `href`."""
        return with_identity(data, "category")


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPage(Page[Category]):
    """A page of categories."""

    items: list[Category]


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories(SpotifyModel):
    """The response to a request for categories."""

    categories: CategoryPage
    """A page of categories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsePlaylistPage(Page[SimplifiedPlaylist | None]):
    """A page of playlists selected by Spotify, with None in place of hidden ones."""

    items: list[SimplifiedPlaylist | None]
    message: str | None = field(default=None, metadata=json_metadata(exclude=is_none))
    """The title of the list, such as `Popular Playlists`; None if missing."""


def _no_playlists() -> BrowsePlaylistPage:
    Absences.note()
    return BrowsePlaylistPage(items=[])


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturedPlaylists(SpotifyModel):
    """The response to a request for featured playlists: the API's PagingFeaturedPlaylistObject."""

    playlists: BrowsePlaylistPage = field(default_factory=_no_playlists)
    """A page of playlists."""
    message: str | None = None
    """A title such as `Popular Playlists`, in the requested language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPlaylists(SpotifyModel):
    """The response to a request for the playlists of a category: the API's PagingFeaturedPlaylistObject."""

    playlists: BrowsePlaylistPage = field(default_factory=_no_playlists)
    """A page of playlists."""
    message: str | None = None
    """A title such as the category's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Markets(SpotifyModel):
    """The response to a request for the markets where Spotify is available."""

    markets: list[str] = field(default_factory=list[str])
    """Country codes (ISO 3166-1 alpha-2)."""
