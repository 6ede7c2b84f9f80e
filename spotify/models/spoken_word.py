"""Shows (podcasts) and their episodes, audiobooks and their chapters."""

from dataclasses import dataclass, field

from spotify.models.base import JsonObject, json_metadata
from spotify.models.common import Page, PlayableItem, SavedItem, Several
from spotify.models.identity import Absences
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
    """A show (podcast): the API's ShowObject. It extends `SimplifiedShow`.

    Attributes:
        episodes: The first page of its episodes; None if missing.
    """

    episodes: SimplifiedEpisodePage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedShow(SavedItem):
    """A show in the user's library: the API's SavedShowObject.

    Attributes:
        added_at: When it was saved.
        show: The show; None if it could not be read.
    """

    show: SimplifiedShow | None = field(default_factory=Absences.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedShowPage(Page[SavedShow]):
    """A page of the user's saved shows."""

    items: list[SavedShow]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralShows(Several):
    """The response to a request for several shows.

    Attributes:
        shows: One show per id, in order; None for an unknown id.
    """

    shows: list[SimplifiedShow | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode(SimplifiedEpisode, PlayableItem):  # pyright: ignore[reportIncompatibleVariableOverride]
    """An episode: the API's EpisodeObject. It extends `SimplifiedEpisode`.

    Attributes:
        show: The show that it belongs to; None if missing.
    """

    show: SimplifiedShow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEpisode(SavedItem):
    """An episode in the user's library: the API's SavedEpisodeObject.

    Attributes:
        added_at: When it was saved.
        episode: The episode, without id and URI if it was taken down; None if it could not be read.
    """

    episode: Episode | None = field(default_factory=Absences.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedEpisodePage(Page[SavedEpisode]):
    """A page of the user's saved episodes."""

    items: list[SavedEpisode]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralEpisodes(Several):
    """The response to a request for several episodes.

    Attributes:
        episodes: One episode per id, in order; None for an unknown id.
    """

    episodes: list[Episode | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiobook(SimplifiedAudiobook):
    """An audiobook: the API's AudiobookObject. It extends `SimplifiedAudiobook`.

    Attributes:
        chapters: The first page of its chapters; None if missing.
    """

    chapters: SimplifiedChapterPage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAudiobook(SavedItem):
    """An audiobook in the user's library: the API's SavedAudiobookObject.

    Attributes:
        added_at: When it was saved; None in responses where Spotify sends the audiobook alone.
        audiobook: The audiobook; None if it could not be read.
    """

    audiobook: Audiobook | None = field(default_factory=Absences.note)


# dataclasses-json creates nested objects without `from_dict`, and so without `reshape`.
def _saved_audiobooks(data: list[JsonObject]) -> list[SavedAudiobook]:
    return [SavedAudiobook.from_dict(entry) for entry in data]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAudiobookPage(Page[SavedAudiobook]):
    """A page of the user's saved audiobooks."""

    items: list[SavedAudiobook] = field(metadata=json_metadata(decoder=_saved_audiobooks))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralAudiobooks(Several):
    """The response to a request for several audiobooks.

    Attributes:
        audiobooks: One audiobook per id, in order; None for an unknown id.
    """

    audiobooks: list[Audiobook | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(SimplifiedChapter):
    """A chapter of an audiobook: the API's ChapterObject. It extends `SimplifiedChapter`.

    Attributes:
        audiobook: The audiobook that it belongs to; None if missing.
    """

    audiobook: SimplifiedAudiobook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralChapters(Several):
    """The response to a request for several chapters.

    Attributes:
        chapters: One chapter per id, in order; None for an unknown id.
    """

    chapters: list[Chapter | None]
