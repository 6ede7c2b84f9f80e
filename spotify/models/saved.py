"""What entries with a moment at which they were made have in common."""

from dataclasses import dataclass, field
from datetime import datetime

from spotify.models.base import SpotifyModel
from spotify.models.wire import DATETIME, in_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedItem(SpotifyModel):
    """Something that was put into a library or a playlist at some moment.

    Attributes:
        added_at: When, with time zone; None if Spotify does not know, and 1970-01-01 in some old playlists.
    """

    added_at: datetime | None = field(default=None, metadata=DATETIME)

    def __post_init__(self) -> None:
        object.__setattr__(self, "added_at", in_utc(self.added_at))
