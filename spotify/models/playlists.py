"""Playlists and their items.

In 2026 Spotify renamed the `tracks` of a playlist to `items`, and the `track` of an entry to `item`. Responses contain
the old name, the new one or both. The models have `items` and `item`. The old names are decoded, but are not public
attributes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from spotify.models.base import ABSENT, Absent, JsonObject, Metadata, OrAbsent, SpotifyModel, is_none, json_metadata
from spotify.models.common import NO_URLS, AddedItem, ExternalUrls, Followers, Image
from spotify.models.identity import Absences, IdentifiedModel
from spotify.models.pages import Page, is_present
from spotify.models.playable import OLD_PLAYABLE, PLAYABLE, PlayableItem

_OLD_NAME: Final = json_metadata(exclude=is_none)
"""Metadata of a field that receives the old name of another one. It is None after decoding, and never encoded."""

_OLD_ITEM: Final = "track"
_old_item: Final[Callable[[object], object]] = attrgetter(_OLD_ITEM)


def _move_old_name(model: object, old: str, new: str, *, missing: object = None) -> None:
    """Move the value of the field with the old name to the one with the new name, unless that has a value.

    Args:
        model: A new object.
        old: The field of the old name, which is `missing` afterwards.
        new: The field of the new name.
        missing: The value of a field that the response does not contain.
    """
    value = getattr(model, old)
    if value is missing:
        return
    current = getattr(model, new)
    if current is missing or current is None:
        object.__setattr__(model, new, value)
    object.__setattr__(model, old, missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistUser(IdentifiedModel):
    """The user who added an entry to a playlist: the API's PlaylistUserObject."""

    id: str | None = field(default_factory=Absences.note)
    """The user's id, empty for some old entries; None if unknown."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI; None if unknown."""
    type: str = "user"
    """`user`."""
    href: str | None = None
    """The URL of the user in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistOwner(PlaylistUser):
    """The owner of a playlist: the API's PlaylistOwnerObject. It extends `PlaylistUser`."""

    display_name: str | None = None
    """The name on the user's profile; None if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistItem(AddedItem):
    """An entry of a playlist: the API's PlaylistTrackObject."""

    added_by: PlaylistUser | None = None
    """The user who added it; None, or without an id, in some old playlists."""
    is_local: bool = False
    """Whether it is a local file on the user's device."""
    item: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    """The track or episode; None if it is no longer in the catalogue, or could not be read."""
    if not TYPE_CHECKING:
        track: PlayableItem | None = field(default=None, repr=False, compare=False, metadata=OLD_PLAYABLE)

    def __post_init__(self) -> None:
        # Calls take longer than the conditions, and this is done for each entry of a page.
        if self.added_at is not None and self.added_at.tzinfo is None:
            AddedItem.__post_init__(self)  # `super()` does not work in a dataclass with slots
        if _old_item(self) is not None:
            _move_old_name(self, _OLD_ITEM, "item")

    def holds_object(self) -> bool:
        """Return whether the item is known."""
        return is_present(self.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistItemPage(Page[PlaylistItem]):
    """A page of a playlist's entries."""

    items: list[PlaylistItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialPlaylistItemPage(PlaylistItemPage):
    """A page of a playlist's entries in a response with a `fields` filter, which may leave out `items`."""

    items: list[PlaylistItem] = field(default_factory=list[PlaylistItem])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistTracksRef(SpotifyModel):
    """The number of items in a playlist and their URL: the API's PlaylistTracksRefObject."""

    total: int | None = None
    """The number of items; None if missing."""
    href: str | None = None
    """The URL of the items in the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistBase(IdentifiedModel):
    """The base class of simplified and full playlists."""

    type: str = "playlist"
    """`playlist`."""
    id: str | None = field(default_factory=Absences.note)
    """The Spotify id; None if unknown."""
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI; None if unknown."""
    name: str = ""
    """The playlist's name."""
    description: str | None = None
    """The description, escaped for HTML (see `plain_description`); None if there is none."""
    collaborative: bool = False
    """Whether other users may modify it."""
    public: bool | None = None
    """Whether it is on the owner's profile; None if that is not relevant."""
    owner: PlaylistOwner | None = None
    """The owner."""
    images: list[Image] | None = None
    """The cover, widest first, at most three; None or empty if there is none. The URLs expire within a day."""
    snapshot_id: str | None = None
    """The version of the playlist, an argument of methods that modify it."""
    href: str | None = None
    """The URL of the full playlist in the API."""
    external_urls: ExternalUrls = NO_URLS
    """URLs outside the API."""

    @property
    def plain_description(self) -> str | None:
        """The description as it was written: Spotify returns `A &amp; B` for `A & B`. None if there is none."""
        return None if self.description is None else unescape(self.description)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedPlaylist(PlaylistBase):
    """A simplified playlist: the API's SimplifiedPlaylistObject. It extends `PlaylistBase`."""

    items: PlaylistTracksRef | None = None
    """The number of its items; None if missing. Called `tracks` in older responses."""
    if not TYPE_CHECKING:
        tracks: PlaylistTracksRef | None = field(default=None, repr=False, compare=False, metadata=_OLD_NAME)

    def __post_init__(self) -> None:
        _move_old_name(self, "tracks", "items")


@dataclass(frozen=True, slots=True, kw_only=True)
class SimplifiedPlaylistPage(Page[SimplifiedPlaylist]):
    """A page of simplified playlists."""

    items: list[SimplifiedPlaylist]


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist(PlaylistBase):
    """A playlist: the API's PlaylistObject. It extends `PlaylistBase`."""

    items: PlaylistItemPage | None = None
    """The first page of its entries, without items if the playlist is empty. None if Spotify withholds them
    (development mode returns them only for playlists that the user owns or collaborates on) or sent something else,
    which is logged. Called `tracks` in older responses.
    """
    followers: Followers | None = None
    """The number of followers."""
    if not TYPE_CHECKING:
        tracks: PlaylistItemPage | None = field(default=None, repr=False, compare=False, metadata=_OLD_NAME)

    def __post_init__(self) -> None:
        _move_old_name(self, "tracks", "items")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistSnapshot(SpotifyModel):
    """The response to a modification of a playlist."""

    snapshot_id: str | None = None
    """The version of the playlist after the modification; None if missing."""


def _is_absent(value: object) -> bool:
    return value is ABSENT


# Each field that may be absent has a decoder: dataclasses-json would also convert the default, to "ABSENT" or False.
def _unchanged(data: object) -> object:
    return data


def _decoded_by(from_dict: Callable[[JsonObject], object]) -> Metadata:
    def decode(data: JsonObject | Absent) -> object:
        return data if data is ABSENT else from_dict(data)

    return json_metadata(decoder=decode, exclude=_is_absent)


def _decode_images(data: list[JsonObject] | Absent) -> list[Image] | Absent:
    return data if data is ABSENT else [Image.from_dict(image) for image in data]


_PLAIN: Final = json_metadata(decoder=_unchanged, exclude=_is_absent)
_IMAGES: Final = json_metadata(decoder=_decode_images, exclude=_is_absent)
_PAGE: Final = _decoded_by(PartialPlaylistItemPage.from_dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialPlaylist(SpotifyModel):
    """A playlist in a response with a `fields` filter. It has the fields of `Playlist`, each of which may be `ABSENT`.

    A field is `ABSENT` if the response does not contain it because of the filter, or if its value was damaged, which is
    logged. It is None if Spotify sent null. This applies to the fields of the playlist only: nested objects are the
    ordinary models, where a field that the filter left out has its default.
    """

    type: OrAbsent[str] = field(default=ABSENT, metadata=_PLAIN)
    """`playlist`."""
    id: OrAbsent[str | None] = field(default=ABSENT, metadata=_PLAIN)
    """The Spotify id."""
    uri: OrAbsent[str | None] = field(default=ABSENT, metadata=_PLAIN)
    """The Spotify URI."""
    name: OrAbsent[str] = field(default=ABSENT, metadata=_PLAIN)
    """The playlist's name."""
    description: OrAbsent[str | None] = field(default=ABSENT, metadata=_PLAIN)
    """The description; None if there is none."""
    collaborative: OrAbsent[bool] = field(default=ABSENT, metadata=_PLAIN)
    """Whether other users may modify it."""
    public: OrAbsent[bool | None] = field(default=ABSENT, metadata=_PLAIN)
    """Whether it is on the owner's profile; None if that is not relevant."""
    owner: OrAbsent[PlaylistOwner | None] = field(default=ABSENT, metadata=_decoded_by(PlaylistOwner.from_dict))
    """The owner."""
    images: OrAbsent[list[Image] | None] = field(default=ABSENT, metadata=_IMAGES)
    """The cover, widest first, at most three; None or empty if there is none. The URLs expire within a day."""
    snapshot_id: OrAbsent[str | None] = field(default=ABSENT, metadata=_PLAIN)
    """The version of the playlist, an argument of methods that modify it."""
    href: OrAbsent[str | None] = field(default=ABSENT, metadata=_PLAIN)
    """The URL of the full playlist in the API."""
    external_urls: OrAbsent[ExternalUrls] = field(default=ABSENT, metadata=_decoded_by(ExternalUrls.from_dict))
    """URLs outside the API."""
    items: OrAbsent[PartialPlaylistItemPage | None] = field(default=ABSENT, metadata=_PAGE)
    """The first page of its entries, without items if the filter selected other fields of the page only, such as
    `items(total)`. Also absent if Spotify withholds them: development mode returns them only for playlists that the
    user owns or collaborates on. Called `tracks` in older responses.
    """
    followers: OrAbsent[Followers | None] = field(default=ABSENT, metadata=_decoded_by(Followers.from_dict))
    """The number of followers."""
    if not TYPE_CHECKING:
        tracks: OrAbsent[PartialPlaylistItemPage | None] = field(
            default=ABSENT, repr=False, compare=False, metadata=_PAGE
        )

    def __post_init__(self) -> None:
        _move_old_name(self, "tracks", "items", missing=ABSENT)
