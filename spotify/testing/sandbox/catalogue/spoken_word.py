"""Shows with episodes, audiobooks with chapters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from spotify.testing.sandbox.catalogue import names
from spotify.testing.sandbox.catalogue.entities import (
    AUDIOBOOK_MARKETS,
    NORDIC,
    WORLD,
    Audiobook,
    Chapter,
    Episode,
    Show,
)
from spotify.testing.sandbox.catalogue.music import new_image, release_date
from spotify.testing.sandbox.catalogue.names import new_id

if TYPE_CHECKING:
    import random

SHOWS: Final = 24
EPISODES_OF_LONG_SHOW: Final = 260
AUDIOBOOKS: Final = 22
CHAPTERS_OF_LONG_AUDIOBOOK: Final = 64
_NEWEST_EPISODE: Final = dt.date(2026, 2, 27)
_LANGUAGES: Final = (("en",), ("en", "fr"), ("de",), ("pt-BR",))


@dataclass(slots=True)
class Spoken:
    """The spoken part of the catalogue."""

    shows: list[Show] = field(default_factory=list[Show])
    episodes: list[Episode] = field(default_factory=list[Episode])
    audiobooks: list[Audiobook] = field(default_factory=list[Audiobook])
    chapters: list[Chapter] = field(default_factory=list[Chapter])


def build_spoken(rng: random.Random) -> Spoken:
    """Generate the spoken part. The first show and the first audiobook are the long ones."""
    spoken = Spoken()
    for number in range(SHOWS):
        episodes = EPISODES_OF_LONG_SHOW if number == 0 else 4 + int(rng.random() * 20)
        show = _show(rng, only_nordic=number == SHOWS - 1)
        show.episodes.extend(_episode(rng, show, place) for place in range(episodes))
        spoken.shows.append(show)
        spoken.episodes.extend(show.episodes)
    for number in range(AUDIOBOOKS):
        chapters = CHAPTERS_OF_LONG_AUDIOBOOK if number == 0 else 5 + int(rng.random() * 16)
        audiobook = _audiobook(rng)
        audiobook.chapters.extend(_chapter(rng, audiobook, place) for place in range(chapters))
        spoken.audiobooks.append(audiobook)
        spoken.chapters.extend(audiobook.chapters)
    return spoken


def _show(rng: random.Random, *, only_nordic: bool) -> Show:
    return Show(
        id=new_id(rng),
        name=f"{names.pick(rng, names.ADJECTIVES)} {names.pick(rng, names.NOUNS)} Weekly",
        publisher=names.person(rng),
        description=names.sentence(rng),
        languages=_LANGUAGES[int(rng.random() * len(_LANGUAGES))],
        explicit=rng.random() < 0.2,
        media_type="mixed" if rng.random() < 0.2 else "audio",
        markets=NORDIC if only_nordic else WORLD,
        image=new_image(rng),
    )


def _episode(rng: random.Random, show: Show, place: int) -> Episode:
    released = _NEWEST_EPISODE - dt.timedelta(days=7 * place)
    precision = rng.random()
    date = released.isoformat()
    return Episode(
        id=new_id(rng),
        name=f"{names.title(rng)} with {names.person(rng)}",
        show=show,
        description=names.sentence(rng),
        duration_ms=900_000 + int(rng.random() * 4_500_000),
        explicit=show.explicit,
        externally_hosted=precision > 0.95,
        release_date=date if precision < 0.9 else date[:7],
        release_date_precision="day" if precision < 0.9 else "month",
    )


def _audiobook(rng: random.Random) -> Audiobook:
    date, precision = release_date(rng)
    return Audiobook(
        id=new_id(rng),
        name=f"The {names.pick(rng, names.SINGULARS)} of {names.person(rng)}",
        authors=(names.person(rng),),
        narrators=tuple(names.person(rng) for _ in range(1 + int(rng.random() * 2))),
        publisher=names.pick(rng, names.LABELS),
        description=names.sentence(rng),
        edition="Unabridged" if rng.random() < 0.8 else "Abridged",
        languages=("en",),
        explicit=rng.random() < 0.1,
        markets=AUDIOBOOK_MARKETS,
        image=new_image(rng),
        release_date=date,
        release_date_precision=precision,
    )


def _chapter(rng: random.Random, audiobook: Audiobook, place: int) -> Chapter:
    return Chapter(
        id=new_id(rng),
        name="Opening Credits" if place == 0 else f"Chapter {place}: {names.title(rng)}",
        audiobook=audiobook,
        number=place,
        duration_ms=60_000 + int(rng.random() * 2_400_000),
    )
