"""A sandbox of its own for each test, in both quota modes, checked against the API contract, and clients of it.

Every test that uses the sandbox runs in extended quota and in development mode. What development mode lacks is marked
`extended_only`, with what it is; `tests/test_quota_modes.py` says what a client does there instead.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final, Literal, TypeAlias, cast

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.testing import SpotifySandbox
from tests.contract.exchange_checker import ExchangeChecker

QuotaMode: TypeAlias = Literal["extended", "development"]

# Development mode has nothing at all of what these are about.
_EXTENDED_ONLY_MODULES: Final = {"test_browse"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "extended_only(lacking): the test is of something that development mode lacks, which it names"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "quota_mode" not in metafunc.fixturenames:
        return
    modes: list[QuotaMode] = ["extended", "development"]
    marker = metafunc.definition.get_closest_marker("extended_only")
    if marker is not None:
        (lacking,) = marker.args
        assert isinstance(lacking, str), "say what development mode lacks"
        modes.remove("development")
    elif metafunc.module.__name__.rpartition(".")[2] in _EXTENDED_ONLY_MODULES:
        modes.remove("development")
    metafunc.parametrize("quota_mode", modes, indirect=True)


@pytest.fixture
def quota_mode(request: pytest.FixtureRequest) -> QuotaMode:
    """The quota mode of the sandbox's application. Clients are not told: they find out."""
    return cast("QuotaMode", request.param)


@pytest.fixture
def checker() -> Iterator[ExchangeChecker]:
    """Checks every request and response of the test against the contract."""
    checker = ExchangeChecker()
    yield checker
    checker.assert_clean()


@pytest.fixture
async def sandbox(checker: ExchangeChecker, quota_mode: QuotaMode) -> AsyncIterator[SpotifySandbox]:
    """A running sandbox as it is at the start."""
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
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
