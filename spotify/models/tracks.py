"""Tracks and recommendations."""

from dataclasses import dataclass, field

from spotify.models.base import ENUM, SpotifyModel
from spotify.models.common import AddedItem, ExternalIds, PlayableItem
from spotify.models.enums import RecommendationSeedType
from spotify.models.pages import Page
from spotify.models.simplified import SimplifiedAlbum, SimplifiedTrack, empty_album


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
class SavedTrack(AddedItem):
    """A track in the user's library: the API's SavedTrackObject.

    Attributes:
        added_at: When it was saved.
        track: The track.
    """

    track: Track


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPage(Page[Track]):
    """A page of tracks."""

    items: list[Track]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTrackPage(Page[SavedTrack]):
    """A page of the user's saved tracks."""

    items: list[SavedTrack]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralTracks(SpotifyModel):
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
class RecommendationSeed(SpotifyModel):
    """A seed of recommendations: the API's RecommendationSeedObject, whose field names are in camel case.

    Attributes:
        id: The id of the artist or track, or the genre.
        type: The type of the seed.
        href: The URL of the seed in the API; None for a genre.
        afterFilteringSize: The number of tracks that remained after the `min_*` and `max_*` filters.
        afterRelinkingSize: The number of tracks that remained after relinking for the market.
        initialPoolSize: The number of recommended tracks before filtering.
    """

    id: str
    type: RecommendationSeedType = field(metadata=ENUM)
    href: str | None = None
    afterFilteringSize: int | None = None  # noqa: N815
    afterRelinkingSize: int | None = None  # noqa: N815
    initialPoolSize: int | None = None  # noqa: N815


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendations(SpotifyModel):
    """Recommended tracks: the API's RecommendationsObject.

    Attributes:
        tracks: The tracks.
        seeds: The seeds of the recommendations.
    """

    tracks: list[Track]
    seeds: list[RecommendationSeed] = field(default_factory=list[RecommendationSeed])


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreSeeds(SpotifyModel):
    """The response to a request for the genres that can be seeds of recommendations.

    Attributes:
        genres: The names of the genres.
    """

    genres: list[str]
