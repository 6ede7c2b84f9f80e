"""Following the player by polling: changes of the playback state, and what was played, in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

from spotify._event_loops import LoopBound
from spotify.errors import RateLimitError, ServerError, SpotifyError, TransportError
from spotify.models import PlaybackState, PlayHistory

ChangeKind: TypeAlias = Literal[
    "initial", "item", "play", "pause", "stop", "seek", "device", "volume", "context", "shuffle", "repeat"
]

PLAYING_SECONDS: Final = 10.0
PAUSED_SECONDS: Final = 30.0
IDLE_SECONDS: Final = 60.0
_AFTER_END: Final = 0.5  # the next item has started by then
_SEEK_SECONDS: Final = 3.0
_MAX_WAIT: Final = 3600.0


class PollingClock(Protocol):
    """Time and sleep, as a `Clock` has them."""

    def monotonic(self) -> float:
        """Return seconds since a fixed time."""
        ...

    async def sleep(self, seconds: float, /) -> None:
        """Sleep."""
        ...


class SystemTime:
    """`PollingClock` of the system."""

    def monotonic(self) -> float:
        """Return seconds since a fixed time."""
        return time.monotonic()

    async def sleep(self, seconds: float, /) -> None:
        """Sleep."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackChange:
    """A change of the playback state."""

    kinds: frozenset[ChangeKind]
    """What changed; only `initial` for the first state that an iterator gets."""
    state: PlaybackState | None
    """The state; None if nothing is playing and no device is active."""
    previous: PlaybackState | None = None
    """The state before; None if there was none."""

    def __str__(self) -> str:
        kinds, state = ", ".join(sorted(self.kinds)), self.state
        if state is None:
            return f"{kinds}: nothing is playing"
        name = "nothing" if state.item is None else state.item.name
        return f"{kinds}: {'playing' if state.is_playing else 'paused'} {name}"


class PlaybackWatcher:
    """Polls for all listeners of an event loop in one task, which runs as long as there are any."""

    __slots__ = ("_pollers",)

    def __init__(self, fetch: Callable[[], Awaitable[PlaybackState | None]], clock: PollingClock) -> None:
        """Poll with `fetch`."""
        self._pollers: LoopBound[_Poller] = LoopBound(lambda: _Poller(fetch, clock))

    async def changes(self) -> AsyncGenerator[PlaybackChange]:
        """Yield the current state, then each change."""
        poller = self._pollers.get()
        queue = poller.join()
        try:
            while True:
                event = await queue.get()
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            await poller.leave(queue)


_Queue: TypeAlias = "asyncio.Queue[PlaybackChange | Exception]"


class _Poller:
    """The task that polls, and the queues of its listeners."""

    def __init__(self, fetch: Callable[[], Awaitable[PlaybackState | None]], clock: PollingClock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._queues: list[_Queue] = []
        self._task: asyncio.Task[None] | None = None
        self._latest: PlaybackChange | None = None

    def join(self) -> _Queue:
        queue: _Queue = asyncio.Queue()
        self._queues.append(queue)
        if self._task is None or self._task.done():
            self._latest = None
            self._task = asyncio.get_running_loop().create_task(self._poll())
        elif self._latest is not None:
            queue.put_nowait(PlaybackChange(kinds=frozenset({"initial"}), state=self._latest.state))
        return queue

    async def leave(self, queue: _Queue) -> None:
        self._queues.remove(queue)
        if not self._queues and self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _poll(self) -> None:
        sleep = self._clock.sleep
        state: PlaybackState | None = None
        polled_at = 0.0
        while True:
            try:
                current = await self._fetch()
            except RateLimitError as error:
                await sleep(min(max(error.retry_after or IDLE_SECONDS, PLAYING_SECONDS), _MAX_WAIT))
                continue
            except (TransportError, ServerError):
                await sleep(IDLE_SECONDS)
                continue
            except SpotifyError as error:
                for queue in self._queues:
                    queue.put_nowait(error)
                return
            now = self._clock.monotonic()
            kinds: frozenset[ChangeKind]
            kinds = frozenset({"initial"}) if self._latest is None else changed(state, current, now - polled_at)
            if kinds:
                self._latest = PlaybackChange(kinds=kinds, state=current, previous=state)
                for queue in self._queues:
                    queue.put_nowait(self._latest)
            state, polled_at = current, now
            await sleep(delay_after(state))


def delay_after(state: PlaybackState | None) -> float:
    """Return the seconds until the next poll: until the end of the item if that is near."""
    if state is None or state.device is None:
        return IDLE_SECONDS
    if not state.is_playing:
        return PAUSED_SECONDS
    duration = getattr(state.item, "duration_ms", None)
    if not isinstance(duration, int) or state.progress_ms is None:
        return PLAYING_SECONDS
    left = max(0.0, (duration - state.progress_ms) / 1000)
    return min(PLAYING_SECONDS, left + _AFTER_END)


def changed(before: PlaybackState | None, after: PlaybackState | None, elapsed: float) -> frozenset[ChangeKind]:
    """Return what changed between two states.

    Args:
        before: The earlier state.
        after: The later state.
        elapsed: Seconds between the two.
    """
    if before is None or after is None:
        return frozenset() if before is after else frozenset({"stop"} if after is None else {"play", "item", "device"})
    is_other_item = _uri(before) != _uri(after)
    kinds: dict[ChangeKind, bool] = {
        "item": is_other_item,
        "play": after.is_playing and not before.is_playing,
        "pause": before.is_playing and not after.is_playing,
        "seek": not is_other_item and _was_moved(before, after, elapsed),
        "device": _device(before) != _device(after),
        "volume": _device(before) == _device(after) and _volume(before) != _volume(after),
        "context": _context(before) != _context(after),
        "shuffle": before.shuffle_state != after.shuffle_state,
        "repeat": before.repeat_state != after.repeat_state,
    }
    return frozenset(kind for kind, is_changed in kinds.items() if is_changed)


def _was_moved(before: PlaybackState, after: PlaybackState, elapsed: float) -> bool:
    if before.progress_ms is None or after.progress_ms is None:
        return False
    moved = (after.progress_ms - before.progress_ms) / 1000
    # A pause in between makes any position up to that of uninterrupted playback possible.
    earliest = elapsed if before.is_playing and after.is_playing else 0.0
    latest = elapsed if before.is_playing or after.is_playing else 0.0
    return not earliest - _SEEK_SECONDS <= moved <= latest + _SEEK_SECONDS


def _uri(state: PlaybackState) -> str | None:
    return None if state.item is None else state.item.uri


def _device(state: PlaybackState) -> str | None:
    return None if state.device is None else state.device.id or state.device.name


def _volume(state: PlaybackState) -> int | None:
    return None if state.device is None else state.device.volume_percent


def _context(state: PlaybackState) -> str | None:
    return None if state.context is None else state.context.uri


POLL_SECONDS: Final = 600.0
"""Seconds between two polls: Spotify keeps 50 plays, and counts one after 30 seconds."""

_KEPT: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A play."""

    entry: PlayHistory
    """The entry of the history, with the item and `played_at`."""
    gap_before: bool = False
    """Whether plays before this one may be missing, because Spotify keeps only the latest 50."""


async def follow_history(
    latest: Callable[[], Awaitable[list[PlayHistory]]],
    since: datetime | None,
    sleep: Callable[[float], Awaitable[object]] | None,
) -> AsyncGenerator[Play]:
    """Yield the plays since a time, oldest first, then each new one.

    Args:
        latest: Returns the plays that Spotify keeps, latest first.
        since: The time of the last play that is known; None for the plays that Spotify keeps.
        sleep: Waits until the next poll; None to end after the first.
    """
    known: set[tuple[datetime, str | None]] = set()
    last = since
    is_first = True
    while True:
        plays = [play for play in await latest() if play.played_at is not None]
        new = [play for play in reversed(plays) if (last is None or _time(play) >= last) and _key(play) not in known]
        if since is not None and is_first:
            new = [play for play in new if _time(play) > since]
        # If all plays that Spotify keeps are new, there may have been others between them and the last known one.
        is_gap = len(plays) >= _KEPT and len(new) == len(plays) and last is not None
        for play in new:
            yield Play(entry=play, gap_before=is_gap)
            is_gap = False
        if plays:
            last = max(map(_time, plays)) if last is None else max(last, *map(_time, plays))
            known = {_key(play) for play in plays}
        is_first = False
        if sleep is None:
            return
        await sleep(POLL_SECONDS)


def _time(play: PlayHistory) -> datetime:
    assert play.played_at is not None  # noqa: S101  plays without a time are left out
    return play.played_at


def _key(play: PlayHistory) -> tuple[datetime, str | None]:
    return _time(play), None if play.track is None else play.track.uri
