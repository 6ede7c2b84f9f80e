"""The audio features and analyses of tracks, related artists, and recommendations."""

from __future__ import annotations

import functools
import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from spotify.testing.sandbox.catalogue import Artist, Catalogue, Track
from spotify.testing.sandbox.http.messages import JsonObject

Features = Mapping[str, float]

INTEGER_FEATURES: Final = frozenset({"duration_ms", "key", "mode", "popularity", "time_signature"})
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

_SAMPLE_RATE: Final = 22_050
_SECTIONS: Final = 6
_BEATS_PER_SEGMENT: Final = 8
_ANALYZED_AT: Final = 1_735_689_600


@functools.lru_cache(maxsize=8192)
def audio_features(track: Track) -> Features:
    """Return the audio features of a track and its popularity: random, but always the same for a track."""
    rng = random.Random(track.isrc)
    return {
        "acousticness": _fraction(rng),
        "danceability": _fraction(rng),
        "duration_ms": track.duration_ms,
        "energy": _fraction(rng),
        "instrumentalness": round(rng.random() ** 4, 6),
        "key": rng.randrange(-1, 12),
        "liveness": _fraction(rng),
        "loudness": round(-30 * rng.random(), 3),
        "mode": rng.randrange(2),
        "popularity": track.popularity,
        "speechiness": round(rng.random() ** 3, 4),
        "tempo": round(60 + 130 * rng.random(), 3),
        "time_signature": rng.choice((3, 4, 4, 4, 5)),
        "valence": _fraction(rng),
    }


def audio_analysis(track: Track) -> JsonObject:
    """Return an `AudioAnalysisObject`: random, but always the same for a track."""
    rng = random.Random(track.isrc)
    features = audio_features(track)
    seconds = track.duration_ms / 1000
    beat = 60 / features["tempo"]
    beats_per_bar = int(features["time_signature"])
    summary: JsonObject = {
        "loudness": features["loudness"],
        "tempo": features["tempo"],
        "tempo_confidence": _fraction(rng),
        "time_signature": beats_per_bar,
        "time_signature_confidence": _fraction(rng),
        "key": features["key"],
        "key_confidence": _fraction(rng),
        "mode": features["mode"],
        "mode_confidence": _fraction(rng),
    }
    return {
        "meta": {
            "analyzer_version": "4.0.0",
            "platform": "Linux",
            "detailed_status": "OK",
            "status_code": 0,
            "timestamp": _ANALYZED_AT,
            "analysis_time": round(seconds / 40, 5),
            "input_process": "libvorbisfile L+R 44100->22050",
        },
        "track": {
            "num_samples": int(seconds * _SAMPLE_RATE),
            "duration": seconds,
            "sample_md5": hashlib.md5(track.isrc.encode(), usedforsecurity=False).hexdigest(),
            "offset_seconds": 0,
            "window_seconds": 0,
            "analysis_sample_rate": _SAMPLE_RATE,
            "analysis_channels": 1,
            "end_of_fade_in": round(rng.random(), 5),
            "start_of_fade_out": round(seconds - 5 * rng.random(), 5),
            **summary,
        },
        "bars": _intervals(rng, seconds, beat * beats_per_bar),
        "beats": _intervals(rng, seconds, beat),
        "sections": [{**interval, **summary} for interval in _intervals(rng, seconds, seconds / _SECTIONS)],
        "segments": [{**interval, **_segment(rng)} for interval in _intervals(rng, seconds, beat * _BEATS_PER_SEGMENT)],
        "tatums": _intervals(rng, seconds, beat / 2),
    }


def _intervals(rng: random.Random, seconds: float, length: float) -> list[JsonObject]:
    return [
        {"start": round(number * length, 5), "duration": round(length, 5), "confidence": _fraction(rng)}
        for number in range(int(seconds / length + 0.5))
    ]


def _segment(rng: random.Random) -> JsonObject:
    return {
        "loudness_start": round(-60 * rng.random(), 3),
        "loudness_max": round(-20 * rng.random(), 3),
        "loudness_max_time": round(rng.random() / 10, 5),
        "loudness_end": round(-60 * rng.random(), 3),
        "pitches": [_fraction(rng) for _ in range(12)],
        "timbre": [round(rng.uniform(-120, 120), 3) for _ in range(12)],
    }


def _fraction(rng: random.Random) -> float:
    return round(rng.random(), 3)


def related_artists(artist: Artist, catalogue: Catalogue, limit: int = 20) -> list[Artist]:
    """Return the artists with the most genres in common with `artist`, of equal ones the more popular first."""
    genres = set(artist.genres)
    others = [other for other in catalogue.artists if genres & set(other.genres) and other is not artist]
    return sorted(others, key=lambda other: (-len(genres & set(other.genres)), -other.popularity))[:limit]


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed of recommendations."""

    type: Literal["ARTIST", "TRACK", "GENRE"]
    """The `type` in a `RecommendationSeedObject`."""
    id: str
    """The id of an artist or a track, or a genre."""
    pool: list[Track]
    """The tracks that it can recommend; empty if there is no such artist, track or genre."""


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
    return Seed("GENRE", genre, _tracks_of(artists, catalogue))


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
    return _tracks_of(artists, catalogue)


def _tracks_of(artists: Iterable[Artist], catalogue: Catalogue) -> list[Track]:
    return [
        track for artist in artists for album in catalogue.albums_of(artist) for track in catalogue.tracks_of(album)
    ]


def _distance(features: Features, targets: Features) -> float:
    return sum(abs(features[name] - target) / (abs(target) or 1) for name, target in targets.items())
