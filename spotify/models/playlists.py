"""Playlists.

In 2026 Spotify renamed a playlist's `tracks` to `items` and an entry's `track` to `item`. Answers have the one, the
other or both; models have `items` and `item`, wherever the value came from. The old names are read, and are no
attributes to use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from spotify.models.base import (
    ABSENT,
    OLD_NAME,
    Absent,
    JsonObject,
    Metadata,
    OrAbsent,
    Page,
    SpotifyModel,
    in_utc,
    is_absent,
    metadata,
    take_old_name,
)
from spotify.models.common import NO_URLS, AddedItem, ExternalUrls, Followers, Image
from spotify.models.playable import PlayableItem
from spotify.models.playable_kinds import OLD_PLAYABLE, PLAYABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistUser(SpotifyModel):
    """Who put something into a playlist: the API's PlaylistUserObject.

    Attributes:
        id: The user's id; empty for some old entries.
        uri: The Spotify URI.
        type: `user`.
        href: The request for the user.
        external_urls: Addresses outside the API.
    """

    id: str
    uri: str | None = None
    type: str = "user"
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistOwner(PlaylistUser):
    """Whose playlist it is: the API's PlaylistOwnerObject. It has what a `PlaylistUser` has, and more.

    Attributes:
        display_name: The name that others see; None if there is none.
    """

    display_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistItem(AddedItem):
    """One entry of a playlist: the API's PlaylistTrackObject.

    Attributes:
        added_at: When it was added; None, or 1970-01-01, in some old playlists.
        added_by: Who added it; None, or without an id, in some old playlists.
        is_local: Whether it is a file on the user's own device.
        item: The track or episode; None if it is gone from the catalogue.
    """

    added_by: PlaylistUser | None = None
    is_local: bool = False
    item: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    if not TYPE_CHECKING:
        track: PlayableItem | None = field(default=None, repr=False, compare=False, metadata=OLD_PLAYABLE)

    def __post_init__(self) -> None:
        object.__setattr__(self, "added_at", in_utc(self.added_at))
        take_old_name(self, "track", "item")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistItemPage(Page[PlaylistItem]):
    """A page of a playlist's entries."""

    items: list[PlaylistItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialPlaylistItemPage(PlaylistItemPage):
    """What a `fields` filter left of a page of a playlist's entries; without items if it left them out."""

    items: list[PlaylistItem] = field(default_factory=list[PlaylistItem])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistTracksRef(SpotifyModel):
    """How many items a playlist has, and where they are: the API's PlaylistTracksRefObject.

    Attributes:
        total: The number of items.
        href: The request for them.
    """

    total: int
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistBase(SpotifyModel):
    """What playlists have in common, in brief and in full.

    Attributes:
        type: `playlist`.
        id: The Spotify id.
        uri: The Spotify URI.
        name: The playlist's name.
        description: What its owner says of it; None if nothing.
        collaborative: Whether others may change it.
        public: Whether it is on the owner's profile; None if that is not relevant.
        owner: Whose it is.
        images: The cover, widest first, at most three; None or empty if there is none. Their addresses expire in a day.
        snapshot_id: The version of the playlist, to be given with changes.
        href: The request for the full playlist.
        external_urls: Addresses outside the API.
    """

    type: str
    id: str
    uri: str
    name: str = ""
    description: str | None = None
    collaborative: bool = False
    public: bool | None = None
    owner: PlaylistOwner | None = None
    images: list[Image] | None = None
    snapshot_id: str | None = None
    href: str | None = None
    external_urls: ExternalUrls = NO_URLS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedPlaylist(PlaylistBase):
    """A playlist in brief: the API's SimplifiedPlaylistObject. It has what a `PlaylistBase` has, and more.

    Attributes:
        items: How many items it has; None if Spotify does not say. Older answers call it `tracks`.
    """

    items: PlaylistTracksRef | None = None
    if not TYPE_CHECKING:
        tracks: PlaylistTracksRef | None = field(default=None, repr=False, compare=False, metadata=OLD_NAME)

    def __post_init__(self) -> None:
        take_old_name(self, "tracks", "items")


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist(PlaylistBase):
    """A playlist: the API's PlaylistObject. It has what a `PlaylistBase` has, and more.

    Attributes:
        items: The first page of its entries. None if Spotify withholds them: in development mode they come only for
            playlists that the user owns or collaborates on. An empty playlist has a page without items. Older answers
            call it `tracks`.
        followers: How many follow.
    """

    items: PlaylistItemPage | None = None
    followers: Followers | None = None
    if not TYPE_CHECKING:
        tracks: PlaylistItemPage | None = field(default=None, repr=False, compare=False, metadata=OLD_NAME)

    def __post_init__(self) -> None:
        take_old_name(self, "tracks", "items")


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedPlaylistPage(Page[SimplifiedPlaylist]):
    """A page of playlists."""

    items: list[SimplifiedPlaylist]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistSnapshot(SpotifyModel):
    """The answer to a change of a playlist.

    Attributes:
        snapshot_id: The version of the playlist after the change.
    """

    snapshot_id: str


# Every member has a decoder, for dataclasses-json would build one from the default too: the text "ABSENT", or False.
def _itself(data: object) -> object:
    return data


def _built_by(build: Callable[[JsonObject], object]) -> Metadata:
    def decode(data: JsonObject | Absent) -> object:
        return data if data is ABSENT else build(data)

    return metadata(decoder=decode, exclude=is_absent)


def _images(data: list[JsonObject] | Absent) -> list[Image] | Absent:
    return data if data is ABSENT else [Image.from_dict(image) for image in data]


_PLAIN: Final = metadata(decoder=_itself, exclude=is_absent)
_PAGE: Final = _built_by(PartialPlaylistItemPage.from_dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialPlaylist(SpotifyModel):
    """What a `fields` filter left of a playlist. It has the members of a `Playlist`, each of which can be `ABSENT`.

    `ABSENT` is what did not come: the filter left it out, or it was damaged, which is logged. None is what Spotify sent
    as null, and an empty page is one without items. Only the playlist's own members are told apart like this: the
    objects in them are the ordinary models, where what the filter left out has its default.

    Attributes:
        type: `playlist`.
        id: The Spotify id.
        uri: The Spotify URI.
        name: The playlist's name.
        description: What its owner says of it; None if nothing.
        collaborative: Whether others may change it.
        public: Whether it is on the owner's profile; None if that is not relevant.
        owner: Whose it is.
        images: The cover, widest first, at most three; None or empty if there is none. Their addresses expire in a day.
        snapshot_id: The version of the playlist, to be given with changes.
        href: The request for the full playlist.
        external_urls: Addresses outside the API.
        items: The first page of its entries, without any if the filter wanted only the page's own members, such as
            `items(total)`. Absent too if Spotify withholds them: in development mode they come only for playlists that
            the user owns or collaborates on. Older answers call it `tracks`.
        followers: How many follow.
    """

    type: OrAbsent[str] = field(default=ABSENT, metadata=_PLAIN)
    id: OrAbsent[str] = field(default=ABSENT, metadata=_PLAIN)
    uri: OrAbsent[str] = field(default=ABSENT, metadata=_PLAIN)
    name: OrAbsent[str] = field(default=ABSENT, metadata=_PLAIN)
    description: OrAbsent[str | None] = field(default=ABSENT, metadata=_PLAIN)
    collaborative: OrAbsent[bool] = field(default=ABSENT, metadata=_PLAIN)
    public: OrAbsent[bool | None] = field(default=ABSENT, metadata=_PLAIN)
    owner: OrAbsent[PlaylistOwner | None] = field(default=ABSENT, metadata=_built_by(PlaylistOwner.from_dict))
    images: OrAbsent[list[Image] | None] = field(default=ABSENT, metadata=metadata(decoder=_images, exclude=is_absent))
    snapshot_id: OrAbsent[str | None] = field(default=ABSENT, metadata=_PLAIN)
    href: OrAbsent[str | None] = field(default=ABSENT, metadata=_PLAIN)
    external_urls: OrAbsent[ExternalUrls] = field(default=ABSENT, metadata=_built_by(ExternalUrls.from_dict))
    items: OrAbsent[PartialPlaylistItemPage | None] = field(default=ABSENT, metadata=_PAGE)
    followers: OrAbsent[Followers | None] = field(default=ABSENT, metadata=_built_by(Followers.from_dict))
    if not TYPE_CHECKING:
        tracks: OrAbsent[PartialPlaylistItemPage | None] = field(
            default=ABSENT, repr=False, compare=False, metadata=_PAGE
        )

    def __post_init__(self) -> None:
        take_old_name(self, "tracks", "items", empty=ABSENT)
