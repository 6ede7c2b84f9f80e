"""`sandbox.player()`: what tests do to a player from outside of the Web API."""

from __future__ import annotations

from collections.abc import Sequence

from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.playback.contexts import find_item, listed_in, parse_context, playable
from spotify.testing.sandbox.playback.player import Action, Device, Played, Player, Repeat, new_device_id
from spotify.testing.sandbox.playback.tracklist import Item
from spotify.testing.sandbox.state.state import State
from spotify.testing.sandbox.web_api.arguments import SpotifyUri


class PlayerControl:
    """The devices of a user, and what plays on them.

    ::

        player = sandbox.player()
        player.play(sandbox.catalogue.albums[0].uri)
        ...
        assert player.item is sandbox.catalogue.albums[0].tracks[1]

    It needs no Premium, asks nobody, and shows the state of this moment: time passes by the sandbox's clock.
    """

    def __init__(self, user: User, catalogue: Catalogue, state: State) -> None:
        """Control the player of `user`."""
        self._user = user
        self._catalogue = catalogue
        self._state = state

    @property
    def devices(self) -> Sequence[Device]:
        """What the user could play on; the default user has one of every sort."""
        return tuple(self._player.devices)

    @property
    def active_device(self) -> Device | None:
        """What commands go to that name no device; None at the start."""
        return self._player.device

    @property
    def item(self) -> Item | None:
        """The track or episode that plays, or is paused."""
        return self._player.item

    @property
    def is_playing(self) -> bool:
        """Whether it plays."""
        return self._player.is_playing

    @property
    def progress_ms(self) -> int:
        """How far into `item` it is, in milliseconds."""
        return self._player.progress_ms

    @property
    def repeat(self) -> Repeat:
        """What is repeated."""
        return self._player.repeat

    @property
    def is_shuffled(self) -> bool:
        """Whether the order is random."""
        return self._player.shuffled

    @property
    def queue(self) -> Sequence[Item]:
        """What was added to the queue and has not played yet."""
        return tuple(self._player.queue)

    @property
    def history(self) -> Sequence[Played]:
        """The latest 50 tracks that were heard for 30 seconds at least, the newest first."""
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
        """Give the user another device; see `Device` for the arguments. It is not active yet."""
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
        """Take a device away; if it is the active one, none is afterwards.

        Raises:
            ValueError: It is not among `devices`.
        """
        if device not in self._player.devices:
            raise ValueError(f"there is no device {device.name!r} to remove")
        self._player.disconnect(device)

    def activate(self, device: Device) -> None:
        """Make a device the active one; whatever plays goes on there.

        Raises:
            ValueError: It is not among `devices`.
        """
        if device not in self._player.devices:
            raise ValueError(f"there is no device {device.name!r}: add it first")
        self._player.disallowed.discard("transferring_playback")
        self._player.transfer(device, play=False)

    def play(
        self, what: str | Sequence[str], *, device: Device | None = None, place: int = 0, position_ms: int = 0
    ) -> None:
        """Start playing; what was disallowed is allowed again.

        Args:
            what: The URI of an album, an artist, a playlist, a show or a collection; or several URIs of tracks and
                episodes.
            device: One of `devices`; by default the active one, else the first.
            place: Which one of the items to start with, from 0.
            position_ms: Where to start in it, in milliseconds.

        Raises:
            ValueError: There is nothing of that sort, or the user cannot play any of it, or has no device.
        """
        player = self._player
        where = device or player.device or next(iter(player.devices), None)
        if where is None or where not in player.devices:
            raise ValueError("there is no such device: use one of `devices`, or `add_device` first")
        context = parse_context(what) if isinstance(what, str) else None
        if context is not None:
            listed = listed_in(context, self._catalogue, self._state, self._user)
        else:
            parsed = [SpotifyUri.parse(uri) for uri in ([what] if isinstance(what, str) else what)]
            listed = [find_item(self._catalogue, uri) if uri else None for uri in parsed]
        if not listed or not 0 <= place < len(listed):
            raise ValueError(f"there is nothing to play at place {place} of {what!r}")
        items, start = playable(listed, place, self._user.country)
        if not items:
            raise ValueError(f"{self._user.id!r} can play nothing of {what!r}")
        player.disallowed.clear()
        player.start(items, device=where, context=context, place=start, position_ms=position_ms)

    def stop(self) -> None:
        """Play nothing, on no device: the state of the start."""
        self._player.clear()

    def disallow(self, *actions: Action) -> None:
        """Refuse these actions until `allow`, or until something else is started with `play`."""
        self._player.disallowed.update(actions)

    def allow(self, *actions: Action) -> None:
        """Refuse these actions no longer."""
        self._player.disallowed.difference_update(actions)

    @property
    def _player(self) -> Player:
        return self._state.player(self._user)
