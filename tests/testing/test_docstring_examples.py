"""Runs the example in the docstring of each helper of `spotify.testing`."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
import urllib.request
from collections.abc import Callable

import pytest

from spotify import AsyncSpotifyClient
from spotify.testing import FakeTransport, Fault, SpotifySandbox


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


async def test_the_example_of_fake_transport_runs() -> None:
    await run(example_of(FakeTransport), FakeTransport=FakeTransport, AsyncSpotifyClient=AsyncSpotifyClient)


def test_the_example_of_in_thread_runs() -> None:
    exec(example_of(SpotifySandbox.in_thread), {"SpotifySandbox": SpotifySandbox, "json": json, "urllib": urllib})


async def test_the_example_of_add_episode_runs() -> None:
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        await run(example_of(SpotifySandbox.add_episode), sandbox=sandbox, client=client)
        assert [show.name for show in sandbox.catalogue.shows if show.name == "Night Ferry"] == ["Night Ferry"]
