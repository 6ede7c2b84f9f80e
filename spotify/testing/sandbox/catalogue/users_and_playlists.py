"""Generates users, playlists and categories."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from spotify.testing.sandbox.catalogue import names
from spotify.testing.sandbox.catalogue.entities import Category, LocalFile, Playlist, PlaylistEntry, User, timestamp
from spotify.testing.sandbox.catalogue.names import new_id, new_image

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from spotify.testing.sandbox.catalogue.content import Content


DEFAULT_USER_ID: Final = "sandbox_listener"
ODD_USER_ID: Final = "björk fan/50%+1?"
SPOTIFY_USER_ID: Final = "spotify"
PLAYLISTS: Final = 64
BIG_PLAYLIST_ITEMS: Final = 5_000
_FIRST_ADDED: Final = dt.datetime(2019, 1, 7, 9, 30, tzinfo=dt.UTC)
_EPOCH: Final = "1970-01-01T00:00:00Z"


def add_default_user(content: Content, rng: random.Random) -> None:
    """Generate the default user alone."""
    content.add_user(_user(rng, DEFAULT_USER_ID, "Sandbox Listener", "US"))


def add_users_and_playlists(content: Content, rng: random.Random) -> None:
    """Generate users, playlists and categories from the tracks and episodes of `content`.

    The first user is the default user, the second has an id that needs percent-encoding, the third is Spotify. The
    first five playlists belong to the default user: the big one, the mixed one, a collaborative one, a private one, an
    empty one. The last playlists are those of the categories.
    """
    users = _users(rng)
    for user in users:
        content.add_user(user)
    listener = users[0]
    builder = _PlaylistBuilder(rng, content)
    add = content.add_playlist
    add(builder.playlist("Everything, Ever", listener, builder.tracks(BIG_PLAYLIST_ITEMS, listener)))
    add(builder.playlist("Odds & Ends", listener, builder.mixed(listener)))
    add(builder.playlist("Road Trip", listener, builder.tracks(30, listener), kind="collaborative"))
    add(builder.playlist("Not for Your Ears", listener, builder.tracks(12, listener), kind="private"))
    add(builder.playlist("Empty for Now", listener, ()))
    for number in range(len(content.playlists.entities), PLAYLISTS):
        owner = users[number % len(users)]
        entries = builder.tracks(5 + int(rng.random() * 60), owner)
        playlist = builder.playlist(
            f"{names.pick(rng, names.ADJECTIVES)} {names.pick(rng, names.SINGULARS)} Mix",
            owner,
            entries,
            kind="private" if number % 11 == 10 else "public",
        )
        add(replace(playlist, withdrawn=number % 15 == 14 and owner is not listener))
    spotify = next(user for user in users if user.id == SPOTIFY_USER_ID)
    for category in _categories(rng, spotify, builder):
        content.categories.add(category)
        for playlist in category.playlists:
            add(playlist)


def _users(rng: random.Random) -> list[User]:
    return [
        _user(rng, DEFAULT_USER_ID, "Sandbox Listener", "US"),
        _user(rng, ODD_USER_ID, "Björk’s Biggest Fan", "IS"),
        _user(rng, SPOTIFY_USER_ID, "Spotify", "SE"),
        _user(rng, "1170042317", None, "DE"),
        _user(rng, "night_owl_ferry", names.person(rng), "GB"),
        _user(rng, new_id(rng).lower() + "xyz", names.person(rng), "JP"),
        _user(rng, "dj.kettle", "DJ Kettle", "BR"),
        _user(rng, "quiet-orchard", names.person(rng), "CA"),
    ]


def _user(rng: random.Random, id: str, name: str | None, country: str) -> User:
    return User(
        id=id,
        display_name=name,
        country=country,
        email=f"{rng.getrandbits(32):08x}@listeners.example",
        product="free" if id == "quiet-orchard" else "premium",
        followers=int(rng.random() * 400),
        image=new_image(rng) if name is not None else None,
        account_id=new_id(rng),
    )


class _PlaylistBuilder:
    """Builds playlists of randomly chosen items."""

    def __init__(self, rng: random.Random, content: Content) -> None:
        self._rng = rng
        self._tracks = list(content.tracks.entities)
        self._episodes = content.episodes.entities

    def playlist(self, name: str, owner: User, entries: Sequence[PlaylistEntry], *, kind: str = "public") -> Playlist:
        """Return a playlist of `owner`; `kind` is `public`, `private` or `collaborative`."""
        rng = self._rng
        return Playlist(
            id=new_id(rng),
            name=name,
            description=names.sentence(rng) if rng.random() < 0.6 else "",
            owner=owner,
            public=kind == "public",
            collaborative=kind == "collaborative",
            image=new_image(rng) if entries else None,
            followers=int(rng.random() * 3_000),
            withdrawn=False,
            entries=tuple(entries),
        )

    def tracks(self, count: int, owner: User) -> list[PlaylistEntry]:
        """Return `count` entries with tracks, drawn with replacement. Eight entries have the same `added_at`."""
        rng, tracks = self._rng, self._tracks
        added = (
            _FIRST_ADDED + dt.timedelta(days=day, seconds=int(rng.random() * 80_000)) for day in range(count // 8 + 1)
        )
        timestamps = [timestamp(datetime) for datetime in added]
        return [PlaylistEntry(names.pick(rng, tracks), timestamps[index // 8], owner.id) for index in range(count)]

    def mixed(self, owner: User) -> list[PlaylistEntry]:
        """Return 80 entries of every kind: tracks, episodes, local files, removed items, missing metadata."""
        entries = self.tracks(80, owner)

        for start in range(0, 80, 16):
            local = LocalFile(
                artist=names.person(self._rng),
                album=names.title(self._rng),
                name=names.title(self._rng),
                duration_ms=1_000 * (120 + start),
            )
            unnamed = LocalFile(artist="", album="", name=f"take {start}.mp3", duration_ms=61_000)
            entries[start + 1] = replace(entries[start + 1], item=self._episodes[start])
            entries[start + 3] = replace(entries[start + 3], item=None)
            entries[start + 5] = replace(entries[start + 5], item=local)
            entries[start + 7] = replace(entries[start + 7], added_at=_EPOCH, added_by="")
            entries[start + 9] = replace(entries[start + 9], added_at=None, added_by=None)
            entries[start + 11] = replace(entries[start + 11], item=unnamed)
        return entries


_LANGUAGES: Final = ("en", "de", "es", "sv")
# The names in these languages by category id.
_CATEGORIES: Final = {
    "toplists": ("Top Lists", "Charts", "Listas de éxitos", "Topplistor"),
    "pop": ("Pop", "Pop", "Pop", "Pop"),
    "hip-hop & rap": ("Hip-Hop & Rap", "Hip-Hop & Rap", "Hip-hop y rap", "Hiphop och rap"),
    "rock": ("Rock", "Rock", "Rock", "Rock"),
    "electronic": ("Electronic", "Elektronisch", "Electrónica", "Elektroniskt"),
    "mood": ("Mood", "Stimmung", "Estados de ánimo", "Känsla"),
    "chill": ("Chill", "Entspannung", "Relax", "Avslappnat"),
    "party": ("Party", "Party", "Fiesta", "Fest"),
    "workout": ("Workout", "Sport", "Ejercicio", "Träning"),
    "focus": ("Focus", "Konzentration", "Concentración", "Fokus"),
    "sleep": ("Sleep", "Schlafen", "Dormir", "Sömn"),
    "dinner": ("Cooking & Dining", "Kochen & Essen", "Cocinar y cenar", "Matlagning"),
    "jazz": ("Jazz", "Jazz", "Jazz", "Jazz"),
    "classical": ("Classical", "Klassik", "Clásica", "Klassiskt"),
    "folk": ("Folk & Acoustic", "Folk & Akustik", "Folk y acústico", "Folkmusik och akustiskt"),
    "soul": ("Soul", "Soul", "Soul", "Soul"),
    "metal": ("Metal", "Metal", "Metal", "Metal"),
    "reggae": ("Reggae", "Reggae", "Reggae", "Reggae"),
    "latin": ("Latin", "Latin", "Latina", "Latin"),
    "travel": ("Travel", "Reisen", "Viajes", "Resor"),
    "family": ("Kids & Family", "Kinder & Familie", "Niños y familia", "Barn och familj"),
    "romance": ("Love", "Liebe", "Amor", "Kärlek"),
    "gaming": ("Gaming", "Gaming", "Videojuegos", "Spel"),
    "at home": ("At Home", "Zuhause", "En casa", "Hemma"),
}
_PLAYLISTS: Final = 4
_PLAYLISTS_IN_FIRST: Final = 24
_TRACKS: Final = 24


def _categories(rng: random.Random, owner: User, builder: _PlaylistBuilder) -> list[Category]:
    """Generate the categories with playlists of `owner`. The first one has more than a page of playlists."""
    categories: list[Category] = []
    for category_id, translations in _CATEGORIES.items():
        playlists = tuple(
            builder.playlist(
                f"{translations[0]}: {names.pick(rng, names.ADJECTIVES)} {names.pick(rng, names.SINGULARS)}",
                owner,
                builder.tracks(_TRACKS, owner),
            )
            for _ in range(_PLAYLISTS if categories else _PLAYLISTS_IN_FIRST)
        )
        by_language = MappingProxyType[str, str](dict(zip(_LANGUAGES, translations, strict=True)))
        categories.append(Category(category_id, translations[0], by_language, new_image(rng), playlists))
    return categories
