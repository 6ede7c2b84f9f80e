"""A running sandbox for each test, held to the API description."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import yaml

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Catalogue
from tests.support.api_description import DESCRIPTION_PATH, ApiDescription, description_is_missing
from tests.support.exchange_checker import ExchangeChecker
from tests.testing.sandbox.http import Caller

NOW = 1_770_000_000.0
LOCAL_ARTISTS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "type"],
        "properties": {name: {"enum": [None]} for name in ("href", "id", "uri")},
    },
}


@pytest.fixture(scope="session")
def description() -> ApiDescription | None:
    """The description, if it is there; its local files may name their artists.

    Real answers give such an artist a name, and null for `href`, `id` and `uri`:
    https://github.com/spotify/web-api/issues/142.
    """
    if description_is_missing():
        return None
    with DESCRIPTION_PATH.open(encoding="utf-8") as file:
        document = yaml.load(file, Loader=yaml.CSafeLoader)
    description = ApiDescription(document)
    document["components"]["schemas"]["LocalTrackObject"]["properties"]["artists"] = LOCAL_ARTISTS
    return description


@pytest.fixture
def checker(description: ApiDescription | None) -> Iterator[ExchangeChecker]:
    """Holds every exchange of the test to the description; wrong requests must be refused."""
    checker = ExchangeChecker(description, wrong_requests_may_be_refused=True)
    yield checker
    checker.assert_clean()


@pytest.fixture
async def sandbox(checker: ExchangeChecker) -> AsyncIterator[SpotifySandbox]:
    """A sandbox whose time stands still."""
    async with SpotifySandbox(time=lambda: NOW) as sandbox:
        sandbox.add_observer(checker)
        yield sandbox


@pytest.fixture
def catalogue(sandbox: SpotifySandbox) -> Catalogue:
    """What there is."""
    return sandbox.catalogue


@pytest.fixture
async def call(sandbox: SpotifySandbox) -> AsyncIterator[Caller]:
    """Calls the sandbox as its default user, who allows everything."""
    async with aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))


@pytest.fixture
async def undescribed_call() -> AsyncIterator[Caller]:
    """The same with a sandbox that is held to nothing: for what Spotify takes and its description does not know."""
    async with SpotifySandbox(time=lambda: NOW) as sandbox, aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
