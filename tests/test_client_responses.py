"""`with_response`: results with their status, headers and bytes."""

import asyncio
import json

import pytest

from spotify import AsyncSpotifyClient, NotFoundError, Response
from spotify.testing import FakeClock, FakeTransport, SpotifySandbox


async def test_a_response_has_value_status_headers_and_content():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        album = sandbox.catalogue.albums[0]
        response = await client.with_response(client.albums.get(album.id))
    assert isinstance(response, Response)
    assert response.value.name == album.name
    assert response.status == 200
    assert response.headers["content-type"].startswith("application/json")
    assert json.loads(response.content)["name"] == album.name
    assert (response.attempts, response.received[0].operation) == (1, "get-an-album")


async def test_attempts_and_waits_are_counted():
    transport, clock = FakeTransport(), FakeClock()
    transport.answer("GET /me", status=429, headers={"Retry-After": "7"})
    transport.answer("GET /me", json={"id": "ana", "type": "user", "uri": "spotify:user:ana"})
    async with AsyncSpotifyClient("token", transport=transport, clock=clock) as client:
        response = await client.with_response(client.users.get_current_profile())
    assert (response.attempts, response.waited) == (2, 7.0)


async def test_waits_for_the_rate_limit_are_counted():
    transport, clock = FakeTransport(), FakeClock()
    transport.answer("GET /me", status=429, headers={"Retry-After": "7"})
    transport.answer("GET /me", json={"id": "ana", "type": "user", "uri": "spotify:user:ana"})
    async with AsyncSpotifyClient("token", transport=transport, clock=clock, max_retries=0) as client:
        with pytest.raises(Exception, match="429"):
            await client.users.get_current_profile()
        response = await client.with_response(client.users.get_current_profile())
    assert (response.attempts, response.waited) == (1, 7.0)


async def test_attempts_and_waits_of_several_requests_are_summed():
    transport, clock = FakeTransport(), FakeClock()
    transport.answer("PUT /me/library", status=429, headers={"Retry-After": "7"})
    transport.answer("PUT /me/library", status=200)
    transport.answer("PUT /me/library", status=503, headers={"Retry-After": "9"})
    transport.answer("PUT /me/library", status=200, times=2)
    uris = [f"spotify:album:{number:022}" for number in range(100)]
    async with AsyncSpotifyClient("token", transport=transport, clock=clock) as client:
        response = await client.with_response(client.library.save_items(uris))
    assert [received.attempts for received in response.received] == [2, 2, 1]
    assert (response.attempts, response.waited) == (5, 16.0)


async def test_a_paginator_has_one_response_and_collect_one_per_page():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        album = sandbox.catalogue.long_album
        page = await client.with_response(client.albums.get_tracks(album.id, limit=5))
        items = await client.with_response(client.albums.get_tracks(album.id).collect())
    assert (len(page.value.items), len(page.received)) == (5, 1)
    assert len(items.value) == len(album.tracks)
    assert len(items.received) == -(-len(album.tracks) // 50)


async def test_concurrent_calls_have_separate_responses():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        albums = sandbox.catalogue.albums[:5]
        responses = await asyncio.gather(*(client.with_response(client.albums.get(album.id)) for album in albums))
        await client.albums.get(albums[0].id)
    assert [json.loads(response.content)["id"] for response in responses] == [album.id for album in albums]
    assert all(len(response.received) == 1 for response in responses)


async def test_errors_are_raised():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        with pytest.raises(NotFoundError):
            await client.with_response(client.albums.get("0" * 22))


async def test_a_running_task_raises():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        task = asyncio.create_task(client.albums.get(sandbox.catalogue.albums[0].id))
        with pytest.raises(TypeError, match="not a task"):
            await client.with_response(task)


async def test_an_argument_that_is_not_awaitable_raises():
    async with AsyncSpotifyClient("token", transport=FakeTransport()) as client:
        with pytest.raises(TypeError, match="not method"):
            await client.with_response(client.albums.get)


async def test_the_repr_has_no_headers_and_no_content():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        response = await client.with_response(client.albums.get(sandbox.catalogue.albums[0].id))
    assert "content" not in repr(response.received)
    assert "headers" not in repr(response.received)
