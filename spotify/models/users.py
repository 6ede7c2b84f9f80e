"""User profiles."""

from dataclasses import dataclass, field

from spotify.models.base import SpotifyModel
from spotify.models.common import NO_URLS, ExternalUrls, Followers, Image
from spotify.models.identity import Absences, IdentifiedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplicitContentSettings(SpotifyModel):
    """The user's settings for explicit content: the API's ExplicitContentSettingsObject."""

    filter_enabled: bool | None = None
    """Whether explicit content must not be played; None if unknown."""
    filter_locked: bool | None = None
    """Whether the user cannot change that setting; None if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUser(IdentifiedModel):
    """The public profile of a user: the API's PublicUserObject."""

    type: str = "user"
    """`user`."""
    id: str | None = field(default_factory=Absences.note)
    """The user's id; None if unknown. It can change; see `PrivateUser.account_id`."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI; None if unknown."""
    display_name: str | None = None
    """The name on the profile; None if there is none."""
    followers: Followers | None = None
    """The number of followers; None in development mode."""
    images: list[Image] | None = None
    """The profile image; None or empty if there is none (see `pick_image`)."""
    href: str | None = None
    """The URL of the user in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateUser(PublicUser):
    """The profile of the user who authorized the access token: the API's PrivateUserObject. It extends `PublicUser`."""

    account_id: str | None = None
    """A permanent identifier for linking accounts, sent since May 2026."""
    country: str | None = None
    """A country code (ISO 3166-1 alpha-2). Requires `user-read-private`; None in development mode."""
    email: str | None = None
    """The email address, not verified by Spotify. Requires `user-read-email`; None in development mode."""
    explicit_content: ExplicitContentSettings | None = None
    """Settings for explicit content. Requires `user-read-private`; None in development mode."""
    product: str | None = None
    """The subscription, such as `premium` or `free`. Requires `user-read-private`; None in development mode."""
