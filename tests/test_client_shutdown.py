"""`client.close(drain=…)`, and clients from the environment."""

import asyncio
import warnings

import pytest

from spotify import AsyncSpotifyClient, ClientClosedError, ClientConfig, LoginRequiredError, PartialWriteError
from spotify.interfaces.transport import HttpResponse
from spotify.testing import SpotifySandbox

NOTHING = HttpResponse(status=204)


class HeldTransport:
    """Holds each request until it is released."""

    def __init__(self, response=NOTHING):
        self.response = response
        self.requests = []
        self.sent = asyncio.Event()
        self.released = asyncio.Event()

    async def send(self, request, /):
        self.requests.append(request)
        self.sent.set()
        await self.released.wait()
        return self.response

    async def close(self):
        pass


async def test_draining_lets_running_calls_end_and_refuses_new_ones():
    transport = HeldTransport()
    client = AsyncSpotifyClient("t", transport=transport)
    running = asyncio.create_task(client.player.skip_to_next())
    await transport.sent.wait()
    closing = asyncio.create_task(client.close(drain=60.0))
    await asyncio.sleep(0)
    with pytest.raises(ClientClosedError) as refused:
        await client.player.pause_playback()
    assert (refused.value.may_have_been_executed, closing.done(), running.done()) == (False, False, False)
    transport.released.set()
    await running
    await closing
    assert len(transport.requests) == 1


async def test_calls_that_do_not_end_in_time_are_cut():
    transport = HeldTransport()
    client = AsyncSpotifyClient("t", transport=transport)
    running = asyncio.create_task(client.player.skip_to_next())
    await transport.sent.wait()
    await client.close(drain=0.01)
    with pytest.raises(ClientClosedError, match="during the call") as cut:
        await running
    assert cut.value.may_have_been_executed is True


async def test_draining_a_client_includes_those_of_its_users():
    transport = HeldTransport()
    client = AsyncSpotifyClient("t", transport=transport)

    class Auth:
        async def get_access_token(self):
            return "user"

    user = client.for_user(Auth())
    running = asyncio.create_task(user.with_options(timeout=5.0).player.skip_to_next())
    await transport.sent.wait()
    closing = asyncio.create_task(client.close(drain=60.0))
    await asyncio.sleep(0)
    for refused in (user.player.pause_playback(), client.with_response(client.player.pause_playback())):
        with pytest.raises(ClientClosedError):
            await refused
    transport.released.set()
    await asyncio.gather(running, closing)


async def test_a_bulk_write_stops_between_two_requests():
    transport = HeldTransport(HttpResponse(status=201, body=b'{"snapshot_id": "1"}'))
    client = AsyncSpotifyClient("t", transport=transport)
    uris = [f"spotify:track:{number:022}" for number in range(300)]
    writing = asyncio.create_task(client.playlists.add_items("0" * 22, uris))
    await transport.sent.wait()
    closing = asyncio.create_task(client.close(drain=60.0))
    await asyncio.sleep(0)
    transport.released.set()
    with pytest.raises(PartialWriteError) as stopped:
        await writing
    await closing
    assert [len(group) for group in (stopped.value.applied, stopped.value.unknown, stopped.value.not_applied)] == [
        100,
        0,
        200,
    ]


@pytest.mark.parametrize(("drain", "error"), [(-1, ValueError), (float("inf"), ValueError), ("1", TypeError)])
async def test_a_wrong_drain_is_refused(drain, error):
    async with AsyncSpotifyClient("t") as client:
        with pytest.raises(error, match="drain"):
            await client.close(drain=drain)


async def test_a_client_of_the_environment_uses_what_there_is(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with SpotifySandbox() as sandbox:
        environ = sandbox.environment()
        user = sandbox.catalogue.default_user
        token = {"SPOTIFY_ACCESS_TOKEN": sandbox.issue_token(user=user.id, scopes=("user-read-private",))}
        async with AsyncSpotifyClient.from_env({**environ, **token}) as client:
            assert (await client.users.get_current_profile()).id == user.id
        async with AsyncSpotifyClient.from_env(environ) as client:
            with pytest.raises(LoginRequiredError):
                await client.users.get_current_profile()
        del environ["SPOTIFY_REDIRECT_URI"]
        async with AsyncSpotifyClient.from_env(environ) as client:
            album = sandbox.catalogue.albums[0]
            assert (await client.albums.get(album.id)).id == album.id
    with pytest.raises(ValueError, match="client_id is missing"):
        AsyncSpotifyClient.from_env({})


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("SPOTIFY_TIMOUT", "SPOTIFY_TIMEOUT"),
        ("SPOTIFY_CLIENT_SECRT", "SPOTIFY_CLIENT_SECRET"),
        ("SPOTIFY_REDIS_URI", "SPOTIFY_REDIS_URL"),
    ],
)
def test_a_misspelt_variable_is_warned_of_without_its_value(variable, nearest):
    with pytest.warns(UserWarning, match=f"{variable} is not read: did you mean {nearest}") as caught:
        ClientConfig.from_env({variable: "HUSH"})
    assert "HUSH" not in str(caught[0].message)
    assert caught[0].filename == __file__


def test_variables_of_others_are_not_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ClientConfig.from_env({"SPOTIFY_USERNAME": "x", "SPOTIFY_SDK_CLIENT_ID": "x", "PATH": "x"})
