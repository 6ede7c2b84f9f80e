"""A sandbox with a fake clock, its player and a caller."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from spotify.testing import FakeClock, SpotifySandbox
from spotify.testing.sandbox import PlayerControl
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.sandbox_http import Caller


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def sandbox(checker: ExchangeChecker, clock: FakeClock) -> AsyncIterator[SpotifySandbox]:
    """A sandbox that uses the fake clock."""
    async with SpotifySandbox(time=clock.time, token_lifetime=10**9) as sandbox:
        sandbox.add_observer(checker)
        yield sandbox


@pytest.fixture
async def call(sandbox: SpotifySandbox) -> AsyncIterator[Caller]:
    user = sandbox.catalogue.default_user.id
    async with aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=user, expires_in=10**9))


@pytest.fixture
def player(sandbox: SpotifySandbox) -> PlayerControl:
    return sandbox.player()
