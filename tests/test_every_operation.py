"""Each operation of the Web API is sent by a public method or by `client.call`, and matches the contract."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from spotify.config import ClientConfig
from spotify.errors import EndpointUnavailableError
from spotify.operations import BY_ID
from spotify.testing import SpotifySandbox
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.every_operation import BY_ID_ALONE, BY_METHODS, JPEG


@pytest.fixture
def checker() -> Iterator[ExchangeChecker]:
    checker = ExchangeChecker()
    yield checker
    checker.assert_clean()


@pytest.fixture
async def sandbox(checker: ExchangeChecker) -> AsyncIterator[SpotifySandbox]:
    """A sandbox in extended quota that plays an album from its second track."""
    async with SpotifySandbox(quota_mode="extended") as sandbox:
        sandbox.add_observer(checker)
        sandbox.player().play(sandbox.catalogue.long_album.uri, place=1)
        yield sandbox


@pytest.fixture
async def development_sandbox(checker: ExchangeChecker) -> AsyncIterator[SpotifySandbox]:
    """The same in development mode."""
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
async def test_call_sends_an_operation_without_a_method(
    operation_id: str, sandbox: SpotifySandbox, checker: ExchangeChecker
) -> None:
    arguments = {name: value(sandbox.catalogue) for name, value in BY_ID_ALONE[operation_id].items()}

    async with sandbox.client() as client:
        await client.call(operation_id, **arguments)

    assert checker.seen == {operation_id: 1}


async def test_call_sends_bytes(sandbox: SpotifySandbox, checker: ExchangeChecker) -> None:
    async with sandbox.client() as client:
        result = await client.call(
            "upload-custom-playlist-cover",
            playlist_id=sandbox.catalogue.empty_playlist.id,
            content=base64.b64encode(JPEG),
        )

    assert result is None
    assert checker.seen == {"upload-custom-playlist-cover": 1}


@pytest.mark.parametrize("quota_mode", ["auto", "development"])
@pytest.mark.parametrize("operation_id", BY_METHODS)
async def test_in_development_mode_a_method_uses_a_replacement_or_raises(
    operation_id: str, quota_mode: Any, development_sandbox: SpotifySandbox, checker: ExchangeChecker
) -> None:
    operation = BY_ID[operation_id]
    is_read_individually = operation.replacement and "ids" in operation.query
    config = ClientConfig(quota_mode=quota_mode)

    async with development_sandbox.client(config=config) as client:
        if operation.development_mode or is_read_individually:
            await BY_METHODS[operation_id](client, development_sandbox.catalogue)
        else:
            with pytest.raises(EndpointUnavailableError, match=operation_id):
                await BY_METHODS[operation_id](client, development_sandbox.catalogue)

    refused = [request.operation_id for request in development_sandbox.requests if request.status >= 400]
    is_limited = not operation.development_mode or operation.development_max_limit != operation.max_limit
    assert (operation_id in checker.seen) == operation.development_mode
    assert refused == ([operation_id] if is_limited and quota_mode == "auto" else [])


@pytest.mark.parametrize("operation_id", BY_ID_ALONE)
async def test_in_development_mode_the_error_names_the_replacement(
    operation_id: str, development_sandbox: SpotifySandbox
) -> None:
    arguments = {name: value(development_sandbox.catalogue) for name, value in BY_ID_ALONE[operation_id].items()}

    async with development_sandbox.client() as client:
        with pytest.raises(EndpointUnavailableError) as caught:
            await client.call(operation_id, **arguments)

    assert caught.value.replacement == BY_ID[operation_id].replacement


def test_every_operation_is_sent_here() -> None:
    assert len(BY_METHODS) + len(BY_ID_ALONE) == len(BY_ID) == 97
    assert BY_METHODS.keys() | BY_ID_ALONE.keys() == BY_ID.keys()


def test_only_replaced_operations_have_no_method() -> None:
    assert all(BY_ID[operation_id].replacement for operation_id in BY_ID_ALONE)
