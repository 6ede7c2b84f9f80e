"""Generates artists, albums and tracks."""

from __future__ import annotations

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
    link_recordings,
)
from spotify.testing.sandbox.catalogue.names import new_id, new_image

if TYPE_CHECKING:
    import random

    from spotify.testing.sandbox.catalogue.content import Content

ARTISTS: Final = 60
ALBUMS_PER_ARTIST: Final = 4
SINGLES_PER_ARTIST: Final = 2
COMPILATIONS: Final = 15
LONG_ALBUM_DISCS: Final = 4
LONG_ALBUM_TRACKS_PER_DISC: Final = 18


def add_music(content: Content, rng: random.Random) -> None:
    """Generate artists, albums and tracks. The first album is the long one, the last artist "Various Artists"."""
    builder = _Builder(content, rng)
    artists = [builder.artist() for _ in range(ARTISTS)]
    builder.long_album(artists[0])
    for number, artist in enumerate(artists):
        for index in range(ALBUMS_PER_ARTIST):
            tracks = 9 + int(rng.random() * 6)
            if index == 1 and number % 6 == 0:
                builder.reissue(builder.album(artist, "album", tracks, OUTSIDE_AMERICAS))
            else:
                builder.album(artist, "album", tracks)
        for _ in range(SINGLES_PER_ARTIST):
            builder.album(artist, "single", tracks=1 + int(rng.random() * 3))
    various = builder.various_artists()
    for _ in range(COMPILATIONS):
        builder.compilation(various, artists)


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
    def __init__(self, content: Content, rng: random.Random) -> None:
        self._content = content
        self._rng = rng
        self._names: set[str] = set()

    def artist(self) -> Artist:
        rng = self._rng
        name = names.band(rng)
        while name in self._names:
            name = names.band(rng)
        self._names.add(name)
        new = new_id(rng)
        artist = Artist(
            id=new,
            name=name,
            genres=tuple(dict.fromkeys(names.pick(rng, names.GENRES) for _ in range(3))),
            popularity=int(rng.random() ** 2 * 100),
            followers=int(10 ** (2 + rng.random() * 5)),
            image=new_image(rng) if rng.random() > 0.08 else None,
            albums=self._content.albums_of_artists.new_parent(new),
            appears_on=self._content.appearances_of_artists.new_parent(new),
        )
        self._content.add_artist(artist)
        return artist

    def various_artists(self) -> Artist:
        new = new_id(self._rng)
        albums = self._content.albums_of_artists.new_parent(new)
        various = Artist(new, "Various Artists", (), 0, 0, None, albums)
        self._content.add_artist(various)
        return various

    def album(self, artist: Artist, album_type: AlbumType, tracks: int, markets: MarketSet = WORLD) -> Album:
        """Add an album; outside the whole world, all its tracks have its markets."""
        album = self._empty_album((artist,), names.title(self._rng), album_type, markets)
        for number in range(1, tracks + 1):
            self._track(album, names.title(self._rng), number=number)
        return album

    def long_album(self, artist: Artist) -> Album:
        album = self._empty_album((artist,), "The Complete Ferry Sessions", "album", WORLD)
        for disc in range(1, LONG_ALBUM_DISCS + 1):
            for number in range(1, LONG_ALBUM_TRACKS_PER_DISC + 1):
                self._track(album, names.title(self._rng), disc=disc, number=number)
        return album

    def reissue(self, original: Album) -> None:
        """Add an album for the Americas with the recordings of one that is licensed outside the Americas only."""
        reissue = self._empty_album(original.artists, original.name, "album", AMERICAS)
        for track in original.tracks:
            copy = self._track(reissue, track.name, number=track.track_number, original=track)
            link_recordings(copy, track)

    def compilation(self, various: Artist, artists: list[Artist]) -> Album:
        name = f"{names.pick(self._rng, names.ADJECTIVES)} Hits, {names.pick(self._rng, names.NOUNS)}"
        album = self._empty_album((various,), name, "compilation", WORLD)
        performers = self._rng.sample(artists, 18)
        for number, artist in enumerate(performers, start=1):
            self._content.add_appearance(artist, album)
            self._track(album, names.title(self._rng), number=number, performer=artist)
        return album

    def _empty_album(self, artists: tuple[Artist, ...], name: str, album_type: AlbumType, markets: MarketSet) -> Album:
        rng = self._rng
        date, precision = release_date(rng)
        new = new_id(rng)
        album = Album(
            id=new,
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
            tracks=self._content.tracks_of_albums.new_parent(new),
        )
        self._content.add_album(album)
        return album

    def _track(
        self,
        album: Album,
        name: str,
        *,
        number: int,
        disc: int = 1,
        performer: Artist | None = None,
        original: Track | None = None,
    ) -> Track:
        rng = self._rng
        artists = album.artists if performer is None else (performer,)
        chance = rng.random()
        if chance < 0.06:
            guest = self._content.artists.entities[int(chance / 0.06 * ARTISTS)]
            if guest is not artists[0]:
                artists = (*artists, guest)
                name = f"{name} (feat. {guest.name})"
        new = new_id(rng)
        duration_ms = 95_000 + int(rng.random() * 290_000)
        isrc = f"QZ{rng.getrandbits(33):010}"
        track = Track(
            id=new,
            name=name,
            album=album,
            artists=artists if original is None else original.artists,
            disc_number=disc,
            track_number=number,
            duration_ms=duration_ms if original is None else original.duration_ms,
            explicit=chance > 0.9,
            isrc=isrc if original is None else original.isrc,
            popularity=int(rng.random() * (artists[0].popularity + 1)),
            markets=OUTSIDE_JAPAN if chance >= 0.97 and album.markets is WORLD else album.markets,
        )
        self._content.add_track(track)
        return track
