"""What sandboxes leave in memory."""

from __future__ import annotations

import gc
import sys

import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.http.messages import Request


async def use_sandboxes(count: int) -> None:
    for number in range(count):
        async with SpotifySandbox(catalogue="generated" if number % 20 == 0 else "empty") as sandbox:
            album = sandbox.add_album("Harbour", artist="Blue Hour", tracks=["Dawn"])
            sandbox.add_user("Ana", saved=[album])
            sandbox.reset()


def blocks_in_use() -> int:
    """Return the number of memory blocks of all objects; `tracemalloc` would take several times as long."""
    gc.collect()
    return sys.getallocatedblocks()


@pytest.mark.slow
async def test_a_thousand_sandboxes_leave_memory_where_it_was() -> None:
    await use_sandboxes(20)
    before = blocks_in_use()

    await use_sandboxes(1_000)

    assert blocks_in_use() - before < 2_000


@pytest.mark.slow
async def test_a_hundred_thousand_requests_do_not_grow_a_sandbox_without_bound() -> None:
    async with SpotifySandbox() as sandbox:
        token = sandbox.issue_token(user=sandbox.catalogue.default_user.id)
        handler = sandbox._request_handler()
        albums = [album.id for album in sandbox.catalogue.albums]

        def send(count: int) -> None:
            for number in range(count):
                request = Request(
                    method="GET",
                    path=f"/albums/{albums[number % len(albums)]}",
                    query="",
                    headers={"Authorization": f"Bearer {token}"},
                    body=b"",
                )
                handler._respond("web_api", request, None, None, 0.0)

        send(12_000)  # more than it keeps
        before = blocks_in_use()
        send(88_000)

        assert len(sandbox.requests) <= 10_000
        assert sandbox.executions["get-an-album"] == 100_000
        assert blocks_in_use() - before < 6_000
