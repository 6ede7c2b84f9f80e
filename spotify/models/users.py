"""User profiles."""

from dataclasses import dataclass

from spotify.models.base import SpotifyModel
from spotify.models.common import NO_URLS, ExternalUrls, Followers, Image


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplicitContentSettings(SpotifyModel):
    """The user's settings for explicit content: the API's ExplicitContentSettingsObject.

    Attributes:
        filter_enabled: Whether explicit content must not be played.
        filter_locked: Whether the user cannot change that setting.
    """

    filter_enabled: bool
    filter_locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUser(SpotifyModel):
    """The public profile of a user: the API's PublicUserObject.

    Attributes:
        type: `user`.
        id: The user's id. It can change; see `PrivateUser.account_id`.
        uri: The Spotify URI.
        display_name: The name on the profile; None if there is none.
        followers: The number of followers; None in development mode.
        images: The profile image; None or empty if there is none (see `pick_image`).
        href: The URL of the user in the API.
        external_urls: URLs outside the API.
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
    """The profile of the user who authorized the access token: the API's PrivateUserObject. It extends `PublicUser`.

    Attributes:
        account_id: A permanent identifier for linking accounts, sent since May 2026.
        country: A country code (ISO 3166-1 alpha-2). Requires `user-read-private`; None in development mode.
        email: The email address, not verified by Spotify. Requires `user-read-email`; None in development mode.
        explicit_content: Settings for explicit content. Requires `user-read-private`; None in development mode.
        product: The subscription, such as `premium` or `free`. Requires `user-read-private`; None in development mode.
    """

    account_id: str | None = None
    country: str | None = None
    email: str | None = None
    explicit_content: ExplicitContentSettings | None = None
    product: str | None = None
