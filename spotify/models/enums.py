"""Spotify's enumerations. All of them grow, so all of them are open.

A value that is not known becomes a member of its own that keeps the text as Spotify sent it: `AlbumType("ep").value` is
`"ep"`. Known values are recognised in any case (`ALBUM`). Members compare equal to their text, so that
`album.album_type == "album"` works.
"""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """An enumeration of texts that takes texts which it does not know."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        folded = value.lower()
        for member in cls:
            if member.value.lower() == folded:
                return member
        unknown = str.__new__(cls, value)
        unknown._name_ = value
        unknown._value_ = value
        return unknown

    @property
    def is_known(self) -> bool:
        """Whether this version of the library knows the value."""
        return self._name_ in type(self).__members__


class AlbumType(OpenEnum):
    """What kind of release an album is."""

    ALBUM = "album"
    SINGLE = "single"
    COMPILATION = "compilation"


class AlbumGroup(OpenEnum):
    """How an album in an artist's discography relates to the artist."""

    ALBUM = "album"
    SINGLE = "single"
    COMPILATION = "compilation"
    APPEARS_ON = "appears_on"


class ReleaseDatePrecision(OpenEnum):
    """How exactly a release date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


class RestrictionReason(OpenEnum):
    """Why something cannot be played.

    `market`: not available in the market. `product`: not with the user's subscription. `explicit`: the user's account
    does not play explicit content. `payment_required`: it has to be bought first.
    """

    MARKET = "market"
    PRODUCT = "product"
    EXPLICIT = "explicit"
    PAYMENT_REQUIRED = "payment_required"


class CopyrightType(OpenEnum):
    """Which right a copyright line is about: `C` the copyright, `P` the sound recording (performance)."""

    C = "C"
    P = "P"


class RepeatState(OpenEnum):
    """What the player repeats."""

    OFF = "off"
    TRACK = "track"
    CONTEXT = "context"


class CurrentlyPlayingType(OpenEnum):
    """What kind of thing plays."""

    TRACK = "track"
    EPISODE = "episode"
    AD = "ad"
    UNKNOWN = "unknown"


class DeviceType(OpenEnum):
    """What kind of device plays. There are many more kinds than these."""

    COMPUTER = "computer"
    SMARTPHONE = "smartphone"
    SPEAKER = "speaker"


class RecommendationSeedType(OpenEnum):
    """What a recommendation started from."""

    ARTIST = "artist"
    TRACK = "track"
    GENRE = "genre"


class Scope(OpenEnum):
    """What a user can allow an application. https://developer.spotify.com/documentation/web-api/concepts/scopes."""

    APP_REMOTE_CONTROL = "app-remote-control"
    PLAYLIST_MODIFY_PRIVATE = "playlist-modify-private"
    PLAYLIST_MODIFY_PUBLIC = "playlist-modify-public"
    PLAYLIST_READ_COLLABORATIVE = "playlist-read-collaborative"
    PLAYLIST_READ_PRIVATE = "playlist-read-private"
    STREAMING = "streaming"
    UGC_IMAGE_UPLOAD = "ugc-image-upload"
    USER_FOLLOW_MODIFY = "user-follow-modify"
    USER_FOLLOW_READ = "user-follow-read"
    USER_LIBRARY_MODIFY = "user-library-modify"
    USER_LIBRARY_READ = "user-library-read"
    USER_MODIFY_PLAYBACK_STATE = "user-modify-playback-state"
    USER_READ_CURRENTLY_PLAYING = "user-read-currently-playing"
    USER_READ_EMAIL = "user-read-email"
    USER_READ_PLAYBACK_POSITION = "user-read-playback-position"
    USER_READ_PLAYBACK_STATE = "user-read-playback-state"
    USER_READ_PRIVATE = "user-read-private"
    USER_READ_RECENTLY_PLAYED = "user-read-recently-played"
    USER_TOP_READ = "user-top-read"
