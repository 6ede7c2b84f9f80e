"""Shows (podcasts) and their episodes, audiobooks and their chapters."""

from dataclasses import dataclass, field

from spotify.models.base import JsonObject, json_metadata
from spotify.models.common import PlayableItem, SavedItem, Several
from spotify.models.identity import Absences
from spotify.models.pages import Page
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
    """A show (podcast): the API's ShowObject. It extends `SimplifiedShow`."""

    episodes: SimplifiedEpisodePage | None = None
    """The first page of its episodes; None if missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedShow(SavedItem):
    """A show in the user's library: the API's SavedShowObject."""

    show: SimplifiedShow | None = field(default_factory=Absences.note)
    """The show; None if it could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedShowPage(Page[SavedShow]):
    """A page of the user's saved shows."""

    items: list[SavedShow]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralShows(Several):
    """The response to a request for several shows."""

    shows: list[SimplifiedShow | None]
    """One show per id, in order; None for an unknown id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode(SimplifiedEpisode, PlayableItem):  # pyright: ignore[reportIncompatibleVariableOverride]
    """An episode: the API's EpisodeObject. It extends `SimplifiedEpisode`."""

    show: SimplifiedShow | None = None
    """The show that it belongs to; None if missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEpisode(SavedItem):
    """An episode in the user's library: the API's SavedEpisodeObject."""

    episode: Episode | None = field(default_factory=Absences.note)
    """The episode, without id and URI if it was taken down; None if it could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEpisodePage(Page[SavedEpisode]):
    """A page of the user's saved episodes."""

    items: list[SavedEpisode]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralEpisodes(Several):
    """The response to a request for several episodes."""

    episodes: list[Episode | None]
    """One episode per id, in order; None for an unknown id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiobook(SimplifiedAudiobook):
    """An audiobook: the API's AudiobookObject. It extends `SimplifiedAudiobook`."""

    chapters: SimplifiedChapterPage | None = None
    """The first page of its chapters; None if missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAudiobook(SavedItem):
    """An audiobook in the user's library: the API's SavedAudiobookObject.

    `added_at` is None in responses where Spotify sends the audiobook alone.
    """

    audiobook: Audiobook | None = field(default_factory=Absences.note)
    """The audiobook; None if it could not be read."""


# dataclasses-json creates nested objects without `from_dict`, and so without `reshape`.
def _saved_audiobooks(data: list[JsonObject]) -> list[SavedAudiobook]:
    return [SavedAudiobook.from_dict(entry) for entry in data]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAudiobookPage(Page[SavedAudiobook]):
    """A page of the user's saved audiobooks."""

    items: list[SavedAudiobook] = field(metadata=json_metadata(decoder=_saved_audiobooks))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralAudiobooks(Several):
    """The response to a request for several audiobooks."""

    audiobooks: list[Audiobook | None]
    """One audiobook per id, in order; None for an unknown id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(SimplifiedChapter):
    """A chapter of an audiobook: the API's ChapterObject. It extends `SimplifiedChapter`."""

    audiobook: SimplifiedAudiobook | None = None
    """The audiobook that it belongs to; None if missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralChapters(Several):
    """The response to a request for several chapters."""

    chapters: list[Chapter | None]
    """One chapter per id, in order; None for an unknown id."""
