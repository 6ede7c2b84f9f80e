"""The player: devices, what plays, what comes next and what was played."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from spotify.models.base import DATETIME, ENUM, JsonObject, JsonValue, SpotifyModel, in_utc, json_metadata
from spotify.models.common import Context, PlayableItem, timedelta_from_ms
from spotify.models.enums import CurrentlyPlayingType, DeviceType, RepeatState
from spotify.models.pages import CursorPage
from spotify.models.playable import PLAYABLE, PLAYABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(SpotifyModel):
    """Something that can play: the API's DeviceObject.

    Attributes:
        type: `computer`, `smartphone`, `speaker` and many more; Spotify writes them in either case.
        id: The id, to be given to player calls; None for some devices. It can change: fetch it anew now and then.
        name: A name for people.
        is_active: Whether it is the one in use.
        is_private_session: Whether it is in a private session.
        is_restricted: Whether it takes no commands from the API.
        volume_percent: From 0 to 100; None if it has no volume to set.
        supports_volume: Whether the volume can be set.
    """

    type: DeviceType = field(metadata=ENUM)
    id: str | None = None
    name: str = ""
    is_active: bool = False
    is_private_session: bool = False
    is_restricted: bool = False
    volume_percent: int | None = None
    supports_volume: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices(SpotifyModel):
    """The user's devices.

    Attributes:
        devices: Those that Spotify sees now.
    """

    devices: list[Device]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disallows(SpotifyModel):
    """What the player would refuse now: the API's DisallowsObject. True means that it is not allowed.

    Attributes:
        interrupting_playback: To interrupt.
        pausing: To pause.
        resuming: To play on.
        seeking: To go to another position.
        skipping_next: To skip to the next.
        skipping_prev: To skip to the previous.
        toggling_repeat_context: To switch the repetition of the context.
        toggling_shuffle: To switch shuffling.
        toggling_repeat_track: To switch the repetition of the track.
        transferring_playback: To go on with another device.
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
    """Which commands the player takes now.

    Attributes:
        disallows: Those that it does not.
    """

    disallows: Disallows

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Wrap bare flags: so the API is described, though it answers with `{"disallows": {…}}`."""
        return data if "disallows" in data else {"disallows": dict(data)}


def _actions_dict(actions: Actions | None) -> JsonObject | None:
    return None if actions is None else actions.to_dict()


_ACTIONS: Final = json_metadata(encoder=_actions_dict, decoder=Actions.from_dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentlyPlaying(SpotifyModel):
    """What plays: the API's CurrentlyPlayingObject.

    Attributes:
        is_playing: Whether it plays, or is paused.
        item: The track or episode; None if nothing is loaded, or during an ad.
        currently_playing_type: What kind of thing it is; None if Spotify did not say.
        context: What it is played from; None if from nothing in particular.
        progress_ms: How far it is, in milliseconds; None if not known. See `progress`.
        timestamp: When the state last changed, in milliseconds since 1970; None if Spotify did not say.
        actions: Which commands the player takes now; None if Spotify did not say.
    """

    is_playing: bool = False
    item: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    currently_playing_type: CurrentlyPlayingType | None = field(default=None, metadata=ENUM)
    context: Context | None = None
    progress_ms: int | None = None
    timestamp: int | None = None
    actions: Actions | None = field(default=None, metadata=_ACTIONS)

    @property
    def progress(self) -> timedelta | None:
        """How far it is; None if not known."""
        return None if self.progress_ms is None else timedelta_from_ms(self.progress_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackState(CurrentlyPlaying):
    """The state of the player: the API's CurrentlyPlayingContextObject. It has what `CurrentlyPlaying` has, and more.

    Attributes:
        device: What it plays on; None if Spotify did not say.
        repeat_state: What is repeated; None if Spotify did not say.
        shuffle_state: Whether it is shuffled.
        smart_shuffle: Whether Spotify mixes in recommendations; None if it did not say.
    """

    device: Device | None = None
    repeat_state: RepeatState | None = field(default=None, metadata=ENUM)
    shuffle_state: bool = False
    smart_shuffle: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackQueue(SpotifyModel):
    """What comes next: the API's QueueObject.

    Attributes:
        currently_playing: What plays; None if nothing does.
        queue: What follows.
    """

    currently_playing: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    queue: list[PlayableItem] = field(default_factory=list[PlayableItem], metadata=PLAYABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayHistory(SpotifyModel):
    """Something that was played: the API's PlayHistoryObject.

    Attributes:
        track: What was played; None if it is gone from the catalogue.
        played_at: When, with time zone.
        context: What it was played from; None if from nothing in particular.
    """

    track: PlayableItem | None = field(default=None, metadata=PLAYABLE)
    played_at: datetime | None = field(default=None, metadata=DATETIME)
    context: Context | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "played_at", in_utc(self.played_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayHistoryPage(CursorPage[PlayHistory]):
    """A page of what was played, latest first."""

    items: list[PlayHistory]
