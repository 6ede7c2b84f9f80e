"""The player: devices, playback state, queue and history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from spotify.models.base import DATETIME, JsonValue, SpotifyModel, in_utc, integer_from_digits, json_metadata
from spotify.models.common import Context, timedelta_from_ms
from spotify.models.enums import CurrentlyPlayingType, DeviceType, RepeatState
from spotify.models.pages import CursorPage, is_present
from spotify.models.playable import PLAYABLE, PLAYABLES, PlayableItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(SpotifyModel):
    """A device that can play: the API's DeviceObject."""

    type: DeviceType | None = None
    """`computer`, `smartphone`, `speaker` and many more, in any case; None if missing."""
    id: str | None = None
    """The id, an argument of player methods; None for some devices. It may change, so do not store it for long."""
    name: str = ""
    """The display name."""
    is_active: bool = False
    """Whether it is the active device."""
    is_private_session: bool = False
    """Whether it is in a private session."""
    is_restricted: bool = False
    """Whether it does not accept commands of the API."""
    volume_percent: int | None = None
    """From 0 to 100; None if it has no adjustable volume."""
    supports_volume: bool = False
    """Whether the volume can be set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices(SpotifyModel):
    """The response to a request for the user's devices."""

    devices: list[Device]
    """The available devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disallows(SpotifyModel):
    """Which actions the player currently refuses: the API's DisallowsObject. True if the action is not allowed."""

    interrupting_playback: bool | None = None
    """Interrupting playback."""
    pausing: bool | None = None
    """Pausing."""
    resuming: bool | None = None
    """Resuming."""
    seeking: bool | None = None
    """Seeking."""
    skipping_next: bool | None = None
    """Skipping to the next item."""
    skipping_prev: bool | None = None
    """Skipping to the previous item."""
    toggling_repeat_context: bool | None = None
    """Toggling the repetition of the context."""
    toggling_shuffle: bool | None = None
    """Toggling shuffle."""
    toggling_repeat_track: bool | None = None
    """Toggling the repetition of the track."""
    transferring_playback: bool | None = None
    """Transferring playback to another device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions(SpotifyModel):
    """Which actions the player currently accepts."""

    disallows: Disallows
    """The actions that it refuses."""

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Wrap bare flags, which Spotify documents. The API returns `{"disallows": {…}}`."""
        return data if "disallows" in data else {"disallows": dict(data)}


_ACTIONS: Final = json_metadata(decoder=Actions.from_dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentlyPlaying(SpotifyModel):
    """The currently playing item: the API's CurrentlyPlayingObject."""

    is_playing: bool = False
    """Whether it is playing, rather than paused."""
    item: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    """The track or episode; None if there is none, or during an ad."""
    currently_playing_type: CurrentlyPlayingType | None = None
    """The type of the item; None if missing."""
    context: Context | None = None
    """The context in which it is played; None if there is none."""
    progress_ms: int | None = None
    """The position in milliseconds; None if unknown (see `progress`)."""
    timestamp: int | None = None
    """When the state last changed, in milliseconds since 1970; None if missing."""
    actions: Actions | None = field(default=None, metadata=_ACTIONS)
    """Which actions the player accepts; None if missing."""

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Convert a timestamp of digits in a string."""
        return integer_from_digits(data, "timestamp")

    @property
    def progress(self) -> timedelta | None:
        """The position; None if unknown."""
        return None if self.progress_ms is None else timedelta_from_ms(self.progress_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackState(CurrentlyPlaying):
    """The state of the player: the API's CurrentlyPlayingContextObject. It extends `CurrentlyPlaying`."""

    device: Device | None = None
    """The device that plays; None if missing."""
    repeat_state: RepeatState | None = None
    """What is repeated; None if missing."""
    shuffle_state: bool = False
    """Whether shuffle is on."""
    smart_shuffle: bool | None = None
    """Whether Spotify adds recommendations; None if missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackQueue(SpotifyModel):
    """The queue of the player: the API's QueueObject."""

    currently_playing: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    """The currently playing item; None if there is none."""
    queue: list[PlayableItem] = field(default_factory=list[PlayableItem], metadata=PLAYABLES)
    """The following items. An entry that could not be read is an `UnknownItem`."""

    def present(self) -> list[PlayableItem]:
        """Return the following items without unknown ones."""
        return [item for item in self.queue if is_present(item)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayHistory(SpotifyModel):
    """An entry of the play history: the API's PlayHistoryObject."""

    track: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    """The item; None if it is no longer in the catalogue, or could not be read."""
    played_at: datetime | None = field(default=None, metadata=DATETIME)
    """When it was played, with time zone."""
    context: Context | None = None
    """The context in which it was played; None if there was none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "played_at", in_utc(self.played_at))

    def holds_object(self) -> bool:
        """Return whether the item is known."""
        return is_present(self.track)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayHistoryPage(CursorPage[PlayHistory]):
    """A page of the play history, latest first."""

    items: list[PlayHistory] = field(default_factory=list[PlayHistory])
