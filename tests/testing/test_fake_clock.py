"""`FakeClock`: sleeps without waiting."""

from __future__ import annotations

import asyncio

import pytest

from spotify.testing import FakeClock


async def test_sleeping_advances_both_times_and_is_recorded() -> None:
    clock = FakeClock(start=100.0)

    await clock.sleep(2.0)
    clock.advance(0.5)

    assert (clock.time(), clock.monotonic(), clock.sleeps) == (102.5, 2.5, [2.0])


async def test_concurrent_sleeps_overlap() -> None:
    clock = FakeClock()

    await asyncio.gather(clock.sleep(3.0), clock.sleep(1.0))

    assert (clock.monotonic(), clock.sleeps) == (3.0, [3.0, 1.0])


def test_time_cannot_go_backwards() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        FakeClock().advance(-1.0)
