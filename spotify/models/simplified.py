"""The short forms of artists, albums and tracks, in which they appear inside one another and in lists."""

from dataclasses import dataclass, field
from datetime import timedelta

from spotify.models.base import Page, SpotifyModel
from spotify.models.common import NO_URLS, ExternalUrls, Image, Restrictions
from spotify.models.enums import AlbumGroup, AlbumType, ReleaseDatePrecision
from spotify.models.times import ReleaseDate, milliseconds, parse_release_date
from spotify.models.wire import ENUM


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
