"""Pauses between tries."""

from __future__ import annotations

import random
from collections.abc import Iterator


def growing_pauses(rng: random.Random, *, first: float, longest: float) -> Iterator[float]:
    """Yield seconds without end, each half as long again as the one before, up to a bound.

    All of them are shortened at random by up to a half, so that those who began together do not go on together.

    Args:
        rng: Where the randomness comes from.
        first: Seconds that the first one is at most.
        longest: Seconds that the later ones are at most.
    """
    pause = first
    while True:
        yield pause * rng.uniform(0.5, 1.0)
        pause = min(longest, pause * 1.5)
