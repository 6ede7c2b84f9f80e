"""The tunable attributes of recommendations, and their bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from spotify._checks import is_finite, shown


class RecommendationAttributes(TypedDict, total=False):
    """Audio attributes of recommended tracks.

    `min_` and `max_` exclude the tracks below and above; of the others, those closest to `target_` are preferred.
    """

    min_acousticness: float
    """Minimum. Confidence that the track is acoustic, 0 to 1."""
    max_acousticness: float
    """Maximum. Confidence that the track is acoustic, 0 to 1."""
    target_acousticness: float
    """Preferred value. Confidence that the track is acoustic, 0 to 1."""
    min_danceability: float
    """Minimum. Suitability for dancing, 0 to 1."""
    max_danceability: float
    """Maximum. Suitability for dancing, 0 to 1."""
    target_danceability: float
    """Preferred value. Suitability for dancing, 0 to 1."""
    min_duration_ms: int
    """Minimum. Duration in milliseconds, an integer."""
    max_duration_ms: int
    """Maximum. Duration in milliseconds, an integer."""
    target_duration_ms: int
    """Preferred value. Duration in milliseconds, an integer."""
    min_energy: float
    """Minimum. Intensity and activity, 0 to 1."""
    max_energy: float
    """Maximum. Intensity and activity, 0 to 1."""
    target_energy: float
    """Preferred value. Intensity and activity, 0 to 1."""
    min_instrumentalness: float
    """Minimum. Likelihood that the track has no vocals, 0 to 1."""
    max_instrumentalness: float
    """Maximum. Likelihood that the track has no vocals, 0 to 1."""
    target_instrumentalness: float
    """Preferred value. Likelihood that the track has no vocals, 0 to 1."""
    min_key: int
    """Minimum. Pitch class of the key, an integer from 0 (C) to 11 (B)."""
    max_key: int
    """Maximum. Pitch class of the key, an integer from 0 (C) to 11 (B)."""
    target_key: int
    """Preferred value. Pitch class of the key, an integer from 0 (C) to 11 (B)."""
    min_liveness: float
    """Minimum. Likelihood that the track was recorded with an audience, 0 to 1."""
    max_liveness: float
    """Maximum. Likelihood that the track was recorded with an audience, 0 to 1."""
    target_liveness: float
    """Preferred value. Likelihood that the track was recorded with an audience, 0 to 1."""
    min_loudness: float
    """Minimum. Decibels, typically -60 to 0."""
    max_loudness: float
    """Maximum. Decibels, typically -60 to 0."""
    target_loudness: float
    """Preferred value. Decibels, typically -60 to 0."""
    min_mode: int
    """Minimum. 1 for major, 0 for minor."""
    max_mode: int
    """Maximum. 1 for major, 0 for minor."""
    target_mode: int
    """Preferred value. 1 for major, 0 for minor."""
    min_popularity: int
    """Minimum. An integer from 0 to 100."""
    max_popularity: int
    """Maximum. An integer from 0 to 100."""
    target_popularity: int
    """Preferred value. An integer from 0 to 100."""
    min_speechiness: float
    """Minimum. Share of spoken words, 0 to 1."""
    max_speechiness: float
    """Maximum. Share of spoken words, 0 to 1."""
    target_speechiness: float
    """Preferred value. Share of spoken words, 0 to 1."""
    min_tempo: float
    """Minimum. Beats per minute, 0 or more."""
    max_tempo: float
    """Maximum. Beats per minute, 0 or more."""
    target_tempo: float
    """Preferred value. Beats per minute, 0 or more."""
    min_time_signature: int
    """Minimum. Beats per bar, an integer from 0 to 11."""
    max_time_signature: int
    """Maximum. Beats per bar, an integer from 0 to 11."""
    target_time_signature: int
    """Preferred value. Beats per bar, an integer from 0 to 11."""
    min_valence: float
    """Minimum. Musical positiveness, 0 to 1."""
    max_valence: float
    """Maximum. Musical positiveness, 0 to 1."""
    target_valence: float
    """Preferred value. Musical positiveness, 0 to 1."""


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
