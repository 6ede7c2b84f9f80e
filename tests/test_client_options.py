"""`with_options`: views of a client with other settings."""

import asyncio
import sys

import pytest

from spotify import AsyncSpotifyClient, ClientClosedError, ClientConfig, RateLimitError, ServerError, StaticTokenAuth
from spotify.config import CallOptions
from spotify.testing import FakeClock, FakeTransport, Fault, SpotifySandbox

ALBUM = {"id": "4aawyAB9vmqN3uQ7FjRGTy", "type": "album", "uri": "spotify:album:4aawyAB9vmqN3uQ7FjRGTy"}


def client_with(transport, **arguments):
    return AsyncSpotifyClient("token", transport=transport, clock=FakeClock(), **arguments)


async def test_options_apply_to_the_view_only():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM, times=2)
    async with client_with(transport, config=ClientConfig(market="DE")) as client:
        await client.with_options(market="SE", timeout=2.0).albums.get(ALBUM["id"])
        await client.albums.get(ALBUM["id"])
    assert [(request.url[-2:], request.timeout) for request in transport.requests] == [("SE", 2.0), ("DE", 30.0)]


async def test_none_removes_a_setting():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM)
    async with client_with(transport, config=ClientConfig(market="DE")) as client:
        await client.with_options(market=None).albums.get(ALBUM["id"])
    assert transport.requests[0].url.endswith(ALBUM["id"])


async def test_max_retries_is_an_option():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=502, times=1)
    async with client_with(transport) as client:
        with pytest.raises(ServerError):
            await client.with_options(max_retries=0).albums.get(ALBUM["id"])


async def test_options_of_nested_views_are_combined():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM)
    async with client_with(transport) as client:
        await client.with_options(timeout=2.0).with_options(market="SE").albums.get(ALBUM["id"])
    assert (transport.requests[0].url[-2:], transport.requests[0].timeout) == ("SE", 2.0)


async def test_options_and_for_user_can_be_combined():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM, times=2)
    async with client_with(transport) as client:
        await client.for_user(StaticTokenAuth("ana")).with_options(timeout=2.0).albums.get(ALBUM["id"])
        await client.with_options(timeout=2.0).for_user(StaticTokenAuth("ana")).albums.get(ALBUM["id"])
    assert [(request.authorization.reveal(), request.timeout) for request in transport.requests] == [
        ("Bearer ana", 2.0)
    ] * 2


async def test_views_can_be_nested_without_limit():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM)
    client = view = client_with(transport)
    for seconds in range(1, 2 * sys.getrecursionlimit()):
        view = view.with_options(timeout=float(seconds))
    await view.albums.get(ALBUM["id"])
    await client.close()
    with pytest.raises(ClientClosedError):
        await view.albums.get(ALBUM["id"])


async def test_closing_a_view_closes_no_view_made_of_it():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM)
    async with client_with(transport) as client:
        async with client.with_options(timeout=2.0) as view:
            nested = view.with_options(market="SE")
        await nested.albums.get(ALBUM["id"])
        with pytest.raises(ClientClosedError):
            view.with_options(market="SE")


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        ({"timeout": 0}, ValueError, "timeout must be more than 0"),
        ({"timeout": "2"}, TypeError, "timeout must be a number"),
        ({"max_retries": -1}, ValueError, "max_retries"),
        ({"market": "Germany"}, ValueError, "market"),
        ({"priority": "high"}, ValueError, "priority must be one of"),
        ({"time_out": 2.0}, TypeError, "there is no option 'time_out'; use 'timeout'"),
        ({"api_url": "https://example.com"}, TypeError, "there is no option 'api_url'"),
    ],
)
async def test_invalid_options_raise(options, kind, text):
    async with client_with(FakeTransport()) as client:
        with pytest.raises(kind, match=text):
            client.with_options(**options)


def test_every_option_is_a_field_of_the_config():
    assert CallOptions.__annotations__.keys() <= ClientConfig.__dataclass_fields__.keys()


async def test_a_view_is_closed_with_its_client_but_not_the_reverse():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM)
    client = client_with(transport)
    view, other = client.with_options(timeout=2.0), client.with_options(timeout=3.0)
    await view.close()
    with pytest.raises(ClientClosedError):
        await view.albums.get(ALBUM["id"])
    await client.albums.get(ALBUM["id"])
    await client.close()
    with pytest.raises(ClientClosedError):
        await other.albums.get(ALBUM["id"])
    with pytest.raises(ClientClosedError):
        client.with_options(timeout=2.0)


async def test_an_executor_without_options_raises():
    class Plain:
        async def execute(self, call):
            raise NotImplementedError

        async def close(self):
            pass

    async with client_with(FakeTransport()) as client:
        client._executor = Plain()
        with pytest.raises(TypeError, match="Plain takes no options"):
            client.with_options(timeout=2.0)


async def test_bulk_methods_have_bulk_priority_unless_set():
    seen = []

    class RecordingLimiter:
        def slot(self, admission):
            seen.append((admission.operation.id, admission.priority))
            return asyncio.Semaphore()

        async def pause(self, seconds, *, operation, reason):
            pass

    async with SpotifySandbox() as sandbox, sandbox.client(rate_limiter=RecordingLimiter()) as client:
        albums = [album.id for album in sandbox.catalogue.albums]
        await client.albums.get(albums[0])
        await client.albums.get_tracks(sandbox.catalogue.long_album.id)
        await client.albums.save(albums[:2])
        assert {priority for _, priority in seen} == {"interactive"}
        seen.clear()
        await client.albums.get_tracks(sandbox.catalogue.long_album.id).collect()
        await client.albums.get_several(albums[:30])
        await client.albums.save(albums[:50])
        assert {priority for _, priority in seen} == {"bulk"}
        seen.clear()
        await client.with_options(priority="interactive").albums.save(albums[:50])
        assert {priority for _, priority in seen} == {"interactive"}


async def test_a_call_fails_fast_while_another_waits_for_the_rate_limit():
    class StoppedClock(FakeClock):
        async def sleep(self, _seconds):
            await asyncio.Event().wait()

    async with SpotifySandbox() as sandbox, sandbox.client(clock=StoppedClock()) as client:
        album = sandbox.catalogue.albums[0].id
        sandbox.fail("get-an-album", Fault.status(429, retry_after=500), times=1)
        with pytest.raises(RateLimitError):
            await client.albums.get(album)
        waiting = asyncio.create_task(client.with_options(max_retry_wait=600.0).albums.get(album))
        await asyncio.sleep(0)
        async with asyncio.timeout(10):
            with pytest.raises(RateLimitError, match="Not sent"):
                await client.albums.get(album)
        waiting.cancel()


async def test_views_read_ahead_as_their_client_does():
    async with client_with(FakeTransport(), config=ClientConfig(read_ahead=1)) as client:
        for view in (client, client.with_options(timeout=5.0), client.for_user(StaticTokenAuth("other"))):
            assert view.albums.get_tracks("0" * 22)._options.read_ahead == 1
