"""What Spotify's own editors make: categories, and the playlists in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spotify.testing.sandbox.catalogue import names
from spotify.testing.sandbox.catalogue.entities import Category
from spotify.testing.sandbox.catalogue.music import new_image

if TYPE_CHECKING:
    import random

    from spotify.testing.sandbox.catalogue.entities import User
    from spotify.testing.sandbox.catalogue.people import PlaylistBuilder

_LANGUAGES: Final = ("en", "de", "es", "sv")
#: Each id with the names in these languages. Ids are free text.
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


def build_categories(rng: random.Random, editor: User, builder: PlaylistBuilder) -> list[Category]:
    """Generate the categories; their playlists are `editor`'s. The first one has more than a page of them."""
    categories: list[Category] = []
    for category_id, translated in _CATEGORIES.items():
        playlists = tuple(
            builder.playlist(
                f"{translated[0]}: {names.pick(rng, names.ADJECTIVES)} {names.pick(rng, names.SINGULARS)}",
                editor,
                builder.tracks(_TRACKS, editor),
            )
            for _ in range(_PLAYLISTS if categories else _PLAYLISTS_IN_FIRST)
        )
        by_language: dict[str, str] = dict(zip(_LANGUAGES, translated, strict=True))
        categories.append(Category(category_id, translated[0], by_language, new_image(rng), playlists))
    return categories
