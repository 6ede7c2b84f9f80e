"""What Spotify works out by itself: related artists, audio features, recommendations."""

from __future__ import annotations

import functools
import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from spotify.testing.sandbox.catalogue import Artist, Catalogue, Track
from spotify.testing.sandbox.http.messages import JsonObject

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


_SAMPLE_RATE: Final = 22_050
_SECTIONS: Final = 6
_BEATS_IN_SEGMENT: Final = 8
_ANALYZED_AT: Final = 1_735_689_600


def audio_analysis(track: Track) -> JsonObject:
    """An `AudioAnalysisObject`, the same each time."""
    rng = random.Random(track.isrc)
    features = audio_features(track)
    seconds = track.duration_ms / 1000
    beat = 60 / features["tempo"]
    beats_in_bar = int(features["time_signature"])
    summary: JsonObject = {
        "loudness": features["loudness"],
        "tempo": features["tempo"],
        "tempo_confidence": _share(rng),
        "time_signature": beats_in_bar,
        "time_signature_confidence": _share(rng),
        "key": features["key"],
        "key_confidence": _share(rng),
        "mode": features["mode"],
        "mode_confidence": _share(rng),
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
        "bars": _intervals(rng, seconds, beat * beats_in_bar),
        "beats": _intervals(rng, seconds, beat),
        "sections": [{**interval, **summary} for interval in _intervals(rng, seconds, seconds / _SECTIONS)],
        "segments": [{**interval, **_segment(rng)} for interval in _intervals(rng, seconds, beat * _BEATS_IN_SEGMENT)],
        "tatums": _intervals(rng, seconds, beat / 2),
    }


def _intervals(rng: random.Random, seconds: float, length: float) -> list[JsonObject]:
    def every() -> Iterator[JsonObject]:
        for number in range(int(seconds / length + 0.5)):
            yield {"start": round(number * length, 5), "duration": round(length, 5), "confidence": _share(rng)}

    return list(every())


def _segment(rng: random.Random) -> JsonObject:
    return {
        "loudness_start": round(-60 * rng.random(), 3),
        "loudness_max": round(-20 * rng.random(), 3),
        "loudness_max_time": round(rng.random() / 10, 5),
        "loudness_end": round(-60 * rng.random(), 3),
        "pitches": [_share(rng) for _ in range(12)],
        "timbre": [round(rng.uniform(-120, 120), 3) for _ in range(12)],
    }


def _share(rng: random.Random) -> float:
    return round(rng.random(), 3)
