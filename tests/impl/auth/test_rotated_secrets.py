"""Secrets that a function returns: asked for when needed and after a refusal, so that they can be rotated."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from spotify import AsyncSpotifyClient, AuthenticationError, AuthorizationCodeAuth, ClientConfig, MemoryTokenStore
from spotify.testing import SpotifySandbox
from tests.support.redis_contents import everything
from tests.support.redis_server import RedisServer

OLD = "f" * 32


class Vault:
    """Returns its secrets one after the other, and then the last one."""

    def __init__(self, *secrets: str) -> None:
        self.secrets = list(secrets)
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        return self.secrets.pop(0) if len(self.secrets) > 1 else self.secrets[0]


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


def client_of(sandbox: SpotifySandbox, client_secret: Callable[[], str]) -> AsyncSpotifyClient:
    config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
    return AsyncSpotifyClient(client_id=sandbox.client_id, client_secret=client_secret, config=config, max_retries=0)


async def test_a_secret_that_was_replaced_is_asked_for_again_after_the_refusal(sandbox: SpotifySandbox) -> None:
    vault = Vault(OLD, sandbox.client_secret)
    async with client_of(sandbox, vault) as client:
        await client.artists.get(sandbox.catalogue.artists[0].id)
    assert (vault.asked, len(sandbox.token_requests)) == (2, 2)


async def test_the_secret_is_asked_for_in_each_token_request(sandbox: SpotifySandbox) -> None:
    vault = Vault(sandbox.client_secret)
    async with client_of(sandbox, vault) as client:
        for _ in range(2):
            await client.artists.get(sandbox.catalogue.artists[0].id)
        assert vault.asked == 1
        sandbox.expire_all_tokens()
        await client.artists.get(sandbox.catalogue.artists[0].id)
        assert vault.asked == 2


async def test_a_wrong_secret_is_refused_once_and_not_shown(sandbox: SpotifySandbox) -> None:
    vault = Vault(OLD)
    async with client_of(sandbox, vault) as client:
        with pytest.raises(AuthenticationError) as caught:
            await client.artists.get(sandbox.catalogue.artists[0].id)
        assert len(sandbox.token_requests) == 1
        assert OLD not in "".join(
            traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
        )


@pytest.mark.parametrize(("returned", "message"), [(None, "must be a str, not NoneType"), ("a\nb", "printable ASCII")])
async def test_a_function_that_returns_no_secret_is_named(sandbox: SpotifySandbox, returned: str, message: str) -> None:
    async with client_of(sandbox, Vault(returned)) as client:
        with pytest.raises((TypeError, ValueError), match=rf"client_secret\(\) .*{message}"):
            await client.artists.get(sandbox.catalogue.artists[0].id)


async def test_a_login_and_its_refresh_use_the_current_secret(sandbox: SpotifySandbox) -> None:
    vault = Vault(OLD, sandbox.client_secret)
    auth = AuthorizationCodeAuth(
        sandbox.client_id,
        vault,
        "http://127.0.0.1:8888/callback",
        store=MemoryTokenStore(),
        config=ClientConfig(accounts_url=sandbox.accounts_url),
    )
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(auth.authorization_url(), allow_redirects=False) as response,
        ):
            await auth.exchange_redirect(response.headers["Location"])
        assert vault.asked == 2
    finally:
        await auth.close()


async def test_the_password_of_redis_and_the_keys_can_be_replaced(sandbox: SpotifySandbox, tmp_path: Path) -> None:
    keys = [Fernet.generate_key().decode()]
    passwords = Vault("first:p/w")
    with RedisServer.running(tmp_path) as server:

        def url() -> str:
            return server.url.replace("//", f"//:{quote(passwords(), safe='')}@")

        config = ClientConfig(
            api_url=sandbox.api_url,
            accounts_url=sandbox.accounts_url,
            redis_url=url,
            token_encryption_keys=lambda: list(keys),
        )
        credentials = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        async with Redis.from_url(server.url) as administrator:
            await administrator.config_set("requirepass", "first:p/w")
            async with AsyncSpotifyClient(**credentials, config=config) as client:
                await client.artists.get(sandbox.catalogue.artists[0].id)
                first = await token_in(administrator)
                passwords.secrets = ["second"]
                keys.insert(0, Fernet.generate_key().decode())
                await administrator.config_set("requirepass", "second")
                await administrator.client_kill_filter(_type="normal", skipme=True)
                sandbox.expire_all_tokens()
                await client.artists.get(sandbox.catalogue.artists[0].id)
                second = await token_in(administrator)
    assert Fernet(keys[1]).decrypt(first)
    assert Fernet(keys[0]).decrypt(second)


async def token_in(redis: Redis) -> str:
    """Return the only stored token."""
    contents = await everything(redis)
    (token,) = re.findall(r"gAAAA[\w=-]+", contents)
    return token
