"""Fixtures: a sandbox per test, in each quota mode, with every exchange checked against the contract, and clients.

Tests of members or operations that development mode lacks are marked `extended_only`; `tests/test_quota_modes.py` tests
the client in development mode.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Final, Literal, TypeAlias, cast

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.testing import SpotifySandbox
from tests.contract.exchange_checker import ExchangeChecker

QuotaMode: TypeAlias = Literal["extended", "development"]

# Development mode has none of the operations that these modules test.
_EXTENDED_ONLY_MODULES: Final = {"test_browse"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "extended_only(missing): run in extended quota only; `missing` names what development mode lacks"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "quota_mode" not in metafunc.fixturenames:
        return
    modes: list[QuotaMode] = ["extended", "development"]
    marker = metafunc.definition.get_closest_marker("extended_only")
    if marker is not None:
        (missing,) = marker.args
        assert isinstance(missing, str), "name what development mode lacks"
        modes.remove("development")
    elif metafunc.module.__name__.rpartition(".")[2] in _EXTENDED_ONLY_MODULES:
        modes.remove("development")
    metafunc.parametrize("quota_mode", modes, indirect=True)


@pytest.fixture
def quota_mode(request: pytest.FixtureRequest) -> QuotaMode:
    """The quota mode of the sandbox's application; clients detect it."""
    return cast("QuotaMode", request.param)


@pytest.fixture
def checker() -> Iterator[ExchangeChecker]:
    """A checker of every request and response of the test."""
    checker = ExchangeChecker()
    yield checker
    checker.assert_clean()


@pytest.fixture
async def sandbox(checker: ExchangeChecker, quota_mode: QuotaMode) -> AsyncIterator[SpotifySandbox]:
    """A running sandbox in its initial state."""
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        sandbox.add_observer(checker)
        yield sandbox


@pytest.fixture
async def client(sandbox: SpotifySandbox) -> AsyncIterator[AsyncSpotifyClient]:
    """A client of the default user, with all scopes."""
    async with sandbox.client() as client:
        yield client


@pytest.fixture
async def app_client(sandbox: SpotifySandbox) -> AsyncIterator[AsyncSpotifyClient]:
    """A client with an application token, so without a user."""
    async with sandbox.client(access_token=sandbox.issue_token()) as client:
        yield client
