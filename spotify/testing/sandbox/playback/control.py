"""`PlayerControl`: how tests control a player directly."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from spotify.testing.sandbox.catalogue import Catalogue, PlayableItem, SpotifyUri, User
from spotify.testing.sandbox.playback.player import Action, Device, Played, Player, Repeat, new_device_id
from spotify.testing.sandbox.playback.tracklist import ContextItem, PlayContext, playable_items
from spotify.testing.sandbox.state import State


class PlayerControl:
    """The player of a user, controlled directly. See `SpotifySandbox.player`.

    ::

        player = sandbox.player()
        player.play(sandbox.catalogue.albums[0].uri)
        ...
        assert player.item is sandbox.catalogue.albums[0].tracks[1]

    Unlike Web API commands it needs neither Premium nor scopes. All properties are current: playback advances by the
    sandbox's clock.
    """

    def __init__(self, user: User, catalogue: Catalogue, state: State, lock: AbstractContextManager[object]) -> None:
        """Control the player of `user`; `lock` guards it."""
        self._user = user
        self._catalogue = catalogue
        self._state = state
        self._lock = lock

    @property
    def devices(self) -> Sequence[Device]:
        """The user's devices. The default user has one of each kind."""
        return tuple(self._player.devices)

    @property
    def active_device(self) -> Device | None:
        """The target of commands without a device id; None at the start."""
        return self._player.device

    @property
    def item(self) -> PlayableItem | None:
        """The track or episode that is playing or paused."""
        return self._player.item

    @property
    def is_playing(self) -> bool:
        """Whether `item` is playing."""
        return self._player.is_playing

    @property
    def progress_ms(self) -> int:
        """The position in `item`, in milliseconds."""
        return self._player.progress_ms

    @property
    def repeat(self) -> Repeat:
        """The repeat mode."""
        return self._player.repeat

    @property
    def is_shuffled(self) -> bool:
        """Whether shuffle is on."""
        return self._player.shuffled

    @property
    def queue(self) -> Sequence[PlayableItem]:
        """The items that were added to the queue and have not been played."""
        return tuple(self._player.queue)

    @property
    def history(self) -> Sequence[Played]:
        """The last 50 tracks that were played for 30 seconds or more, newest first."""
        return tuple(self._player.history)

    def add_device(
        self,
        name: str,
        type: str = "Computer",
        *,
        volume_percent: int | None = 50,
        supports_volume: bool = True,
        is_restricted: bool = False,
        is_private_session: bool = False,
    ) -> Device:
        """Add a device, which is not active. See `Device` for the arguments."""
        player = self._player
        device = Device(
            new_device_id(self._user, name, len(player.devices)),
            name,
            type,
            volume_percent=volume_percent,
            is_restricted=is_restricted,
            is_private_session=is_private_session,
            supports_volume=supports_volume,
        )
        player.devices.append(device)
        return device

    def remove_device(self, device: Device) -> None:
        """Remove a device. If it is the active one, playback stops and no device is active.

        Raises:
            ValueError: It is not in `devices`.
        """
        if device not in self._player.devices:
            raise ValueError(f"the user has no device {device.name!r}")
        with self._lock:
            self._player.disconnect(device)

    def activate(self, device: Device) -> None:
        """Make a device the active one; playback continues on it.

        Raises:
            ValueError: It is not in `devices`.
        """
        if device not in self._player.devices:
            raise ValueError(f"the user has no device {device.name!r}: use one of `devices`, or `add_device` first")
        with self._lock:
            self._player.disallowed.discard("transferring_playback")
            self._player.transfer(device, play=False)

    def play(
        self, what: str | Sequence[str], *, device: Device | None = None, place: int = 0, position_ms: int = 0
    ) -> None:
        """Start playback. This also allows all actions again.

        Args:
            what: The URI of an album, artist, playlist, show or collection, or the URIs of tracks and episodes.
            device: One of `devices`. Defaults to the active one, or else the first.
            place: The index of the item to start with.
            position_ms: The position to start at in the item, in milliseconds.

        Raises:
            ValueError: There is no such item, the user cannot play any of the items, or there is no such device.
        """
        player = self._player
        target = device or player.device or next(iter(player.devices), None)
        if target is None or target not in player.devices:
            raise ValueError("the user has no such device: use one of `devices`, or `add_device` first")
        context, items = self._items(what)
        if not 0 <= place < len(items):
            raise ValueError(f"there is no item {place} in {what!r}")
        playable, start = playable_items(items, place, self._user.country)
        if not playable:
            raise ValueError(f"{self._user.id!r} cannot play any item of {what!r}")
        with self._lock:
            player.disallowed.clear()
            player.start(playable, device=target, context=context, start=start, position_ms=position_ms)

    def stop(self) -> None:
        """Stop playback and deactivate the device, as at the start."""
        with self._lock:
            self._player.clear()

    def disallow(self, *actions: Action) -> None:
        """Disallow actions until `allow` or `play` is called."""
        self._player.disallowed.update(actions)

    def allow(self, *actions: Action) -> None:
        """Allow actions again."""
        self._player.disallowed.difference_update(actions)

    @property
    def _player(self) -> Player:
        with self._lock:
            return self._state.player(self._user)

    def _items(self, what: str | Sequence[str]) -> tuple[PlayContext | None, Sequence[ContextItem]]:
        context = PlayContext.parse(what) if isinstance(what, str) else None
        if context is not None:
            return context, self._state.context_items(self._user, context) or ()
        uris = [SpotifyUri.parse(uri) for uri in ([what] if isinstance(what, str) else what)]
        return None, [self._catalogue.find_item(uri) if uri else None for uri in uris]
