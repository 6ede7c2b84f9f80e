"""`OwnSpokenWord`: adds shows, episodes and audiobooks."""

from __future__ import annotations

from collections.abc import Iterable

from spotify._checks import check_flag, check_text, strings_of
from spotify.testing.sandbox.catalogue import Audiobook, Chapter, Episode, Show
from spotify.testing.sandbox.catalogue.names import new_image
from spotify.testing.sandbox.own_content.additions import (
    RELEASE_DATE,
    Additions,
    Duration,
    market_set,
    milliseconds,
    parse_date,
)

_EPISODE_SECONDS = 1800.0
_CHAPTER_SECONDS = 1200.0


class OwnSpokenWord(Additions):
    """Adds shows, episodes and audiobooks to a sandbox."""

    def add_show(
        self,
        name: str,
        *,
        episodes: Iterable[str] = (),
        publisher: str = "Sandbox Radio",
        description: str = "",
        languages: Iterable[str] = ("en",),
        explicit: bool = False,
        markets: Iterable[str] | None = None,
        id: str | None = None,
    ) -> Show:
        """Add a podcast.

        ::

            show = sandbox.add_show(name="Night Ferry", episodes=["One", "Two"])
            episodes = await client.shows.get_episodes(show.id).collect()
            assert [episode.name for episode in episodes] == ["One", "Two"]

        Args:
            name: The name.
            episodes: The names of its episodes, the newest first. `add_episode` adds others.
            publisher: The publisher.
            description: Plain text.
            languages: ISO 639-1 codes, at least one.
            explicit: Whether it has explicit content.
            markets: The countries in which it is available; None for all.
            id: 22 base62 digits; None for a new id, which is the same in each run.

        Raises:
            ValueError: An argument is out of bounds, or the id exists.
            TypeError: An argument has the wrong type.
        """
        check_text("name", name)
        check_flag("explicit", explicit)
        codes = tuple(strings_of("languages", languages))
        if not codes:
            raise ValueError("languages must not be empty")
        titles = strings_of("episodes", episodes)
        with self._lock:
            show_id = self._new_id(id)
            show = Show(
                id=show_id,
                name=name,
                publisher=publisher,
                description=description,
                languages=codes,
                explicit=explicit,
                media_type="audio",
                markets=market_set(markets),
                image=new_image(self._ids),
                episodes=self._content.episodes_of_shows.new_parent(show_id),
            )
            self._content.add_show(show)
            for title in reversed(titles):
                self.add_episode(name=title, show=show)
            return show

    def add_episode(
        self,
        name: str,
        *,
        show: Show | str,
        duration: Duration = _EPISODE_SECONDS,
        description: str = "",
        release_date: str = RELEASE_DATE,
        explicit: bool = False,
        id: str | None = None,
    ) -> Episode:
        """Add an episode to a show; of equal release dates, the one that was added last is the newest.

        ::

            episode = sandbox.add_episode(name="Three", show="Night Ferry", duration=1800)
            assert (await client.episodes.get(episode.id)).show.name == "Night Ferry"

        Args:
            name: The name.
            show: A show of the catalogue, or a name. The first show of the name is used; if there is none, one is
                added.
            duration: Seconds, or a `timedelta`; more than 0.
            description: Plain text.
            release_date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
            explicit: Whether it has explicit content.
            id: 22 base62 digits; None for a new id, which is the same in each run.

        Raises:
            ValueError: An argument is out of bounds, the id exists, or the show is not in the catalogue.
            TypeError: An argument has the wrong type.
        """
        check_text("name", name)
        check_flag("explicit", explicit)
        date, precision = parse_date(release_date)
        duration_ms = milliseconds("duration", duration)
        with self._lock:
            episode = Episode(
                id=self._new_id(id),
                name=name,
                show=self._show(show),
                description=description,
                duration_ms=duration_ms,
                explicit=explicit,
                externally_hosted=False,
                release_date=date,
                release_date_precision=precision,
            )
            self._content.add_episode(episode)
            return episode

    def add_audiobook(
        self,
        name: str,
        *,
        chapters: Iterable[str] = ("Chapter 1",),
        authors: Iterable[str] = ("Sandbox Author",),
        narrators: Iterable[str] = ("Sandbox Narrator",),
        chapter_duration: Duration = _CHAPTER_SECONDS,
        publisher: str = "Sandbox Audio",
        description: str = "",
        release_date: str = RELEASE_DATE,
        explicit: bool = False,
        markets: Iterable[str] | None = None,
        id: str | None = None,
    ) -> Audiobook:
        """Add an audiobook with its chapters.

        ::

            book = sandbox.add_audiobook(name="The Tide", chapters=["Low", "High"], authors=["Ada Holloway"])
            chapters = await client.audiobooks.get_chapters(book.id).collect()
            assert [chapter.name for chapter in chapters] == ["Low", "High"]

        Args:
            name: The name.
            chapters: The names of its chapters, in order.
            authors: The names of the authors.
            narrators: The names of the narrators.
            chapter_duration: The duration of each chapter in seconds, or a `timedelta`; more than 0.
            publisher: The publisher.
            description: Plain text.
            release_date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
            explicit: Whether it has explicit content.
            markets: The countries in which it is available; None for all. Spotify sells audiobooks in six of them.
            id: 22 base62 digits; None for a new id, which is the same in each run.

        Raises:
            ValueError: An argument is out of bounds, or the id exists.
            TypeError: An argument has the wrong type.
        """
        check_text("name", name)
        check_flag("explicit", explicit)
        date, precision = parse_date(release_date)
        titles = strings_of("chapters", chapters)
        duration_ms = milliseconds("chapter_duration", chapter_duration)
        with self._lock:
            book_id = self._new_id(id)
            book = Audiobook(
                id=book_id,
                name=name,
                authors=tuple(strings_of("authors", authors)),
                narrators=tuple(strings_of("narrators", narrators)),
                publisher=publisher,
                description=description,
                edition="Unabridged",
                languages=("en",),
                explicit=explicit,
                markets=market_set(markets),
                image=new_image(self._ids),
                release_date=date,
                release_date_precision=precision,
                chapters=self._content.chapters_of_audiobooks.new_parent(book_id),
            )
            self._content.add_audiobook(book)
            for number, title in enumerate(titles):
                self._content.add_chapter(Chapter(self._new_id(None), title, book, number, duration_ms))
            return book

    def _show(self, show: Show | str) -> Show:
        if isinstance(show, Show):
            return self._own("show", show)
        check_text("show", show)
        existing = (each for each in self.catalogue.shows if each.name == show)
        return next(existing, None) or self.add_show(name=show)
