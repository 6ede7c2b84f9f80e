"""Enumerations of the API. All are open, because Spotify adds values.

An unknown value is kept as Spotify sent it: `AlbumType("ep").value` is `"ep"`. Known values are case-insensitive
(`ALBUM`). Members are strings, so that `album.album_type == "album"` works.
"""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """An enumeration of strings that accepts unknown strings."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        lower_case = value.lower()
        for member in cls:
            if member.value.lower() == lower_case:
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
    """The type of an album."""

    ALBUM = "album"
    SINGLE = "single"
    COMPILATION = "compilation"


class AlbumGroup(OpenEnum):
    """The relation between an artist and an album in the artist's discography."""

    ALBUM = "album"
    SINGLE = "single"
    COMPILATION = "compilation"
    APPEARS_ON = "appears_on"


class ReleaseDatePrecision(OpenEnum):
    """The precision of a release date."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


class RestrictionReason(OpenEnum):
    """Why an object cannot be played.

    `market`: it is unavailable in the market. `product`: the user's subscription does not include it. `explicit`: the
    user's account does not play explicit content. `payment_required`: it has to be bought.
    """

    MARKET = "market"
    PRODUCT = "product"
    EXPLICIT = "explicit"
    PAYMENT_REQUIRED = "payment_required"


class CopyrightType(OpenEnum):
    """The type of a copyright: `C` the copyright, `P` the sound recording (performance) copyright."""

    C = "C"
    P = "P"


class RepeatState(OpenEnum):
    """What the player repeats."""

    OFF = "off"
    TRACK = "track"
    CONTEXT = "context"


class CurrentlyPlayingType(OpenEnum):
    """The type of the currently playing item."""

    TRACK = "track"
    EPISODE = "episode"
    AD = "ad"
    UNKNOWN = "unknown"


class DeviceType(OpenEnum):
    """The type of a device. Spotify uses many more values."""

    COMPUTER = "computer"
    SMARTPHONE = "smartphone"
    SPEAKER = "speaker"


class RecommendationSeedType(OpenEnum):
    """The type of a recommendation seed."""

    ARTIST = "artist"
    TRACK = "track"
    GENRE = "genre"


class Scope(OpenEnum):
    """An OAuth scope. See https://developer.spotify.com/documentation/web-api/concepts/scopes.

    ::

        client = await spotify.login(Scope.PLAYLIST_MODIFY_PRIVATE)
    """

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
