"""Small values that many objects hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from spotify.models.base import DATETIME, ENUM, SpotifyModel, in_utc
from spotify.models.enums import CopyrightType, RestrictionReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalUrls(SpotifyModel):
    """Addresses of an object outside the API: the API's ExternalUrlObject.

    Attributes:
        spotify: The page on open.spotify.com; None for local files.
    """

    spotify: str | None = None


NO_URLS: Final = ExternalUrls()
"""The default of all `external_urls`; one object serves all, for it cannot change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalIds(SpotifyModel):
    """Identifiers of a recording or a release elsewhere: the API's ExternalIdObject.

    Attributes:
        isrc: International Standard Recording Code.
        ean: International Article Number.
        upc: Universal Product Code.
    """

    isrc: str | None = None
    ean: str | None = None
    upc: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followers(SpotifyModel):
    """How many follow: the API's FollowersObject. Artists and users lack it in development mode.

    Attributes:
        total: The number of followers.
        href: Always None; the API has no list of them.
    """

    total: int
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(SpotifyModel):
    """One size of a picture: the API's ImageObject.

    Attributes:
        url: Where the picture is. Those of playlists expire within a day.
        height: Pixels; None if not known.
        width: Pixels; None if not known.
    """

    url: str
    height: int | None = None
    width: int | None = None


def pick_image(images: Iterable[Image] | None, *, width: int | None = None) -> Image | None:
    """Return the image to show: the smallest one that is wide enough, else the widest.

    Args:
        images: The `images` of any model, None included.
        width: How many pixels wide it will be shown; None asks for the widest.

    Returns:
        None if there are no images. One of unknown width is the last choice.
    """
    known = sorted(images or (), key=lambda image: image.width or 0)
    if not known:
        return None
    if width is not None:
        for image in known:
            if image.width is not None and image.width >= width:
                return image
    return known[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copyright(SpotifyModel):
    """One copyright line: the API's CopyrightObject.

    Attributes:
        text: The line.
        type: `C` for the copyright, `P` for the sound recording.
    """

    text: str
    type: CopyrightType | None = field(default=None, metadata=ENUM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrictions(SpotifyModel):
    """Why something cannot be played: the API's restriction objects of albums, tracks, episodes and chapters.

    Attributes:
        reason: The reason; Spotify adds new ones.
    """

    reason: RestrictionReason | None = field(default=None, metadata=ENUM)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePoint(SpotifyModel):
    """How far the user got in an episode or a chapter: the API's ResumePointObject.

    It comes with the scope `user-read-playback-position` only.

    Attributes:
        fully_played: Whether the user heard it to the end.
        resume_position_ms: Where to go on, in milliseconds from the start.
    """

    fully_played: bool = False
    resume_position_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(SpotifyModel):
    """What something was played from: the API's ContextObject.

    Attributes:
        type: `album`, `artist`, `playlist`, `show`, `collection` (the user's liked songs), and what may come.
        uri: Its Spotify URI.
        href: The request for it.
        external_urls: Its addresses outside the API; None for what has no page.
    """

    type: str
    uri: str
    href: str | None = None
    external_urls: ExternalUrls | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedItem(SpotifyModel):
    """Something that was put into a library or a playlist at some moment.

    Attributes:
        added_at: When, with time zone; None if Spotify does not know, and 1970-01-01 in some old playlists.
    """

    added_at: datetime | None = field(default=None, metadata=DATETIME)

    def __post_init__(self) -> None:
        object.__setattr__(self, "added_at", in_utc(self.added_at))
