"""Tracks, and recommendations of them."""

from dataclasses import dataclass, field

from spotify.models.base import ENUM, SpotifyModel
from spotify.models.common import AddedItem, ExternalIds, PlayableItem
from spotify.models.enums import RecommendationSeedType
from spotify.models.pages import Page
from spotify.models.simplified import SimplifiedAlbum, SimplifiedTrack, empty_album


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(SimplifiedTrack, PlayableItem):  # pyright: ignore[reportIncompatibleVariableOverride]
    """A track: the API's TrackObject. It has what a `SimplifiedTrack` has, and more.

    A local file in a playlist is a track with `is_local`, no `id`, and an album and artists that have names at most.

    Attributes:
        album: The album; one without an id for local files.
        external_ids: Identifiers elsewhere, such as the ISRC; never to be counted on.
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
    """A page of the user's tracks."""

    items: list[SavedTrack]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralTracks(SpotifyModel):
    """Several tracks at once.

    Attributes:
        tracks: One for each id, in order; None for an unknown id.
    """

    tracks: list[Track | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopTracks(SpotifyModel):
    """An artist's best known tracks.

    Attributes:
        tracks: At most 10.
    """

    tracks: list[Track]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationSeed(SpotifyModel):
    """What a recommendation started from: the API's RecommendationSeedObject, whose names are in another style.

    Attributes:
        id: The id of the artist or track, or the genre.
        type: Which of them it is.
        href: The request for it; None for a genre.
        afterFilteringSize: How many tracks were left after the `min_*` and `max_*` filters.
        afterRelinkingSize: How many tracks were left after looking for those available in the market.
        initialPoolSize: How many tracks there were to recommend.
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
        seeds: What they were chosen by.
    """

    tracks: list[Track]
    seeds: list[RecommendationSeed] = field(default_factory=list[RecommendationSeed])


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreSeeds(SpotifyModel):
    """The genres that recommendations can start from.

    Attributes:
        genres: Their names.
    """

    genres: list[str]
