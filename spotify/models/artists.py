"""Artists."""

from dataclasses import dataclass, field

from spotify.models.base import SpotifyModel
from spotify.models.common import Followers, Image
from spotify.models.pages import CursorPage, Page
from spotify.models.simplified import SimplifiedArtist


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist(SimplifiedArtist):
    """An artist: the API's ArtistObject. It has what a `SimplifiedArtist` has, and more.

    Attributes:
        id: The Spotify id.
        uri: The Spotify URI.
        followers: How many follow; None in development mode.
        genres: Genres, empty if not classified. Deprecated by Spotify.
        images: Pictures, widest first; None or empty if there is none (see `pick_image`).
        popularity: From 0 to 100; None in development mode.
    """

    id: str  # pyright: ignore[reportGeneralTypeIssues]
    uri: str  # pyright: ignore[reportGeneralTypeIssues]
    followers: Followers | None = None
    genres: list[str] = field(default_factory=list[str])
    images: list[Image] | None = None
    popularity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistPage(Page[Artist]):
    """A page of artists."""

    items: list[Artist]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedArtistsPage(CursorPage[Artist]):
    """A page of the artists that the user follows."""

    items: list[Artist]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralArtists(SpotifyModel):
    """Several artists at once.

    Attributes:
        artists: One for each id, in order; None for an unknown id.
    """

    artists: list[Artist | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedArtists(SpotifyModel):
    """Artists like another one.

    Attributes:
        artists: At most 20.
    """

    artists: list[Artist]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedArtists(SpotifyModel):
    """The artists that the user follows.

    Attributes:
        artists: A page of them.
    """

    artists: FollowedArtistsPage
