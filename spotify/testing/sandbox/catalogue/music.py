"""Generates artists, albums and tracks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from spotify.testing.sandbox.catalogue import names
from spotify.testing.sandbox.catalogue.entities import (
    AMERICAS,
    OUTSIDE_AMERICAS,
    OUTSIDE_JAPAN,
    WORLD,
    Album,
    AlbumType,
    Artist,
    DatePrecision,
    MarketSet,
    Track,
)
from spotify.testing.sandbox.catalogue.names import new_id, new_image

if TYPE_CHECKING:
    import random

ARTISTS: Final = 60
ALBUMS_PER_ARTIST: Final = 4
SINGLES_PER_ARTIST: Final = 2
COMPILATIONS: Final = 15
LONG_ALBUM_DISCS: Final = 4
LONG_ALBUM_TRACKS_PER_DISC: Final = 18


@dataclass(slots=True)
class Music:
    """The generated artists, albums and tracks."""

    artists: list[Artist] = field(default_factory=list[Artist])
    albums: list[Album] = field(default_factory=list[Album])
    tracks: list[Track] = field(default_factory=list[Track])


def build_music(rng: random.Random) -> Music:
    """Generate artists, albums and tracks. The first album is the long one, the last artist "Various Artists"."""
    builder = _Builder(rng)
    music = builder.music
    music.artists.extend(builder.artist() for _ in range(ARTISTS))
    builder.long_album(music.artists[0])
    for number, artist in enumerate(music.artists):
        for index in range(ALBUMS_PER_ARTIST):
            album = builder.album(artist, "album", tracks=9 + int(rng.random() * 6))
            if index == 1 and number % 6 == 0:
                builder.reissue(album)
        for _ in range(SINGLES_PER_ARTIST):
            builder.album(artist, "single", tracks=1 + int(rng.random() * 3))
    various = Artist(new_id(rng), "Various Artists", (), 0, 0, None)
    music.artists.append(various)
    for _ in range(COMPILATIONS):
        builder.compilation(various)
    return music


def release_date(rng: random.Random) -> tuple[str, DatePrecision]:
    """Return a date and its precision, mostly `day`."""
    year = 1968 + int(rng.random() * 58)
    if rng.random() < 0.1:
        return str(year), "year"
    month = 1 + int(rng.random() * 12)
    if rng.random() < 0.05:
        return f"{year}-{month:02}", "month"
    return f"{year}-{month:02}-{1 + int(rng.random() * 28):02}", "day"


class _Builder:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.music = Music()
        self._names: set[str] = set()

    def artist(self) -> Artist:
        rng = self._rng
        name = names.band(rng)
        while name in self._names:
            name = names.band(rng)
        self._names.add(name)
        return Artist(
            id=new_id(rng),
            name=name,
            genres=tuple(dict.fromkeys(names.pick(rng, names.GENRES) for _ in range(3))),
            popularity=int(rng.random() ** 2 * 100),
            followers=int(10 ** (2 + rng.random() * 5)),
            image=new_image(rng) if rng.random() > 0.08 else None,
        )

    def album(self, artist: Artist, album_type: AlbumType, tracks: int) -> Album:
        album = self._empty_album((artist,), names.title(self._rng), album_type, WORLD)
        for number in range(1, tracks + 1):
            self._track(album, names.title(self._rng), number=number)
        return album

    def long_album(self, artist: Artist) -> Album:
        album = self._empty_album((artist,), "The Complete Ferry Sessions", "album", WORLD)
        for disc in range(1, LONG_ALBUM_DISCS + 1):
            for number in range(1, LONG_ALBUM_TRACKS_PER_DISC + 1):
                self._track(album, names.title(self._rng), disc=disc, number=number)
        return album

    def reissue(self, original: Album) -> Album:
        """License an album outside the Americas only, and add one with the same recordings for the Americas."""
        original.markets = OUTSIDE_AMERICAS
        reissue = self._empty_album(original.artists, original.name, "album", AMERICAS)
        for track in original.tracks:
            track.markets = OUTSIDE_AMERICAS
            copy = self._track(reissue, track.name, number=track.track_number)
            copy.duration_ms, copy.isrc, copy.artists = track.duration_ms, track.isrc, track.artists
            copy.markets = AMERICAS
            copy.alternative, track.alternative = track, copy
        return reissue

    def compilation(self, various: Artist) -> Album:
        name = f"{names.pick(self._rng, names.ADJECTIVES)} Hits, {names.pick(self._rng, names.NOUNS)}"
        album = self._empty_album((various,), name, "compilation", WORLD)
        performers = self._rng.sample(self.music.artists[:ARTISTS], 18)
        for number, artist in enumerate(performers, start=1):
            artist.appears_on.append(album)
            self._track(album, names.title(self._rng), number=number, performer=artist)
        return album

    def _empty_album(self, artists: tuple[Artist, ...], name: str, album_type: AlbumType, markets: MarketSet) -> Album:
        rng = self._rng
        date, precision = release_date(rng)
        album = Album(
            id=new_id(rng),
            name=name,
            album_type=album_type,
            artists=artists,
            release_date=date,
            release_date_precision=precision,
            label=names.pick(rng, names.LABELS),
            upc=f"{rng.getrandbits(39) % 10**12:012}",
            popularity=int(rng.random() * artists[0].popularity),
            markets=markets,
            image=new_image(rng),
        )
        self.music.albums.append(album)
        for artist in artists:
            artist.albums.append(album)
        return album

    def _track(self, album: Album, name: str, *, number: int, disc: int = 1, performer: Artist | None = None) -> Track:
        rng = self._rng
        artists = album.artists if performer is None else (performer,)
        chance = rng.random()
        if chance < 0.06:
            guest = self.music.artists[int(chance / 0.06 * ARTISTS)]
            if guest is not artists[0]:
                artists = (*artists, guest)
                name = f"{name} (feat. {guest.name})"
        track = Track(
            id=new_id(rng),
            name=name,
            album=album,
            artists=artists,
            disc_number=disc,
            track_number=number,
            duration_ms=95_000 + int(rng.random() * 290_000),
            explicit=chance > 0.9,
            isrc=f"QZ{rng.getrandbits(33):010}",
            popularity=int(rng.random() * (artists[0].popularity + 1)),
            markets=album.markets if chance < 0.97 else OUTSIDE_JAPAN,
        )
        album.tracks.append(track)
        self.music.tracks.append(track)
        return track
