"""Creating and closing clients."""

import asyncio
import gc
import inspect

import pytest

from spotify import AsyncSpotifyClient, ClientClosedError, ClientConfig, build_container
from spotify.container import ClientArguments
from spotify.testing import FakeTransport, SpotifySandbox
from tests.support.error_text import all_text_of


class Auth:
    async def get_access_token(self):
        return "token"


@pytest.mark.parametrize(
    "auth", [{"access_token": "t"}, {"client_id": "i", "client_secret": "s"}, {"auth_provider": Auth()}], ids=list
)
def test_one_kind_of_credentials_is_enough(auth):
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
def test_none_incomplete_or_several_credentials_raise(auth):
    with pytest.raises(ValueError, match="access_token; client_id and client_secret; or auth_provider") as caught:
        AsyncSpotifyClient(**auth)
    assert all(name in str(caught.value) for name in auth)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("empty", ["", "  "])
@pytest.mark.parametrize("name", ["access_token", "client_id", "client_secret"])
def test_an_empty_credential_raises_with_its_name(name, empty):
    credentials = {"client_id": "hush", "client_secret": "hush"} if name.startswith("client") else {}
    with pytest.raises(ValueError, match=f"{name} must not be empty") as caught:
        AsyncSpotifyClient(**{**credentials, name: empty})
    assert "hush" not in str(caught.value)


def test_an_auth_provider_without_the_method_raises():
    with pytest.raises(TypeError, match="get_access_token"):
        AsyncSpotifyClient(auth_provider=object())


@pytest.mark.parametrize("name", ["transport", "retry_policy", "serializer", "rate_limiter", "clock"])
def test_a_component_without_the_methods_of_its_protocol_raises(name):
    with pytest.raises(TypeError, match=f"{name} must have a method"):
        AsyncSpotifyClient("token", **{name: object()})


@pytest.mark.parametrize("config", [{}, {"timeout": 3.0}], ids=str)
def test_a_dict_as_config_raises(config):
    with pytest.raises(TypeError, match="config must be a ClientConfig"):
        AsyncSpotifyClient("token", config=config)


def test_the_constructor_has_the_documented_signature():
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
        "observers": (),
    }
    assert [name for name, p in parameters.items() if p.kind is not p.KEYWORD_ONLY] == ["access_token"]
    assert [*ClientArguments.__annotations__] == [name for name in parameters if name != "access_token"]


@pytest.fixture
def credentials_in_environment(monkeypatch):
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "from-env")
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", "hush")


@pytest.mark.usefixtures("credentials_in_environment")
def test_credentials_are_read_from_the_environment():
    assert isinstance(AsyncSpotifyClient.from_client_credentials(), AsyncSpotifyClient)


def test_the_environment_variables_of_spotipy_are_read_too(monkeypatch):
    monkeypatch.setenv("SPOTIPY_CLIENT_ID", "from-env")
    monkeypatch.setenv("SPOTIPY_CLIENT_SECRET", "hush")
    assert isinstance(AsyncSpotifyClient.from_client_credentials(), AsyncSpotifyClient)


@pytest.mark.parametrize("missing", ["SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"])
@pytest.mark.usefixtures("credentials_in_environment")
def test_a_missing_environment_variable_is_named(monkeypatch, missing):
    monkeypatch.delenv(missing)
    with pytest.raises(ValueError, match=missing) as caught:
        AsyncSpotifyClient.from_client_credentials()
    assert "hush" not in str(caught.value)


@pytest.mark.usefixtures("credentials_in_environment")
def test_the_constructor_does_not_read_the_environment():
    with pytest.raises(ValueError, match="none of them"):
        AsyncSpotifyClient()


@pytest.mark.parametrize("create", [AsyncSpotifyClient, build_container, AsyncSpotifyClient.from_client_credentials])
@pytest.mark.parametrize("wrong", [{"timeout": -1}, {"max_retries": "3"}, {"client_id": " "}, {"config": 1}], ids=str)
def test_argument_errors_do_not_contain_secrets(create, wrong):
    with pytest.raises((TypeError, ValueError)) as caught:
        create(**{"client_id": "app", "client_secret": "HUSH", **wrong})
    assert "HUSH" not in all_text_of(caught.value)


@pytest.mark.parametrize(
    "credentials", [{"access_token": "HUSH"}, {"client_id": "app", "client_secret": "HUSH"}], ids=str
)
def test_the_error_for_an_unknown_argument_does_not_contain_secrets(credentials):
    with pytest.raises(TypeError, match="there is no argument 'retries'") as caught:
        build_container(**credentials, retries=3)
    assert "HUSH" not in all_text_of(caught.value)


@pytest.mark.parametrize("create", [AsyncSpotifyClient, build_container])
def test_the_error_for_several_credentials_does_not_contain_secrets(create):
    with pytest.raises(ValueError, match="exactly one way") as caught:
        create("HUSH", client_id="app", client_secret="HUSH")
    assert "HUSH" not in all_text_of(caught.value)


def test_creating_a_client_needs_no_loop_and_sends_nothing():
    transport = FakeTransport()
    client = AsyncSpotifyClient("t", transport=transport)
    asyncio.run(client.close())
    assert transport.requests == []


def test_the_repr_does_not_contain_secrets():
    client = AsyncSpotifyClient(client_id="i", client_secret="hush", config=ClientConfig(proxy="http://u:hush@h:1"))
    assert repr(client) == "<AsyncSpotifyClient https://api.spotify.com/v1>"


async def test_a_closed_client_raises():
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


def test_a_client_can_be_used_in_two_loops_in_turn():
    async def read_album(client=None, port=0):
        async with SpotifySandbox(port=port) as sandbox:
            if client is None:
                client = sandbox.client(client_id=sandbox.client_id, client_secret=sandbox.client_secret)
            expected = sandbox.catalogue.albums[0].id
            assert (await client.albums.get(expected)).id == expected
            return client, int(sandbox.url.rpartition(":")[2])

    client, port = asyncio.run(read_album())
    # The second sandbox has not issued the client's token: it returns a 401, and the client requests a new token.
    asyncio.run(read_album(client, port))
    asyncio.run(client.close())
    gc.collect()


async def test_an_expired_token_is_replaced_once_for_concurrent_calls():
    sandbox = SpotifySandbox()
    async with sandbox, sandbox.client(client_id=sandbox.client_id, client_secret=sandbox.client_secret) as client:
        ids = [artist.id for artist in sandbox.catalogue.artists[:20]]
        artists = await asyncio.gather(*map(client.artists.get, ids))
        sandbox.expire_all_tokens()
        again = await asyncio.gather(*map(client.artists.get, ids))
    assert [artist.id for artist in artists] == ids
    assert again == artists
    assert len(sandbox.token_requests) == 2
