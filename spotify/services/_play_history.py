"""`follow_history`: what was played, in order, without gaps or doubles where Spotify allows that."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from spotify.models import PlayHistory

POLL_SECONDS: Final = 600.0
"""Seconds between two polls: Spotify keeps 50 plays, and counts one after 30 seconds."""

_KEPT: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A play.

    Attributes:
        entry: The entry of the history, with the item and `played_at`.
        gap_before: Whether plays before this one may be missing, because Spotify keeps only the latest 50.
    """

    entry: PlayHistory
    gap_before: bool = False


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
