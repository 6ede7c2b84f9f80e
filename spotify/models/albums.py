"""Albums."""

from dataclasses import dataclass, field

from spotify.models.base import SpotifyModel
from spotify.models.common import AddedItem, Copyright, ExternalIds
from spotify.models.pages import Page
from spotify.models.simplified import SimplifiedAlbum, SimplifiedAlbumPage, SimplifiedTrackPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Album(SimplifiedAlbum):
    """An album: the API's AlbumObject. It extends `SimplifiedAlbum`.

    Attributes:
        id: The Spotify id.
        uri: The Spotify URI.
        tracks: The first page of its tracks; None if missing.
        copyrights: The copyright statements.
        external_ids: Identifiers outside Spotify. They may be missing, and development mode has at times omitted them.
        genres: Always empty. Deprecated by Spotify.
        label: The record label; None in development mode.
        popularity: From 0 to 100; None in development mode.
    """

    id: str  # pyright: ignore[reportGeneralTypeIssues]
    uri: str  # pyright: ignore[reportGeneralTypeIssues]
    tracks: SimplifiedTrackPage | None = None
    copyrights: list[Copyright] = field(default_factory=list[Copyright])
    external_ids: ExternalIds | None = None
    genres: list[str] = field(default_factory=list[str])
    label: str | None = None
    popularity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAlbum(AddedItem):
    """An album in the user's library: the API's SavedAlbumObject.

    Attributes:
        added_at: When it was saved.
        album: The album.
    """

    album: Album


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAlbumPage(Page[SavedAlbum]):
    """A page of the user's saved albums."""

    items: list[SavedAlbum]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralAlbums(SpotifyModel):
    """The response to a request for several albums.

    Attributes:
        albums: One album per id, in order; None for an unknown id.
    """

    albums: list[Album | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReleases(SpotifyModel):
    """The response to a request for new releases featured by Spotify.

    Attributes:
        albums: A page of albums.
    """

    albums: SimplifiedAlbumPage
