"""Simplified objects: the short forms that Spotify returns in lists and inside other objects."""

from dataclasses import dataclass, field
from datetime import timedelta

from spotify.models.base import SpotifyModel
from spotify.models.common import (
    NO_URLS,
    Copyright,
    ExternalUrls,
    Image,
    Page,
    ReleaseDate,
    Restrictions,
    ResumePoint,
    parse_release_date,
    timedelta_from_ms,
)
from spotify.models.enums import AlbumGroup, AlbumType, ReleaseDatePrecision
from spotify.models.identity import Absences, IdentifiedModel, TimedModel
from spotify.models.market_codes import MARKETS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedArtist(IdentifiedModel):
    """A simplified artist: the API's SimplifiedArtistObject.

    Attributes:
        type: `artist`.
        id: The Spotify id; None for the artist of a local file.
        uri: The Spotify URI; None for the artist of a local file.
        name: The artist's name.
        href: The URL of the full artist in the API.
        external_urls: URLs outside the API.
    """

    type: str = "artist"
    id: str | None = field(default_factory=Absences.note)
    uri: str | None = field(default_factory=Absences.note)
    name: str = ""
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAlbum(IdentifiedModel):
    """A simplified album: the API's SimplifiedAlbumObject and ArtistDiscographyAlbumObject.

    Attributes:
        type: `album`.
        id: The Spotify id; None for the album of a local file.
        uri: The Spotify URI; None for the album of a local file.
        name: The album's name; empty after a takedown.
        album_type: `album`, `single` or `compilation`; None if missing.
        album_group: The relation to the artist in the artist's list of albums; None elsewhere and in development mode.
        artists: The artists. Old albums lack them.
        available_markets: Country codes (ISO 3166-1 alpha-2), empty if it is available nowhere; None in development
            mode and in requests with a market. Objects share the list, which cannot be modified: copy it.
        images: The cover, widest first; None or empty if there is none (see `pick_image`).
        release_date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, sometimes `0000` (see `released`).
        release_date_precision: Which of these formats it has.
        restrictions: Why it cannot be played; None if it can.
        total_tracks: The number of tracks; None if missing.
        is_playable: Whether it can be played in the requested market; None without a market.
        href: The URL of the full album in the API.
        external_urls: URLs outside the API.
    """

    type: str = "album"
    id: str | None = field(default_factory=Absences.note)
    uri: str | None = field(default_factory=Absences.note)
    name: str = ""
    album_type: AlbumType | None = None
    album_group: AlbumGroup | None = None
    artists: list[SimplifiedArtist] = field(default_factory=list[SimplifiedArtist])
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    images: list[Image] | None = None
    release_date: str | None = None
    release_date_precision: ReleaseDatePrecision | None = None
    restrictions: Restrictions | None = None
    total_tracks: int | None = None
    is_playable: bool | None = None
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS

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
    """The requested track where Spotify returned a replacement for it: the API's LinkedTrackObject.

    Attributes:
        type: `track`.
        id: The Spotify id; None if unknown.
        uri: The Spotify URI; None if unknown.
        href: The URL of the track in the API.
        external_urls: URLs outside the API.
    """

    type: str = "track"
    id: str | None = field(default_factory=Absences.note)
    uri: str | None = field(default_factory=Absences.note)
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedTrack(TimedModel):
    """A simplified track, as in an album: the API's SimplifiedTrackObject.

    Attributes:
        type: `track`. Music videos and podcasts among tracks have been observed with `episode`.
        uri: The Spotify URI, `spotify:local:…` for local files; None if unknown.
        id: The Spotify id; None for local files, or if unknown.
        name: The track's name.
        artists: The performing artists.
        available_markets: Country codes (ISO 3166-1 alpha-2), empty if it is available nowhere; None in development
            mode and in requests with a market. Objects share the list, which cannot be modified: copy it.
        disc_number: The number of the disc, from 1; 0 for local files.
        duration_ms: The duration in milliseconds; 0 if missing (see `duration`).
        explicit: Whether it is known to have explicit lyrics.
        is_local: Whether it is a local file on the user's device.
        is_playable: Whether it can be played in the requested market; None without a market.
        linked_from: The requested track if this one replaces it; None in development mode.
        restrictions: Why it cannot be played; None if it can.
        preview_url: A preview of 30 seconds (MP3); usually None since 2024.
        track_number: The number of the track on its disc, from 1; 0 for local files.
        href: The URL of the full track in the API.
        external_urls: URLs outside the API.
    """

    type: str = "track"
    uri: str | None = field(default_factory=Absences.note)
    id: str | None = field(default_factory=Absences.note)
    name: str = ""
    artists: list[SimplifiedArtist] = field(default_factory=list[SimplifiedArtist])
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    disc_number: int = 0
    duration_ms: int = 0
    explicit: bool = False
    is_local: bool = False
    is_playable: bool | None = None
    linked_from: LinkedTrack | None = None
    restrictions: Restrictions | None = None
    preview_url: str | None = None
    track_number: int = 0
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS

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
    """A simplified show (podcast): the API's SimplifiedShowObject.

    Attributes:
        type: `show`.
        id: The Spotify id; None if unknown.
        uri: The Spotify URI; None if unknown.
        name: The show's name.
        description: The description as plain text.
        html_description: The description, which may contain HTML.
        available_markets: Country codes (ISO 3166-1 alpha-2); None in development mode. Copy the list to modify it.
        copyrights: The copyright statements.
        explicit: Whether it is known to have explicit content.
        images: The cover, widest first; None or empty if there is none (see `pick_image`).
        is_externally_hosted: Whether all episodes are hosted outside Spotify; None if unknown.
        languages: ISO 639 codes.
        media_type: `audio`, `video` or `mixed`.
        publisher: The publisher; None in development mode.
        total_episodes: The number of episodes; None if missing.
        href: The URL of the full show in the API.
        external_urls: URLs outside the API.
    """

    type: str = "show"
    id: str | None = field(default_factory=Absences.note)
    uri: str | None = field(default_factory=Absences.note)
    name: str = ""
    description: str = ""
    html_description: str = ""
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    copyrights: list[Copyright] = field(default_factory=list[Copyright])
    explicit: bool = False
    images: list[Image] | None = None
    is_externally_hosted: bool | None = None
    languages: list[str] = field(default_factory=list[str])
    media_type: str | None = None
    publisher: str | None = None
    total_episodes: int | None = None
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedShowPage(Page[SimplifiedShow]):
    """A page of simplified shows."""

    items: list[SimplifiedShow]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenItem(TimedModel):
    """The base class of episodes and chapters.

    Attributes:
        type: `episode` or `chapter`.
        id: The Spotify id; None if unknown.
        uri: The Spotify URI; None if unknown.
        name: The title.
        description: The description as plain text.
        html_description: The description, which may contain HTML.
        audio_preview_url: A preview of 30 seconds (MP3); usually None since 2024.
        duration_ms: The duration in milliseconds; 0 if missing (see `duration`).
        explicit: Whether it is known to have explicit content.
        images: The cover, widest first; None or empty if there is none (see `pick_image`).
        is_playable: Whether it can be played in the market of the request; None if missing.
        languages: ISO 639 codes.
        release_date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, sometimes `0000` (see `released`).
        release_date_precision: Which of these formats it has.
        restrictions: Why it cannot be played; None if it can.
        resume_point: The user's progress; None without the scope `user-read-playback-position`.
        href: The URL of the full object in the API.
        external_urls: URLs outside the API.
    """

    type: str
    id: str | None = field(default_factory=Absences.note)
    uri: str | None = field(default_factory=Absences.note)
    name: str = ""
    description: str = ""
    html_description: str = ""
    audio_preview_url: str | None = None
    duration_ms: int = 0
    explicit: bool = False
    images: list[Image] | None = None
    is_playable: bool | None = None
    languages: list[str] = field(default_factory=list[str])
    release_date: str | None = None
    release_date_precision: ReleaseDatePrecision | None = None
    restrictions: Restrictions | None = None
    resume_point: ResumePoint | None = None
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS

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
    """A simplified episode: the API's SimplifiedEpisodeObject. It extends `SpokenItem`.

    Attributes:
        type: `episode`.
        is_externally_hosted: Whether it is hosted outside Spotify; None if unknown.
        language: An ISO 639 code. Deprecated by Spotify in favour of `languages`.
    """

    type: str = "episode"
    is_externally_hosted: bool | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedEpisodePage(Page[SimplifiedEpisode]):
    """A page of simplified episodes."""

    items: list[SimplifiedEpisode]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author(SpotifyModel):
    """An author of an audiobook: the API's AuthorObject.

    Attributes:
        name: The author's name; None if missing.
    """

    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrator(SpotifyModel):
    """A narrator of an audiobook: the API's NarratorObject.

    Attributes:
        name: The narrator's name; None if missing.
    """

    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAudiobook(IdentifiedModel):
    """A simplified audiobook: the API's SimplifiedAudiobookObject.

    Attributes:
        type: `audiobook`.
        id: The Spotify id; None if unknown.
        uri: The Spotify URI, `spotify:show:…` in some responses; None if unknown.
        name: The title.
        authors: The authors.
        narrators: The narrators.
        description: The description as plain text.
        html_description: The description, which may contain HTML.
        edition: The edition, such as `Unabridged`.
        available_markets: Country codes (ISO 3166-1 alpha-2); None in development mode. Copy the list to modify it.
        copyrights: The copyright statements.
        explicit: Whether it is known to have explicit content.
        images: The cover, widest first; None or empty if there is none (see `pick_image`).
        languages: ISO 639 codes or names of languages.
        media_type: `audio`.
        publisher: The publisher; None in development mode.
        total_chapters: The number of chapters; None if missing.
        href: The URL of the full audiobook in the API.
        external_urls: URLs outside the API.
    """

    type: str = "audiobook"
    id: str | None = field(default_factory=Absences.note)
    uri: str | None = field(default_factory=Absences.note)
    name: str = ""
    authors: list[Author] = field(default_factory=list[Author])
    narrators: list[Narrator] = field(default_factory=list[Narrator])
    description: str = ""
    html_description: str = ""
    edition: str | None = None
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    copyrights: list[Copyright] = field(default_factory=list[Copyright])
    explicit: bool = False
    images: list[Image] | None = None
    languages: list[str] = field(default_factory=list[str])
    media_type: str | None = None
    publisher: str | None = None
    total_chapters: int | None = None
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAudiobookPage(Page[SimplifiedAudiobook]):
    """A page of simplified audiobooks."""

    items: list[SimplifiedAudiobook]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedChapter(SpokenItem):
    """A simplified chapter: the API's SimplifiedChapterObject. It extends `SpokenItem`.

    Attributes:
        type: `chapter`.
        available_markets: Country codes (ISO 3166-1 alpha-2); None in development mode. Copy the list to modify it.
        chapter_number: The number in the book, from 0 or 1 depending on the publisher; None if missing.
    """

    type: str = "chapter"
    available_markets: list[str] | None = field(default=None, metadata=MARKETS)
    chapter_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedChapterPage(Page[SimplifiedChapter]):
    """A page of simplified chapters."""

    items: list[SimplifiedChapter]
