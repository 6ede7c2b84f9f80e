"""The countries that Spotify sells in, and sets of them that content is licensed for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import quote, quote_plus

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
    """A set of markets, in alphabetical order, with a quick `in`."""

    __slots__ = ("_set", "codes")

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes: Final = list(codes)
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


@dataclass(slots=True, eq=False)
class Artist:
    """An artist; `image` is None when Spotify has no picture of them."""

    id: str
    name: str
    genres: tuple[str, ...]
    popularity: int
    followers: int
    image: str | None
    albums: list[Album] = field(default_factory=list["Album"], repr=False)
    appears_on: list[Album] = field(default_factory=list["Album"], repr=False)

    @property
    def uri(self) -> str:
        """`spotify:artist:ID`."""
        return f"spotify:artist:{self.id}"


@dataclass(slots=True, eq=False)
class Album:
    """An album with its tracks, in order of disc and number."""

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
    tracks: list[Track] = field(default_factory=list["Track"], repr=False)

    @property
    def uri(self) -> str:
        """`spotify:album:ID`."""
        return f"spotify:album:{self.id}"


@dataclass(slots=True, eq=False)
class Track:
    """A track; `alternative` is the same recording with the licence for other markets."""

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

    @property
    def uri(self) -> str:
        """`spotify:track:ID`."""
        return f"spotify:track:{self.id}"


@dataclass(slots=True, eq=False)
class Show:
    """A podcast, its newest episode first."""

    id: str
    name: str
    publisher: str
    description: str
    languages: tuple[str, ...]
    explicit: bool
    media_type: str
    markets: MarketSet
    image: str
    episodes: list[Episode] = field(default_factory=list["Episode"], repr=False)

    @property
    def uri(self) -> str:
        """`spotify:show:ID`."""
        return f"spotify:show:{self.id}"


@dataclass(slots=True, eq=False)
class Episode:
    """An episode of a show; `externally_hosted` ones play only where the client says it can."""

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
    def uri(self) -> str:
        """`spotify:episode:ID`."""
        return f"spotify:episode:{self.id}"


@dataclass(slots=True, eq=False)
class Audiobook:
    """An audiobook with its chapters in order."""

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
    chapters: list[Chapter] = field(default_factory=list["Chapter"], repr=False)

    @property
    def uri(self) -> str:
        """`spotify:audiobook:ID`, as the library's operations take it; payloads say `show`."""
        return f"spotify:audiobook:{self.id}"


@dataclass(slots=True, eq=False)
class Chapter:
    """A chapter of an audiobook; `number` counts from 0."""

    id: str
    name: str
    audiobook: Audiobook = field(repr=False)
    number: int
    duration_ms: int

    @property
    def uri(self) -> str:
        """`spotify:chapter:ID`."""
        return f"spotify:chapter:{self.id}"


@dataclass(slots=True, eq=False)
class User:
    """Someone with an account."""

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
    """A file on a user's own disk: it has a name, and no id."""

    artist: str
    album: str
    name: str
    duration_ms: int

    @property
    def uri(self) -> str:
        """`spotify:local:ARTIST:ALBUM:NAME:SECONDS`."""
        names = (quote_plus(name) for name in (self.artist, self.album, self.name))
        return f"spotify:local:{':'.join(names)}:{self.duration_ms // 1000}"


@dataclass(slots=True, eq=False)
class PlaylistEntry:
    """One place in a playlist.

    Entries are told apart by identity: the same track may stand in a playlist twice. An `item` of
    None was removed from the catalogue since. `added_at` and `added_by` are None in entries from
    before Spotify kept them.
    """

    item: Track | Episode | LocalFile | None
    added_at: str | None
    added_by: str | None


@dataclass(slots=True, eq=False)
class Playlist:
    """A playlist as it is when a sandbox starts.

    Attributes:
        owner: Whose it is.
        public: Whether it shows on the owner's profile.
        image: None when it has no picture; Spotify then makes one of its items, if there are any.
        withdrawn: Search still finds it (as a null item), but it is gone.
        entries: What it holds, in order.
    """

    id: str
    name: str
    description: str | None
    owner: User
    public: bool
    collaborative: bool
    image: str | None
    followers: int
    withdrawn: bool
    entries: tuple[PlaylistEntry, ...] = field(repr=False)

    @property
    def uri(self) -> str:
        """`spotify:playlist:ID`."""
        return f"spotify:playlist:{self.id}"


@dataclass(slots=True, eq=False)
class Category:
    """A category that Spotify's editors sort playlists into.

    Attributes:
        id: Free text.
        name: In English.
        names: By language (ISO 639-1), English included.
        icon: Its picture.
        playlists: What is in it; all of them are Spotify's.
    """

    id: str
    name: str
    names: Mapping[str, str]
    icon: str
    playlists: tuple[Playlist, ...] = field(repr=False)


def user_uri(user_id: str) -> str:
    """The URI of a user: ids of users are free text, hence percent-encoded in it."""
    return f"spotify:user:{quote(user_id, safe='')}"
