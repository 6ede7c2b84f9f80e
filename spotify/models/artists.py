"""Artists."""

from dataclasses import dataclass, field

from spotify.models.base import SpotifyModel
from spotify.models.common import Followers, Image
from spotify.models.pages import CursorPage, Page
from spotify.models.simplified import SimplifiedArtist


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist(SimplifiedArtist):
    """An artist: the API's ArtistObject. It extends `SimplifiedArtist`.

    Attributes:
        id: The Spotify id.
        uri: The Spotify URI.
        followers: The number of followers; None in development mode.
        genres: The genres, empty if not classified. Deprecated by Spotify.
        images: Images, widest first; None or empty if there is none (see `pick_image`).
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
    """A page of artists that the user follows."""

    items: list[Artist]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralArtists(SpotifyModel):
    """The response to a request for several artists.

    Attributes:
        artists: One artist per id, in order; None for an unknown id.
    """

    artists: list[Artist | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedArtists(SpotifyModel):
    """The response to a request for related artists.

    Attributes:
        artists: At most 20 artists similar to the requested one.
    """

    artists: list[Artist]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedArtists(SpotifyModel):
    """The response to a request for the artists that the user follows.

    Attributes:
        artists: A page of artists.
    """

    artists: FollowedArtistsPage
