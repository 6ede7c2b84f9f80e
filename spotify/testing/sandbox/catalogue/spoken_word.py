"""Generates shows with episodes, and audiobooks with chapters."""

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
    MarketSet,
    Show,
)
from spotify.testing.sandbox.catalogue.music import release_date
from spotify.testing.sandbox.catalogue.names import new_id, new_image

if TYPE_CHECKING:
    import random

SHOWS: Final = 24
EPISODES_OF_LONG_SHOW: Final = 260
AUDIOBOOKS: Final = 22
CHAPTERS_OF_LONG_AUDIOBOOK: Final = 64
_NEWEST_EPISODE: Final = dt.date(2026, 2, 27)
_LANGUAGES: Final = (("en",), ("en", "fr"), ("de",), ("pt-BR",))


@dataclass(slots=True)
class SpokenWord:
    """The generated shows, episodes, audiobooks and chapters."""

    shows: list[Show] = field(default_factory=list[Show])
    episodes: list[Episode] = field(default_factory=list[Episode])
    audiobooks: list[Audiobook] = field(default_factory=list[Audiobook])
    chapters: list[Chapter] = field(default_factory=list[Chapter])


def build_spoken_word(rng: random.Random) -> SpokenWord:
    """Generate shows and audiobooks. The first of each is the long one; the last show is the Nordic one."""
    spoken_word = SpokenWord()
    for number in range(SHOWS):
        episode_count = EPISODES_OF_LONG_SHOW if number == 0 else 4 + int(rng.random() * 20)
        show = _show(rng, NORDIC if number == SHOWS - 1 else WORLD)
        show.episodes.extend(_episode(rng, show, index) for index in range(episode_count))
        spoken_word.shows.append(show)
        spoken_word.episodes.extend(show.episodes)
    for number in range(AUDIOBOOKS):
        chapter_count = CHAPTERS_OF_LONG_AUDIOBOOK if number == 0 else 5 + int(rng.random() * 16)
        audiobook = _audiobook(rng)
        audiobook.chapters.extend(_chapter(rng, audiobook, number) for number in range(chapter_count))
        spoken_word.audiobooks.append(audiobook)
        spoken_word.chapters.extend(audiobook.chapters)
    return spoken_word


def _show(rng: random.Random, markets: MarketSet) -> Show:
    return Show(
        id=new_id(rng),
        name=f"{names.pick(rng, names.ADJECTIVES)} {names.pick(rng, names.NOUNS)} Weekly",
        publisher=names.person(rng),
        description=names.sentence(rng),
        languages=_LANGUAGES[int(rng.random() * len(_LANGUAGES))],
        explicit=rng.random() < 0.2,
        media_type="mixed" if rng.random() < 0.2 else "audio",
        markets=markets,
        image=new_image(rng),
    )


def _episode(rng: random.Random, show: Show, weeks: int) -> Episode:
    """Return an episode that was released some weeks before the newest one."""
    date = (_NEWEST_EPISODE - dt.timedelta(weeks=weeks)).isoformat()
    chance = rng.random()
    return Episode(
        id=new_id(rng),
        name=f"{names.title(rng)} with {names.person(rng)}",
        show=show,
        description=names.sentence(rng),
        duration_ms=900_000 + int(rng.random() * 4_500_000),
        explicit=show.explicit,
        externally_hosted=chance > 0.95,
        release_date=date if chance < 0.9 else date[:7],
        release_date_precision="day" if chance < 0.9 else "month",
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


def _chapter(rng: random.Random, audiobook: Audiobook, number: int) -> Chapter:
    return Chapter(
        id=new_id(rng),
        name="Opening Credits" if number == 0 else f"Chapter {number}: {names.title(rng)}",
        audiobook=audiobook,
        number=number,
        duration_ms=60_000 + int(rng.random() * 2_400_000),
    )
