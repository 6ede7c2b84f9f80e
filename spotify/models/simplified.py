"""The short forms of artists, albums and tracks, in which they appear inside one another and in lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from spotify.models.base import ENUM, Page, ReleaseDate, SpotifyModel, milliseconds, parse_release_date
from spotify.models.common import NO_URLS, Copyright, ExternalUrls, Image, Restrictions, ResumePoint
from spotify.models.enums import AlbumGroup, AlbumType, ReleaseDatePrecision


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedArtist(SpotifyModel):
    """An artist in brief: the API's SimplifiedArtistObject.

    Attributes:
        type: `artist`.
        id: The Spotify id; None for the artist of a local file.
        uri: The Spotify URI; None for the artist of a local file.
        name: The artist's name.
        href: The request for the full artist.
        external_urls: Addresses outside the API.
    """

    type: str
    id: str | None = None
    uri: str | None = None
    name: str = ""
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAlbum(SpotifyModel):
    """An album in brief: the API's SimplifiedAlbumObject, and its ArtistDiscographyAlbumObject.

    Attributes:
        type: `album`.
        id: The Spotify id; None for the album of a local file.
        uri: The Spotify URI; None for the album of a local file.
        name: The album's name; empty after a takedown.
        album_type: `album`, `single`, `compilation`; None if Spotify did not say.
        album_group: How it relates to the artist whose albums were asked for; None elsewhere and in development mode.
        artists: Its artists; old albums lack them.
        available_markets: Country codes (ISO 3166-1 alpha-2). None in development mode and when a market was given;
            empty if it is available nowhere.
        images: The cover, widest first; None or empty if there is none (see `pick_image`).
        release_date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD` as sent, `0000` at times; see `released`.
        release_date_precision: Which of the three it is.
        restrictions: Why it cannot be played, if so.
        total_tracks: How many tracks it has; None if Spotify did not say.
        is_playable: Whether it can be played in the market that was given; None without a market.
        href: The request for the full album.
        external_urls: Addresses outside the API.
    """

    type: str
    id: str | None = None
    uri: str | None = None
    name: str = ""
    album_type: AlbumType | None = field(default=None, metadata=ENUM)
    album_group: AlbumGroup | None = field(default=None, metadata=ENUM)
    artists: list[SimplifiedArtist] = field(default_factory=list[SimplifiedArtist])
    available_markets: list[str] | None = None
    images: list[Image] | None = None
    release_date: str | None = None
    release_date_precision: ReleaseDatePrecision | None = field(default=None, metadata=ENUM)
    restrictions: Restrictions | None = None
    total_tracks: int | None = None
    is_playable: bool | None = None
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS

    @property
    def released(self) -> ReleaseDate | None:
        """The release date as a date with its precision; None if it is not known."""
        return parse_release_date(self.release_date, self.release_date_precision)


def no_album() -> SimplifiedAlbum:
    """Return the album of a track that came without one: the same empty album that local files have."""
    return SimplifiedAlbum(type="album")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTrack(SpotifyModel):
    """The track that was asked for, if another one was given in its place: the API's LinkedTrackObject.

    Attributes:
        type: `track`.
        id: The Spotify id.
        uri: The Spotify URI.
        href: The request for it.
        external_urls: Addresses outside the API.
    """

    type: str
    id: str
    uri: str
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedTrack(SpotifyModel):
    """A track in brief, as in an album: the API's SimplifiedTrackObject.

    Attributes:
        type: `track`; music videos and podcasts have been seen among tracks with `episode`.
        uri: The Spotify URI; `spotify:local:…` for local files.
        id: The Spotify id; None for local files.
        name: The track's name.
        artists: Who performs it.
        available_markets: Country codes (ISO 3166-1 alpha-2). None in development mode and when a market was given;
            empty if it is available nowhere.
        disc_number: The disc, from 1; 0 for local files.
        duration_ms: The length in milliseconds; 0 if Spotify did not say. See `duration`.
        explicit: Whether it is known to have explicit lyrics.
        is_local: Whether it is a file on the user's own device.
        is_playable: Whether it can be played in the market that was given; None without a market.
        linked_from: What was asked for, if this is a replacement; None in development mode.
        restrictions: Why it cannot be played, if so.
        preview_url: 30 seconds as MP3; mostly None since 2024.
        track_number: The position on its disc, from 1; 0 for local files.
        href: The request for the full track.
        external_urls: Addresses outside the API.
    """

    type: str
    uri: str
    id: str | None = None
    name: str = ""
    artists: list[SimplifiedArtist] = field(default_factory=list[SimplifiedArtist])
    available_markets: list[str] | None = None
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
        """The length."""
        return milliseconds(self.duration_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAlbumPage(Page[SimplifiedAlbum]):
    """A page of albums."""

    items: list[SimplifiedAlbum]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedTrackPage(Page[SimplifiedTrack]):
    """A page of tracks in brief."""

    items: list[SimplifiedTrack]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedShow(SpotifyModel):
    """A show (podcast) in brief: the API's SimplifiedShowObject.

    Attributes:
        type: `show`.
        id: The Spotify id.
        uri: The Spotify URI.
        name: The show's name.
        description: What it is about, without markup.
        html_description: What it is about, perhaps with HTML.
        available_markets: Country codes (ISO 3166-1 alpha-2); None in development mode.
        copyrights: The copyright lines.
        explicit: Whether it is known to have explicit content.
        images: The cover, widest first; None or empty if there is none (see `pick_image`).
        is_externally_hosted: Whether all episodes lie outside Spotify; None if not known.
        languages: ISO 639 codes.
        media_type: `audio`, `video`, `mixed`.
        publisher: Who publishes it; None in development mode.
        total_episodes: How many episodes it has; None if Spotify did not say.
        href: The request for the full show.
        external_urls: Addresses outside the API.
    """

    type: str
    id: str
    uri: str
    name: str = ""
    description: str = ""
    html_description: str = ""
    available_markets: list[str] | None = None
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
class SpokenItem(SpotifyModel):
    """What episodes and chapters have in common.

    Attributes:
        type: `episode` or `chapter`.
        id: The Spotify id.
        uri: The Spotify URI.
        name: The title.
        description: What it is about, without markup.
        html_description: What it is about, perhaps with HTML.
        audio_preview_url: 30 seconds as MP3, if there are; mostly None since 2024.
        duration_ms: The length in milliseconds; 0 if Spotify did not say. See `duration`.
        explicit: Whether it is known to have explicit content.
        images: The cover, widest first; None or empty if there is none (see `pick_image`).
        is_playable: Whether it can be played in the market in question; None if Spotify did not say.
        languages: ISO 639 codes.
        release_date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD` as sent, `0000` at times; see `released`.
        release_date_precision: Which of the three it is.
        restrictions: Why it cannot be played, if so.
        resume_point: How far the user got; None without the scope `user-read-playback-position`.
        href: The request for the full object.
        external_urls: Addresses outside the API.
    """

    type: str
    id: str
    uri: str
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
    release_date_precision: ReleaseDatePrecision | None = field(default=None, metadata=ENUM)
    restrictions: Restrictions | None = None
    resume_point: ResumePoint | None = None
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS

    @property
    def duration(self) -> timedelta:
        """The length."""
        return milliseconds(self.duration_ms)

    @property
    def released(self) -> ReleaseDate | None:
        """The release date as a date with its precision; None if it is not known."""
        return parse_release_date(self.release_date, self.release_date_precision)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedEpisode(SpokenItem):
    """An episode in brief: the API's SimplifiedEpisodeObject. It has what a `SpokenItem` has, and more.

    Attributes:
        is_externally_hosted: Whether it lies outside Spotify; None if not known.
        language: An ISO 639 code. Deprecated by Spotify: `languages` has all of them.
    """

    is_externally_hosted: bool | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author(SpotifyModel):
    """Who wrote an audiobook: the API's AuthorObject.

    Attributes:
        name: The author's name.
    """

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrator(SpotifyModel):
    """Who reads an audiobook: the API's NarratorObject.

    Attributes:
        name: The narrator's name.
    """

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAudiobook(SpotifyModel):
    """An audiobook in brief: the API's SimplifiedAudiobookObject.

    Attributes:
        type: `audiobook`.
        id: The Spotify id.
        uri: The Spotify URI; Spotify writes `spotify:show:…` in some answers.
        name: The book's title.
        authors: Who wrote it.
        narrators: Who reads it.
        description: What it is about, without markup.
        html_description: What it is about, perhaps with HTML.
        edition: Such as `Unabridged`.
        available_markets: Country codes (ISO 3166-1 alpha-2); None in development mode.
        copyrights: The copyright lines.
        explicit: Whether it is known to have explicit content.
        images: The cover, widest first; None or empty if there is none (see `pick_image`).
        languages: ISO 639 codes or names of languages.
        media_type: `audio`.
        publisher: Who publishes it; None in development mode.
        total_chapters: How many chapters it has; None if Spotify did not say.
        href: The request for the full audiobook.
        external_urls: Addresses outside the API.
    """

    type: str
    id: str
    uri: str
    name: str = ""
    authors: list[Author] = field(default_factory=list[Author])
    narrators: list[Narrator] = field(default_factory=list[Narrator])
    description: str = ""
    html_description: str = ""
    edition: str | None = None
    available_markets: list[str] | None = None
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
class SimplifiedChapter(SpokenItem):
    """A chapter in brief: the API's SimplifiedChapterObject. It has what a `SpokenItem` has, and more.

    Attributes:
        available_markets: Country codes (ISO 3166-1 alpha-2); None in development mode.
        chapter_number: The position in the book, from 0 or 1 as the publisher counts; None if Spotify did not say.
    """

    available_markets: list[str] | None = None
    chapter_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedShowPage(Page[SimplifiedShow]):
    """A page of shows."""

    items: list[SimplifiedShow]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedEpisodePage(Page[SimplifiedEpisode]):
    """A page of episodes in brief."""

    items: list[SimplifiedEpisode]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedAudiobookPage(Page[SimplifiedAudiobook]):
    """A page of audiobooks."""

    items: list[SimplifiedAudiobook]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedChapterPage(Page[SimplifiedChapter]):
    """A page of chapters in brief."""

    items: list[SimplifiedChapter]
