"""`for_user`: calls for several users over the connections of one client."""

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
from spotify.testing import FakeClock, FakeTransport, Fault, SpotifySandbox
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


async def test_a_user_client_sends_the_token_of_its_provider():
    transport = FakeTransport()
    transport.answer("GET /me", json=PROFILE, times=2)
    async with AsyncSpotifyClient("app-token", transport=transport) as client:
        await client.for_user(StaticTokenAuth("ana-token")).users.get_current_profile()
        await client.users.get_current_profile()
    assert [request.authorization.reveal() for request in transport.requests] == [
        "Bearer ana-token",
        "Bearer app-token",
    ]


async def test_services_and_call_send_the_token_of_the_user():
    transport = FakeTransport()
    transport.answer("GET /me", json=PROFILE)
    async with AsyncSpotifyClient("app-token", transport=transport) as client:
        user = client.for_user(StaticTokenAuth("ana-token"))
        await user.call("get-current-users-profile")
        assert transport.requests[0].authorization.reveal() == "Bearer ana-token"
        assert all(getattr(user, name)._executor is user._executor for name in SERVICES)
        assert all(getattr(client, name)._executor is client._executor for name in SERVICES)


async def test_equal_reads_of_two_users_are_two_requests():
    accounts = RotatingAccounts(pauses=[3] * 8)
    async with AsyncSpotifyClient("access-app-0", transport=accounts) as client:
        users = [client.for_user(StaticTokenAuth(f"access-{name}-0")) for name in ("ana", "bo")]
        profiles = await asyncio.gather(*(user.users.get_current_profile() for user in users))
    assert [profile.id for profile in profiles] == ["ana", "bo"]


async def test_all_components_but_shared_requests_are_those_of_the_client():
    client = AsyncSpotifyClient("token")
    user = client.for_user(StaticTokenAuth("ana-token"))
    for name in ("_components", "_config"):
        assert getattr(user._executor, name) is getattr(client._executor, name)
    assert user._executor._shared is not client._executor._shared
    assert user.quota is client.quota
    await client.close()


async def test_closing_a_user_client_closes_its_provider_only():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        auth = ClosableAuth()
        user = client.for_user(auth)
        await user.close()
        await user.close()
        assert auth.closed == 1
        await client.albums.get(sandbox.catalogue.albums[0].id)
        with pytest.raises(ClientClosedError):
            await user.albums.get(sandbox.catalogue.albums[0].id)


@pytest.mark.parametrize("pause", [0.0, 1.0])
async def test_a_response_too_many_reaches_no_other_user(pause):
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)
        for _ in range(50):  # until the next request was sent
            await asyncio.sleep(0)

    async with SpotifySandbox(sleep=sleep) as sandbox, sandbox.client() as client:
        names = [user.id for user in sandbox.catalogue.users[:4]]
        users = [client.for_user(StaticTokenAuth(sandbox.issue_token(user=name))) for name in names]
        sandbox.fail("*", Fault.surplus(pause=pause))
        for _ in range(3):
            assert [(await user.users.get_current_profile()).id for user in users] == names
        assert len(sandbox.requests) == 12
    assert set(pauses) <= {pause}


async def test_for_user_of_a_closed_client_raises():
    client = AsyncSpotifyClient("token", transport=FakeTransport())
    user = client.for_user(StaticTokenAuth("ana-token"))
    await client.close()
    with pytest.raises(ClientClosedError):
        client.for_user(StaticTokenAuth("bo-token"))
    await user.close()


async def test_closing_the_client_closes_its_user_clients():
    async with SpotifySandbox() as sandbox:
        client = sandbox.client()
        user = client.for_user(StaticTokenAuth(sandbox.issue_token(user=sandbox.catalogue.default_user.id)))
        await user.users.get_current_profile()
        await client.close()
        with pytest.raises(ClientClosedError):
            await user.users.get_current_profile()


async def test_for_user_returns_the_subclass():
    class Client(AsyncSpotifyClient):
        pass

    assert type(Client("token").for_user(StaticTokenAuth("t"))) is Client


@pytest.mark.parametrize("auth", [None, "token", object(), StaticTokenAuth])
def test_an_argument_that_is_not_a_provider_raises(auth):
    with pytest.raises(TypeError, match=r"get_access_token|must be an instance"):
        AsyncSpotifyClient("token").for_user(auth)


def test_an_executor_without_for_user_raises():
    class OneUser:
        async def execute(self, call, /): ...

        async def close(self): ...

    container = build_container("token")
    container.executor.override(OneUser())
    with pytest.raises(TypeError, match="OneUser cannot act for other users"):
        container.client().for_user(StaticTokenAuth("t"))


def stored_token(number, *, age=3600.0, now=1_800_000_000.0, user="ana"):
    issued_at = datetime.fromtimestamp(now - age, UTC)
    return Token(
        access_token=Secret(f"access-{user}-{number}"),
        refresh_token=Secret(f"{user}-{number}"),
        issued_at=issued_at,
        expires_at=issued_at + timedelta(hours=1),
        authorized_at=issued_at,
    )


async def test_a_provider_uses_the_transport_and_clock_of_its_client():
    accounts, clock, store = RotatingAccounts(), FakeClock(), MemoryTokenStore()
    await store.save(TokenKey(client_id="app", user="ana"), stored_token(0))
    auth = PkceAuth("app", REDIRECT_URI, user="ana", store=store)
    async with AsyncSpotifyClient(auth_provider=auth, transport=accounts, clock=clock) as client:
        assert (await client.users.get_current_profile()).id == "ana"
    assert accounts.refreshes == {"ana": 1}


def test_a_provider_uses_the_config_of_its_client():
    auth = PkceAuth("app", REDIRECT_URI)
    AsyncSpotifyClient(auth_provider=auth, config=ClientConfig(accounts_url="http://127.0.0.1:9"))
    assert auth.authorization_url().startswith("http://127.0.0.1:9/")


async def test_without_a_client_a_provider_creates_a_transport():
    async with SpotifySandbox() as sandbox:
        auth = PkceAuth("app", REDIRECT_URI, config=ClientConfig(accounts_url=sandbox.accounts_url))
        for _ in range(2):
            state = auth.authorization_request().state.reveal()
            with pytest.raises(AuthenticationError):
                await auth.exchange_code("invalid-code", state)
            await auth.close()
        assert len(sandbox.token_requests) == 2


async def test_a_call_without_a_login_is_not_sent():
    auth = PkceAuth("app", REDIRECT_URI)
    async with AsyncSpotifyClient(auth_provider=auth, transport=FakeTransport()) as client:
        with pytest.raises(LoginRequiredError) as caught:
            await client.player.skip_to_next()
    assert not caught.value.may_have_been_executed


async def test_concurrent_calls_with_an_expired_token_refresh_once():
    accounts, clock, store = RotatingAccounts(), FakeClock(), MemoryTokenStore()
    await store.save(TokenKey(client_id="app", user="ana"), stored_token(0))
    async with AsyncSpotifyClient("access-app-0", transport=accounts, clock=clock) as client:
        user = client.for_user(PkceAuth("app", REDIRECT_URI, user="ana", store=store))
        await asyncio.gather(*(user.call("get-playlist", playlist_id=f"{number:022}") for number in range(1000)))
    assert accounts.refreshes["ana"] == 1


@settings(deadline=None, max_examples=150)
@given(
    pauses=st.lists(st.integers(0, 4), max_size=60),
    refused=st.lists(st.booleans(), max_size=6),
    calls=st.lists(
        st.tuples(st.sampled_from(["ana", "bo"]), st.integers(0, 6), st.booleans()), min_size=2, max_size=10
    ),
)
def test_no_call_sends_the_token_of_another_user(pauses, refused, calls):
    async def run():
        accounts, clock, store = RotatingAccounts(pauses=pauses, refused=refused), FakeClock(), MemoryTokenStore()
        for name in ("ana", "bo"):
            await store.save(TokenKey(client_id="app", user=name), stored_token(0, user=name))
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

            assert await asyncio.gather(*(call(*arguments) for arguments in calls)) == [name for name, _, _ in calls]
        assert accounts.unknown_tokens == 0

    asyncio.run(run())
