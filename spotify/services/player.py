"""The player: what plays where, what comes next, and what was played.

Commands go to one of the user's devices. Spotify may refuse each with `ForbiddenError`, reason `PREMIUM_REQUIRED` or
`RESTRICTION_VIOLATED`, and, where no device is named and none is in use, with `NotFoundError`, reason
`NO_ACTIVE_DEVICE`. It does not promise to execute commands in the order in which they were sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias, get_args

from spotify._checks import check_choice, check_flag, check_range, check_text, shown
from spotify.ids import playable_uri
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import CurrentlyPlaying, Device, Devices, PlaybackQueue, PlaybackState, PlayHistory, PlayHistoryPage
from spotify.operations.player import (
    ADD_TO_QUEUE,
    GET_CURRENTLY_PLAYING,
    GET_DEVICES,
    GET_PLAYBACK_STATE,
    GET_QUEUE,
    GET_RECENTLY_PLAYED,
    PAUSE_PLAYBACK,
    SEEK,
    SET_REPEAT_MODE,
    SET_SHUFFLE,
    SET_VOLUME,
    SKIP_TO_NEXT,
    SKIP_TO_PREVIOUS,
    START_PLAYBACK,
    TRANSFER_PLAYBACK,
)
from spotify.paging import CursorPaginator
from spotify.services._base import Service
from spotify.services._operations import calls
from spotify.services._playback_request import start_body
from spotify.services._playlist_arguments import PLAYABLE_TYPES, PlayableType, joined_types

RepeatMode: TypeAlias = Literal["track", "context", "off"]

_REPEAT_MODES: Final[tuple[str, ...]] = get_args(RepeatMode)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class PlayerService(Service):
    """`client.player`. Commands need Spotify Premium; what is not text where text belongs raises `TypeError`."""

    __slots__ = ()

    @calls(GET_PLAYBACK_STATE)
    async def get_playback_state(
        self,
        market: str | None = None,
        additional_types: Iterable[PlayableType] | PlayableType = PLAYABLE_TYPES,
    ) -> PlaybackState | None:
        """Get what plays, how far it is, on which device, and how it repeats and shuffles.

        HTTP: `GET /me/player`. Scopes: `user-read-playback-state`. Development mode: yes.

        Args:
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            additional_types: What comes as what it is: `track`, `episode` or both. Without `episode`, the `item` of an
                episode is None.

        Returns:
            The state; None when nothing plays and no device is in use (204).

        Raises:
            ValueError: `market` is not a country, or a type is unknown or there is none.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        return await self._call_or_none(
            GET_PLAYBACK_STATE, PlaybackState, market=market, additional_types=joined_types(additional_types)
        )

    @calls(TRANSFER_PLAYBACK)
    async def transfer_playback(self, device_id: str, play: bool | None = None) -> None:
        """Go on with another device.

        HTTP: `PUT /me/player`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: The device, as `get_devices` names it.
            play: True to play there in any case; False or None to keep on playing, or being paused.

        Raises:
            ValueError: `device_id` is empty, or a Spotify URI.
            ForbiddenError: The user has no Spotify Premium, or the device takes no commands.
            NotFoundError: There is no such device.
            SpotifyError: The call failed otherwise.
        """
        check_flag("play", play, optional=True)
        body: dict[str, object] = {"device_ids": [_device_id(device_id)]}
        if play is not None:
            body["play"] = play
        await self._call(TRANSFER_PLAYBACK, type(None), json=body)

    @calls(GET_DEVICES)
    async def get_devices(self) -> list[Device]:
        """Get the devices that could play now.

        HTTP: `GET /me/player/devices`. Scopes: `user-read-playback-state`. Development mode: yes.

        Returns:
            The devices. Some have no id: they cannot be addressed. Ids can change: fetch them anew now and then.

        Raises:
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        return (await self._call(GET_DEVICES, Devices)).devices

    @calls(GET_CURRENTLY_PLAYING)
    async def get_currently_playing(
        self,
        market: str | None = None,
        additional_types: Iterable[PlayableType] | PlayableType = PLAYABLE_TYPES,
    ) -> CurrentlyPlaying | None:
        """Get what plays, and how far it is.

        HTTP: `GET /me/player/currently-playing`. Scopes: `user-read-currently-playing`. Development mode: yes.

        Args:
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            additional_types: What comes as what it is: `track`, `episode` or both. Without `episode`, the `item` of an
                episode is None.

        Returns:
            What plays; None when nothing does (204, which the API's description leaves out).

        Raises:
            ValueError: `market` is not a country, or a type is unknown or there is none.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        return await self._call_or_none(
            GET_CURRENTLY_PLAYING, CurrentlyPlaying, market=market, additional_types=joined_types(additional_types)
        )

    @calls(START_PLAYBACK)
    async def start_playback(
        self,
        device_id: str | None = None,
        context_uri: str | None = None,
        uris: Iterable[str] | None = None,
        offset: int | str | None = None,
        position_ms: int | None = None,
    ) -> None:
        """Play an album, playlist or the like, or some tracks; or, given neither, go on where it was paused.

        HTTP: `PUT /me/player/play`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: The device to play on; None for the one in use.
            context_uri: The URI or URL of an album, artist, playlist, show, audiobook or of a user's collection (liked
                songs).
            uris: Instead of `context_uri`: URIs or URLs of tracks and episodes, at least one.
            offset: What to begin with: its position in the context or in `uris`, from 0, or its URI or URL; None for
                Spotify's choice. An artist's context has no positions.
            position_ms: How far into it to begin, in milliseconds, 0 or more; beyond its end, the next one begins.

        Raises:
            ValueError: Both `context_uri` and `uris` are given; `offset` is given without either of them, or is not in
                `uris`; a URI is of the wrong kind; a number is out of bounds; `device_id` is empty, or a Spotify URI.
            ForbiddenError: The user has no Spotify Premium, or the device takes no commands.
            NotFoundError: There is no such device, or none is in use.
            SpotifyError: The call failed otherwise.
        """
        body = start_body(context_uri, uris, offset, position_ms)
        await self._call(START_PLAYBACK, type(None), json=body, device_id=_target(device_id))

    @calls(PAUSE_PLAYBACK)
    async def pause_playback(self, device_id: str | None = None) -> None:
        """Pause.

        HTTP: `PUT /me/player/pause`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: The device; None for the one in use.

        Raises:
            ValueError: `device_id` is empty, or a Spotify URI.
            ForbiddenError: The user has no Spotify Premium, the device takes no commands, or nothing plays.
            NotFoundError: There is no such device, or none is in use.
            SpotifyError: The call failed otherwise.
        """
        await self._command(PAUSE_PLAYBACK, device_id)

    @calls(SKIP_TO_NEXT)
    async def skip_to_next(self, device_id: str | None = None) -> None:
        """Skip to what comes next in the queue.

        HTTP: `POST /me/player/next`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: The device; None for the one in use.

        Raises:
            ValueError: `device_id` is empty, or a Spotify URI.
            ForbiddenError: The user has no Spotify Premium, or the device takes no commands.
            NotFoundError: There is no such device, or none is in use.
            SpotifyError: The call failed otherwise. It is not sent again when it may have been executed, for that would
                skip twice: look at `may_have_been_executed`.
        """
        await self._command(SKIP_TO_NEXT, device_id)

    @calls(SKIP_TO_PREVIOUS)
    async def skip_to_previous(self, device_id: str | None = None) -> None:
        """Skip back to what was played before, however far the current one is.

        HTTP: `POST /me/player/previous`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: The device; None for the one in use.

        Raises:
            ValueError: `device_id` is empty, or a Spotify URI.
            ForbiddenError: The user has no Spotify Premium, the device takes no commands, or there is nothing before.
            NotFoundError: There is no such device, or none is in use.
            SpotifyError: The call failed otherwise. It is not sent again when it may have been executed, for that would
                skip twice: look at `may_have_been_executed`.
        """
        await self._command(SKIP_TO_PREVIOUS, device_id)

    @calls(SEEK)
    async def seek(self, position_ms: int, device_id: str | None = None) -> None:
        """Go to another position in what plays.

        HTTP: `PUT /me/player/seek`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            position_ms: Milliseconds from its beginning, 0 or more; beyond its end, the next one begins.
            device_id: The device; None for the one in use.

        Raises:
            ValueError: `position_ms` is below 0; or `device_id` is empty, or a Spotify URI.
            ForbiddenError: The user has no Spotify Premium, or the device takes no commands.
            NotFoundError: There is no such device, or none is in use.
            SpotifyError: The call failed otherwise.
        """
        check_range("position_ms", position_ms, at_least=0)
        await self._command(SEEK, device_id, position_ms=position_ms)

    @calls(SET_REPEAT_MODE)
    async def set_repeat_mode(self, state: RepeatMode, device_id: str | None = None) -> None:
        """Repeat the current track, its context, or nothing.

        HTTP: `PUT /me/player/repeat`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            state: `track`, `context` or `off`.
            device_id: The device; None for the one in use.

        Raises:
            ValueError: `state` is none of these; or `device_id` is empty, or a Spotify URI.
            ForbiddenError: The user has no Spotify Premium, or the device takes no commands.
            NotFoundError: There is no such device, or none is in use.
            SpotifyError: The call failed otherwise.
        """
        check_choice("state", state, _REPEAT_MODES)
        await self._command(SET_REPEAT_MODE, device_id, state=state)

    @calls(SET_VOLUME)
    async def set_volume(self, volume_percent: int, device_id: str | None = None) -> None:
        """Set how loud a device plays.

        HTTP: `PUT /me/player/volume`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            volume_percent: From 0 to 100.
            device_id: The device; None for the one in use.

        Raises:
            ValueError: `volume_percent` is out of bounds; or `device_id` is empty, or a Spotify URI.
            ForbiddenError: The user has no Spotify Premium, or the device takes no commands or has no volume to set.
            NotFoundError: There is no such device, or none is in use.
            SpotifyError: The call failed otherwise.
        """
        check_range("volume_percent", volume_percent, at_least=0, at_most=100)
        await self._command(SET_VOLUME, device_id, volume_percent=volume_percent)

    @calls(SET_SHUFFLE)
    async def set_shuffle(self, state: bool, device_id: str | None = None) -> None:
        """Shuffle, or play in order.

        HTTP: `PUT /me/player/shuffle`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            state: True to shuffle, False to play in order.
            device_id: The device; None for the one in use.

        Raises:
            ValueError: `device_id` is empty, or a Spotify URI.
            TypeError: `state` is neither True nor False.
            ForbiddenError: The user has no Spotify Premium, or the device takes no commands.
            NotFoundError: There is no such device, or none is in use.
            SpotifyError: The call failed otherwise.
        """
        check_flag("state", state)
        await self._command(SET_SHUFFLE, device_id, state=state)

    @calls(GET_RECENTLY_PLAYED)
    def get_recently_played(
        self,
        limit: int | None = None,
        after: int | datetime | None = None,
        before: int | datetime | None = None,
    ) -> CursorPaginator[PlayHistory]:
        """List the tracks that the user played, latest first: `await` for one page, `async for` for all that are kept.

        HTTP: `GET /me/player/recently-played`. Scopes: `user-read-recently-played`. Development mode: yes.

        Args:
            limit: Tracks a page, 1 to 50; None for the most allowed. Episodes are not among them, and Spotify keeps no
                more than some 50 tracks.
            after: What was played after this moment: milliseconds since 1970, or a datetime with time zone.
            before: What was played before this moment. One of the two at most.

        Raises:
            ValueError: Both `after` and `before` are given, one of them is before 1970 or has no time zone, or `limit`
                is less than 1; one that is too high is refused on awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        if after is not None and before is not None:
            raise ValueError("give either after or before: there are both")
        return self._wrapped_cursor_pages(
            GET_RECENTLY_PLAYED,
            PlayHistoryPage,
            lambda page: page,
            limit=limit,
            after=_in_milliseconds("after", after),
            before=_in_milliseconds("before", before),
        )

    @calls(GET_QUEUE)
    async def get_queue(self) -> PlaybackQueue:
        """Get what plays and what comes next.

        HTTP: `GET /me/player/queue`. Scopes: `user-read-currently-playing` and `user-read-playback-state`.
        Development mode: yes.

        Returns:
            The queue: what was added by hand first, then what the context goes on with; Spotify shows some 20 items.

        Raises:
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_QUEUE, PlaybackQueue)

    @calls(ADD_TO_QUEUE)
    async def add_to_queue(self, uri: str, device_id: str | None = None) -> None:
        """Add a track or episode to the queue: it is played before the context goes on.

        HTTP: `POST /me/player/queue`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            uri: The URI or URL of a track or episode.
            device_id: The device; None for the one in use.

        Raises:
            ValueError: `uri` is not a track's or episode's; or `device_id` is empty, or a Spotify URI.
            ForbiddenError: The user has no Spotify Premium, or the device takes no commands.
            NotFoundError: There is no such device, or none is in use.
            SpotifyError: The call failed otherwise. It is not sent again when it may have been executed, for that would
                add it twice: look at `may_have_been_executed`.
        """
        await self._command(ADD_TO_QUEUE, device_id, uri=playable_uri(uri))

    async def _command(self, operation: Operation, device_id: str | None, **arguments: Argument) -> None:
        """Tell a device to do something. What Spotify answers says nothing: sometimes it is a line of plain text."""
        await self._call(operation, type(None), content=None, device_id=_target(device_id), **arguments)


def _target(device_id: str | None) -> str | None:
    return None if device_id is None else _device_id(device_id)


def _device_id(value: str) -> str:
    check_text("device_id", value)
    if value.startswith("spotify:"):
        raise ValueError(f"device_id must be the id of a device, not {shown(value)}; get_devices has the ids")
    return value


def _in_milliseconds(name: str, moment: int | datetime | None) -> int | None:
    if moment is None:
        return None
    if isinstance(moment, datetime):
        if moment.utcoffset() is None:
            raise ValueError(f"{name} must have a time zone, such as datetime.now(UTC) has")
        moment = (moment - _EPOCH) // timedelta(milliseconds=1)
    check_range(name, moment, at_least=0)
    return moment
