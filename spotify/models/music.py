"""Artists, albums, tracks and recommendations."""

from dataclasses import dataclass, field

from spotify.models.base import SpotifyModel
from spotify.models.common import (
    IF_TRUE,
    Copyright,
    CursorPage,
    ExternalIds,
    Followers,
    Image,
    Page,
    PlayableItem,
    SavedItem,
    Several,
)
from spotify.models.enums import RecommendationSeedType
from spotify.models.identity import Absences, IdentifiedModel
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
    """An artist: the API's ArtistObject. It extends `SimplifiedArtist`.

    Attributes:
        followers: The number of followers; None in development mode.
        genres: The genres, empty if not classified. Deprecated by Spotify.
        images: Images, widest first; None or empty if there is none (see `pick_image`).
        popularity: From 0 to 100; None in development mode.
    """

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

    items: list[Artist] = field(default_factory=list[Artist])


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralArtists(Several):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Album(SimplifiedAlbum):
    """An album: the API's AlbumObject. It extends `SimplifiedAlbum`.

    Attributes:
        tracks: The first page of its tracks; None if missing.
        copyrights: The copyright statements.
        external_ids: Identifiers outside Spotify. They may be missing, and development mode has at times omitted them.
        genres: Always empty. Deprecated by Spotify.
        label: The record label; None in development mode.
        popularity: From 0 to 100; None in development mode.
    """

    tracks: SimplifiedTrackPage | None = None
    copyrights: list[Copyright] = field(default_factory=list[Copyright])
    external_ids: ExternalIds | None = None
    genres: list[str] = field(default_factory=list[str])
    label: str | None = None
    popularity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAlbum(SavedItem):
    """An album in the user's library: the API's SavedAlbumObject.

    Attributes:
        added_at: When it was saved.
        album: The album; None if it could not be read.
    """

    album: Album | None = field(default_factory=Absences.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAlbumPage(Page[SavedAlbum]):
    """A page of the user's saved albums."""

    items: list[SavedAlbum]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralAlbums(Several):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(SimplifiedTrack, PlayableItem):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A track: the API's TrackObject. It extends `SimplifiedTrack`.

    A local file in a playlist is a track with `is_local` and without `id`, whose album and artists have at most names.

    Attributes:
        album: The album, which has no id for local files.
        external_ids: Identifiers outside Spotify, such as the ISRC. They may be missing.
        popularity: From 0 to 100; None in development mode.
    """

    album: SimplifiedAlbum = field(default_factory=empty_album)
    external_ids: ExternalIds | None = None
    popularity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTrack(SavedItem):
    """A track in the user's library: the API's SavedTrackObject.

    Attributes:
        added_at: When it was saved.
        track: The track; None if it could not be read.
    """

    track: Track | None = field(default_factory=Absences.note)


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
    """The response to a request for several tracks.

    Attributes:
        tracks: One track per id, in order; None for an unknown id.
    """

    tracks: list[Track | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopTracks(SpotifyModel):
    """The response to a request for the top tracks of an artist.

    Attributes:
        tracks: At most 10 tracks.
    """

    tracks: list[Track]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationSeed(IdentifiedModel):
    """A seed of recommendations: the API's RecommendationSeedObject, whose field names are in camel case.

    Attributes:
        id: The id of the artist or track, or the genre; None if unknown.
        type: The type of the seed; None if missing.
        href: The URL of the seed in the API; None for a genre.
        afterFilteringSize: The number of tracks that remained after the `min_*` and `max_*` filters.
        afterRelinkingSize: The number of tracks that remained after relinking for the market.
        initialPoolSize: The number of recommended tracks before filtering.
    """

    id: str | None = field(default_factory=Absences.note)
    type: RecommendationSeedType | None = None
    href: str | None = None
    afterFilteringSize: int | None = None  # noqa: N815
    afterRelinkingSize: int | None = None  # noqa: N815
    initialPoolSize: int | None = None  # noqa: N815


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendations(SpotifyModel):
    """Recommended tracks: the API's RecommendationsObject.

    Attributes:
        tracks: The tracks.
        tracks_damaged: Whether `tracks` could not be read. `get_recommendations` raises `DecodeError` then.
        seeds: The seeds of the recommendations.
    """

    tracks: list[Track]
    seeds: list[RecommendationSeed] = field(default_factory=list[RecommendationSeed])
    tracks_damaged: bool = field(default=False, metadata=IF_TRUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreSeeds(SpotifyModel):
    """The response to a request for the genres that can be seeds of recommendations.

    Attributes:
        genres: The names of the genres.
    """

    genres: list[str]
