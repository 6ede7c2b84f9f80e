"""The audio analysis of a track, made up from its audio features."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from typing import Final

from spotify.testing.sandbox.catalogue import Track
from spotify.testing.sandbox.messages import JsonObject
from spotify.testing.sandbox.recommender import audio_features

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
