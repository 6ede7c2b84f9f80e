"""The entities of a catalogue, their ids, URIs and timestamps, and the markets in which they are available."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal
from urllib.parse import quote, quote_plus, unquote

_BASE62: Final = re.compile(r"[0-9A-Za-z]{22}", re.ASCII)


def is_base62_id(value: str) -> bool:
    """Return whether `value` has 22 base62 digits, as the ids of everything but users and categories."""
    return _BASE62.fullmatch(value) is not None


def user_uri(user_id: str) -> str:
    """Return the URI of a user. User ids can have any characters and are percent-encoded in it."""
    return f"spotify:user:{quote(user_id, safe='')}"


def timestamp(datetime: dt.datetime, timespec: Literal["seconds", "milliseconds"] = "seconds") -> str:
    """Format a datetime as Spotify does: in UTC, with fractions of a second only for `milliseconds`."""
    return f"{datetime.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec=timespec)}Z"


@dataclass(frozen=True, slots=True)
class SpotifyUri:
    """A parsed `spotify:KIND:ID`."""

    kind: str
    id: str

    @classmethod
    def parse(cls, value: str) -> SpotifyUri | None:
        """Parse a URI; None if `value` is not a URI. User ids are percent-decoded."""
        match value.split(":"):
            case ["spotify", "user", id] if id:
                return cls("user", unquote(id))
            case ["spotify", kind, id] if is_base62_id(id):
                return cls(kind, id)
            case _:
                return None


def collection_owner(uri: str) -> str | None:
    """Return the user id in `spotify:user:ID:collection`, the URI of a user's saved tracks; None for other URIs."""
    match uri.split(":"):
        case ["spotify", "user", id, "collection"] if id:
            return unquote(id)
        case _:
            return None


_CODES: Final = (
    "AD AE AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CG "
    "CH CI CL CM CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FM FR GA GB GD GE GH "
    "GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IS IT JM JO JP KE KG KH KI KM KN KR KW "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MN MO MR MT MU MV MW MX MY MZ "
    "NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RW SA SB SC SE SG "
    "SI SK SL SM SN SR ST SV SZ TD TG TH TJ TL TN TO TR TT TV TW TZ UA UG US UY UZ VC VE VN VU "
    "WS XK ZA ZM ZW"
)
MARKETS: Final[tuple[str, ...]] = tuple(_CODES.split())


class MarketSet:
    """A set of country codes."""

    __slots__ = ("_set", "codes")

    def __init__(self, codes: tuple[str, ...]) -> None:
        """Take the sorted codes."""
        self.codes: Final = codes
        """The codes in alphabetical order."""
        self._set: Final = frozenset(codes)

    def __contains__(self, market: str) -> bool:
        return market in self._set

    def __repr__(self) -> str:
        return f"MarketSet({len(self.codes)} markets)"


def _without(*codes: str) -> MarketSet:
    return MarketSet(tuple(code for code in MARKETS if code not in codes))


WORLD: Final = MarketSet(MARKETS)
AMERICAS: Final = MarketSet(("AR", "BR", "CA", "CL", "CO", "MX", "PE", "US", "UY"))
OUTSIDE_AMERICAS: Final = _without(*AMERICAS.codes)
OUTSIDE_JAPAN: Final = _without("JP", "KR", "TW")
NORDIC: Final = MarketSet(("DK", "FI", "IS", "NO", "SE"))
AUDIOBOOK_MARKETS: Final = MarketSet(("AU", "CA", "GB", "IE", "NZ", "US"))


DatePrecision = Literal["year", "month", "day"]
AlbumType = Literal["album", "single", "compilation"]


class Entity:
    """Anything with an id and a Spotify URI. Entities do not change, because sandboxes share them.

    What a sandbox adds to a generated entity, such as an album of a generated artist, is in the sandbox's catalogue
    (`Catalogue.albums_of`), not in the entity.
    """

    __slots__ = ()

    kind: ClassVar[str]
    """The second part of the entity's URI."""
    id: str
    """The third part of the entity's URI."""

    @property
    def uri(self) -> str:
        """`spotify:KIND:ID`."""
        return f"spotify:{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, eq=False)
class Artist(Entity):
    """An artist; `image` is None if Spotify has no image of them."""

    kind = "artist"

    id: str
    name: str
    genres: tuple[str, ...]
    popularity: int
    followers: int
    image: str | None
    albums: Sequence[Album] = field(default=(), repr=False)
    appears_on: Sequence[Album] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Album(Entity):
    """An album with its tracks, in order of disc and track number."""

    kind = "album"

    id: str
    name: str
    album_type: AlbumType
    artists: tuple[Artist, ...]
    release_date: str
    release_date_precision: DatePrecision
    label: str
    upc: str
    popularity: int
    markets: MarketSet
    image: str
    tracks: Sequence[Track] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Track(Entity):
    """A track; `alternative` is the same recording, licensed for other markets."""

    kind = "track"

    id: str
    name: str
    album: Album = field(repr=False)
    artists: tuple[Artist, ...]
    disc_number: int
    track_number: int
    duration_ms: int
    explicit: bool
    isrc: str
    popularity: int
    markets: MarketSet
    alternative: Track | None = field(default=None, repr=False)


def link_recordings(first: Track, second: Track) -> None:
    """Make two new tracks alternatives of each other."""
    # They refer to each other, so one of them exists before its alternative does.
    object.__setattr__(first, "alternative", second)
    object.__setattr__(second, "alternative", first)


@dataclass(frozen=True, slots=True, eq=False)
class Show(Entity):
    """A podcast with its episodes, the newest first."""

    kind = "show"

    id: str
    name: str
    publisher: str
    description: str
    languages: tuple[str, ...]
    explicit: bool
    media_type: str
    markets: MarketSet
    image: str
    episodes: Sequence[Episode] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Episode(Entity):
    """An episode of a show. If `externally_hosted`, it plays only in clients that can play external audio."""

    kind = "episode"

    id: str
    name: str
    show: Show = field(repr=False)
    description: str
    duration_ms: int
    explicit: bool
    externally_hosted: bool
    release_date: str
    release_date_precision: DatePrecision

    @property
    def markets(self) -> MarketSet:
        """The markets of its show."""
        return self.show.markets


PlayableItem = Track | Episode


@dataclass(frozen=True, slots=True, eq=False)
class Audiobook(Entity):
    """An audiobook with its chapters in order.

    Library operations accept the URI `spotify:audiobook:ID`; payloads have `spotify:show:ID`.
    """

    kind = "audiobook"

    id: str
    name: str
    authors: tuple[str, ...]
    narrators: tuple[str, ...]
    publisher: str
    description: str
    edition: str
    languages: tuple[str, ...]
    explicit: bool
    markets: MarketSet
    image: str
    release_date: str
    release_date_precision: DatePrecision
    chapters: Sequence[Chapter] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Chapter(Entity):
    """A chapter of an audiobook; `number` counts from 0."""

    kind = "chapter"

    id: str
    name: str
    audiobook: Audiobook = field(repr=False)
    number: int
    duration_ms: int

    @property
    def markets(self) -> MarketSet:
        """The markets of its audiobook."""
        return self.audiobook.markets


@dataclass(frozen=True, slots=True, eq=False)
class User(Entity):
    """A user with an account."""

    kind = "user"

    id: str
    display_name: str | None
    country: str
    email: str
    product: Literal["premium", "free"]
    followers: int
    image: str | None
    account_id: str

    @property
    def uri(self) -> str:
        """`spotify:user:ID`, the id percent-encoded."""
        return user_uri(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A file on a user's device: it has a name and no id."""

    artist: str
    album: str
    name: str
    duration_ms: int

    @property
    def uri(self) -> str:
        """`spotify:local:ARTIST:ALBUM:NAME:SECONDS`."""
        names = (quote_plus(name) for name in (self.artist, self.album, self.name))
        return f"spotify:local:{':'.join(names)}:{self.duration_ms // 1000}"


@dataclass(frozen=True, slots=True, eq=False)
class PlaylistEntry:
    """One position in a playlist. Entries are compared by identity: a playlist may contain a track twice."""

    item: PlayableItem | LocalFile | None
    """None if it was removed from the catalogue."""
    added_at: str | None
    """None in entries that are older than Spotify's record of it."""
    added_by: str | None
    """A user id; None as in `added_at`."""


@dataclass(frozen=True, slots=True, eq=False)
class Playlist(Entity):
    """A playlist when a sandbox starts."""

    kind = "playlist"

    id: str
    name: str
    description: str | None
    owner: User
    public: bool
    """Whether the owner's profile lists it."""
    collaborative: bool
    image: str | None
    """The name of the image; None if Spotify makes one from the items of the playlist."""
    followers: int
    withdrawn: bool
    """Whether search returns null for it and no other operation finds it."""
    entries: tuple[PlaylistEntry, ...] = field(repr=False)
    """The entries of the playlist, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Category:
    """A category of Spotify's playlists."""

    id: str
    """Any string."""
    name: str
    """The English name."""
    names: Mapping[str, str]
    """The names by language (ISO 639-1), including English."""
    icon: str
    """The name of the category's image."""
    playlists: tuple[Playlist, ...] = field(repr=False)
    """The playlists of the category, all owned by Spotify."""
