"""What recommendations can be tuned by, and within which bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from spotify._checks import is_finite, shown


class RecommendationAttributes(TypedDict, total=False):
    """How recommended tracks should sound.

    `min_` and `max_` leave out every track below and above; of what is left, those next to `target_` are preferred.

    Attributes:
        acousticness: How sure it is that the track is acoustic, 0 to 1.
        danceability: How good it is to dance to, 0 to 1.
        duration_ms: Its length in milliseconds, a whole number.
        energy: How intense it is, 0 to 1.
        instrumentalness: How sure it is that nobody sings, 0 to 1.
        key: The pitch class of its key, a whole number from 0 (C) to 11 (B).
        liveness: How sure it is that an audience was there, 0 to 1.
        loudness: In decibels, mostly -60 to 0.
        mode: 1 for major, 0 for minor.
        popularity: A whole number from 0 to 100.
        speechiness: How much of it is spoken, 0 to 1.
        tempo: In beats per minute, 0 or more.
        time_signature: Beats in a bar, a whole number from 0 to 11.
        valence: How cheerful it is, 0 to 1.
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
    whole: bool = False

    def __contains__(self, value: float) -> bool:
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most) and is_finite(value)

    def __str__(self) -> str:
        kind = "whole number" if self.whole else "number"
        if self.at_least is None:
            return f"a finite {kind}"
        bounds = f"{self.at_least} or more" if self.at_most is None else f"from {self.at_least} to {self.at_most}"
        return f"a {kind}, {bounds}"


_SHARE: Final = _Range(at_most=1)

_RANGES: Final[Mapping[str, _Range]] = {
    "acousticness": _SHARE,
    "danceability": _SHARE,
    "duration_ms": _Range(whole=True),
    "energy": _SHARE,
    "instrumentalness": _SHARE,
    "key": _Range(at_most=11, whole=True),
    "liveness": _SHARE,
    "loudness": _Range(at_least=None),
    "mode": _Range(at_most=1, whole=True),
    "popularity": _Range(at_most=100, whole=True),
    "speechiness": _SHARE,
    "tempo": _Range(),
    "time_signature": _Range(at_most=11, whole=True),
    "valence": _SHARE,
}


def checked_attributes(attributes: Mapping[str, object]) -> dict[str, float]:
    """Return attributes, by their full names such as `min_tempo`, once they are what they should be.

    Raises:
        TypeError: There is no such attribute, or its value is not a number, or not a whole one where it has to be.
        ValueError: A value is out of bounds, or a minimum above its maximum.
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
            f"{shown(name)} is not known to recommendations; expected min_, max_ or target_ before one of {known}"
        )
    if isinstance(value, bool) or not isinstance(value, int if allowed.whole else (int, float)):
        raise TypeError(f"{name} must be {allowed}, not {type(value).__name__}")
    if value not in allowed:
        raise ValueError(f"{name} must be {allowed}, not {shown(value)}")
    return value
