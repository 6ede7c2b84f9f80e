"""`OwnMusic`: adds artists, albums and tracks."""

from __future__ import annotations

from collections.abc import Iterable

from spotify._checks import check_flag, check_range, check_text, check_type, each_of, strings_of
from spotify.testing.sandbox.catalogue import Album, Artist, Track
from spotify.testing.sandbox.catalogue.entities import AlbumType
from spotify.testing.sandbox.catalogue.names import new_image
from spotify.testing.sandbox.own_content.additions import (
    RELEASE_DATE,
    Additions,
    Duration,
    market_set,
    milliseconds,
    parse_date,
    percent,
)

_TRACK_SECONDS = 180.0


class OwnMusic(Additions):
    """Adds artists, albums and tracks to a sandbox."""

    def add_artist(
        self,
        name: str,
        *,
        genres: Iterable[str] = (),
        popularity: int = 50,
        followers: int = 0,
        id: str | None = None,
    ) -> Artist:
        """Add an artist.

        ::

            artist = sandbox.add_artist(name="Blue Hour", genres=["dream pop"])
            assert (await client.artists.get(artist.id)).name == "Blue Hour"

        Args:
            name: The name; several artists can have it.
            genres: Any genres.
            popularity: 0 to 100.
            followers: The number of followers, 0 or more.
            id: 22 base62 digits; None for a new id, which is the same in each run.

        Raises:
            ValueError: An argument is out of bounds, or the id exists.
            TypeError: An argument has the wrong type.
        """
        check_text("name", name)
        with self._lock:
            artist_id = self._new_id(id)
            artist = Artist(
                id=artist_id,
                name=name,
                genres=tuple(strings_of("genres", genres)),
                popularity=percent("popularity", popularity),
                followers=check_range("followers", followers, at_least=0),
                image=new_image(self._ids),
                albums=self._content.albums_of_artists.new_parent(artist_id),
                appears_on=self._content.appearances_of_artists.new_parent(artist_id),
            )
            self._content.add_artist(artist)
            return artist

    def add_album(
        self,
        name: str,
        *,
        artist: Artist | str | Iterable[Artist | str] = "Various Artists",
        tracks: Iterable[str] = (),
        album_type: AlbumType = "album",
        release_date: str = RELEASE_DATE,
        label: str = "Sandbox Records",
        upc: str | None = None,
        popularity: int = 50,
        markets: Iterable[str] | None = None,
        id: str | None = None,
    ) -> Album:
        """Add an album.

        ::

            album = sandbox.add_album(name="Harbour", artist="Blue Hour", tracks=["Dawn", "Dusk"])
            assert [track.name for track in (await client.albums.get(album.id)).tracks.items] == ["Dawn", "Dusk"]

        Args:
            name: The name.
            artist: An artist of the catalogue, or a name, or several of them. The first artist of a name is used; if
                there is none, one is added.
            tracks: The names of its tracks, in order. `add_track` adds others.
            album_type: `album`, `single` or `compilation`.
            release_date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
            label: The label.
            upc: The Universal Product Code; None for a new one.
            popularity: 0 to 100.
            markets: The countries in which it is available; None for all.
            id: 22 base62 digits; None for a new id, which is the same in each run.

        Raises:
            ValueError: An argument is out of bounds, the id exists, or the artist is not in the catalogue.
            TypeError: An argument has the wrong type.
        """
        check_text("name", name)
        date, precision = parse_date(release_date)
        track_names = strings_of("tracks", tracks)
        if album_type not in {"album", "single", "compilation"}:
            raise ValueError(f"album_type must be 'album', 'single' or 'compilation', not {album_type!r}")
        with self._lock:
            album_id = self._new_id(id)
            album = Album(
                id=album_id,
                name=name,
                album_type=album_type,
                artists=self._artists(artist),
                release_date=date,
                release_date_precision=precision,
                label=label,
                upc=f"{self._ids.getrandbits(39) % 10**12:012}" if upc is None else upc,
                popularity=percent("popularity", popularity),
                markets=market_set(markets),
                image=new_image(self._ids),
                tracks=self._content.tracks_of_albums.new_parent(album_id),
            )
            self._content.add_album(album)
            for track_name in track_names:
                self.add_track(name=track_name, album=album, popularity=popularity)
            return album

    def add_track(
        self,
        name: str,
        *,
        artist: Artist | str | Iterable[Artist | str] | None = None,
        album: Album | str | None = None,
        isrc: str | None = None,
        duration: Duration = _TRACK_SECONDS,
        explicit: bool = False,
        popularity: int = 50,
        disc_number: int = 1,
        track_number: int | None = None,
        markets: Iterable[str] | None = None,
        id: str | None = None,
    ) -> Track:
        """Add a track.

        ::

            track = sandbox.add_track(name="Dawn", artist="Blue Hour", isrc="QZABC2600001", duration=212.5)
            found = await client.search.search("isrc:QZABC2600001", ["track"])
            assert [each.uri for each in found.tracks.items] == [track.uri]

        Args:
            name: The name.
            artist: See `add_album`; None for the artists of the album.
            album: An album of the catalogue, or the name of one by the artist: the first of the name is used; if there
                is none, one is added. None for a new single that has the name of the track.
            isrc: The International Standard Recording Code; None for a new one.
            duration: Seconds, or a `timedelta`; more than 0.
            explicit: Whether it has explicit lyrics.
            popularity: 0 to 100.
            disc_number: 1 or more.
            track_number: 1 or more; None for the next on the disc.
            markets: The countries in which it is available; None for those of the album.
            id: 22 base62 digits; None for a new id, which is the same in each run.

        Raises:
            ValueError: An argument is out of bounds, the id exists, or the artist or album is not in the catalogue.
            TypeError: An argument has the wrong type.
        """
        check_text("name", name)
        check_flag("explicit", explicit)
        check_range("disc_number", disc_number, at_least=1)
        if track_number is not None:
            check_range("track_number", track_number, at_least=1)
        percent("popularity", popularity)
        duration_ms = milliseconds("duration", duration)
        with self._lock:
            artists = None if artist is None else self._artists(artist)
            on_album = self._album(album, artists, name)
            siblings = self.catalogue.tracks_of(on_album)
            following = 1 + max(
                (sibling.track_number for sibling in siblings if sibling.disc_number == disc_number), default=0
            )
            track = Track(
                id=self._new_id(id),
                name=name,
                album=on_album,
                artists=artists or on_album.artists,
                disc_number=disc_number,
                track_number=following if track_number is None else track_number,
                duration_ms=duration_ms,
                explicit=explicit,
                isrc=f"QZ{self._ids.getrandbits(33):010}" if isrc is None else isrc,
                popularity=percent("popularity", popularity),
                markets=on_album.markets if markets is None else market_set(markets),
            )
            self._content.add_track(track)
            for performer in track.artists:
                if performer not in on_album.artists:
                    self._content.add_appearance(performer, on_album)
            return track

    def _artists(self, artists: Artist | str | Iterable[Artist | str]) -> tuple[Artist, ...]:
        if isinstance(artists, Artist | str):
            return (self._artist(artists),)
        found = tuple(self._artist(each) for each in each_of(artists, "artist must be artists or their names"))
        if not found:
            raise ValueError("artist must not be empty: give an artist or a name")
        return found

    def _artist(self, artist: Artist | str) -> Artist:
        if isinstance(artist, Artist):
            return self._own("artist", artist)
        check_text("artist", artist)
        existing = (each for each in self.catalogue.artists if each.name == artist)
        return next(existing, None) or self.add_artist(name=artist)

    def _album(self, album: Album | str | None, artists: tuple[Artist, ...] | None, track: str) -> Album:
        if isinstance(album, Album):
            return self._own("album", album)
        by = artists or self._artists("Various Artists")
        if album is None:
            return self.add_album(name=track, artist=by, album_type="single")
        check_type("album", album, str)
        existing = (each for each in self.catalogue.albums_of(by[0]) if each.name == album)
        return next(existing, None) or self.add_album(name=album, artist=by)
