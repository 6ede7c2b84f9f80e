"""Generates shows with episodes, and audiobooks with chapters."""

from __future__ import annotations

import datetime as dt
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

    from spotify.testing.sandbox.catalogue.content import Content

SHOWS: Final = 24
EPISODES_OF_LONG_SHOW: Final = 260
AUDIOBOOKS: Final = 22
CHAPTERS_OF_LONG_AUDIOBOOK: Final = 64
_NEWEST_EPISODE: Final = dt.date(2026, 2, 27)
_LANGUAGES: Final = (("en",), ("en", "fr"), ("de",), ("pt-BR",))


def add_spoken_word(content: Content, rng: random.Random) -> None:
    """Generate shows and audiobooks. The first of each is the long one; the last show is the Nordic one."""
    for number in range(SHOWS):
        episode_count = EPISODES_OF_LONG_SHOW if number == 0 else 4 + int(rng.random() * 20)
        show = _show(content, rng, NORDIC if number == SHOWS - 1 else WORLD)
        for index in range(episode_count):
            content.add_episode(_episode(rng, show, index))
    for number in range(AUDIOBOOKS):
        chapter_count = CHAPTERS_OF_LONG_AUDIOBOOK if number == 0 else 5 + int(rng.random() * 16)
        audiobook = _audiobook(content, rng)
        for chapter in range(chapter_count):
            content.add_chapter(_chapter(rng, audiobook, chapter))


def _show(content: Content, rng: random.Random, markets: MarketSet) -> Show:
    new = new_id(rng)
    show = Show(
        id=new,
        name=f"{names.pick(rng, names.ADJECTIVES)} {names.pick(rng, names.NOUNS)} Weekly",
        publisher=names.person(rng),
        description=names.sentence(rng),
        languages=_LANGUAGES[int(rng.random() * len(_LANGUAGES))],
        explicit=rng.random() < 0.2,
        media_type="mixed" if rng.random() < 0.2 else "audio",
        markets=markets,
        image=new_image(rng),
        episodes=content.episodes_of_shows.new_parent(new),
    )
    content.add_show(show)
    return show


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


def _audiobook(content: Content, rng: random.Random) -> Audiobook:
    date, precision = release_date(rng)
    new = new_id(rng)
    audiobook = Audiobook(
        id=new,
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
        chapters=content.chapters_of_audiobooks.new_parent(new),
    )
    content.add_audiobook(audiobook)
    return audiobook


def _chapter(rng: random.Random, audiobook: Audiobook, number: int) -> Chapter:
    return Chapter(
        id=new_id(rng),
        name="Opening Credits" if number == 0 else f"Chapter {number}: {names.title(rng)}",
        audiobook=audiobook,
        number=number,
        duration_ms=60_000 + int(rng.random() * 2_400_000),
    )
