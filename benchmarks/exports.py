"""The calls of an export of playlists: first and second run, with and without the response cache."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.measuring import THOROUGH, Effort
from benchmarks.table import Row
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.testing import SpotifySandbox

_IN_HAND: Final = 100  # items in the response to the request for a playlist
_PAGE: Final = 50
_NAME: Final = "Exported"


def exports(effort: Effort) -> Iterator[Row]:
    """Count the calls of two exports of 20 playlists of 1,000 items against the fewest that are possible.

    An export lists the playlists and reads each with all its items: one call for the list, one for each playlist with
    its first 100 items, and one for each further 50. The second run is another client, as in another process; the cache
    is a file, and its responses are fresh for a day.
    """
    playlists, items = (20, 1_000) if effort is THOROUGH else (2, 200)
    fewest = 1 + playlists * (1 + -(-(items - _IN_HAND) // _PAGE))
    (first, second), (cold, warm) = asyncio.run(_count(playlists, items))
    for run, calls, at_most in (
        ("first run", first, 1.0),
        ("second run", second, 1.0),
        ("first run with an empty cache", cold, 1.0),
        ("second run with the cache", warm, 0.0),
    ):
        yield Row(
            what=f"export of {playlists} playlists of {items:,} items, {run}",
            measured=f"{calls} calls",
            limit=f"the fewest without a cache, {fewest}",
            ratio=calls / fewest,
            at_most=at_most,
        )


async def _count(playlists: int, items: int) -> list[list[int]]:
    """Return the calls of the two runs without a cache, and of the two with one."""
    async with SpotifySandbox() as sandbox:
        token = await _user_with_playlists(sandbox, playlists, items)
        with TemporaryDirectory() as directory:
            cached = ClientConfig(
                cache="sqlite", cache_path=str(Path(directory) / "responses.sqlite3"), cache_ttl={"playlist": 86_400}
            )
            counts: list[list[int]] = []
            for config in (ClientConfig(), cached):
                counts.append([])
                for _ in range(2):
                    before = len(sandbox.requests)
                    async with sandbox.client(access_token=token, config=config) as client:
                        exported = await _export(client)
                    assert [len(each) for each in exported] == [items] * playlists
                    counts[-1].append(len(sandbox.requests) - before)
            return counts


async def _export(client: AsyncSpotifyClient) -> list[list[object]]:
    exported: list[list[object]] = []
    async for summary in client.playlists.get_for_current_user():
        if summary.name != _NAME:
            continue
        playlist = await client.playlists.get(summary.id)
        entries = client.playlists.get_items(summary.id).starting_with(playlist.items)
        exported.append([*await entries.collect()])
    return exported


async def _user_with_playlists(sandbox: SpotifySandbox, playlists: int, items: int) -> str:
    """Fill playlists of a user, and return an access token."""
    token = sandbox.issue_token(user=sandbox.catalogue.users[-1].id)
    uris = [track.uri for track in sandbox.catalogue.tracks[:items]]
    async with sandbox.client(access_token=token) as client:
        for _ in range(playlists):
            playlist = await client.playlists.create(_NAME)
            await client.playlists.add_items(playlist.id, uris)
    return token
