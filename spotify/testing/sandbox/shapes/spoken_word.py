"""Shows, episodes, audiobooks and chapters as JSON objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spotify.testing.sandbox.catalogue import Audiobook, Chapter, Episode, MarketSet, Show
from spotify.testing.sandbox.http.messages import JsonObject
from spotify.testing.sandbox.shapes.base import Links, Remembers, page, remembered, web_player
from spotify.testing.sandbox.web_api.quota import Quota

_PARTS_IN_WHOLE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How spoken content looks to the caller.

    Attributes:
        market: Where the caller is. Without a market nothing spoken is available.
        positions: Milliseconds heard of episodes and chapters by id; None: no `resume_point`s.
        external: Whether the client can play what is hosted elsewhere (`include_external=audio`).
    """

    market: str | None
    positions: Mapping[str, int] | None
    external: bool = False

    def has(self, markets: MarketSet) -> bool:
        """Whether something licensed for `markets` is available to the caller."""
        return self.market is not None and self.market in markets


class SpokenShapes(Remembers):
    """Writes shows, episodes, audiobooks and chapters."""

    def __init__(self, links: Links, quota: Quota) -> None:
        """`links` knows where things are; `quota` which members come."""
        super().__init__()
        self._links = links
        self._quota = quota

    @remembered
    def simplified_show(self, show: Show, _market: str | None) -> JsonObject:
        """A `SimplifiedShowObject`."""
        return self._quota.kept(
            "show",
            {
                "available_markets": show.markets.codes,
                "copyrights": [],
                "description": show.description,
                "html_description": f"<p>{show.description}</p>",
                "explicit": show.explicit,
                "external_urls": web_player("show", show.id),
                "href": self._links.href("shows", show.id),
                "id": show.id,
                "images": self._links.images(show.image),
                "is_externally_hosted": False,
                "languages": list(show.languages),
                "media_type": show.media_type,
                "name": show.name,
                "publisher": show.publisher,
                "type": "show",
                "uri": show.uri,
                "total_episodes": len(show.episodes),
            },
        )

    def show(self, show: Show, view: View) -> JsonObject:
        """A `ShowObject`: its first page of episodes included."""
        episodes = page(
            f"{self._links.href('shows', show.id)}/episodes",
            [self.simplified_episode(episode, view) for episode in show.episodes[:_PARTS_IN_WHOLE]],
            total=len(show.episodes),
            limit=_PARTS_IN_WHOLE,
            offset=0,
            query=f"market={view.market}" if view.market else "",
        )
        return {**self.simplified_show(show, None), "episodes": episodes}

    def episode(self, episode: Episode, view: View) -> JsonObject:
        """An `EpisodeObject`."""
        return {
            **self.simplified_episode(episode, view),
            "show": self.simplified_show(episode.show, None),
        }

    def simplified_episode(self, episode: Episode, view: View) -> JsonObject:
        """A `SimplifiedEpisodeObject`."""
        available = view.has(episode.show.markets)
        shape: JsonObject = {
            "audio_preview_url": None,
            "description": episode.description,
            "html_description": f"<p>{episode.description}</p>",
            "duration_ms": episode.duration_ms,
            "explicit": episode.explicit,
            "external_urls": web_player("episode", episode.id),
            "href": self._links.href("episodes", episode.id),
            "id": episode.id,
            "images": self._links.images(episode.show.image),
            "is_externally_hosted": episode.externally_hosted,
            "is_playable": available and (view.external or not episode.externally_hosted),
            "language": episode.show.languages[0],
            "languages": list(episode.show.languages),
            "name": episode.name,
            "release_date": episode.release_date,
            "release_date_precision": episode.release_date_precision,
            "type": "episode",
            "uri": episode.uri,
        }
        if not available:
            shape["restrictions"] = {"reason": "market"}
        if view.positions is not None:
            shape["resume_point"] = _resume_point(view.positions, episode.id, episode.duration_ms)
        return shape

    @remembered
    def simplified_audiobook(self, audiobook: Audiobook, _market: str | None) -> JsonObject:
        """A `SimplifiedAudiobookObject`. Its URI says `show`, as Spotify's own does."""
        return self._quota.kept(
            "audiobook",
            {
                "authors": [{"name": name} for name in audiobook.authors],
                "available_markets": audiobook.markets.codes,
                "copyrights": [{"text": f"© {audiobook.publisher}", "type": "C"}],
                "description": audiobook.description,
                "html_description": f"<p>{audiobook.description}</p>",
                "edition": audiobook.edition,
                "explicit": audiobook.explicit,
                "external_urls": web_player("show", audiobook.id),
                "href": self._links.href("audiobooks", audiobook.id),
                "id": audiobook.id,
                "images": self._links.images(audiobook.image),
                "languages": list(audiobook.languages),
                "media_type": "audio",
                "name": audiobook.name,
                "narrators": [{"name": name} for name in audiobook.narrators],
                "publisher": audiobook.publisher,
                "type": "audiobook",
                "uri": f"spotify:show:{audiobook.id}",
                "total_chapters": len(audiobook.chapters),
            },
        )

    def audiobook(self, audiobook: Audiobook, view: View) -> JsonObject:
        """An `AudiobookObject`: its first page of chapters included."""
        chapters = page(
            f"{self._links.href('audiobooks', audiobook.id)}/chapters",
            [self.simplified_chapter(chapter, view) for chapter in audiobook.chapters[:_PARTS_IN_WHOLE]],
            total=len(audiobook.chapters),
            limit=_PARTS_IN_WHOLE,
            offset=0,
            query=f"market={view.market}" if view.market else "",
        )
        return {**self.simplified_audiobook(audiobook, None), "chapters": chapters}

    def chapter(self, chapter: Chapter, view: View) -> JsonObject:
        """A `ChapterObject`."""
        return {
            **self.simplified_chapter(chapter, view),
            "audiobook": self.simplified_audiobook(chapter.audiobook, None),
        }

    def simplified_chapter(self, chapter: Chapter, view: View) -> JsonObject:
        """A `SimplifiedChapterObject`. Its type is `chapter`; Spotify's description errs there."""
        book = chapter.audiobook
        available = view.has(book.markets)
        shape: JsonObject = {
            "audio_preview_url": None,
            "available_markets": book.markets.codes,
            "chapter_number": chapter.number,
            "description": "",
            "html_description": "",
            "duration_ms": chapter.duration_ms,
            "explicit": book.explicit,
            "external_urls": web_player("episode", chapter.id),
            "href": self._links.href("chapters", chapter.id),
            "id": chapter.id,
            "images": self._links.images(book.image),
            "is_playable": available,
            "languages": list(book.languages),
            "name": chapter.name,
            "release_date": book.release_date,
            "release_date_precision": book.release_date_precision,
            "type": "chapter",
            "uri": f"spotify:episode:{chapter.id}",
        }
        if not available:
            shape["restrictions"] = {"reason": "market"}
        if view.positions is not None:
            shape["resume_point"] = _resume_point(view.positions, chapter.id, chapter.duration_ms)
        return shape


def _resume_point(positions: Mapping[str, int], id: str, duration_ms: int) -> JsonObject:
    position = positions.get(id, 0)
    return {"fully_played": position >= duration_ms, "resume_position_ms": position % duration_ms}
