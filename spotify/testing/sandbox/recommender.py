"""What Spotify works out by itself: related artists, audio features, recommendations."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from spotify.testing.sandbox.catalogue import Artist, Catalogue, Track

Features = Mapping[str, float]

WHOLE_FEATURES: Final = frozenset({"duration_ms", "key", "mode", "popularity", "time_signature"})
FEATURES: Final = (
    "acousticness",
    "danceability",
    "duration_ms",
    "energy",
    "instrumentalness",
    "key",
    "liveness",
    "loudness",
    "mode",
    "popularity",
    "speechiness",
    "tempo",
    "time_signature",
    "valence",
)


def top_tracks(artist: Artist, most: int = 10) -> list[Track]:
    """The most popular tracks on the artist's own albums."""
    tracks = [track for album in artist.albums for track in album.tracks]
    return sorted(tracks, key=lambda track: track.popularity, reverse=True)[:most]


def related_artists(artist: Artist, catalogue: Catalogue, most: int = 20) -> list[Artist]:
    """The artists who share most genres with `artist`, the more popular ones first."""
    genres = set(artist.genres)
    others = [other for other in catalogue.artists if genres & set(other.genres) and other is not artist]
    return sorted(others, key=lambda other: (-len(genres & set(other.genres)), -other.popularity))[:most]


@functools.lru_cache(maxsize=8192)
def audio_features(track: Track) -> Features:
    """What listening to a track would find, the same each time; popularity besides."""
    rng = random.Random(track.isrc)

    def share() -> float:
        return round(rng.random(), 3)

    return {
        "acousticness": share(),
        "danceability": share(),
        "duration_ms": track.duration_ms,
        "energy": share(),
        "instrumentalness": round(rng.random() ** 4, 6),
        "key": rng.randrange(-1, 12),
        "liveness": share(),
        "loudness": round(-30 * rng.random(), 3),
        "mode": rng.randrange(2),
        "popularity": track.popularity,
        "speechiness": round(rng.random() ** 3, 4),
        "tempo": round(60 + 130 * rng.random(), 3),
        "time_signature": rng.choice((3, 4, 4, 4, 5)),
        "valence": share(),
    }


def pool_of_artist(artist: Artist, catalogue: Catalogue) -> list[Track]:
    """What a seed artist makes recommendable: tracks of the artist and of related ones."""
    artists = (artist, *related_artists(artist, catalogue, 10))
    return [track for each in artists for album in each.albums for track in album.tracks]


def pool_of_genre(genre: str, catalogue: Catalogue) -> list[Track]:
    """What a seed genre makes recommendable."""
    artists = (artist for artist in catalogue.artists if genre in artist.genres)
    return [track for artist in artists for album in artist.albums for track in album.tracks]


def within(tracks: Iterable[Track], least: Features, most: Features) -> list[Track]:
    """The tracks whose features are within the bounds."""
    return [
        track
        for track in tracks
        if all(audio_features(track)[name] >= bound for name, bound in least.items())
        and all(audio_features(track)[name] <= bound for name, bound in most.items())
    ]


def nearest(tracks: Sequence[Track], targets: Features, count: int) -> list[Track]:
    """The tracks that come closest to `targets`, each track once; shuffled without targets."""
    unique = list(dict.fromkeys(tracks))
    if not targets:
        random.Random(len(unique)).shuffle(unique)
        return unique[:count]
    return sorted(unique, key=lambda track: _distance(audio_features(track), targets))[:count]


def _distance(features: Features, targets: Features) -> float:
    return sum(abs(features[name] - target) / (abs(target) or 1) for name, target in targets.items())
