"""Categories, featured playlists and markets, which are unavailable in development mode."""

from dataclasses import dataclass

from spotify.models.base import SpotifyModel
from spotify.models.common import Image
from spotify.models.pages import Page
from spotify.models.playlists import SimplifiedPlaylist


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(SpotifyModel):
    """A category of playlists: the API's CategoryObject.

    Attributes:
        id: The category's id: a free-form string.
        name: The category's name in the requested language.
        icons: Its image in several sizes; None or empty if there is none.
        href: The URL of the category in the API.
    """

    id: str
    name: str = ""
    icons: list[Image] | None = None
    href: str | None = None


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
    """A page of playlists selected by Spotify, with None in place of hidden ones."""

    items: list[SimplifiedPlaylist | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturedPlaylists(SpotifyModel):
    """The response to a request for featured playlists: the API's PagingFeaturedPlaylistObject.

    Attributes:
        playlists: A page of playlists.
        message: A title such as `Popular Playlists`, in the requested language.
    """

    playlists: BrowsePlaylistPage
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPlaylists(SpotifyModel):
    """The response to a request for the playlists of a category: the API's PagingFeaturedPlaylistObject.

    Attributes:
        playlists: A page of playlists.
        message: A title such as the category's name.
    """

    playlists: BrowsePlaylistPage
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Markets(SpotifyModel):
    """The response to a request for the markets where Spotify is available.

    Attributes:
        markets: Country codes (ISO 3166-1 alpha-2).
    """

    markets: list[str]
