"""Shows (podcasts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from spotify.models.base import JsonObject, JsonValue, Page, SpotifyModel, metadata
from spotify.models.common import AddedItem
from spotify.models.playable import PlayableItem
from spotify.models.simplified import (
    SimplifiedAudiobook,
    SimplifiedChapter,
    SimplifiedChapterPage,
    SimplifiedEpisode,
    SimplifiedEpisodePage,
    SimplifiedShow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Show(SimplifiedShow):
    """A show (podcast): the API's ShowObject. It has what a `SimplifiedShow` has, and more.

    Attributes:
        episodes: The first page of its episodes; None if Spotify left it out.
    """

    episodes: SimplifiedEpisodePage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedShow(AddedItem):
    """A show in the user's library: the API's SavedShowObject.

    Attributes:
        added_at: When it was saved.
        show: The show.
    """

    show: SimplifiedShow


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedShowPage(Page[SavedShow]):
    """A page of the user's shows."""

    items: list[SavedShow]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralShows(SpotifyModel):
    """Several shows at once.

    Attributes:
        shows: One for each id, in order; None for an unknown id.
    """

    shows: list[SimplifiedShow | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode(SimplifiedEpisode, PlayableItem):  # pyright: ignore[reportIncompatibleVariableOverride]
    """An episode: the API's EpisodeObject. It has what a `SimplifiedEpisode` has, and more.

    Attributes:
        show: The show it belongs to; None if Spotify left it out.
    """

    show: SimplifiedShow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEpisode(AddedItem):
    """An episode in the user's library: the API's SavedEpisodeObject.

    Attributes:
        added_at: When it was saved.
        episode: The episode.
    """

    episode: Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEpisodePage(Page[SavedEpisode]):
    """A page of the user's episodes."""

    items: list[SavedEpisode]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralEpisodes(SpotifyModel):
    """Several episodes at once.

    Attributes:
        episodes: One for each id, in order; None for an unknown id.
    """

    episodes: list[Episode | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiobook(SimplifiedAudiobook):
    """An audiobook: the API's AudiobookObject. It has what a `SimplifiedAudiobook` has, and more.

    Attributes:
        chapters: The first page of its chapters; None if Spotify left it out.
    """

    chapters: SimplifiedChapterPage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(SimplifiedChapter):
    """A chapter of an audiobook: the API's ChapterObject. It has what a `SimplifiedChapter` has, and more.

    Attributes:
        audiobook: The book it belongs to; None if Spotify left it out.
    """

    audiobook: SimplifiedAudiobook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAudiobook(AddedItem):
    """An audiobook in the user's library: the API's SavedAudiobookObject.

    Attributes:
        added_at: When it was saved; None in those answers where Spotify sends the bare audiobook.
        audiobook: The audiobook.
    """

    audiobook: Audiobook

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Wrap a bare audiobook, which `GET /me/audiobooks` sends at times."""
        return data if "audiobook" in data or "uri" not in data else {"audiobook": dict(data)}


def _saved_audiobooks(data: list[JsonValue]) -> list[SavedAudiobook]:
    return [SavedAudiobook.from_dict(cast("JsonObject", entry)) for entry in data]


def _saved_audiobook_dicts(entries: list[SavedAudiobook]) -> list[JsonObject]:
    return [entry.to_dict() for entry in entries]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAudiobookPage(Page[SavedAudiobook]):
    """A page of the user's audiobooks."""

    items: list[SavedAudiobook] = field(metadata=metadata(encoder=_saved_audiobook_dicts, decoder=_saved_audiobooks))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralAudiobooks(SpotifyModel):
    """Several audiobooks at once.

    Attributes:
        audiobooks: One for each id, in order; None for an unknown id.
    """

    audiobooks: list[Audiobook | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralChapters(SpotifyModel):
    """Several chapters at once.

    Attributes:
        chapters: One for each id, in order; None for an unknown id.
    """

    chapters: list[Chapter | None]
