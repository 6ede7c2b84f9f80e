"""Devices that play."""

from __future__ import annotations

import hashlib
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from spotify.testing.sandbox.catalogue import Track, User
from spotify.testing.sandbox.playback.tracklist import Item, Tracklist
from spotify.testing.sandbox.web_api.errors import bad_request, no_active_device, not_found, player_error, restricted


@dataclass(slots=True, eq=False)
class Device:
    """A device of a user.

    Attributes:
        id: None for one that Spotify shows, and does not let be named in requests.
        name: What the user called it.
        type: `Computer`, `Smartphone`, `Speaker`, ….
        volume_percent: 0 to 100; None where Spotify does not know it.
        is_restricted: Whether it takes no commands from the Web API.
        is_private_session: Whether what it plays stays out of the user's history.
        supports_volume: Whether the Web API can set its volume.
    """

    id: str | None
    name: str
    type: str
    volume_percent: int | None = 50
    is_restricted: bool = False
    is_private_session: bool = False
    supports_volume: bool = True


def new_device_id(user: User, name: str, number: int) -> str:
    """The id of the `number`th device of `user`: forty hexadecimal digits, the same each time."""
    return hashlib.blake2b(f"{user.account_id}/{name}/{number}".encode(), digest_size=20).hexdigest()


def devices_of(user: User, *, many: bool) -> Iterator[Device]:
    """The devices that a user has at the start: a computer, or `many` of all sorts."""
    yield Device(new_device_id(user, "Desk", 0), "Desk", "Computer", volume_percent=64)
    if many:
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

MOST_HISTORY: Final = 50
MOST_UPCOMING: Final = 20
_COUNTS_AS_PLAYED_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class PlayContext:
    """What items are played from: `kind` is that of its URI, or `collection` for a user's saved tracks."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Played:
    """A track that was played; `at_ms` is when it ended, in milliseconds since the epoch."""

    track: Track
    context: PlayContext | None
    at_ms: int


class Player:
    """The player of one user.

    Its state is that of the moment when `settle` was last called.

    Attributes:
        devices: What the user could play on.
        device: The active one.
        item: What plays, or would when resumed.
        context: What `item` comes from, if it was started so.
        is_playing: Whether time passes for `item`.
        progress_ms: How far into `item`.
        repeat: What is repeated.
        shuffled: Whether the order is random.
        queue: What the user wants to hear before the rest of the context.
        history: The latest tracks that were heard, for 30 seconds at least, the newest first.
        disallowed: What may not be done, besides what the state itself rules out.
        changed_at: When playback last changed, in milliseconds since the epoch.
    """

    def __init__(self, time: Callable[[], float], rng: random.Random, devices: Iterable[Device]) -> None:
        """`time` gives seconds since the epoch; `rng` shuffles."""
        self._time = time
        self._rng = rng
        self.devices = list(devices)
        self.device: Device | None = None
        self.item: Item | None = None
        self.context: PlayContext | None = None
        self.is_playing = False
        self.progress_ms = 0
        self.repeat: Repeat = "off"
        self.shuffled = False
        self.queue: deque[Item] = deque()
        self.history: deque[Played] = deque(maxlen=MOST_HISTORY)
        self.disallowed: set[Action] = set()
        self._tracklist = Tracklist()
        self._heard_ms = 0
        self._settled_at = self.changed_at = self._now()

    def settle(self) -> None:
        """Let happen what happened since the last time: items end, others follow."""
        now = self._now()
        while self.item is not None and self.is_playing:
            left = self.item.duration_ms - self.progress_ms
            if left > now - self._settled_at:
                break
            self._pass(left)
            self._leave()
            self._follow_on()
        if self.is_playing:
            self._pass(max(0, now - self._settled_at))
        self._settled_at = now

    def target(self, device_id: str | None) -> Device:
        """The device with this id, by default the active one.

        Raises:
            WebApiError: There is none, or it takes no commands.
        """
        device = self.device
        if device_id is not None:
            device = next((each for each in self.devices if each.id == device_id), None)
            if device is None:
                raise not_found("Device not found")
        if device is None:
            raise no_active_device()
        if device.is_restricted:
            raise player_error(403, "Restricted device", "DEVICE_NOT_CONTROLLABLE")
        return device

    def active(self, device_id: str | None) -> None:
        """Make sure that a command for this device is one for what plays.

        Raises:
            WebApiError: There is no such device, or it is not the active one.
        """
        if self.target(device_id) is not self.device:
            raise restricted()

    def disallows(self) -> set[Action]:
        """What cannot be done now."""
        found = self.disallowed.copy()
        found.add("resuming" if self.is_playing else "pausing")
        if self.item is None:
            found |= {"seeking"}
            if not self.queue:
                found.add("resuming")
        wraps = self.repeat == "context"
        if not self.queue and not self._tracklist.has(1, wraps=wraps):
            found.add("skipping_next")
        if not self._tracklist.has(-1, wraps=wraps):
            found.add("skipping_prev")
        return found

    def start(
        self,
        items: Sequence[Item],
        *,
        device: Device,
        context: PlayContext | None = None,
        place: int = 0,
        position_ms: int = 0,
    ) -> None:
        """Play `items` from the one at `place` on; with shuffle, the others in any order.

        Raises:
            WebApiError: Playback may not be interrupted.
        """
        self._allow("interrupting_playback")
        self._leave()
        self.device = device
        self.context = context
        self._tracklist = Tracklist(items, place)
        if self.shuffled:
            self._tracklist.shuffle(self._rng)
        self._begin(items[place])
        self.is_playing = True
        self._move_to(position_ms)

    def resume(self, *, device: Device, position_ms: int | None = None) -> None:
        """Go on playing, on this device.

        Raises:
            WebApiError: It plays already, or there is nothing to play.
        """
        if device is self.device or not self.is_playing:
            self._allow("resuming")
        self.device = device
        if self.item is None:
            self._begin(self.queue.popleft())
        self.is_playing = True
        self._changed()
        if position_ms is not None:
            self._move_to(position_ms)

    def pause(self) -> None:
        """Stop playing for now.

        Raises:
            WebApiError: Nothing plays.
        """
        self._allow("pausing")
        self.is_playing = False
        self._changed()

    def transfer(self, device: Device, *, play: bool) -> None:
        """Make a device the active one; `play` resumes.

        Raises:
            WebApiError: Playback may not be transferred.
        """
        self._allow("transferring_playback")
        self.device = device
        if play and self.item is not None:
            self.is_playing = True
        self._changed()

    def skip_to_next(self) -> None:
        """Play what follows.

        Raises:
            WebApiError: Nothing does.
        """
        self._allow("skipping_next")
        self._leave()
        self._next()

    def skip_to_previous(self) -> None:
        """Play what came before in the context.

        Raises:
            WebApiError: Nothing did.
        """
        self._allow("skipping_prev")
        self._leave()
        self._tracklist.step(-1)
        self._begin(self._tracklist.item)

    def seek(self, position_ms: int) -> None:
        """Go to a position in the item; past its end to what follows.

        Raises:
            WebApiError: Nothing is there to seek in.
        """
        self._allow("seeking")
        self._changed()
        self._move_to(position_ms)

    def set_repeat(self, state: Repeat) -> None:
        """Repeat the track, the context or nothing.

        Raises:
            WebApiError: That is not allowed.
        """
        self._allow("toggling_repeat_track" if "track" in {state, self.repeat} else "toggling_repeat_context")
        self.repeat = state
        self._changed()

    def set_shuffle(self, *, on: bool) -> None:
        """Play what follows in random order, or in its own.

        Raises:
            WebApiError: That is not allowed.
        """
        self._allow("toggling_shuffle")
        if on and not self.shuffled:
            self._tracklist.shuffle(self._rng)
        elif self.shuffled and not on:
            self._tracklist.unshuffle()
        self.shuffled = on
        self._changed()

    def set_volume(self, device: Device, percent: int) -> None:
        """Set the volume of a device.

        Raises:
            WebApiError: It has none that could be set.
        """
        if not device.supports_volume:
            raise player_error(403, "Cannot control device volume", "VOLUME_CONTROL_DISALLOW")
        device.volume_percent = percent

    def upcoming(self) -> list[Item]:
        """The queue, and then what follows in the context: 20 items at most."""
        queued = list(self.queue)[:MOST_UPCOMING]
        return queued + self._tracklist.upcoming(MOST_UPCOMING - len(queued), wraps=self.repeat == "context")

    def disconnect(self, device: Device) -> None:
        """Take a device away; playback on it stops."""
        self.devices.remove(device)
        if device is self.device:
            self.device = None
            self.is_playing = False
            self._changed()

    def clear(self) -> None:
        """Play nothing, on no device."""
        self._leave()
        self.device = None
        self.context = None
        self.is_playing = False
        self.queue.clear()
        self._tracklist = Tracklist()
        self._begin(None)

    def _allow(self, action: Action) -> None:
        if action in self.disallows():
            raise restricted()

    def _move_to(self, position_ms: int) -> None:
        if position_ms < 0:
            raise bad_request("Invalid position_ms")
        if self.item is not None and position_ms >= self.item.duration_ms:
            self._leave()
            self._follow_on()
        else:
            self.progress_ms = position_ms

    def _follow_on(self) -> None:
        """What happens at the end of an item: the next one; after the last one, the first, paused."""
        if self.repeat == "track":
            self._begin(self.item)
        elif self.queue or self._tracklist.has(1, wraps=self.repeat == "context"):
            self._next()
        else:
            self._tracklist.rewind()
            self._begin(self._tracklist.item or self.item)
            self.is_playing = False

    def _next(self) -> None:
        if self.queue:
            self._begin(self.queue.popleft())
        else:
            self._tracklist.step(1)
            self._begin(self._tracklist.item)

    def _begin(self, item: Item | None) -> None:
        self.item = item
        self.progress_ms = 0
        self._heard_ms = 0
        self._changed()

    def _leave(self) -> None:
        """Write the track down that was heard until now, if it was for long enough."""
        if not isinstance(self.item, Track) or (self.device and self.device.is_private_session):
            return
        if self._heard_ms >= min(_COUNTS_AS_PLAYED_MS, self.item.duration_ms):
            self.history.appendleft(Played(self.item, self.context, self._settled_at))

    def _pass(self, milliseconds: int) -> None:
        self._settled_at += milliseconds
        self.progress_ms += milliseconds
        self._heard_ms += milliseconds

    def _changed(self) -> None:
        self.changed_at = self._settled_at

    def _now(self) -> int:
        return round(self._time() * 1000)
