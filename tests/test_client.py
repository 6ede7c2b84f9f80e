import asyncio
import gc
import inspect

import pytest

from spotify import AsyncSpotifyClient, ClientClosedError, ClientConfig, build_container
from spotify.container import ClientArguments
from spotify.testing import FakeTransport, SpotifySandbox
from tests.support.shown import everything_in


class Auth:
    async def get_access_token(self):
        return "token"


@pytest.mark.parametrize(
    "auth", [{"access_token": "t"}, {"client_id": "i", "client_secret": "s"}, {"auth_provider": Auth()}], ids=list
)
def test_one_way_to_authenticate_is_enough(auth):
    assert isinstance(AsyncSpotifyClient(**auth), AsyncSpotifyClient)


@pytest.mark.parametrize(
    "auth",
    [
        {},
        {"access_token": "hush", "auth_provider": Auth()},
        {"access_token": "hush", "client_id": "hush", "client_secret": "hush"},
        {"client_id": "hush", "client_secret": "hush", "auth_provider": Auth()},
        {"client_id": "hush"},
        {"client_secret": "hush"},
    ],
    ids=lambda auth: " and ".join(auth) or "nothing",
)
def test_any_other_number_of_ways_to_authenticate_is_refused(auth):
    with pytest.raises(ValueError, match="access_token; client_id and client_secret; or auth_provider") as caught:
        AsyncSpotifyClient(**auth)
    assert all(name in str(caught.value) for name in auth)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("empty", ["", "  "])
@pytest.mark.parametrize("name", ["access_token", "client_id", "client_secret"])
def test_an_empty_credential_is_refused_by_name(name, empty):
    credentials = {"client_id": "hush", "client_secret": "hush"} if name.startswith("client") else {}
    with pytest.raises(ValueError, match=f"{name} must not be empty") as caught:
        AsyncSpotifyClient(**{**credentials, name: empty})
    assert "hush" not in str(caught.value)


def test_an_auth_provider_without_the_method_is_refused():
    with pytest.raises(TypeError, match="get_access_token"):
        AsyncSpotifyClient(auth_provider=object())


@pytest.mark.parametrize("part", ["transport", "retry_policy", "serializer", "rate_limiter", "clock"])
def test_a_part_without_the_methods_of_its_protocol_is_refused(part):
    with pytest.raises(TypeError, match=f"{part} must have a method"):
        AsyncSpotifyClient("token", **{part: object()})


@pytest.mark.parametrize("config", [{}, {"timeout": 3.0}], ids=str)
def test_a_dictionary_for_a_config_is_refused(config):
    with pytest.raises(TypeError, match="config must be a ClientConfig"):
        AsyncSpotifyClient("token", config=config)


def test_the_signature_is_the_documented_one():
    parameters = inspect.signature(AsyncSpotifyClient).parameters
    assert {name: parameter.default for name, parameter in parameters.items()} == {
        "access_token": None,
        "client_id": None,
        "client_secret": None,
        "auth_provider": None,
        "timeout": 30.0,
        "max_retries": 3,
        "config": None,
        "transport": None,
        "retry_policy": None,
        "serializer": None,
        "rate_limiter": None,
        "clock": None,
    }
    assert [name for name, p in parameters.items() if p.kind is not p.KEYWORD_ONLY] == ["access_token"]
    assert [*ClientArguments.__annotations__] == [name for name in parameters if name != "access_token"]


@pytest.fixture
def credentials_in_the_environment(monkeypatch):
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "from-env")
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", "hush")


@pytest.mark.usefixtures("credentials_in_the_environment")
def test_credentials_come_from_the_environment():
    assert isinstance(AsyncSpotifyClient.from_client_credentials(), AsyncSpotifyClient)


def test_credentials_come_from_the_environment_of_another_client_too(monkeypatch):
    monkeypatch.setenv("SPOTIPY_CLIENT_ID", "from-env")
    monkeypatch.setenv("SPOTIPY_CLIENT_SECRET", "hush")
    assert isinstance(AsyncSpotifyClient.from_client_credentials(), AsyncSpotifyClient)


@pytest.mark.parametrize("missing", ["SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"])
@pytest.mark.usefixtures("credentials_in_the_environment")
def test_a_missing_credential_is_named(monkeypatch, missing):
    monkeypatch.delenv(missing)
    with pytest.raises(ValueError, match=missing) as caught:
        AsyncSpotifyClient.from_client_credentials()
    assert "hush" not in str(caught.value)


@pytest.mark.usefixtures("credentials_in_the_environment")
def test_a_client_that_is_told_nothing_does_not_look_into_the_environment():
    with pytest.raises(ValueError, match="none of them"):
        AsyncSpotifyClient()


@pytest.mark.parametrize("make", [AsyncSpotifyClient, build_container, AsyncSpotifyClient.from_client_credentials])
@pytest.mark.parametrize("wrong", [{"timeout": -1}, {"max_retries": "3"}, {"client_id": " "}, {"config": 1}], ids=str)
def test_what_is_wrong_with_an_argument_shows_no_secret(make, wrong):
    with pytest.raises((TypeError, ValueError)) as caught:
        make(**{"client_id": "app", "client_secret": "HUSH", **wrong})
    assert "HUSH" not in everything_in(caught.value)


@pytest.mark.parametrize("make", [AsyncSpotifyClient, build_container])
def test_one_way_to_authenticate_too_many_shows_no_secret(make):
    with pytest.raises(ValueError, match="exactly one way") as caught:
        make("HUSH", client_id="app", client_secret="HUSH")
    assert "HUSH" not in everything_in(caught.value)


def test_making_a_client_needs_no_loop_and_opens_nothing():
    transport = FakeTransport()
    client = AsyncSpotifyClient("t", transport=transport)
    asyncio.run(client.close())
    assert transport.requests == []


def test_the_repr_shows_no_secret():
    client = AsyncSpotifyClient(client_id="i", client_secret="hush", config=ClientConfig(proxy="http://u:hush@h:1"))
    assert repr(client) == "<AsyncSpotifyClient https://api.spotify.com/v1>"


async def test_a_closed_client_says_so():
    client = AsyncSpotifyClient("t", transport=FakeTransport())
    await client.close()
    await client.close()
    with pytest.raises(ClientClosedError, match="closed"):
        await client.albums.get("0" * 22)


async def test_leaving_the_context_closes_the_client():
    async with AsyncSpotifyClient("t", transport=FakeTransport()) as client:
        pass
    with pytest.raises(ClientClosedError):
        await client.artists.get("0" * 22)


def test_one_client_serves_two_loops_one_after_the_other():
    async def read(client, album_id):
        return (await client.albums.get(album_id)).id

    async def first(sandboxes):
        sandbox = SpotifySandbox(port=sandboxes.port)
        async with sandbox:
            sandboxes.port = int(sandbox.url.rpartition(":")[2])
            sandboxes.album = sandbox.catalogue.albums[0].id
            if sandboxes.client is None:
                sandboxes.client = sandbox.client(client_id=sandbox.client_id, client_secret=sandbox.client_secret)
            return await read(sandboxes.client, sandboxes.album)

    class Kept:
        port, client, album = 0, None, None

    assert asyncio.run(first(Kept)) == Kept.album
    # The second sandbox has not issued the token that the client holds: it gets a 401 and a new one.
    assert asyncio.run(first(Kept)) == Kept.album
    asyncio.run(Kept.client.close())
    gc.collect()


async def test_client_credentials_end_to_end():
    sandbox = SpotifySandbox()
    async with sandbox, sandbox.client(client_id=sandbox.client_id, client_secret=sandbox.client_secret) as client:
        ids = [artist.id for artist in sandbox.catalogue.artists[:20]]
        artists = await asyncio.gather(*map(client.artists.get, ids))
        sandbox.expire_all_tokens()
        again = await asyncio.gather(*map(client.artists.get, ids))
    assert [artist.id for artist in artists] == ids
    assert again == artists
    assert len(sandbox.token_requests) == 2
