"""Categories, featured playlists and markets, which are unavailable in development mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from spotify.models.base import JsonValue, SpotifyModel, is_none, json_metadata
from spotify.models.common import Image, Page
from spotify.models.identity import Absences, with_identity
from spotify.models.playlists import SimplifiedPlaylist


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(SpotifyModel):
    """A category of playlists: the API's CategoryObject.

    Attributes:
        id: The category's id, a free-form string; None if unknown.
        name: The category's name in the requested language.
        icons: Its image in several sizes; None or empty if there is none.
        href: The URL of the category in the API.
    """

    id: str | None = field(default_factory=Absences.note)
    name: str = ""
    icons: list[Image] | None = None
    href: str | None = None

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
    """The response to a request for categories.

    Attributes:
        categories: A page of categories.
    """

    categories: CategoryPage


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsePlaylistPage(Page[SimplifiedPlaylist | None]):
    """A page of playlists selected by Spotify, with None in place of hidden ones.

    Attributes:
        message: The title of the list, such as `Popular Playlists`; None if missing.
    """

    items: list[SimplifiedPlaylist | None]
    message: str | None = field(default=None, metadata=json_metadata(exclude=is_none))


def _no_playlists() -> BrowsePlaylistPage:
    Absences.note()
    return BrowsePlaylistPage(items=[])


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturedPlaylists(SpotifyModel):
    """The response to a request for featured playlists: the API's PagingFeaturedPlaylistObject.

    Attributes:
        playlists: A page of playlists.
        message: A title such as `Popular Playlists`, in the requested language.
    """

    playlists: BrowsePlaylistPage = field(default_factory=_no_playlists)
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPlaylists(SpotifyModel):
    """The response to a request for the playlists of a category: the API's PagingFeaturedPlaylistObject.

    Attributes:
        playlists: A page of playlists.
        message: A title such as the category's name.
    """

    playlists: BrowsePlaylistPage = field(default_factory=_no_playlists)
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Markets(SpotifyModel):
    """The response to a request for the markets where Spotify is available.

    Attributes:
        markets: Country codes (ISO 3166-1 alpha-2).
    """

    markets: list[str] = field(default_factory=list[str])
