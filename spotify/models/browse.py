"""Categories, featured playlists and markets. None of this is there in development mode."""

from dataclasses import dataclass

from spotify.models.base import SpotifyModel
from spotify.models.common import Image
from spotify.models.pages import Page
from spotify.models.playlists import SimplifiedPlaylist


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(SpotifyModel):
    """A category of playlists: the API's CategoryObject.

    Attributes:
        id: The category's id: free text, not 22 characters.
        name: The category's name, in the language that was asked for.
        icons: Its picture in several sizes; None or empty if there is none.
        href: The request for it.
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
    """Spotify's categories.

    Attributes:
        categories: A page of them.
    """

    categories: CategoryPage


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsePlaylistPage(Page[SimplifiedPlaylist | None]):
    """A page of playlists that Spotify chose; null in the place of those that it does not show."""

    items: list[SimplifiedPlaylist | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturedPlaylists(SpotifyModel):
    """Playlists that Spotify features: the API's PagingFeaturedPlaylistObject.

    Attributes:
        playlists: A page of them.
        message: What Spotify says of them, such as `Popular Playlists`, in the language that was asked for.
    """

    playlists: BrowsePlaylistPage
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPlaylists(SpotifyModel):
    """Playlists of a category: the API's PagingFeaturedPlaylistObject.

    Attributes:
        playlists: A page of them.
        message: What Spotify says of them, such as the category's name.
    """

    playlists: BrowsePlaylistPage
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Markets(SpotifyModel):
    """The countries where Spotify is.

    Attributes:
        markets: Country codes (ISO 3166-1 alpha-2).
    """

    markets: list[str]
