"""Spotify ids: 128 random bits written in base62, always 22 characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PAIRS = tuple(high + low for high in _DIGITS for low in _DIGITS)
_BASE62 = re.compile(r"[0-9A-Za-z]{22}", re.ASCII)


def new_id(rng: random.Random) -> str:
    """Draw the next id; the same generator state gives the same id."""
    number = rng.getrandbits(128)
    pairs = [""] * 11
    for place in range(10, -1, -1):
        number, pair = divmod(number, 3844)
        pairs[place] = _PAIRS[pair]
    return "".join(pairs)


def is_base62_id(text: str) -> bool:
    """Whether `text` is written as an id of the catalogue is."""
    return _BASE62.fullmatch(text) is not None
