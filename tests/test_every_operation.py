"""All operations of the Web API: each is sent by one public method, and what goes to and fro is as described."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from spotify.config import ClientConfig
from spotify.errors import EndpointUnavailableError
from spotify.operations import BY_ID
from spotify.testing import SpotifySandbox
from tests.contract.api_contract import ApiContract
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.every_operation import BY_ID_ALONE, BY_METHODS, JPEG


@pytest.fixture
def checker() -> Iterator[ExchangeChecker]:
    checker = ExchangeChecker()
    yield checker
    checker.assert_clean()


@pytest.fixture
async def sandbox(checker: ExchangeChecker) -> AsyncIterator[SpotifySandbox]:
    """A sandbox that has all operations, where an album plays already, from its second track on."""
    async with SpotifySandbox(quota_mode="extended") as sandbox:
        sandbox.add_observer(checker)
        sandbox.player().play(sandbox.catalogue.long_album.uri, place=1)
        yield sandbox


@pytest.fixture
async def reduced(checker: ExchangeChecker) -> AsyncIterator[SpotifySandbox]:
    """The same with what development mode has."""
    async with SpotifySandbox(quota_mode="development") as sandbox:
        sandbox.add_observer(checker)
        sandbox.player().play(sandbox.catalogue.long_album.uri, place=1)
        yield sandbox


@pytest.mark.parametrize("operation_id", BY_METHODS)
async def test_a_method_sends_the_operation(
    operation_id: str, sandbox: SpotifySandbox, checker: ExchangeChecker
) -> None:
    async with sandbox.client() as client:
        await BY_METHODS[operation_id](client, sandbox.catalogue)

    assert checker.seen[operation_id] == 1


@pytest.mark.parametrize("operation_id", BY_ID_ALONE)
async def test_an_older_operation_is_sent_by_its_id(
    operation_id: str, sandbox: SpotifySandbox, checker: ExchangeChecker
) -> None:
    given = {name: value(sandbox.catalogue) for name, value in BY_ID_ALONE[operation_id].items()}

    async with sandbox.client() as client:
        await client.call(operation_id, **given)

    assert checker.seen == {operation_id: 1}


async def test_bytes_are_sent_by_the_operation_s_id_too(sandbox: SpotifySandbox, checker: ExchangeChecker) -> None:
    async with sandbox.client() as client:
        answer = await client.call(
            "upload-custom-playlist-cover",
            playlist_id=sandbox.catalogue.empty_playlist.id,
            content=base64.b64encode(JPEG),
        )

    assert answer is None
    assert checker.seen == {"upload-custom-playlist-cover": 1}


@pytest.mark.parametrize("quota_mode", ["auto", "development"])
@pytest.mark.parametrize("operation_id", BY_METHODS)
async def test_in_development_mode_a_method_reaches_its_aim_or_says_that_nothing_can(
    operation_id: str, quota_mode: Any, reduced: SpotifySandbox, checker: ExchangeChecker
) -> None:
    operation = BY_ID[operation_id]
    is_read_one_by_one = operation.replacement and "ids" in operation.query
    config = ClientConfig(quota_mode=quota_mode)

    async with reduced.client(config=config) as client:
        if operation.development_mode or is_read_one_by_one:
            await BY_METHODS[operation_id](client, reduced.catalogue)
        else:
            with pytest.raises(EndpointUnavailableError, match=operation_id):
                await BY_METHODS[operation_id](client, reduced.catalogue)

    refused = [each.operation_id for each in reduced.requests if each.status >= 400]
    has_lost = not operation.development_mode or operation.development_max_limit != operation.max_limit
    assert (operation_id in checker.seen) == operation.development_mode
    assert refused == ([operation_id] if has_lost and quota_mode == "auto" else [])


@pytest.mark.parametrize("operation_id", BY_ID_ALONE)
async def test_in_development_mode_the_error_names_what_to_call_instead(
    operation_id: str, reduced: SpotifySandbox
) -> None:
    given = {name: value(reduced.catalogue) for name, value in BY_ID_ALONE[operation_id].items()}

    async with reduced.client() as client:
        with pytest.raises(EndpointUnavailableError) as caught:
            await client.call(operation_id, **given)

    assert caught.value.replacement == BY_ID[operation_id].replacement


def test_every_operation_is_sent_by_one_of_the_two() -> None:
    assert len(BY_METHODS) + len(BY_ID_ALONE) == len(BY_ID) == 97
    assert BY_METHODS.keys() | BY_ID_ALONE.keys() == BY_ID.keys()


def test_only_operations_that_newer_ones_replace_have_no_method() -> None:
    assert all(BY_ID[operation_id].replacement for operation_id in BY_ID_ALONE)


def test_there_are_no_others() -> None:
    assert BY_ID.keys() == ApiContract.load().operations.keys()
