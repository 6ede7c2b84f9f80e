"""A 403 for want of scope says what is missing of what was granted."""

import pytest

from spotify import AsyncSpotifyClient, MissingScopeError, Scope, StaticTokenAuth, scopes_for
from tests.support.user_flow import Flow, query_of

FORBIDDEN = {"error": {"status": 403, "message": "Insufficient client scope"}}


async def refused_call(auth, transport):
    transport.answer("POST /me/playlists", status=403, json=FORBIDDEN)
    async with AsyncSpotifyClient(auth_provider=auth, transport=transport) as client:
        with pytest.raises(MissingScopeError) as caught:
            await client.playlists.create("Mine")
    return caught.value


async def test_what_is_missing_is_named():
    flow = Flow()
    await flow.keep(1, scopes=frozenset({"playlist-modify-private", "user-top-read"}))
    error = await refused_call(flow.auth, flow.transport)
    assert error.granted_scopes == ("playlist-modify-private", "user-top-read")
    assert error.missing_scopes == ("playlist-modify-public",)
    assert "granted: playlist-modify-private, user-top-read; missing: playlist-modify-public" in str(error)


async def test_where_nothing_was_granted_it_says_so():
    flow = Flow()
    await flow.keep(1, scopes=frozenset())
    error = await refused_call(flow.auth, flow.transport)
    assert "granted: none" in str(error)
    assert error.missing_scopes == error.required_scopes


async def test_of_a_token_that_tells_nothing_all_may_be_missing():
    flow = Flow()
    error = await refused_call(StaticTokenAuth("token"), flow.transport)
    assert error.granted_scopes is None
    assert error.missing_scopes == error.required_scopes
    assert "granted" not in str(error)


def test_a_provider_asks_for_the_scopes_of_calls():
    client = AsyncSpotifyClient("token")
    flow = Flow(scopes=scopes_for(client.playlists.create))
    query = query_of(flow.auth.authorization_url([*scopes_for(client.playlists.create), Scope.STREAMING]))
    assert query["scope"] == "playlist-modify-private playlist-modify-public streaming"
