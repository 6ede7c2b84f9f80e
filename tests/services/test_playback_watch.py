"""`player.watch` and `player.history`, with a fake clock and a sandbox or a scripted player."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify import ForbiddenError, RateLimitError, TransportError
from spotify.models import Context, Device, PlaybackState, PlayHistory, Track
from spotify.services._playback_watch import (
    IDLE_SECONDS,
    PAUSED_SECONDS,
    PLAYING_SECONDS,
    POLL_SECONDS,
    PlaybackWatcher,
    changed,
    delay_after,
    follow_history,
)

DESK = Device(type="computer", id="desk", name="Desk", volume_percent=50)


def track(number=1, seconds=200):
    uri = f"spotify:track:{number:022}"
    return Track(type="track", id=uri[-22:], uri=uri, name=f"Track {number}", duration_ms=seconds * 1000)


def state(progress=0.0, *, number=1, is_playing=True, device=DESK, **members):
    return PlaybackState(
        is_playing=is_playing, item=track(number), progress_ms=int(progress * 1000), device=device, **members
    )


class Player:
    """A player whose states, or errors, are scripted: each poll takes the next one.

    Attributes:
        slept: The seconds of each sleep.
        polls: The number of polls.
    """

    def __init__(self, *script):
        self.script = list(script)
        self.slept = []
        self.polls = 0
        self.time = 0.0
        self.watcher = PlaybackWatcher(self.fetch, self)

    async def fetch(self):
        self.polls += 1
        current = self.script.pop(0)
        if isinstance(current, Exception):
            raise current
        return current

    def monotonic(self):
        return self.time

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds
        if not self.script:
            await asyncio.Event().wait()
        await asyncio.sleep(0)

    async def kinds(self, count):
        """Return the kinds of the first changes."""
        changes = self.watcher.changes()
        try:
            return [set((await anext(changes)).kinds) for _ in range(count)]
        finally:
            await changes.aclose()


async def test_each_change_is_yielded_once_with_its_kinds():
    player = Player(
        state(0),
        state(10),
        state(15, is_playing=False),
        state(15, is_playing=False),
        state(60, is_playing=True),
        state(0, number=2, context=Context(type="album", uri="spotify:album:x")),
        state(
            10,
            number=2,
            device=Device(type="speaker", id="kitchen"),
            context=Context(type="album", uri="spotify:album:x"),
        ),
        None,
        state(0),
    )
    assert await player.kinds(7) == [
        {"initial"},
        {"pause"},
        {"play", "seek"},
        {"item", "context"},
        {"device"},
        {"stop"},
        {"play", "item", "device"},
    ]


@given(elapsed=st.floats(0, 100), progress=st.floats(0, 1000), jump=st.floats(-1000, 1000))
def test_a_seek_is_a_position_that_playback_does_not_explain(elapsed, progress, jump):
    is_seek = "seek" in changed(state(progress), state(max(0.0, progress + elapsed + jump)), elapsed)
    assert is_seek or abs(max(-progress - elapsed, jump)) <= 3.01
    assert not is_seek or abs(max(-progress - elapsed, jump)) >= 2.99


@pytest.mark.parametrize(
    ("current", "seconds"),
    [
        (state(0), PLAYING_SECONDS),
        (state(197), 3.5),
        (state(200), 0.5),
        (state(0, is_playing=False), PAUSED_SECONDS),
        (state(0, device=None), IDLE_SECONDS),
        (None, IDLE_SECONDS),
    ],
)
def test_the_next_poll_is_at_the_end_of_the_item_and_later_when_idle(current, seconds):
    assert delay_after(current) == seconds


async def test_all_iterators_share_one_poller_which_ends_with_the_last():
    player = Player(state(0), state(0, number=2), state(0, number=3))
    first, second = player.watcher.changes(), player.watcher.changes()
    seen = [await anext(first), await anext(second)]
    assert [set(change.kinds) for change in seen] == [{"initial"}, {"initial"}]
    assert (await anext(first)).state == (await anext(second)).state
    await first.aclose()
    assert (await anext(second)).state.item.uri == track(3).uri
    await second.aclose()
    assert player.polls == 3
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_rate_limit_and_a_lost_connection_delay_the_next_poll():
    limited = RateLimitError("Too many requests", status_code=429, retry_after=40.0)
    player = Player(state(0), limited, TransportError("down", sent=False), state(0, number=2))
    assert await player.kinds(2) == [{"initial"}, {"item"}]
    assert player.slept[:3] == [PLAYING_SECONDS, 40.0, IDLE_SECONDS]


async def test_another_error_reaches_all_iterators():
    player = Player(state(0), ForbiddenError("No", status_code=403))
    first, second = player.watcher.changes(), player.watcher.changes()
    await anext(first)
    await anext(second)
    for changes in (first, second):
        with pytest.raises(ForbiddenError):
            await anext(changes)


async def test_watch_reads_the_player_of_the_user(client, sandbox):
    changes = client.player.watch()
    change = await anext(changes)
    await changes.aclose()
    assert change.kinds == {"initial"}
    assert str(change).startswith("initial: ")


NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)


def play(minute):
    return PlayHistory(track=track(minute), played_at=NOON + timedelta(minutes=minute))


class History:
    """What Spotify keeps of the plays at each poll: the latest 50."""

    def __init__(self, *polls):
        self.polls = list(polls)
        self.slept = []

    async def latest(self):
        return [play(minute) for minute in reversed(self.polls.pop(0))][:50]

    async def sleep(self, seconds):
        self.slept.append(seconds)

    async def minutes(self, since=None):
        """Return the minutes of the plays, and those before which there is a gap."""
        found, gaps = [], []
        plays = follow_history(self.latest, since, self.sleep)
        try:
            async for each in plays:
                minute = (each.entry.played_at - NOON) // timedelta(minutes=1)
                found.append(minute)
                if each.gap_before:
                    gaps.append(minute)
        except IndexError:
            pass  # there are no more polls
        return found, gaps


async def test_history_has_each_play_once_in_order():
    history = History(range(5), range(5), range(2, 9))
    assert await history.minutes() == (list(range(9)), [])
    assert history.slept == [POLL_SECONDS] * 3


async def test_history_begins_after_the_last_known_play():
    assert await History(range(10)).minutes(NOON + timedelta(minutes=6)) == ([7, 8, 9], [])


async def test_a_gap_is_marked_where_more_was_played_than_spotify_keeps():
    found, gaps = await History(range(10), range(120)).minutes()
    assert gaps == [70]
    assert found == [*range(10), *range(70, 120)]


async def test_without_a_known_play_the_first_ones_are_no_gap():
    assert (await History(range(60)).minutes())[1] == []


async def test_history_without_following_ends(client):
    plays = [each async for each in client.player.history(follow=False)]
    times = [each.entry.played_at for each in plays]
    assert times == sorted(times)
    assert plays
