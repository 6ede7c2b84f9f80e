"""User profiles."""

from dataclasses import dataclass, field

from spotify.models.base import SpotifyModel
from spotify.models.common import NO_URLS, ExternalUrls, Followers, Image
from spotify.models.identity import Absences, IdentifiedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplicitContentSettings(SpotifyModel):
    """The user's settings for explicit content: the API's ExplicitContentSettingsObject.

    Attributes:
        filter_enabled: Whether explicit content must not be played; None if unknown.
        filter_locked: Whether the user cannot change that setting; None if unknown.
    """

    filter_enabled: bool | None = None
    filter_locked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUser(IdentifiedModel):
    """The public profile of a user: the API's PublicUserObject.

    Attributes:
        type: `user`.
        id: The user's id; None if unknown. It can change; see `PrivateUser.account_id`.
        uri: The Spotify URI; None if unknown.
        display_name: The name on the profile; None if there is none.
        followers: The number of followers; None in development mode.
        images: The profile image; None or empty if there is none (see `pick_image`).
        href: The URL of the user in the API.
        external_urls: URLs outside the API.
    """

    type: str = "user"
    id: str | None = field(default_factory=Absences.note)
    uri: str | None = field(default_factory=Absences.note)
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
