"""Users."""

from dataclasses import dataclass

from spotify.models.base import SpotifyModel
from spotify.models.common import NO_URLS, ExternalUrls, Followers, Image


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplicitContentSettings(SpotifyModel):
    """The user's settings for explicit content: the API's ExplicitContentSettingsObject.

    Attributes:
        filter_enabled: Whether explicit content is not to be played.
        filter_locked: Whether the user cannot change that.
    """

    filter_enabled: bool
    filter_locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUser(SpotifyModel):
    """What everyone can see of a user: the API's PublicUserObject.

    Attributes:
        type: `user`.
        id: The user's id. It can change; see `PrivateUser.account_id`.
        uri: The Spotify URI.
        display_name: The name on the profile; None if there is none.
        followers: How many follow; None in development mode.
        images: The profile's picture; None or empty if there is none (see `pick_image`).
        href: The request for the user.
        external_urls: Addresses outside the API.
    """

    type: str
    id: str
    uri: str
    display_name: str | None = None
    followers: Followers | None = None
    images: list[Image] | None = None
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateUser(PublicUser):
    """The user whose access token it is: the API's PrivateUserObject. It has what a `PublicUser` has, and more.

    Attributes:
        account_id: An identifier that never changes, for linking accounts. Spotify has sent it since May 2026.
        country: ISO 3166-1 alpha-2. Needs `user-read-private`; None in development mode.
        email: Not verified by Spotify. Needs `user-read-email`; None in development mode.
        explicit_content: Settings for explicit content. Needs `user-read-private`; None in development mode.
        product: `premium`, `free` and so on. Needs `user-read-private`; None in development mode.
    """

    account_id: str | None = None
    country: str | None = None
    email: str | None = None
    explicit_content: ExplicitContentSettings | None = None
    product: str | None = None
