"""Values and base classes that many models share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, Self, cast

from spotify.models.base import DATETIME, JsonValue, SpotifyModel, in_utc, is_empty, json_metadata
from spotify.models.enums import CopyrightType, ReleaseDatePrecision, RestrictionReason
from spotify.models.identity import Absences, kind_of, with_identity
from spotify.models.pages import is_present


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalUrls(SpotifyModel):
    """URLs of an object outside the API: the API's ExternalUrlObject."""

    spotify: str | None = None
    """The page on open.spotify.com; None for local files."""


NO_URLS: Final = ExternalUrls()
"""The default of all `external_urls`. It is immutable and therefore shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalIds(SpotifyModel):
    """Identifiers of a recording or a release outside Spotify: the API's ExternalIdObject."""

    isrc: str | None = None
    """International Standard Recording Code."""
    ean: str | None = None
    """International Article Number."""
    upc: str | None = None
    """Universal Product Code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followers(SpotifyModel):
    """The number of followers: the API's FollowersObject. Artists and users lack it in development mode."""

    total: int | None = None
    """The number of followers; None if missing."""
    href: str | None = None
    """Always None: the API does not list them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(SpotifyModel):
    """One size of an image: the API's ImageObject."""

    url: str = ""
    """The URL of the image; empty if missing. Those of playlists expire within a day."""
    height: int | None = None
    """In pixels; None if unknown."""
    width: int | None = None
    """In pixels; None if unknown."""


def pick_image(images: Iterable[Image] | None, *, width: int | None = None) -> Image | None:
    """Return the smallest image of at least `width`, or the widest one if there is none.

    Args:
        images: The `images` of any model, which may be None.
        width: The width at which the image is displayed, in pixels; None for the widest image.

    Returns:
        The image; None if there are no images. An image of unknown width is returned only if there is no other.
    """
    by_width = sorted((image for image in images or () if image.url), key=lambda image: image.width or 0)
    if not by_width:
        return None
    if width is not None:
        for image in by_width:
            if image.width is not None and image.width >= width:
                return image
    return by_width[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copyright(SpotifyModel):
    """A copyright statement: the API's CopyrightObject."""

    text: str | None = None
    """The statement; None if missing."""
    type: CopyrightType | None = None
    """`C` for the copyright, `P` for the sound recording (performance) copyright."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrictions(SpotifyModel):
    """Why an object cannot be played: the API's restriction objects of albums, tracks, episodes and chapters."""

    reason: RestrictionReason | None = None
    """The reason. Spotify adds new ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePoint(SpotifyModel):
    """The user's progress in an episode or a chapter: the API's ResumePointObject.

    Requires the scope `user-read-playback-position`.
    """

    fully_played: bool = False
    """Whether the user has played it to the end."""
    resume_position_ms: int = 0
    """The position where playback resumes, in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(SpotifyModel):
    """The context in which an item is played, such as an album: the API's ContextObject."""

    type: str | None = field(default_factory=Absences.note)
    """`album`, `artist`, `playlist`, `show`, `collection` (the user's liked songs), and others in the future; None if
    unknown.
    """
    uri: str | None = field(default_factory=Absences.note)
    """The Spotify URI; None if unknown."""
    href: str | None = None
    """The URL of the object in the API."""
    external_urls: ExternalUrls | None = None
    """URLs outside the API; None if there is no page."""

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Add the type that the data lacks, if the URI or `href` names it, and the URI, if it follows from `href`."""
        kind = kind_of(data)
        return data if kind is None else with_identity({"type": kind, **data}, kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedItem(SpotifyModel):
    """The base class of entries of a library or a playlist."""

    added_at: datetime | None = field(default=None, metadata=DATETIME)
    """When the entry was added, with time zone; None if unknown, 1970-01-01 in some old playlists."""

    def __post_init__(self) -> None:
        if self.added_at is not None and self.added_at.tzinfo is None:
            object.__setattr__(self, "added_at", in_utc(self.added_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedItem(AddedItem):
    """The base class of entries of a library. The object has the last field of the entry."""

    def holds_object(self) -> bool:
        """Return whether the saved object could be read."""
        return is_present(getattr(self, _last_field(type(self))))

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Wrap an object without its entry: `GET /me/audiobooks` returns these at times."""
        name = _last_field(cls)
        is_bare = name not in data and not data.keys().isdisjoint(("id", "uri", "href"))
        return {name: dict(data)} if is_bare else data


def _last_field(entry: type[SavedItem]) -> str:
    return fields(entry)[-1].name


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(SpotifyModel):
    """The base class of responses to a request for several objects."""

    unreadable: list[int] = field(default_factory=list[int], metadata=json_metadata(exclude=is_empty))
    """The indices of the entries that could not be decoded. They are None, as unknown ids are."""


class PlayableItem(SpotifyModel):
    """The base class of `Track`, `Episode` and `UnknownItem`: items of playlists, the player, its queue and history.

    The class depends on the `type` that Spotify sends::

        match entry.item:
            case Track(): ...
            case Episode(): ...
            case UnknownItem(): ...     # of a new type, or damaged; `raw` holds the data
            case None: ...              # no longer in the catalogue
    """

    __slots__ = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, JsonValue], /) -> Self:
        """Create the item; `PlayableItem.from_dict` returns an object of the class for the `type`."""
        if cls is not PlayableItem:
            return super().from_dict(data)
        from spotify.models.playable import playable_item  # it imports this module

        return cast("Self", playable_item(dict(data)))

    if TYPE_CHECKING:  # at run time, properties would be taken for the defaults of the fields that implement them

        @property
        def type(self) -> str | None:
            """`track`, `episode` or a new type."""

        @property
        def uri(self) -> str | None:
            """The Spotify URI; None only for an `UnknownItem` without one."""

        @property
        def name(self) -> str | None:
            """The name; None only for an `UnknownItem` without one."""


class ReleaseDate(NamedTuple):
    """A release date with its precision."""

    date: date
    """The date; the first day of the year or month if the day is unknown."""
    precision: ReleaseDatePrecision
    """Which part of the date is known."""


_MAX_YEAR_DIGITS: Final = 4
_PRECISIONS: Final = (ReleaseDatePrecision.YEAR, ReleaseDatePrecision.MONTH, ReleaseDatePrecision.DAY)


def parse_release_date(text: str | None, precision: ReleaseDatePrecision | None = None) -> ReleaseDate | None:
    """Parse `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

    Args:
        text: The `release_date`.
        precision: The `release_date_precision`. If it is coarser than `text`, the finer parts are ignored.

    Returns:
        The release date; None if `text` is not a date, such as the `0000` of some albums.
    """
    parts = (text or "").split("-")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) <= _MAX_YEAR_DIGITS for part in parts):
        return None
    known = len(parts)
    if precision in _PRECISIONS:
        known = min(known, _PRECISIONS.index(precision) + 1)
    year, month, day = ([int(part) for part in parts[:known]] + [1, 1])[:3]
    try:
        return ReleaseDate(date(year, month, day), _PRECISIONS[known - 1])
    except (OverflowError, ValueError):
        return None


def timedelta_from_ms(milliseconds: int) -> timedelta:
    """Return a number of milliseconds as a timedelta, limited to the range of the class."""
    try:
        return timedelta(milliseconds=milliseconds)
    except OverflowError:
        return timedelta.max if milliseconds > 0 else timedelta.min
