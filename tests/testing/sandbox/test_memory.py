"""What sandboxes leave in memory."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc

import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.http.messages import Request


async def use_sandboxes(count: int) -> None:
    for number in range(count):
        async with SpotifySandbox(catalogue="generated" if number % 20 == 0 else "empty") as sandbox:
            album = sandbox.add_album("Harbour", artist="Blue Hour", tracks=["Dawn"])
            sandbox.add_user("Ana", saved=[album])
            sandbox.reset()


@pytest.mark.slow
async def test_hundreds_of_sandboxes_leave_memory_where_it_was() -> None:
    await use_sandboxes(20)
    gc.collect()
    tracemalloc.start()
    try:
        await use_sandboxes(300)
        gc.collect()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert left < 300_000


@pytest.mark.slow
async def test_requests_beyond_the_length_of_the_log_do_not_grow_a_sandbox() -> None:
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

        send(12_000)
        await asyncio.sleep(0)
        gc.collect()
        tracemalloc.start()
        try:
            send(4_000)
            gc.collect()
            grown, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert len(sandbox.requests) <= 10_000
    assert sandbox.executions["get-an-album"] == 16_000
    # The log holds other, equally large exchanges than before.
    assert grown < 11_000_000
