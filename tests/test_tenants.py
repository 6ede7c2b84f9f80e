"""Several tenants, each with a client id of its own, over one transport: nothing is shared but the connections."""

import asyncio

import pytest

from spotify import AiohttpTransport, AsyncSpotifyClient, AuthenticationError, ClientConfig, RateLimitError
from spotify.interfaces import AttemptInfo, CallInfo, CallResult
from spotify.testing import Fault, SpotifySandbox


class Names:
    """Keeps the names of the clients whose calls it observes."""

    def __init__(self):
        self.seen = []

    def call_started(self, call: CallInfo, /):
        pass

    def attempt_finished(self, attempt: AttemptInfo, /):
        pass

    def call_finished(self, result: CallResult, /):
        self.seen.append((result.call.client, result.call.user))


class Tokens:
    """An auth provider that counts."""

    def __init__(self, token):
        self.token = token
        self.invalidated = 0

    async def get_access_token(self):
        return self.token

    async def invalidate(self, _token, /):
        self.invalidated += 1


async def test_tenants_share_nothing_but_the_connections():
    async with SpotifySandbox() as sandbox, AiohttpTransport(ClientConfig(api_url=sandbox.api_url)) as transport:
        names, auths = Names(), {}

        def tenant(name):
            auths[name] = Tokens(sandbox.issue_token())
            config = ClientConfig(api_url=sandbox.api_url, name=name, cache="memory", daily_limit=1, max_retry_wait=0.0)
            return AsyncSpotifyClient(auth_provider=auths[name], config=config, transport=transport, observers=[names])

        north, south = tenant("north"), tenant("south")
        album = sandbox.catalogue.albums[0]
        await asyncio.gather(north.albums.get(album.id), south.albums.get(album.id))
        assert len(sandbox.requests) == 2  # no shared read, and no shared response
        assert (north.usage.total.made, south.usage.total.made) == (1, 1)  # and no shared daily limit
        assert {name for name, _ in names.seen} == {"north", "south"}
        assert len({id(user) for _, user in names.seen}) == 2
        await north.close()
        assert (await south.albums.get(album.id)).id == album.id  # the transport is open
        await south.close()


async def test_a_pause_and_a_lost_token_of_one_tenant_do_not_affect_another():
    async with SpotifySandbox() as sandbox, AiohttpTransport(ClientConfig(api_url=sandbox.api_url)) as transport:
        config = ClientConfig(api_url=sandbox.api_url, max_retry_wait=0.0, quota_mode="auto")
        lost, kept = Tokens("no-token"), Tokens(sandbox.issue_token())
        async with (
            AsyncSpotifyClient(auth_provider=lost, config=config, transport=transport) as north,
            AsyncSpotifyClient(auth_provider=kept, config=config, transport=transport) as south,
        ):
            album = sandbox.catalogue.albums[0]
            with pytest.raises(AuthenticationError):
                await north.albums.get(album.id)
            lost.token = sandbox.issue_token()
            sandbox.fail("get-an-album", Fault.status(429, retry_after=30), times=1)
            for _ in range(2):  # the second one is refused by the pause
                with pytest.raises(RateLimitError):
                    await north.albums.get(album.id)
            assert (await south.albums.get(album.id)).id == album.id
        assert (lost.invalidated, kept.invalidated) == (1, 0)
