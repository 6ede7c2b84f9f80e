"""A playlist of which only some members were asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from spotify.models.absent import ABSENT, Absent, OrAbsent, is_absent
from spotify.models.base import JsonObject, SpotifyModel
from spotify.models.common import ExternalUrls, Followers, Image
from spotify.models.playlists import PartialPlaylistItemPage, PlaylistOwner
from spotify.models.wire import Metadata, metadata, take_old_name


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
