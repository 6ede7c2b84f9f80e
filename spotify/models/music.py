"""Artists, albums, tracks and recommendations."""

from dataclasses import dataclass, field

from spotify.models.base import IF_TRUE, SpotifyModel
from spotify.models.common import Copyright, ExternalIds, Followers, Image, PlayableItem, SavedItem, Several
from spotify.models.enums import RecommendationSeedType
from spotify.models.identity import Absences, IdentifiedModel
from spotify.models.pages import CursorPage, Page
from spotify.models.simplified import (
    SimplifiedAlbum,
    SimplifiedAlbumPage,
    SimplifiedArtist,
    SimplifiedTrack,
    SimplifiedTrackPage,
    empty_album,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist(SimplifiedArtist):
    """An artist: the API's ArtistObject. It extends `SimplifiedArtist`."""

    followers: Followers | None = None
    """The number of followers; None in development mode."""
    genres: list[str] = field(default_factory=list[str])
    """The genres, empty if not classified. Deprecated by Spotify."""
    images: list[Image] | None = None
    """Images, widest first; None or empty if there is none (see `pick_image`)."""
    popularity: int | None = None
    """From 0 to 100; None in development mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistPage(Page[Artist]):
    """A page of artists."""

    items: list[Artist]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedArtistsPage(CursorPage[Artist]):
    """A page of artists that the user follows."""

    items: list[Artist] = field(default_factory=list[Artist])


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralArtists(Several):
    """The response to a request for several artists."""

    artists: list[Artist | None]
    """One artist per id, in order; None for an unknown id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedArtists(SpotifyModel):
    """The response to a request for related artists."""

    artists: list[Artist]
    """At most 20 artists similar to the requested one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedArtists(SpotifyModel):
    """The response to a request for the artists that the user follows."""

    artists: FollowedArtistsPage
    """A page of artists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Album(SimplifiedAlbum):
    """An album: the API's AlbumObject. It extends `SimplifiedAlbum`."""

    tracks: SimplifiedTrackPage | None = None
    """The first page of its tracks; None if missing."""
    copyrights: list[Copyright] = field(default_factory=list[Copyright])
    """The copyright statements."""
    external_ids: ExternalIds | None = None
    """Identifiers outside Spotify. They may be missing, and development mode has at times omitted them."""
    genres: list[str] = field(default_factory=list[str])
    """Always empty. Deprecated by Spotify."""
    label: str | None = None
    """The record label; None in development mode."""
    popularity: int | None = None
    """From 0 to 100; None in development mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAlbum(SavedItem):
    """An album in the user's library: the API's SavedAlbumObject."""

    album: Album | None = field(default_factory=Absences.note)
    """The album; None if it could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAlbumPage(Page[SavedAlbum]):
    """A page of the user's saved albums."""

    items: list[SavedAlbum]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralAlbums(Several):
    """The response to a request for several albums."""

    albums: list[Album | None]
    """One album per id, in order; None for an unknown id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReleases(SpotifyModel):
    """The response to a request for new releases featured by Spotify."""

    albums: SimplifiedAlbumPage
    """A page of albums."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(SimplifiedTrack, PlayableItem):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A track: the API's TrackObject. It extends `SimplifiedTrack`.

    A local file in a playlist is a track with `is_local` and without `id`, whose album and artists have at most names.
    """

    album: SimplifiedAlbum = field(default_factory=empty_album)
    """The album, which has no id for local files."""
    external_ids: ExternalIds | None = None
    """Identifiers outside Spotify, such as the ISRC. They may be missing."""
    popularity: int | None = None
    """From 0 to 100; None in development mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTrack(SavedItem):
    """A track in the user's library: the API's SavedTrackObject."""

    track: Track | None = field(default_factory=Absences.note)
    """The track; None if it could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPage(Page[Track]):
    """A page of tracks."""

    items: list[Track]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTrackPage(Page[SavedTrack]):
    """A page of the user's saved tracks."""

    items: list[SavedTrack]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralTracks(Several):
    """The response to a request for several tracks."""

    tracks: list[Track | None]
    """One track per id, in order; None for an unknown id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopTracks(SpotifyModel):
    """The response to a request for the top tracks of an artist."""

    tracks: list[Track]
    """At most 10 tracks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationSeed(IdentifiedModel):
    """A seed of recommendations: the API's RecommendationSeedObject, whose field names are in camel case."""

    id: str | None = field(default_factory=Absences.note)
    """The id of the artist or track, or the genre; None if unknown."""
    type: RecommendationSeedType | None = None
    """The type of the seed; None if missing."""
    href: str | None = None
    """The URL of the seed in the API; None for a genre."""
    afterFilteringSize: int | None = None  # noqa: N815
    """The number of tracks that remained after the `min_*` and `max_*` filters."""
    afterRelinkingSize: int | None = None  # noqa: N815
    """The number of tracks that remained after relinking for the market."""
    initialPoolSize: int | None = None  # noqa: N815
    """The number of recommended tracks before filtering."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendations(SpotifyModel):
    """Recommended tracks: the API's RecommendationsObject."""

    tracks: list[Track]
    """The tracks."""
    seeds: list[RecommendationSeed] = field(default_factory=list[RecommendationSeed])
    """The seeds of the recommendations."""
    tracks_damaged: bool = field(default=False, metadata=IF_TRUE)
    """Whether `tracks` could not be read. `get_recommendations` raises `DecodeError` then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreSeeds(SpotifyModel):
    """The response to a request for the genres that can be seeds of recommendations."""

    genres: list[str]
    """The names of the genres."""
