"""The tunable attributes of recommendations, and their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from spotify._checks import is_finite, shown


class RecommendationAttributes(TypedDict, total=False):
    """Audio attributes of recommended tracks.

    `min_` and `max_` exclude the tracks below and above; of the others, those closest to `target_` are preferred.

    Attributes:
        acousticness: Confidence that the track is acoustic, 0 to 1.
        danceability: Suitability for dancing, 0 to 1.
        duration_ms: Duration in milliseconds, an integer.
        energy: Intensity and activity, 0 to 1.
        instrumentalness: Likelihood that the track has no vocals, 0 to 1.
        key: Pitch class of the key, an integer from 0 (C) to 11 (B).
        liveness: Likelihood that the track was recorded with an audience, 0 to 1.
        loudness: Decibels, typically -60 to 0.
        mode: 1 for major, 0 for minor.
        popularity: An integer from 0 to 100.
        speechiness: Share of spoken words, 0 to 1.
        tempo: Beats per minute, 0 or more.
        time_signature: Beats per bar, an integer from 0 to 11.
        valence: Musical positiveness, 0 to 1.
    """

    min_acousticness: float
    max_acousticness: float
    target_acousticness: float
    min_danceability: float
    max_danceability: float
    target_danceability: float
    min_duration_ms: int
    max_duration_ms: int
    target_duration_ms: int
    min_energy: float
    max_energy: float
    target_energy: float
    min_instrumentalness: float
    max_instrumentalness: float
    target_instrumentalness: float
    min_key: int
    max_key: int
    target_key: int
    min_liveness: float
    max_liveness: float
    target_liveness: float
    min_loudness: float
    max_loudness: float
    target_loudness: float
    min_mode: int
    max_mode: int
    target_mode: int
    min_popularity: int
    max_popularity: int
    target_popularity: int
    min_speechiness: float
    max_speechiness: float
    target_speechiness: float
    min_tempo: float
    max_tempo: float
    target_tempo: float
    min_time_signature: int
    max_time_signature: int
    target_time_signature: int
    min_valence: float
    max_valence: float
    target_valence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    at_least: float | None = 0
    at_most: float | None = None
    is_integer: bool = False

    def __contains__(self, value: float) -> bool:
        is_high_enough = self.at_least is None or value >= self.at_least
        return is_high_enough and (self.at_most is None or value <= self.at_most) and is_finite(value)

    def __str__(self) -> str:
        if self.at_least is None:
            return "a finite number"
        bounds = f"{self.at_least} or more" if self.at_most is None else f"from {self.at_least} to {self.at_most}"
        return f"{'an integer' if self.is_integer else 'a number'}, {bounds}"


_SHARE: Final = _Range(at_most=1)

_RANGES: Final[Mapping[str, _Range]] = {
    "acousticness": _SHARE,
    "danceability": _SHARE,
    "duration_ms": _Range(is_integer=True),
    "energy": _SHARE,
    "instrumentalness": _SHARE,
    "key": _Range(at_most=11, is_integer=True),
    "liveness": _SHARE,
    "loudness": _Range(at_least=None),
    "mode": _Range(at_most=1, is_integer=True),
    "popularity": _Range(at_most=100, is_integer=True),
    "speechiness": _SHARE,
    "tempo": _Range(),
    "time_signature": _Range(at_most=11, is_integer=True),
    "valence": _SHARE,
}


def checked_attributes(attributes: Mapping[str, object]) -> dict[str, float]:
    """Return attributes by their full names, such as `min_tempo`, if they are valid.

    Raises:
        TypeError: There is no such attribute, or its value is not a number, or not an integer where one is required.
        ValueError: A value is out of bounds, or a minimum is above its maximum.
    """
    numbers = {name: _checked(name, value) for name, value in attributes.items()}
    for attribute in _RANGES:
        lowest, highest = numbers.get(f"min_{attribute}"), numbers.get(f"max_{attribute}")
        if lowest is not None and highest is not None and lowest > highest:
            raise ValueError(
                f"min_{attribute} must not be above max_{attribute}, but {shown(lowest)} is above {shown(highest)}"
            )
    return numbers


def _checked(name: str, value: object) -> float:
    bound, _, attribute = name.partition("_")
    allowed = _RANGES.get(attribute)
    if allowed is None or bound not in {"min", "max", "target"}:
        known = ", ".join(_RANGES)
        raise TypeError(
            f"{shown(name)} is not a recommendation attribute; expected min_, max_ or target_ before one of {known}"
        )
    if isinstance(value, bool) or not isinstance(value, int if allowed.is_integer else (int, float)):
        raise TypeError(f"{name} must be {allowed}, not {type(value).__name__}")
    if value not in allowed:
        raise ValueError(f"{name} must be {allowed}, not {shown(value)}")
    return value
