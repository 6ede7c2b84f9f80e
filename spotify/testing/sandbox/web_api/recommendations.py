"""Related artists and recommendations."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from spotify.testing.sandbox.catalogue import Artist, Catalogue, Track
from spotify.testing.sandbox.web_api.audio_features import Features, audio_features


def related_artists(artist: Artist, catalogue: Catalogue, limit: int = 20) -> list[Artist]:
    """Return the artists with the most genres in common with `artist`, of equal ones the more popular first."""
    genres = set(artist.genres)
    others = [other for other in catalogue.artists if genres & set(other.genres) and other is not artist]
    return sorted(others, key=lambda other: (-len(genres & set(other.genres)), -other.popularity))[:limit]


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed of recommendations.

    Attributes:
        type: The `type` in a `RecommendationSeedObject`.
        id: The id of an artist or a track, or a genre.
        pool: The tracks that it can recommend; empty if there is no such artist, track or genre.
    """

    type: Literal["ARTIST", "TRACK", "GENRE"]
    id: str
    pool: list[Track]


def artist_seed(artist_id: str, catalogue: Catalogue) -> Seed:
    """Return a seed with the tracks of an artist and of related artists."""
    artist = catalogue.artist_by_id.get(artist_id)
    return Seed("ARTIST", artist_id, [] if artist is None else _similar_tracks(artist, catalogue))


def track_seed(track_id: str, catalogue: Catalogue) -> Seed:
    """Return a seed with the tracks of the track's artist and of related artists, without the track."""
    track = catalogue.track_by_id.get(track_id)
    pool = [] if track is None else _similar_tracks(track.artists[0], catalogue)
    return Seed("TRACK", track_id, [other for other in pool if other is not track])


def genre_seed(genre: str, catalogue: Catalogue) -> Seed:
    """Return a seed with the tracks of all artists of a genre."""
    artists = (artist for artist in catalogue.artists if genre in artist.genres)
    return Seed("GENRE", genre, [track for artist in artists for album in artist.albums for track in album.tracks])


def within(tracks: Iterable[Track], minimum: Features, maximum: Features) -> list[Track]:
    """Return the tracks whose features are within the bounds."""
    return [
        track
        for track in tracks
        if all(audio_features(track)[name] >= bound for name, bound in minimum.items())
        and all(audio_features(track)[name] <= bound for name, bound in maximum.items())
    ]


def nearest(tracks: Sequence[Track], targets: Features, limit: int) -> list[Track]:
    """Return up to `limit` different tracks: the nearest to `targets` first, or shuffled if there are no targets."""
    unique = list(dict.fromkeys(tracks))
    if not targets:
        random.Random(len(unique)).shuffle(unique)
        return unique[:limit]
    return sorted(unique, key=lambda track: _distance(audio_features(track), targets))[:limit]


def _similar_tracks(artist: Artist, catalogue: Catalogue) -> list[Track]:
    artists = (artist, *related_artists(artist, catalogue, 10))
    return [track for artist in artists for album in artist.albums for track in album.tracks]


def _distance(features: Features, targets: Features) -> float:
    return sum(abs(features[name] - target) / (abs(target) or 1) for name, target in targets.items())
