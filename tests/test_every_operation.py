"""Each operation of the Web API is sent by a public method or by `client.call`, and matches the contract."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import pytest

from spotify.config import ClientConfig
from spotify.errors import EndpointUnavailableError
from spotify.operations import BY_ID
from spotify.testing import SpotifySandbox
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.every_operation import BY_ID_ALONE, BY_METHODS, JPEG
from tests.support.failures import async_failures, named

AVAILABLE_METHODS = [operation_id for operation_id in BY_METHODS if BY_ID[operation_id].development_mode]


@asynccontextmanager
async def checked_sandbox(
    quota_mode: Literal["extended", "development"],
) -> AsyncIterator[tuple[SpotifySandbox, ExchangeChecker]]:
    """Run a sandbox that plays an album from its second track, and check every exchange against the contract."""
    checker = ExchangeChecker()
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        sandbox.add_observer(checker)
        sandbox.player().play(sandbox.catalogue.long_album.uri, place=1)
        yield sandbox, checker
    checker.assert_clean()


async def test_methods_send_their_operations() -> None:
    async def check(operation_id: str) -> None:
        async with checked_sandbox("extended") as (sandbox, checker), sandbox.client() as client:
            await BY_METHODS[operation_id](client, sandbox.catalogue)

        assert checker.seen[operation_id] == 1

    assert await async_failures(check, named(BY_METHODS)) == {}


async def test_call_sends_operations_without_a_method() -> None:
    async def check(operation_id: str) -> None:
        async with checked_sandbox("extended") as (sandbox, checker), sandbox.client() as client:
            arguments = {name: value(sandbox.catalogue) for name, value in BY_ID_ALONE[operation_id].items()}
            await client.call(operation_id, **arguments)

        assert checker.seen == {operation_id: 1}

    assert await async_failures(check, named(BY_ID_ALONE)) == {}


async def test_call_sends_bytes() -> None:
    async with checked_sandbox("extended") as (sandbox, checker), sandbox.client() as client:
        result = await client.call(
            "upload-custom-playlist-cover",
            playlist_id=sandbox.catalogue.empty_playlist.id,
            content=base64.b64encode(JPEG),
        )

    assert result is None
    assert checker.seen == {"upload-custom-playlist-cover": 1}


@pytest.mark.parametrize("quota_mode", ["auto", "development"])
async def test_methods_send_their_operations_in_development_mode(quota_mode: Literal["auto", "development"]) -> None:
    async def check(operation_id: str) -> None:
        operation, config = BY_ID[operation_id], ClientConfig(quota_mode=quota_mode)
        async with checked_sandbox("development") as (sandbox, checker), sandbox.client(config=config) as client:
            await BY_METHODS[operation_id](client, sandbox.catalogue)

        is_refused = quota_mode == "auto" and operation.development_max_limit != operation.max_limit
        refused = [request.operation_id for request in sandbox.requests if request.status >= 400]
        assert refused == ([operation_id] if is_refused else [])
        assert operation_id in checker.seen

    assert await async_failures(check, named(AVAILABLE_METHODS)) == {}


async def test_in_development_mode_the_error_names_the_replacement() -> None:
    async def check(operation_id: str) -> None:
        async with checked_sandbox("development") as (sandbox, _), sandbox.client() as client:
            arguments = {name: value(sandbox.catalogue) for name, value in BY_ID_ALONE[operation_id].items()}
            with pytest.raises(EndpointUnavailableError) as caught:
                await client.call(operation_id, **arguments)

        assert caught.value.replacement == BY_ID[operation_id].replacement

    assert await async_failures(check, named(BY_ID_ALONE)) == {}


def test_every_operation_is_sent_here() -> None:
    assert len(BY_METHODS) + len(BY_ID_ALONE) == len(BY_ID) == 97
    assert BY_METHODS.keys() | BY_ID_ALONE.keys() == BY_ID.keys()


def test_only_replaced_operations_have_no_method() -> None:
    assert all(BY_ID[operation_id].replacement for operation_id in BY_ID_ALONE)
