"""Many users over one client's connections."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotify import (
    AsyncSpotifyClient,
    AuthenticationError,
    ClientClosedError,
    ClientConfig,
    LoginRequiredError,
    MemoryTokenStore,
    PkceAuth,
    StaticTokenAuth,
    Token,
    TokenKey,
    build_container,
)
from spotify.credentials import Secret
from spotify.testing import FakeClock, FakeTransport, SpotifySandbox
from tests.support.rotating_accounts import RotatingAccounts

REDIRECT_URI = "http://127.0.0.1:8000/callback"
PROFILE = {"id": "ana", "type": "user", "uri": "spotify:user:ana"}
SERVICES = ["albums", "browse", "player", "playlists", "search", "users"]


class ClosableAuth:
    def __init__(self):
        self.closed = 0

    async def get_access_token(self):
        return "token"

    async def close(self):
        self.closed += 1


async def test_a_users_client_acts_for_the_user():
    transport = FakeTransport()
    transport.answer("GET /me", json=PROFILE, times=2)
    async with AsyncSpotifyClient("app-token", transport=transport) as client:
        await client.for_user(StaticTokenAuth("ana-token")).users.get_current_profile()
        await client.users.get_current_profile()
    assert [request.authorization.reveal() for request in transport.requests] == [
        "Bearer ana-token",
        "Bearer app-token",
    ]


async def test_every_service_and_plain_calls_act_for_the_user():
    transport = FakeTransport()
    transport.answer("GET /me", json=PROFILE)
    async with AsyncSpotifyClient("app-token", transport=transport) as client:
        user = client.for_user(StaticTokenAuth("ana-token"))
        await user.call("get-current-users-profile")
        assert transport.requests[0].authorization.reveal() == "Bearer ana-token"
        assert all(getattr(user, name)._executor is user._executor for name in SERVICES)
        assert all(getattr(client, name)._executor is client._executor for name in SERVICES)


async def test_two_users_identical_reads_are_two_requests():
    accounts = RotatingAccounts(pauses=[3] * 8)
    async with AsyncSpotifyClient("access-app-0", transport=accounts) as client:
        users = [client.for_user(StaticTokenAuth(f"access-{name}-0")) for name in ("ana", "bo")]
        profiles = await asyncio.gather(*(user.users.get_current_profile() for user in users))
    assert [profile.id for profile in profiles] == ["ana", "bo"]


async def test_connections_limit_serializer_clock_and_quota_are_shared():
    client = AsyncSpotifyClient("token")
    user = client.for_user(StaticTokenAuth("ana-token"))
    for name in ("_transport", "_rate_limiter", "_serializer", "_clock", "_quota", "_policy", "_config"):
        assert getattr(user._executor, name) is getattr(client._executor, name)
    assert user._executor._reads is not client._executor._reads
    assert user.quota is client.quota
    await client.close()


async def test_closing_a_users_client_closes_its_provider_and_leaves_the_connections_open():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        auth = ClosableAuth()
        user = client.for_user(auth)
        await user.close()
        await user.close()
        assert auth.closed == 1
        await client.albums.get(sandbox.catalogue.albums[0].id)
        with pytest.raises(ClientClosedError):
            await user.albums.get(sandbox.catalogue.albums[0].id)


async def test_a_user_of_a_closed_client_is_refused():
    client = AsyncSpotifyClient("token", transport=FakeTransport())
    user = client.for_user(StaticTokenAuth("ana-token"))
    await client.close()
    with pytest.raises(ClientClosedError):
        client.for_user(StaticTokenAuth("bo-token"))
    await user.close()


async def test_closing_the_client_ends_its_users_calls():
    async with SpotifySandbox() as sandbox:
        client = sandbox.client()
        user = client.for_user(StaticTokenAuth(sandbox.issue_token(user=sandbox.catalogue.default_user.id)))
        await user.users.get_current_profile()
        await client.close()
        with pytest.raises(ClientClosedError):
            await user.users.get_current_profile()


async def test_a_subclass_stays_one():
    class Client(AsyncSpotifyClient):
        pass

    assert type(Client("token").for_user(StaticTokenAuth("t"))) is Client


@pytest.mark.parametrize("auth", [None, "token", object(), StaticTokenAuth])
def test_what_is_no_provider_is_refused(auth):
    with pytest.raises(TypeError, match=r"get_access_token|must be an instance"):
        AsyncSpotifyClient("token").for_user(auth)


def test_an_executor_that_knows_one_user_only_is_named():
    class OneUser:
        async def execute(self, call, /): ...

        async def close(self): ...

    container = build_container("token")
    container.executor.override(OneUser())
    with pytest.raises(TypeError, match="OneUser cannot act for other users"):
        container.client().for_user(StaticTokenAuth("t"))


def kept(number, *, age=3600.0, now=1_800_000_000.0, user="ana"):
    issued_at = datetime.fromtimestamp(now - age, UTC)
    return Token(
        access_token=Secret(f"access-{user}-{number}"),
        refresh_token=Secret(f"{user}-{number}"),
        issued_at=issued_at,
        expires_at=issued_at + timedelta(hours=1),
        authorized_at=issued_at,
    )


async def test_a_provider_uses_its_clients_components():
    accounts, clock, store = RotatingAccounts(), FakeClock(), MemoryTokenStore()
    await store.save(TokenKey(client_id="app", user="ana"), kept(0))
    auth = PkceAuth("app", REDIRECT_URI, user="ana", store=store)
    async with AsyncSpotifyClient(auth_provider=auth, transport=accounts, clock=clock) as client:
        assert (await client.users.get_current_profile()).id == "ana"
    assert accounts.refreshes == {"ana": 1}


def test_a_provider_uses_its_clients_settings():
    auth = PkceAuth("app", REDIRECT_URI)
    AsyncSpotifyClient(auth_provider=auth, config=ClientConfig(accounts_url="http://127.0.0.1:9"))
    assert auth.authorization_url().startswith("http://127.0.0.1:9/")


async def test_without_a_client_a_provider_has_a_transport_of_its_own():
    async with SpotifySandbox() as sandbox:
        auth = PkceAuth("app", REDIRECT_URI, config=ClientConfig(accounts_url=sandbox.accounts_url))
        for _ in range(2):
            state = auth.authorization_request().state.reveal()
            with pytest.raises(AuthenticationError):
                await auth.exchange_code("no code of Spotify's", state)
            await auth.close()
        assert len(sandbox.token_requests) == 2


async def test_a_call_without_a_login_was_not_sent():
    auth = PkceAuth("app", REDIRECT_URI)
    async with AsyncSpotifyClient(auth_provider=auth, transport=FakeTransport()) as client:
        with pytest.raises(LoginRequiredError) as caught:
            await client.player.skip_to_next()
    assert not caught.value.may_have_been_executed


async def test_a_thousand_calls_on_an_expired_token_are_one_refresh():
    accounts, clock, store = RotatingAccounts(), FakeClock(), MemoryTokenStore()
    await store.save(TokenKey(client_id="app", user="ana"), kept(0))
    async with AsyncSpotifyClient("access-app-0", transport=accounts, clock=clock) as client:
        user = client.for_user(PkceAuth("app", REDIRECT_URI, user="ana", store=store))
        await asyncio.gather(*(user.call("get-playlist", playlist_id=f"{number:022}") for number in range(1000)))
    assert accounts.refreshes["ana"] == 1


turns = st.lists(st.integers(0, 4), max_size=60)


@settings(deadline=None, max_examples=150)
@given(
    pauses=turns,
    refused=st.lists(st.booleans(), max_size=6),
    calls=st.lists(
        st.tuples(st.sampled_from(["ana", "bo"]), st.integers(0, 6), st.booleans()), min_size=2, max_size=10
    ),
)
def test_no_call_ever_carries_the_token_of_another_user(pauses, refused, calls):
    async def run():
        accounts, clock, store = RotatingAccounts(pauses=pauses, refused=refused), FakeClock(), MemoryTokenStore()
        for name in ("ana", "bo"):
            await store.save(TokenKey(client_id="app", user=name), kept(0, user=name))
        async with AsyncSpotifyClient("access-app-0", transport=accounts, clock=clock, max_retries=0) as client:
            users = {
                name: client.for_user(PkceAuth("app", REDIRECT_URI, user=name, store=store)) for name in ("ana", "bo")
            }

            async def call(name, turns_before, expires):
                for _ in range(turns_before):
                    await asyncio.sleep(0)
                if expires:
                    clock.advance(3600)
                try:
                    return (await users[name].users.get_current_profile()).id
                except AuthenticationError as error:
                    return name if error.status_code == 401 else error  # a second 401 in a row reaches the caller

            assert await asyncio.gather(*(call(*each) for each in calls)) == [name for name, _, _ in calls]
        assert accounts.strangers == 0

    asyncio.run(run())
