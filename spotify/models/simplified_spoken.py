"""The short forms of shows, episodes, audiobooks and chapters, in which they appear inside one another and in lists."""

from dataclasses import dataclass, field
from datetime import timedelta

from spotify.models.base import Page, SpotifyModel
from spotify.models.common import NO_URLS, Copyright, ExternalUrls, Image, Restrictions, ResumePoint
from spotify.models.enums import ReleaseDatePrecision
from spotify.models.times import ReleaseDate, milliseconds, parse_release_date
from spotify.models.wire import ENUM


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
