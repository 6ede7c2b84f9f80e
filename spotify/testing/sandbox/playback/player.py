"""`Player`: the devices and the playback of one user."""

from __future__ import annotations

import hashlib
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from spotify.testing.sandbox.catalogue import PlayableItem, Track, User
from spotify.testing.sandbox.http.errors import bad_request, no_active_device, not_found, player_error, restricted
from spotify.testing.sandbox.playback.tracklist import PlayContext, Tracklist


@dataclass(slots=True, eq=False)
class Device:
    """A device of a user."""

    id: str | None
    """None for a device that is listed but cannot be addressed."""
    name: str
    """The name that the user gave it."""
    type: str
    """`Computer`, `Smartphone`, `Speaker`, …."""
    volume_percent: int | None = 50
    """0 to 100; None if unknown."""
    is_restricted: bool = False
    """Whether it refuses commands of the Web API."""
    is_private_session: bool = False
    """Whether its playback is left out of the user's history."""
    supports_volume: bool = True
    """Whether the Web API can set its volume."""


def new_device_id(user: User, name: str, index: int) -> str:
    """Return the id of a device: 40 hexadecimal digits, the same for the same arguments."""
    return hashlib.blake2b(f"{user.account_id}/{name}/{index}".encode(), digest_size=20).hexdigest()


def initial_devices(user: User, *, all_kinds: bool) -> Iterator[Device]:
    """Return the devices of a user at the start: a computer or, with `all_kinds`, one of each kind."""
    yield Device(new_device_id(user, "Desk", 0), "Desk", "Computer", volume_percent=64)
    if all_kinds:
        yield Device(new_device_id(user, "Pocket", 1), "Pocket", "Smartphone", volume_percent=100)
        yield Device(
            new_device_id(user, "Kitchen", 2), "Kitchen", "Speaker", volume_percent=None, supports_volume=False
        )
        yield Device(None, "Cinema", "CastVideo", is_restricted=True)


Repeat = Literal["off", "track", "context"]
Action = Literal[
    "interrupting_playback",
    "pausing",
    "resuming",
    "seeking",
    "skipping_next",
    "skipping_prev",
    "toggling_repeat_context",
    "toggling_repeat_track",
    "toggling_shuffle",
    "transferring_playback",
]

MAX_HISTORY: Final = 50
_MAX_UPCOMING: Final = 20
_MIN_PLAYED_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Played:
    """A track that was played; it ended at `at_ms`, in milliseconds since the epoch."""

    track: Track
    context: PlayContext | None
    at_ms: int


class Player:
    """The player of one user.

    Time passes only in `update`: between its calls the state does not change by itself.
    """

    def __init__(self, time: Callable[[], float], rng: random.Random, devices: Iterable[Device]) -> None:
        """Create a player that plays nothing.

        Args:
            time: Returns the seconds since the epoch.
            rng: Used to shuffle.
            devices: The devices of the user.
        """
        self._time = time
        self._rng = rng
        self.devices = list(devices)
        """All devices of the user."""
        self.device: Device | None = None
        """The active device."""
        self.item: PlayableItem | None = None
        """The item that is playing or paused."""
        self.context: PlayContext | None = None
        """The context of `item`, if playback was started with one."""
        self.is_playing = False
        """Whether `item` is playing."""
        self.progress_ms = 0
        """The position in `item`."""
        self.repeat: Repeat = "off"
        """The repeat mode."""
        self.shuffled = False
        """Whether shuffle is on."""
        self.queue: deque[PlayableItem] = deque()
        """The items that the user added to the queue."""
        self.history: deque[Played] = deque(maxlen=MAX_HISTORY)
        """The last tracks that were played for 30 seconds or more, newest first."""
        self.disallowed: set[Action] = set()
        """The actions that are disallowed in addition to those that the state rules out."""
        self._tracklist = Tracklist()
        self._played_ms = 0
        self._updated_at = self.changed_at = self._now()
        """The time of the last change of playback, in milliseconds since the epoch."""

    def update(self) -> None:
        """Advance playback to the current time: finish items and start those that follow."""
        now = self._now()
        while self.item is not None and self.is_playing:
            remaining = self.item.duration_ms - self.progress_ms
            if remaining > now - self._updated_at:
                break
            self._advance(remaining)
            self._record_played()
            self._finish_item()
        if self.is_playing:
            self._advance(max(0, now - self._updated_at))
        self._updated_at = now

    def find_device(self, device_id: str | None) -> Device:
        """Return the device with this id, by default the active one.

        Raises:
            WebApiError: There is no such device, or it refuses commands.
        """
        device = self.device
        if device_id is not None:
            device = next((device for device in self.devices if device.id == device_id), None)
            if device is None:
                raise not_found("Device not found")
        if device is None:
            raise no_active_device()
        if device.is_restricted:
            raise player_error(403, "Restricted device", "DEVICE_NOT_CONTROLLABLE")
        return device

    def require_active(self, device_id: str | None) -> None:
        """Check that the device with this id, by default the active one, is active and accepts commands.

        Raises:
            WebApiError: It is not.
        """
        if self.find_device(device_id) is not self.device:
            raise restricted()

    def disallows(self) -> set[Action]:
        """Return the actions that are disallowed in the current state."""
        actions = self.disallowed.copy()
        actions.add("resuming" if self.is_playing else "pausing")
        if self.item is None:
            actions.add("seeking")
            if not self.queue:
                actions.add("resuming")
        if not self._has_next():
            actions.add("skipping_next")
        if not self._tracklist.can_step(-1, repeat=self.repeat == "context"):
            actions.add("skipping_prev")
        return actions

    def start(
        self,
        items: Sequence[PlayableItem],
        *,
        device: Device,
        context: PlayContext | None = None,
        start: int = 0,
        position_ms: int = 0,
    ) -> None:
        """Play `items`, beginning with the one at index `start`; if shuffle is on, the others in random order.

        Raises:
            WebApiError: Interrupting playback is disallowed.
        """
        self._require_allowed("interrupting_playback")
        self._record_played()
        self.device = device
        self.context = context
        self._tracklist = Tracklist(items, start)
        if self.shuffled:
            self._tracklist.shuffle(self._rng)
        self._set_item(items[start])
        self.is_playing = True
        self._seek(position_ms)

    def resume(self, *, device: Device, position_ms: int | None = None) -> None:
        """Resume playback on a device.

        Raises:
            WebApiError: It is already playing there, or there is nothing to play.
        """
        if device is self.device or not self.is_playing:
            self._require_allowed("resuming")
        self.device = device
        if self.item is None:
            self._set_item(self.queue.popleft())
        self.is_playing = True
        self._set_changed()
        if position_ms is not None:
            self._seek(position_ms)

    def pause(self) -> None:
        """Pause playback.

        Raises:
            WebApiError: Nothing is playing, or pausing is disallowed.
        """
        self._require_allowed("pausing")
        self.is_playing = False
        self._set_changed()

    def transfer(self, device: Device, *, play: bool) -> None:
        """Make a device the active one; `play` resumes playback.

        Raises:
            WebApiError: Transferring playback is disallowed.
        """
        self._require_allowed("transferring_playback")
        self.device = device
        if play and self.item is not None:
            self.is_playing = True
        self._set_changed()

    def skip_to_next(self) -> None:
        """Play the next item of the queue or of the context.

        Raises:
            WebApiError: There is no next item, or skipping is disallowed.
        """
        self._require_allowed("skipping_next")
        self._record_played()
        self._play_next()

    def skip_to_previous(self) -> None:
        """Play the previous item of the context.

        Raises:
            WebApiError: There is no previous item, or skipping is disallowed.
        """
        self._require_allowed("skipping_prev")
        self._record_played()
        self._tracklist.step(-1)
        self._set_item(self._tracklist.item)

    def seek(self, position_ms: int) -> None:
        """Seek to a position in the item. A position past its end finishes the item.

        Raises:
            WebApiError: There is no item, or seeking is disallowed.
        """
        self._require_allowed("seeking")
        self._set_changed()
        self._seek(position_ms)

    def set_repeat(self, mode: Repeat) -> None:
        """Set the repeat mode.

        Raises:
            WebApiError: It is disallowed.
        """
        self._require_allowed("toggling_repeat_track" if "track" in {mode, self.repeat} else "toggling_repeat_context")
        self.repeat = mode
        self._set_changed()

    def set_shuffle(self, *, on: bool) -> None:
        """Turn shuffle on or off. The current item stays the same.

        Raises:
            WebApiError: It is disallowed.
        """
        self._require_allowed("toggling_shuffle")
        if on and not self.shuffled:
            self._tracklist.shuffle(self._rng)
        elif self.shuffled and not on:
            self._tracklist.unshuffle()
        self.shuffled = on
        self._set_changed()

    def set_volume(self, device: Device, percent: int) -> None:
        """Set the volume of a device.

        Raises:
            WebApiError: The device does not support it.
        """
        if not device.supports_volume:
            raise player_error(403, "Cannot control device volume", "VOLUME_CONTROL_DISALLOW")
        device.volume_percent = percent

    def upcoming(self) -> list[PlayableItem]:
        """Return up to 20 items that follow: first the queue, then the rest of the context."""
        queued = list(self.queue)[:_MAX_UPCOMING]
        return queued + self._tracklist.upcoming(_MAX_UPCOMING - len(queued), repeat=self.repeat == "context")

    def disconnect(self, device: Device) -> None:
        """Remove a device; playback on it stops."""
        self.devices.remove(device)
        if device is self.device:
            self.device = None
            self.is_playing = False
            self._set_changed()

    def clear(self) -> None:
        """Stop playback, empty the queue and deactivate the device."""
        self._record_played()
        self.device = None
        self.context = None
        self.is_playing = False
        self.queue.clear()
        self._tracklist = Tracklist()
        self._set_item(None)

    def _require_allowed(self, action: Action) -> None:
        if action in self.disallows():
            raise restricted()

    def _has_next(self) -> bool:
        return bool(self.queue) or self._tracklist.can_step(1, repeat=self.repeat == "context")

    def _seek(self, position_ms: int) -> None:
        if position_ms < 0:
            raise bad_request("Invalid position_ms")
        if self.item is not None and position_ms >= self.item.duration_ms:
            self._record_played()
            self._finish_item()
        else:
            self.progress_ms = position_ms

    def _finish_item(self) -> None:
        """Play the same item or the next one; after the last one, go to the first and pause."""
        if self.repeat == "track":
            self._set_item(self.item)
        elif self._has_next():
            self._play_next()
        else:
            self._tracklist.rewind()
            self._set_item(self._tracklist.item or self.item)
            self.is_playing = False

    def _play_next(self) -> None:
        if self.queue:
            self._set_item(self.queue.popleft())
        else:
            self._tracklist.step(1)
            self._set_item(self._tracklist.item)

    def _set_item(self, item: PlayableItem | None) -> None:
        self.item = item
        self.progress_ms = 0
        self._played_ms = 0
        self._set_changed()

    def _record_played(self) -> None:
        """Add the current track to the history if it was played for long enough, outside of private sessions."""
        if not isinstance(self.item, Track) or (self.device and self.device.is_private_session):
            return
        if self._played_ms >= min(_MIN_PLAYED_MS, self.item.duration_ms):
            self.history.appendleft(Played(self.item, self.context, self._updated_at))

    def _advance(self, milliseconds: int) -> None:
        self._updated_at += milliseconds
        self.progress_ms += milliseconds
        self._played_ms += milliseconds

    def _set_changed(self) -> None:
        self.changed_at = self._updated_at

    def _now(self) -> int:
        return round(self._time() * 1000)
