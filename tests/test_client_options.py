"""Views of a client whose calls are made with other settings."""

import asyncio

import pytest

from spotify import AsyncSpotifyClient, ClientClosedError, ClientConfig, RateLimitError, ServerError, StaticTokenAuth
from spotify.config import CallOptions
from spotify.testing import FakeClock, FakeTransport, Fault, SpotifySandbox

ALBUM = {"id": "4aawyAB9vmqN3uQ7FjRGTy", "type": "album", "uri": "spotify:album:4aawyAB9vmqN3uQ7FjRGTy"}


def client(transport, **more):
    return AsyncSpotifyClient("token", transport=transport, clock=FakeClock(), **more)


async def test_the_options_hold_for_the_view_and_not_for_the_client():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM, times=2)
    async with client(transport, config=ClientConfig(market="DE")) as one:
        await one.with_options(market="SE", timeout=2.0).albums.get(ALBUM["id"])
        await one.albums.get(ALBUM["id"])
    assert [(request.url[-2:], request.timeout) for request in transport.requests] == [("SE", 2.0), ("DE", 30.0)]


async def test_none_takes_a_setting_back():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM)
    async with client(transport, config=ClientConfig(market="DE")) as one:
        await one.with_options(market=None).albums.get(ALBUM["id"])
    assert transport.requests[0].url.endswith(ALBUM["id"])


async def test_retries_are_an_option():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=502, times=1)
    async with client(transport) as one:
        with pytest.raises(ServerError):
            await one.with_options(max_retries=0).albums.get(ALBUM["id"])


async def test_options_add_up():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM)
    async with client(transport) as one:
        await one.with_options(timeout=2.0).with_options(market="SE").albums.get(ALBUM["id"])
    assert (transport.requests[0].url[-2:], transport.requests[0].timeout) == ("SE", 2.0)


async def test_a_users_client_has_options_and_keeps_them():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM, times=2)
    async with client(transport) as one:
        await one.for_user(StaticTokenAuth("ana")).with_options(timeout=2.0).albums.get(ALBUM["id"])
        await one.with_options(timeout=2.0).for_user(StaticTokenAuth("ana")).albums.get(ALBUM["id"])
    assert [(each.authorization.reveal(), each.timeout) for each in transport.requests] == [("Bearer ana", 2.0)] * 2


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        ({"timeout": 0}, ValueError, "timeout must be more than 0"),
        ({"timeout": "2"}, TypeError, "timeout must be a number"),
        ({"max_retries": -1}, ValueError, "max_retries"),
        ({"market": "Germany"}, ValueError, "market"),
        ({"priority": "high"}, ValueError, "priority must be one of"),
        ({"time_out": 2.0}, TypeError, "there is no option 'time_out'; use one of timeout, deadline"),
        ({"api_url": "https://example.com"}, TypeError, "there is no option 'api_url'"),
    ],
)
async def test_wrong_options_are_refused(options, kind, text):
    async with client(FakeTransport()) as one:
        with pytest.raises(kind, match=text):
            one.with_options(**options)


def test_every_option_is_a_setting():
    assert CallOptions.__annotations__.keys() <= ClientConfig.__dataclass_fields__.keys()


async def test_closing_a_view_leaves_the_client_open_and_closing_the_client_closes_the_view():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=ALBUM)
    one = client(transport)
    view, other = one.with_options(timeout=2.0), one.with_options(timeout=3.0)
    await view.close()
    with pytest.raises(ClientClosedError):
        await view.albums.get(ALBUM["id"])
    await one.albums.get(ALBUM["id"])
    await one.close()
    with pytest.raises(ClientClosedError):
        await other.albums.get(ALBUM["id"])
    with pytest.raises(ClientClosedError):
        one.with_options(timeout=2.0)


async def test_an_executor_that_knows_no_options_says_so():
    class Plain:
        async def execute(self, call):
            raise NotImplementedError

        async def close(self):
            pass

    async with client(FakeTransport()) as one:
        one._executor = Plain()
        with pytest.raises(TypeError, match="Plain takes no options"):
            one.with_options(timeout=2.0)


async def test_bulk_work_gives_way_to_single_calls():
    seen = []

    class Noted:
        def slot(self, admission):
            seen.append((admission.operation.id, admission.priority))
            return asyncio.Semaphore()

        async def pause(self, seconds):
            pass

    async with SpotifySandbox() as sandbox, sandbox.client(rate_limiter=Noted()) as one:
        albums = [album.id for album in sandbox.catalogue.albums]
        await one.albums.get(albums[0])
        await one.albums.get_tracks(sandbox.catalogue.long_album.id)
        await one.albums.save(albums[:2])
        assert {priority for _, priority in seen} == {"interactive"}
        seen.clear()
        await one.albums.get_tracks(sandbox.catalogue.long_album.id).collect()
        await one.albums.get_several(albums[:30])
        await one.albums.save(albums[:50])
        assert {priority for _, priority in seen} == {"bulk"}
        seen.clear()
        await one.with_options(priority="interactive").albums.save(albums[:50])
        assert {priority for _, priority in seen} == {"interactive"}


async def test_the_impatient_do_not_wait_behind_the_patient():
    class Stopped(FakeClock):
        async def sleep(self, _seconds):
            await asyncio.Event().wait()

    async with SpotifySandbox() as sandbox, sandbox.client(clock=Stopped()) as one:
        album = sandbox.catalogue.albums[0].id
        sandbox.fail("get-an-album", Fault.status(429, retry_after=500), times=1)
        with pytest.raises(RateLimitError):
            await one.albums.get(album)
        patient = asyncio.create_task(one.with_options(max_retry_wait=600.0).albums.get(album))
        await asyncio.sleep(0)
        async with asyncio.timeout(10):
            with pytest.raises(RateLimitError, match="Not sent"):
                await one.albums.get(album)
        patient.cancel()
