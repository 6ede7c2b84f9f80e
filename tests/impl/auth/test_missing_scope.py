"""A 403 for a missing scope names the required, granted and missing scopes."""

import pytest

from spotify import AsyncSpotifyClient, MissingScopeError, Scope, StaticTokenAuth, scopes_for
from tests.support.user_flow import Flow, query_of

FORBIDDEN = {"error": {"status": 403, "message": "Insufficient client scope"}}


async def error_of_call(auth, transport):
    transport.answer("POST /me/playlists", status=403, json=FORBIDDEN)
    async with AsyncSpotifyClient(auth_provider=auth, transport=transport) as client:
        with pytest.raises(MissingScopeError) as caught:
            await client.playlists.create("Mine")
    return caught.value


async def test_missing_scopes_are_named():
    flow = Flow()
    await flow.store_token(1, scopes=frozenset({"playlist-modify-private", "user-top-read"}))
    error = await error_of_call(flow.auth, flow.transport)
    assert error.granted_scopes == ("playlist-modify-private", "user-top-read")
    assert error.missing_scopes == ("playlist-modify-public",)
    assert "granted: playlist-modify-private, user-top-read; missing: playlist-modify-public" in str(error)


async def test_no_granted_scopes_is_stated():
    flow = Flow()
    await flow.store_token(1, scopes=frozenset())
    error = await error_of_call(flow.auth, flow.transport)
    assert "granted: none" in str(error)
    assert error.missing_scopes == error.required_scopes


async def test_unknown_scopes_count_as_missing():
    flow = Flow()
    error = await error_of_call(StaticTokenAuth("token"), flow.transport)
    assert error.granted_scopes is None
    assert error.missing_scopes == error.required_scopes
    assert "granted" not in str(error)


def test_scopes_for_builds_the_scope_parameter():
    client = AsyncSpotifyClient("token")
    flow = Flow(scopes=scopes_for(client.playlists.create))
    query = query_of(flow.auth.authorization_url([*scopes_for(client.playlists.create), Scope.STREAMING]))
    assert query["scope"] == "playlist-modify-private playlist-modify-public streaming"
