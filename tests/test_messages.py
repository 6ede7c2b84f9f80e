"""Messages for common mistakes: each says what is wrong and what to write instead."""

from pathlib import Path

import pytest

import spotify
from spotify import AsyncSpotifyClient, AuthenticationError, ClientConfig, PkceAuth, TransportError
from spotify.container import build_container
from spotify.testing import SpotifySandbox

URI = "http://127.0.0.1:8000/callback"


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: ClientConfig(timeot=3), "there is no setting 'timeot'; use 'timeout'"),
        (lambda: ClientConfig(xyz=3), "there is no setting 'xyz'; use one of api_url, accounts_url, "),
        (lambda: AsyncSpotifyClient("t").with_options(timeot=3), "there is no option 'timeot'; use 'timeout'"),
        (lambda: build_container("t", clint_id="x"), "there is no argument 'clint_id'; use 'client_id'"),
        (lambda: PkceAuth("x", URI, scope="streaming"), "there is no argument 'scope'; use 'scopes'"),
    ],
)
def test_a_misspelt_argument_is_named_with_the_nearest_one(act, message):
    with pytest.raises(TypeError) as raised:
        act()
    assert str(raised.value).startswith(message)


def test_a_token_with_its_scheme_is_explained_and_not_shown():
    with pytest.raises(ValueError, match="pass the token alone") as raised:
        AsyncSpotifyClient("Bearer HUSH")
    assert "HUSH" not in str(raised.value)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("cover.jpg", r"Path\('cover.jpg'\).read_bytes\(\)"),
        (Path("cover.jpg"), r"pass path.read_bytes\(\)"),
        (b"\x89PNG\r\n", "it is a PNG, which has to be converted"),
    ],
)
async def test_a_cover_that_is_a_path_or_a_png_is_explained(image, message):
    async with AsyncSpotifyClient("t") as client:
        with pytest.raises((TypeError, ValueError), match=message):
            await client.playlists.upload_cover_image("0" * 22, image)


async def test_a_closed_port_is_named():
    config = ClientConfig(api_url="http://127.0.0.1:1/v1", max_retries=0)
    async with AsyncSpotifyClient("t", config=config) as client:
        with pytest.raises(TransportError, match="nothing accepts connections on port 1; check the address"):
            await client.albums.get("0" * 22)


async def test_an_expired_token_and_one_of_an_application_are_explained():
    async with SpotifySandbox() as sandbox:
        expired = sandbox.issue_token(user=sandbox.catalogue.default_user.id)
        sandbox.expire_token(expired)
        async with sandbox.client(access_token=expired) as client:
            with pytest.raises(AuthenticationError, match=r"expired.*a token lives for an hour; `spotify.login`"):
                await client.users.get_current_profile()
        async with sandbox.client(access_token=sandbox.issue_token()) as client:
            with pytest.raises(AuthenticationError, match=r"the token is an application's.*log one in"):
                await client.users.get_current_profile()


@pytest.mark.parametrize(
    ("create", "argument", "nearest"),
    [
        (AsyncSpotifyClient, "timeot", "timeout"),
        (ClientConfig, "timeot", "timeout"),
        (spotify.login, "client_i", "client_id"),
        (SpotifySandbox, "quota_mod", "quota_mode"),
    ],
)
def test_a_misspelt_argument_is_explained_with_the_nearest_one(create, argument, nearest):
    with pytest.raises(TypeError, match=f"there is no (argument|setting) '{argument}'; use '{nearest}'"):
        create(**{argument: 3})
