"""Runs the example in the docstring of each helper of `spotify.testing`."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

import spotify.testing
from spotify import AsyncSpotifyClient
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.impl.serialization import MsgspecSerializer
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.testing import FakeTransport, Fault, RecordingTransport, ReplayTransport, SpotifySandbox

pytestmark = pytest.mark.slow


def example_of(helper: Callable[..., object]) -> str:
    """Return the code of the first `::` block in a docstring."""
    found = re.search(r"::\n\n((?:[ ]{4}.*\n|\n)+)", inspect.getdoc(helper) + "\n")
    assert found is not None, f"{helper.__qualname__} has no example"
    return textwrap.dedent(found[1])


async def run(code: str, **names: object) -> None:
    """Run code that may use `await`."""
    exec(f"async def example():\n{textwrap.indent(code, '    ')}", names)
    await names["example"]()


ADDITIONS = [
    SpotifySandbox.add_artist,
    SpotifySandbox.add_album,
    SpotifySandbox.add_track,
    SpotifySandbox.add_show,
    SpotifySandbox.add_audiobook,
    SpotifySandbox.add_user,
    SpotifySandbox.add_playlist,
    SpotifySandbox.reset,
    SpotifySandbox.assert_called,
    SpotifySandbox.assert_not_called,
]


@pytest.mark.parametrize("helper", ADDITIONS, ids=lambda helper: helper.__name__)
async def test_examples_of_own_content_run(helper: Callable[..., object]) -> None:
    async with SpotifySandbox(catalogue="empty") as sandbox, sandbox.client() as client:
        await run(example_of(helper), sandbox=sandbox, client=client, Fault=Fault)


CHECKS = [
    spotify.testing.check_transport,
    spotify.testing.check_auth_provider,
    spotify.testing.check_retry_policy,
    spotify.testing.check_rate_limiter,
    spotify.testing.check_serializer,
    spotify.testing.check_token_store,
    spotify.testing.check_response_cache,
]
PARTS = {
    part.__name__: part
    for part in (
        AiohttpTransport,
        BackoffRetryPolicy,
        spotify.ClientCredentialsAuth,
        InProcessRateLimiter,
        MsgspecSerializer,
        spotify.MemoryResponseCache,
        spotify.MemoryTokenStore,
    )
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_examples_of_conformance_checks_run(check: Callable[..., object]) -> None:
    await run(example_of(check), **{check.__name__: check}, **PARTS)


@pytest.mark.parametrize("helper", [RecordingTransport, ReplayTransport, SpotifySandbox.load])
async def test_examples_with_files_run(helper: Callable[..., object], tmp_path: Path) -> None:
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        names = {
            "config": spotify.ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url),
            "token": sandbox.issue_token(user=sandbox.catalogue.default_user.id),
            "album_id": sandbox.catalogue.albums[1].id,
        }
        await run(
            example_of(helper),
            sandbox=sandbox,
            client=client,
            tmp_path=tmp_path,
            json=json,
            AiohttpTransport=AiohttpTransport,
            AsyncSpotifyClient=AsyncSpotifyClient,
            RecordingTransport=RecordingTransport,
            ReplayTransport=ReplayTransport,
            **names,
        )


async def test_the_example_of_fake_transport_runs() -> None:
    await run(example_of(FakeTransport), FakeTransport=FakeTransport, AsyncSpotifyClient=AsyncSpotifyClient)


def test_the_example_of_in_thread_runs() -> None:
    exec(example_of(SpotifySandbox.in_thread), {"SpotifySandbox": SpotifySandbox, "json": json, "urllib": urllib})


async def test_the_example_of_add_episode_runs() -> None:
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        await run(example_of(SpotifySandbox.add_episode), sandbox=sandbox, client=client)
        assert [show.name for show in sandbox.catalogue.shows if show.name == "Night Ferry"] == ["Night Ferry"]
