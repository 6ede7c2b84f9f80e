"""A sandbox of its own for each test, held to the API description, and clients of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.testing import SpotifySandbox
from tests.support.api_description import ApiDescription, description_is_missing
from tests.support.exchange_checker import ExchangeChecker


@pytest.fixture
def checker() -> Iterator[ExchangeChecker]:
    """Holds every request and answer of the test to the description.

    Without the description it only counts: the tests themselves need none.
    """
    checker = ExchangeChecker(None if description_is_missing() else ApiDescription.load())
    yield checker
    checker.assert_clean()


@pytest.fixture
async def sandbox(checker: ExchangeChecker) -> AsyncIterator[SpotifySandbox]:
    """A running sandbox as it is at the start."""
    async with SpotifySandbox() as sandbox:
        sandbox.add_observer(checker)
        yield sandbox


@pytest.fixture
async def client(sandbox: SpotifySandbox) -> AsyncIterator[AsyncSpotifyClient]:
    """A client for the sandbox's default user, who allows everything."""
    async with sandbox.client() as client:
        yield client


@pytest.fixture
async def app_client(sandbox: SpotifySandbox) -> AsyncIterator[AsyncSpotifyClient]:
    """A client for the application itself: it has no user, hence no library."""
    async with sandbox.client(access_token=sandbox.issue_token()) as client:
        yield client
