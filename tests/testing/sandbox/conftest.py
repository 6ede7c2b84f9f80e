"""A running sandbox for each test, checked against the API contract."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Catalogue
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.sandbox_http import Caller
from tests.support.sandbox_oauth import OAuth

NOW = 1_770_000_000.0


@pytest.fixture
def checker() -> Iterator[ExchangeChecker]:
    """Checks every exchange of the test against the contract. Invalid requests must be refused."""
    checker = ExchangeChecker(wrong_requests_may_be_refused=True)
    yield checker
    checker.assert_clean()


@pytest.fixture
async def sandbox(checker: ExchangeChecker) -> AsyncIterator[SpotifySandbox]:
    """A sandbox whose clock always shows `NOW`."""
    async with SpotifySandbox(time=lambda: NOW) as sandbox:
        sandbox.add_observer(checker)
        yield sandbox


@pytest.fixture
def catalogue(sandbox: SpotifySandbox) -> Catalogue:
    """The catalogue of the sandbox."""
    return sandbox.catalogue


@pytest.fixture
async def call(sandbox: SpotifySandbox) -> AsyncIterator[Caller]:
    """Calls the sandbox as its default user, with all scopes."""
    async with aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))


@pytest.fixture
async def oauth(sandbox: SpotifySandbox) -> AsyncIterator[OAuth]:
    """Logs in at the sandbox's accounts service."""
    async with aiohttp.ClientSession() as session:
        yield OAuth(sandbox, session)


@pytest.fixture
async def unchecked_call() -> AsyncIterator[Caller]:
    """Calls an unchecked sandbox, with requests that Spotify accepts and the contract does not have."""
    async with SpotifySandbox(time=lambda: NOW) as sandbox, aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
