"""Simplified objects: the short forms that Spotify returns in lists and inside other objects."""

from dataclasses import dataclass, field
from datetime import timedelta

from spotify.models.base import SpotifyModel
from spotify.models.common import (
    NO_URLS,
    Copyright,
    ExternalUrls,
    Image,
    ReleaseDate,
    Restrictions,
    ResumePoint,
    parse_release_date,
    timedelta_from_ms,
)
from spotify.models.enums import AlbumGroup, AlbumType, ReleaseDatePrecision
from spotify.models.identity import Absences, IdentifiedModel, TimedModel
from spotify.models.market_codes import MARKETS
from spotify.models.pages import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedArtist(IdentifiedModel):
    """A simplified artist: the API's SimplifiedArtistObject."""

    type: str = "artist"
    """`artist`."""
    id: str | None = field(default_factory=Absences.note)
    """The Spotify id; None for the artist of a local file."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI; None for the artist of a local file."""
    name: str = ""
    """The artist's name."""
    href: str | None = None
    """The URL of the full artist in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAlbum(IdentifiedModel):
    """A simplified album: the API's SimplifiedAlbumObject and ArtistDiscographyAlbumObject."""

    type: str = "album"
    """`album`."""
    id: str | None = field(default_factory=Absences.note)
    """The Spotify id; None for the album of a local file."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI; None for the album of a local file."""
    name: str = ""
    """The album's name; empty after a takedown."""
    album_type: AlbumType | None = None
    """`album`, `single` or `compilation`; None if missing."""
    album_group: AlbumGroup | None = None
    """The relation to the artist in the artist's list of albums; None elsewhere and in development mode."""
    artists: list[SimplifiedArtist] = field(default_factory=list[SimplifiedArtist])
    """The artists. Old albums lack them."""
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    """Country codes (ISO 3166-1 alpha-2), empty if it is available nowhere; None in development mode and in requests
    with a market. Objects share the list, which cannot be modified: copy it.
    """
    images: list[Image] | None = None
    """The cover, widest first; None or empty if there is none (see `pick_image`)."""
    release_date: str | None = None
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`, sometimes `0000` (see `released`)."""
    release_date_precision: ReleaseDatePrecision | None = None
    """The precision of `release_date`: `year`, `month` or `day`."""
    restrictions: Restrictions | None = None
    """Why it cannot be played; None if it can."""
    total_tracks: int | None = None
    """The number of tracks; None if missing."""
    is_playable: bool | None = None
    """Whether it can be played in the requested market; None without a market."""
    href: str | None = None
    """The URL of the full album in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""

    @property
    def released(self) -> ReleaseDate | None:
        """The release date with its precision; None if unknown."""
        return parse_release_date(self.release_date, self.release_date_precision)


def empty_album() -> SimplifiedAlbum:
    """Return the album of a track that lacks one. It equals the album of a local file."""
    return SimplifiedAlbum()


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAlbumPage(Page[SimplifiedAlbum]):
    """A page of simplified albums."""

    items: list[SimplifiedAlbum]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTrack(IdentifiedModel):
    """The requested track where Spotify returned a replacement for it: the API's LinkedTrackObject."""

    type: str = "track"
    """`track`."""
    id: str | None = field(default_factory=Absences.note)
    """The Spotify id; None if unknown."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI; None if unknown."""
    href: str | None = None
    """The URL of the track in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedTrack(TimedModel):
    """A simplified track, as in an album: the API's SimplifiedTrackObject."""

    type: str = "track"
    """`track`. Music videos and podcasts among tracks have been observed with `episode`."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI, `spotify:local:…` for local files; None if unknown."""
    id: str | None = field(default_factory=Absences.note)
    """The Spotify id; None for local files, or if unknown."""
    name: str = ""
    """The track's name."""
    artists: list[SimplifiedArtist] = field(default_factory=list[SimplifiedArtist])
    """The performing artists."""
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    """Country codes (ISO 3166-1 alpha-2), empty if it is available nowhere; None in development mode and in requests
    with a market. Objects share the list, which cannot be modified: copy it.
    """
    disc_number: int = 0
    """The number of the disc, from 1; 0 for local files."""
    duration_ms: int = 0
    """The duration in milliseconds; 0 if missing (see `duration`)."""
    explicit: bool = False
    """Whether it is known to have explicit lyrics."""
    is_local: bool = False
    """Whether it is a local file on the user's device."""
    is_playable: bool | None = None
    """Whether it can be played in the requested market; None without a market."""
    linked_from: LinkedTrack | None = None
    """The requested track if this one replaces it; None in development mode."""
    restrictions: Restrictions | None = None
    """Why it cannot be played; None if it can."""
    preview_url: str | None = None
    """A preview of 30 seconds (MP3); usually None since 2024."""
    track_number: int = 0
    """The number of the track on its disc, from 1; 0 for local files."""
    href: str | None = None
    """The URL of the full track in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""

    @property
    def duration(self) -> timedelta:
        """The duration."""
        return timedelta_from_ms(self.duration_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedTrackPage(Page[SimplifiedTrack]):
    """A page of simplified tracks."""

    items: list[SimplifiedTrack]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedShow(IdentifiedModel):
    """A simplified show (podcast): the API's SimplifiedShowObject."""

    type: str = "show"
    """`show`."""
    id: str | None = field(default_factory=Absences.note)
    """The Spotify id; None if unknown."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI; None if unknown."""
    name: str = ""
    """The show's name."""
    description: str = ""
    """The description as plain text."""
    html_description: str = ""
    """The description, which may contain HTML."""
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    """Country codes (ISO 3166-1 alpha-2); None in development mode. Copy the list to modify it."""
    copyrights: list[Copyright] = field(default_factory=list[Copyright])
    """The copyright statements."""
    explicit: bool = False
    """Whether it is known to have explicit content."""
    images: list[Image] | None = None
    """The cover, widest first; None or empty if there is none (see `pick_image`)."""
    is_externally_hosted: bool | None = None
    """Whether all episodes are hosted outside Spotify; None if unknown."""
    languages: list[str] = field(default_factory=list[str])
    """ISO 639 codes."""
    media_type: str | None = None
    """`audio`, `video` or `mixed`."""
    publisher: str | None = None
    """The publisher; None in development mode."""
    total_episodes: int | None = None
    """The number of episodes; None if missing."""
    href: str | None = None
    """The URL of the full show in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedShowPage(Page[SimplifiedShow]):
    """A page of simplified shows."""

    items: list[SimplifiedShow]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenItem(TimedModel):
    """The base class of episodes and chapters."""

    type: str
    """`episode` or `chapter`."""
    id: str | None = field(default_factory=Absences.note)
    """The Spotify id; None if unknown."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI; None if unknown."""
    name: str = ""
    """The title."""
    description: str = ""
    """The description as plain text."""
    html_description: str = ""
    """The description, which may contain HTML."""
    audio_preview_url: str | None = None
    """A preview of 30 seconds (MP3); usually None since 2024."""
    duration_ms: int = 0
    """The duration in milliseconds; 0 if missing (see `duration`)."""
    explicit: bool = False
    """Whether it is known to have explicit content."""
    images: list[Image] | None = None
    """The cover, widest first; None or empty if there is none (see `pick_image`)."""
    is_playable: bool | None = None
    """Whether it can be played in the market of the request; None if missing."""
    languages: list[str] = field(default_factory=list[str])
    """ISO 639 codes."""
    release_date: str | None = None
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`, sometimes `0000` (see `released`)."""
    release_date_precision: ReleaseDatePrecision | None = None
    """The precision of `release_date`: `year`, `month` or `day`."""
    restrictions: Restrictions | None = None
    """Why it cannot be played; None if it can."""
    resume_point: ResumePoint | None = None
    """The user's progress; None without the scope `user-read-playback-position`."""
    href: str | None = None
    """The URL of the full object in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""

    @property
    def duration(self) -> timedelta:
        """The duration."""
        return timedelta_from_ms(self.duration_ms)

    @property
    def released(self) -> ReleaseDate | None:
        """The release date with its precision; None if unknown."""
        return parse_release_date(self.release_date, self.release_date_precision)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedEpisode(SpokenItem):
    """A simplified episode: the API's SimplifiedEpisodeObject. It extends `SpokenItem`."""

    type: str = "episode"
    """`episode`."""
    is_externally_hosted: bool | None = None
    """Whether it is hosted outside Spotify; None if unknown."""
    language: str | None = None
    """An ISO 639 code. Deprecated by Spotify in favour of `languages`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedEpisodePage(Page[SimplifiedEpisode]):
    """A page of simplified episodes."""

    items: list[SimplifiedEpisode]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author(SpotifyModel):
    """An author of an audiobook: the API's AuthorObject."""

    name: str | None = None
    """The author's name; None if missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrator(SpotifyModel):
    """A narrator of an audiobook: the API's NarratorObject."""

    name: str | None = None
    """The narrator's name; None if missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAudiobook(IdentifiedModel):
    """A simplified audiobook: the API's SimplifiedAudiobookObject."""

    type: str = "audiobook"
    """`audiobook`."""
    id: str | None = field(default_factory=Absences.note)
    """The Spotify id; None if unknown."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI, `spotify:show:…` in some responses; None if unknown."""
    name: str = ""
    """The title."""
    authors: list[Author] = field(default_factory=list[Author])
    """The authors."""
    narrators: list[Narrator] = field(default_factory=list[Narrator])
    """The narrators."""
    description: str = ""
    """The description as plain text."""
    html_description: str = ""
    """The description, which may contain HTML."""
    edition: str | None = None
    """The edition, such as `Unabridged`."""
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    """Country codes (ISO 3166-1 alpha-2); None in development mode. Copy the list to modify it."""
    copyrights: list[Copyright] = field(default_factory=list[Copyright])
    """The copyright statements."""
    explicit: bool = False
    """Whether it is known to have explicit content."""
    images: list[Image] | None = None
    """The cover, widest first; None or empty if there is none (see `pick_image`)."""
    languages: list[str] = field(default_factory=list[str])
    """ISO 639 codes or names of languages."""
    media_type: str | None = None
    """`audio`."""
    publisher: str | None = None
    """The publisher; None in development mode."""
    total_chapters: int | None = None
    """The number of chapters; None if missing."""
    href: str | None = None
    """The URL of the full audiobook in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAudiobookPage(Page[SimplifiedAudiobook]):
    """A page of simplified audiobooks."""

    items: list[SimplifiedAudiobook]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedChapter(SpokenItem):
    """A simplified chapter: the API's SimplifiedChapterObject. It extends `SpokenItem`."""

    type: str = "chapter"
    """`chapter`."""
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    """Country codes (ISO 3166-1 alpha-2); None in development mode. Copy the list to modify it."""
    chapter_number: int | None = None
    """The number in the book, from 0 or 1 depending on the publisher; None if missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedChapterPage(Page[SimplifiedChapter]):
    """A page of simplified chapters."""

    items: list[SimplifiedChapter]
