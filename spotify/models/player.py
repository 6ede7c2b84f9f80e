"""The player: devices, playback state, queue and history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from spotify.models.base import (
    DATETIME,
    JsonValue,
    SpotifyModel,
    in_utc,
    integer_from_digits,
    is_present,
    json_metadata,
)
from spotify.models.common import Context, CursorPage, timedelta_from_ms
from spotify.models.enums import CurrentlyPlayingType, DeviceType, RepeatState
from spotify.models.playable import PLAYABLE, PLAYABLES, PlayableItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(SpotifyModel):
    """A device that can play: the API's DeviceObject.

    Attributes:
        type: `computer`, `smartphone`, `speaker` and many more, in any case; None if missing.
        id: The id, an argument of player methods; None for some devices. It may change, so do not store it for long.
        name: The display name.
        is_active: Whether it is the active device.
        is_private_session: Whether it is in a private session.
        is_restricted: Whether it does not accept commands of the API.
        volume_percent: From 0 to 100; None if it has no adjustable volume.
        supports_volume: Whether the volume can be set.
    """

    type: DeviceType | None = None
    id: str | None = None
    name: str = ""
    is_active: bool = False
    is_private_session: bool = False
    is_restricted: bool = False
    volume_percent: int | None = None
    supports_volume: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices(SpotifyModel):
    """The response to a request for the user's devices.

    Attributes:
        devices: The available devices.
    """

    devices: list[Device]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disallows(SpotifyModel):
    """Which actions the player currently refuses: the API's DisallowsObject. True means that the action is not allowed.

    Attributes:
        interrupting_playback: Interrupting playback.
        pausing: Pausing.
        resuming: Resuming.
        seeking: Seeking.
        skipping_next: Skipping to the next item.
        skipping_prev: Skipping to the previous item.
        toggling_repeat_context: Toggling the repetition of the context.
        toggling_shuffle: Toggling shuffle.
        toggling_repeat_track: Toggling the repetition of the track.
        transferring_playback: Transferring playback to another device.
    """

    interrupting_playback: bool | None = None
    pausing: bool | None = None
    resuming: bool | None = None
    seeking: bool | None = None
    skipping_next: bool | None = None
    skipping_prev: bool | None = None
    toggling_repeat_context: bool | None = None
    toggling_shuffle: bool | None = None
    toggling_repeat_track: bool | None = None
    transferring_playback: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions(SpotifyModel):
    """Which actions the player currently accepts.

    Attributes:
        disallows: The actions that it refuses.
    """

    disallows: Disallows

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Wrap bare flags, which Spotify documents. The API returns `{"disallows": {…}}`."""
        return data if "disallows" in data else {"disallows": dict(data)}


_ACTIONS: Final = json_metadata(decoder=Actions.from_dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentlyPlaying(SpotifyModel):
    """The currently playing item: the API's CurrentlyPlayingObject.

    Attributes:
        is_playing: Whether it is playing, rather than paused.
        item: The track or episode; None if there is none, or during an ad.
        currently_playing_type: The type of the item; None if missing.
        context: The context in which it is played; None if there is none.
        progress_ms: The position in milliseconds; None if unknown (see `progress`).
        timestamp: When the state last changed, in milliseconds since 1970; None if missing.
        actions: Which actions the player accepts; None if missing.
    """

    is_playing: bool = False
    item: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    currently_playing_type: CurrentlyPlayingType | None = None
    context: Context | None = None
    progress_ms: int | None = None
    timestamp: int | None = None
    actions: Actions | None = field(default=None, metadata=_ACTIONS)

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
    """The state of the player: the API's CurrentlyPlayingContextObject. It extends `CurrentlyPlaying`.

    Attributes:
        device: The device that plays; None if missing.
        repeat_state: What is repeated; None if missing.
        shuffle_state: Whether shuffle is on.
        smart_shuffle: Whether Spotify adds recommendations; None if missing.
    """

    device: Device | None = None
    repeat_state: RepeatState | None = None
    shuffle_state: bool = False
    smart_shuffle: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackQueue(SpotifyModel):
    """The queue of the player: the API's QueueObject.

    Attributes:
        currently_playing: The currently playing item; None if there is none.
        queue: The following items. An entry that could not be read is an `UnknownItem`.
    """

    currently_playing: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    queue: list[PlayableItem] = field(default_factory=list[PlayableItem], metadata=PLAYABLES)

    def present(self) -> list[PlayableItem]:
        """Return the following items without unknown ones."""
        return [item for item in self.queue if is_present(item)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayHistory(SpotifyModel):
    """An entry of the play history: the API's PlayHistoryObject.

    Attributes:
        track: The item; None if it is no longer in the catalogue, or could not be read.
        played_at: When it was played, with time zone.
        context: The context in which it was played; None if there was none.
    """

    track: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    played_at: datetime | None = field(default=None, metadata=DATETIME)
    context: Context | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "played_at", in_utc(self.played_at))

    def holds_object(self) -> bool:
        """Return whether the item is known."""
        return is_present(self.track)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayHistoryPage(CursorPage[PlayHistory]):
    """A page of the play history, latest first."""

    items: list[PlayHistory] = field(default_factory=list[PlayHistory])
