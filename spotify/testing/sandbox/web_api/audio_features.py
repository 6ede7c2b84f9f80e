"""Audio features and audio analyses of tracks."""

from __future__ import annotations

import functools
import hashlib
import random
from collections.abc import Mapping
from typing import Final

from spotify.testing.sandbox.catalogue import Track
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
