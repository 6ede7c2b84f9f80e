"""Audiobooks and their chapters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from spotify.models.base import JsonObject, JsonValue, Page, SpotifyModel
from spotify.models.saved import AddedItem
from spotify.models.simplified_spoken import SimplifiedAudiobook, SimplifiedChapter, SimplifiedChapterPage
from spotify.models.wire import metadata


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
