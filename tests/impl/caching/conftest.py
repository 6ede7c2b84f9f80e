"""A sandbox, and a clock near its time, for the tests of the response cache."""

import time

import pytest

from spotify.testing import FakeClock, SpotifySandbox


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture
def clock():
    return FakeClock(start=time.time())  # near the sandbox's `Date`
