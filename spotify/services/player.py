"""The player: devices, playback state, commands, the queue and recently played tracks.

Commands go to one of the user's devices. Spotify may refuse each with `ForbiddenError`, reason `PREMIUM_REQUIRED` or
`RESTRICTION_VIOLATED`, and, where no device is named and none is in use, with `NotFoundError`, reason
`NO_ACTIVE_DEVICE`. It does not promise to execute commands in the order in which they were sent.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias, get_args

from spotify._checks import check_choice, check_flag, check_range
from spotify.ids import Reference, playable_uri
from spotify.interfaces.executor import Argument, RequestExecutor
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
from spotify.paging.paginator import DEFAULT_READ_AHEAD
from spotify.quota import Quota
from spotify.services._arguments import (
    EPOCH,
    PLAYABLE_TYPES,
    PlayableType,
    checked_device_id,
    in_milliseconds,
    joined_types,
    milliseconds_since_epoch,
    optional_device_id,
    start_body,
)
from spotify.services._base import Service, calls
from spotify.services._playback_watch import (
    Play,
    PlaybackChange,
    PlaybackWatcher,
    PollingClock,
    SystemTime,
    follow_history,
)

RepeatMode: TypeAlias = Literal["track", "context", "off"]

_REPEAT_MODES: Final[tuple[str, ...]] = get_args(RepeatMode)


class PlayerService(Service):
    """`client.player`. Commands need Spotify Premium. An id, URI or mode that is not a str raises `TypeError`.

    ::

        devices = await client.player.get_devices()
        print([device.name for device in devices])
        album = "spotify:album:4aawyAB9vmqN3uQ7FjRGTy"
        await client.player.start_playback(context_uri=album, device_id=devices[0].id)
        await client.player.set_volume(40)
    """

    __slots__ = ("_clock", "_watcher")

    def __init__(
        self,
        executor: RequestExecutor,
        quota: Quota | None = None,
        *,
        read_ahead: int = DEFAULT_READ_AHEAD,
        clock: PollingClock | None = None,
    ) -> None:
        """Create the service; see `Service`. `clock` has the time for `watch` and `history`; None for the system's."""
        super().__init__(executor, quota, read_ahead=read_ahead)
        self._clock: PollingClock = SystemTime() if clock is None else clock
        self._watcher: PlaybackWatcher | None = None

    @calls(GET_PLAYBACK_STATE)
    async def get_playback_state(
        self,
        market: str | None = None,
        additional_types: Iterable[PlayableType] | PlayableType = PLAYABLE_TYPES,
    ) -> PlaybackState | None:
        """Get the playback state: item, position, device, repeat mode and shuffle.

        HTTP: `GET /me/player`. Scopes: `user-read-playback-state`. Development mode: yes.

        Args:
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            additional_types: The types that are returned as themselves: `track`, `episode` or both. Without `episode`,
                the `item` of an episode is None.

        Returns:
            The state; None if nothing is playing and no device is active (204).

        Raises:
            ValueError: `market` is not a country code, or `additional_types` is empty or has an unknown type.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return await self._call_or_none(
            GET_PLAYBACK_STATE, PlaybackState, market=market, additional_types=joined_types(additional_types)
        )

    @calls(GET_PLAYBACK_STATE)
    def watch(self) -> AsyncGenerator[PlaybackChange]:
        """Iterate over the changes of the playback state: item, play, pause, seek, device, volume, context and so on.

        ::

            async for change in client.player.watch():
                if "item" in change.kinds: ...

        The first change has the current state and the kind `initial`. Spotify is polled every 10 s while something
        plays, and at the end of the item; every 30 s while it is paused, and every 60 s while nothing plays: at most
        8,640 calls a day. All iterators of this service share the polls, which end with the last iterator. After a 429
        the next poll is at `retry_after`; a failed connection or a 5xx delays it by 60 s.

        HTTP: `GET /me/player`, repeatedly. Scopes: `user-read-playback-state`. Development mode: yes.

        Raises:
            MissingScopeError: On iteration: the token lacks a scope.
            SpotifyError: On iteration: a call failed for a reason that does not pass by itself.
        """
        if self._watcher is None:
            self._watcher = PlaybackWatcher(self.get_playback_state, self._clock)
        return self._watcher.changes()

    @calls(TRANSFER_PLAYBACK)
    async def transfer_playback(self, device_id: str, play: bool | None = None) -> None:
        """Transfer playback to another device.

        HTTP: `PUT /me/player`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: A device id of `get_devices`.
            play: True to start playback; False or None to keep the playback state.

        Raises:
            ValueError: `device_id` is empty or a Spotify URI.
            ForbiddenError: The user does not have Spotify Premium, or the device does not accept commands.
            NotFoundError: There is no such device.
            SpotifyError: The call failed.
        """
        check_flag("play", play, optional=True)
        body: dict[str, object] = {"device_ids": [checked_device_id(device_id)]}
        if play is not None:
            body["play"] = play
        await self._call(TRANSFER_PLAYBACK, type(None), json=body)

    @calls(GET_DEVICES)
    async def get_devices(self) -> list[Device]:
        """Get the available devices.

        HTTP: `GET /me/player/devices`. Scopes: `user-read-playback-state`. Development mode: yes.

        Returns:
            The devices. A device without an id cannot be addressed. Ids can change: do not store them for long.

        Raises:
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return (await self._call_list(GET_DEVICES, Devices)).devices

    @calls(GET_CURRENTLY_PLAYING)
    async def get_currently_playing(
        self,
        market: str | None = None,
        additional_types: Iterable[PlayableType] | PlayableType = PLAYABLE_TYPES,
    ) -> CurrentlyPlaying | None:
        """Get the currently playing item and its position.

        HTTP: `GET /me/player/currently-playing`. Scopes: `user-read-currently-playing`. Development mode: yes.

        Args:
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            additional_types: The types that are returned as themselves: `track`, `episode` or both. Without `episode`,
                the `item` of an episode is None.

        Returns:
            The item; None if nothing is playing (204, which the API description does not mention).

        Raises:
            ValueError: `market` is not a country code, or `additional_types` is empty or has an unknown type.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return await self._call_or_none(
            GET_CURRENTLY_PLAYING, CurrentlyPlaying, market=market, additional_types=joined_types(additional_types)
        )

    @calls(START_PLAYBACK)
    async def start_playback(
        self,
        device_id: str | None = None,
        context_uri: Reference | None = None,
        uris: Iterable[Reference] | None = None,
        offset: int | Reference | None = None,
        position_ms: int | None = None,
    ) -> None:
        """Start playback of a context or of tracks and episodes; without either, resume playback.

        HTTP: `PUT /me/player/play`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: The device id; None for the active device.
            context_uri: The URI or URL of an album, artist, playlist, show, audiobook or of a user's collection, or any
                other `spotify:` URI that the player reports as a context. `https://open.spotify.com/collection/tracks`
                is the collection of liked songs.
            uris: URIs or URLs of tracks and episodes, at least one; instead of `context_uri`.
            offset: The first item: its position in the context or in `uris`, from 0, or its URI or URL; None for
                Spotify's choice. The context of an artist has no positions.
            position_ms: The start position in the first item in milliseconds, 0 or more; beyond its end, the next item
                starts.

        Raises:
            ValueError: Both `context_uri` and `uris` are given; `offset` is given without either of them, or is not in
                `uris`; a URI has the wrong type; a number is out of bounds; `device_id` is empty or a Spotify URI.
            ForbiddenError: The user does not have Spotify Premium, or the device does not accept commands.
            NotFoundError: There is no such device, or no active device.
            SpotifyError: The call failed.
        """
        body = start_body(context_uri, uris, offset, position_ms)
        await self._call(START_PLAYBACK, type(None), json=body, device_id=optional_device_id(device_id))

    @calls(PAUSE_PLAYBACK)
    async def pause_playback(self, device_id: str | None = None) -> None:
        """Pause playback.

        HTTP: `PUT /me/player/pause`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: The device id; None for the active device.

        Raises:
            ValueError: `device_id` is empty or a Spotify URI.
            ForbiddenError: The user does not have Spotify Premium, the device does not accept commands, or nothing is
                playing.
            NotFoundError: There is no such device, or no active device.
            SpotifyError: The call failed.
        """
        await self._command(PAUSE_PLAYBACK, device_id)

    @calls(SKIP_TO_NEXT)
    async def skip_to_next(self, device_id: str | None = None) -> None:
        """Skip to the next item of the queue.

        HTTP: `POST /me/player/next`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: The device id; None for the active device.

        Raises:
            ValueError: `device_id` is empty or a Spotify URI.
            ForbiddenError: The user does not have Spotify Premium, or the device does not accept commands.
            NotFoundError: There is no such device, or no active device.
            SpotifyError: The call failed. A request that may have been executed is not sent again, because that would
                skip twice: see `may_have_been_executed`.
        """
        await self._command(SKIP_TO_NEXT, device_id)

    @calls(SKIP_TO_PREVIOUS)
    async def skip_to_previous(self, device_id: str | None = None) -> None:
        """Skip to the previous item, regardless of the position in the current one.

        HTTP: `POST /me/player/previous`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            device_id: The device id; None for the active device.

        Raises:
            ValueError: `device_id` is empty or a Spotify URI.
            ForbiddenError: The user does not have Spotify Premium, the device does not accept commands, or there is no
                previous item.
            NotFoundError: There is no such device, or no active device.
            SpotifyError: The call failed. A request that may have been executed is not sent again, because that would
                skip twice: see `may_have_been_executed`.
        """
        await self._command(SKIP_TO_PREVIOUS, device_id)

    @calls(SEEK)
    async def seek(self, position_ms: int, device_id: str | None = None) -> None:
        """Seek to a position in the current item.

        HTTP: `PUT /me/player/seek`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            position_ms: The position in milliseconds, 0 or more; beyond the end of the item, the next one starts.
            device_id: The device id; None for the active device.

        Raises:
            ValueError: `position_ms` is negative, or `device_id` is empty or a Spotify URI.
            ForbiddenError: The user does not have Spotify Premium, or the device does not accept commands.
            NotFoundError: There is no such device, or no active device.
            SpotifyError: The call failed.
        """
        check_range("position_ms", position_ms, at_least=0)
        await self._command(SEEK, device_id, position_ms=position_ms)

    @calls(SET_REPEAT_MODE)
    async def set_repeat_mode(self, state: RepeatMode, device_id: str | None = None) -> None:
        """Set the repeat mode: the current track, its context, or off.

        HTTP: `PUT /me/player/repeat`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            state: `track`, `context` or `off`.
            device_id: The device id; None for the active device.

        Raises:
            ValueError: `state` is unknown, or `device_id` is empty or a Spotify URI.
            ForbiddenError: The user does not have Spotify Premium, or the device does not accept commands.
            NotFoundError: There is no such device, or no active device.
            SpotifyError: The call failed.
        """
        check_choice("state", state, _REPEAT_MODES)
        await self._command(SET_REPEAT_MODE, device_id, state=state)

    @calls(SET_VOLUME)
    async def set_volume(self, volume_percent: int, device_id: str | None = None) -> None:
        """Set the volume of a device.

        HTTP: `PUT /me/player/volume`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            volume_percent: The volume in percent, 0 to 100.
            device_id: The device id; None for the active device.

        Raises:
            ValueError: `volume_percent` is out of bounds, or `device_id` is empty or a Spotify URI.
            ForbiddenError: The user does not have Spotify Premium, or the device does not accept commands or has a
                fixed volume.
            NotFoundError: There is no such device, or no active device.
            SpotifyError: The call failed.
        """
        check_range("volume_percent", volume_percent, at_least=0, at_most=100)
        await self._command(SET_VOLUME, device_id, volume_percent=volume_percent)

    @calls(SET_SHUFFLE)
    async def set_shuffle(self, state: bool, device_id: str | None = None) -> None:
        """Turn shuffle on or off.

        HTTP: `PUT /me/player/shuffle`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            state: Whether to shuffle.
            device_id: The device id; None for the active device.

        Raises:
            ValueError: `device_id` is empty or a Spotify URI.
            TypeError: `state` is not a bool.
            ForbiddenError: The user does not have Spotify Premium, or the device does not accept commands.
            NotFoundError: There is no such device, or no active device.
            SpotifyError: The call failed.
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
        """List the tracks that the user played, latest first: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/player/recently-played`. Scopes: `user-read-recently-played`. Development mode: yes.

        Args:
            limit: Tracks per page, 1 to 50; None for the most allowed. Spotify keeps about 50 tracks and no episodes.
            after: Only tracks played after this time: milliseconds since the epoch, or an aware datetime.
            before: Only tracks played before this time. Cannot be combined with `after`.

        Raises:
            ValueError: Both `after` and `before` are given, one of them is before 1970 or a naive datetime, or `limit`
                is less than 1; a `limit` that is too high is refused on awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed.
        """
        if after is not None and before is not None:
            raise ValueError("pass either after or before, not both")
        return self._wrapped_cursor_pages(
            GET_RECENTLY_PLAYED,
            PlayHistoryPage,
            lambda page: page,
            lambda entry: None if entry.played_at is None else str(milliseconds_since_epoch(entry.played_at)),
            limit=limit,
            after=in_milliseconds("after", after),
            before=in_milliseconds("before", before),
        )

    @calls(GET_RECENTLY_PLAYED)
    def history(self, since: int | datetime | None = None, *, follow: bool = True) -> AsyncGenerator[Play]:
        """Iterate over what the user played, oldest first, and over later plays as they happen.

        ::

            async for play in client.player.history(since=last_known):
                store(play.entry)     # play.gap_before: plays before this one may be missing

        Spotify keeps about 50 tracks. It is polled every 10 minutes; no play is yielded twice.

        HTTP: `GET /me/player/recently-played`, repeatedly. Scopes: `user-read-recently-played`. Development mode: yes.

        Args:
            since: The time of the last play that is known: milliseconds since the epoch, or an aware datetime; None for
                what Spotify keeps.
            follow: Whether to wait for later plays; False to end with the latest one.

        Raises:
            ValueError: `since` is before 1970 or a naive datetime.
            MissingScopeError: On iteration: the token lacks the scope.
            SpotifyError: On iteration: a call failed.
        """
        check_flag("follow", follow)
        milliseconds = in_milliseconds("since", since)
        start = None if milliseconds is None else EPOCH + timedelta(milliseconds=milliseconds)

        async def latest() -> list[PlayHistory]:
            return list((await self.get_recently_played()).items)

        return follow_history(latest, start, self._clock.sleep if follow else None)

    @calls(GET_QUEUE)
    async def get_queue(self) -> PlaybackQueue:
        """Get the currently playing item and the queue.

        HTTP: `GET /me/player/queue`. Scopes: `user-read-currently-playing` and `user-read-playback-state`. Development
        mode: yes.

        Returns:
            The queue: items added by the user, then the next items of the context; Spotify returns about 20 items.

        Raises:
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return await self._call_list(GET_QUEUE, PlaybackQueue)

    @calls(ADD_TO_QUEUE)
    async def add_to_queue(self, uri: Reference, device_id: str | None = None) -> None:
        """Add a track or episode to the queue. It is played before the context continues.

        HTTP: `POST /me/player/queue`. Scopes: `user-modify-playback-state`. Development mode: yes.

        Args:
            uri: The URI or URL of a track or episode.
            device_id: The device id; None for the active device.

        Raises:
            ValueError: `uri` is not the URI or URL of a track or episode, or `device_id` is empty or a Spotify URI.
            ForbiddenError: The user does not have Spotify Premium, or the device does not accept commands.
            NotFoundError: There is no such device, or no active device.
            SpotifyError: The call failed. A request that may have been executed is not sent again, because that would
                add the item twice: see `may_have_been_executed`.
        """
        await self._command(ADD_TO_QUEUE, device_id, uri=playable_uri(uri))

    async def _command(self, operation: Operation, device_id: str | None, **arguments: Argument) -> None:
        """Send a command. The response body is ignored: sometimes it is a line of plain text."""
        await self._call(operation, type(None), content=None, device_id=optional_device_id(device_id), **arguments)
